// RUN: quant-opt %s -convert-lowbit-to-linalg -split-input-file | FileCheck %s

!xq = !quant.uniform<u8:f32, 0.5:128>

// quantize is a division, a clamp by compare and select (NaN gives the lowest
// code), and an addition of 1.5 * 2^23 whose bits hold the rounded integer:
// 0x4B400000 - 128 = 1262485376.
// CHECK-LABEL: @quantize
// CHECK-SAME:    (%[[X:.+]]: tensor<4xf32>) -> tensor<4xi8>
func.func @quantize(%x: tensor<4xf32>) -> tensor<4x!xq> {
  // CHECK-NOT: fastmath
  // CHECK: linalg.generic {{.*}} ins(%[[X]] : tensor<4xf32>) outs(%{{.*}} : tensor<4xi8>)
  // CHECK: ^bb0(%[[V:.+]]: f32, %{{.*}}: i8):
  // CHECK-DAG: %[[SCALE:.+]] = arith.constant 5.000000e-01 : f32
  // CHECK: %[[R:.+]] = arith.divf %[[V]], %[[SCALE]] : f32
  // CHECK-DAG: %[[LOW:.+]] = arith.constant -1.280000e+02 : f32
  // CHECK-DAG: %[[HIGH:.+]] = arith.constant 1.270000e+02 : f32
  // CHECK-DAG: %[[OFFSET:.+]] = arith.constant 1262485376 : i32
  // CHECK: %[[GT:.+]] = arith.cmpf ogt, %[[R]], %[[LOW]]
  // CHECK: %[[A:.+]] = arith.select %[[GT]], %[[R]], %[[LOW]]
  // CHECK: %[[LT:.+]] = arith.cmpf olt, %[[A]], %[[HIGH]]
  // CHECK: %[[B:.+]] = arith.select %[[LT]], %[[A]], %[[HIGH]]
  // CHECK: %[[MAGIC:.+]] = arith.constant 0x4B400000 : f32
  // CHECK: %[[S:.+]] = arith.addf %[[B]], %[[MAGIC]] : f32
  // CHECK: %[[I:.+]] = arith.bitcast %[[S]] : f32 to i32
  // CHECK: %[[C:.+]] = arith.subi %[[I]], %[[OFFSET]]
  // CHECK: %[[T:.+]] = arith.trunci %[[C]] : i32 to i8
  // CHECK: linalg.yield %[[T]]
  %q = lowbit.quantize %x : tensor<4xf32> to tensor<4x!xq>
  return %q : tensor<4x!xq>
}

// -----

!uq = !quant.uniform<u8:f32, 0.5:0>
!sq = !quant.uniform<i8:f32, 0.25:-3>

// Unsigned codes are zero-extended, signed ones sign-extended.
// CHECK-LABEL: @dequantize
func.func @dequantize(%u: tensor<4x!uq>, %s: tensor<4x!sq>) -> (tensor<4xf32>, tensor<4xf32>) {
  // CHECK: arith.extui
  // CHECK-NOT: arith.subi
  // CHECK: arith.sitofp
  // CHECK: arith.mulf
  // CHECK: arith.extsi
  // CHECK: arith.subi
  // CHECK: arith.sitofp
  // CHECK: arith.mulf
  %0 = lowbit.dequantize %u : tensor<4x!uq> to tensor<4xf32>
  %1 = lowbit.dequantize %s : tensor<4x!sq> to tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// -----

!xq = !quant.uniform<u8:f32, 0.5:128>

// quant.scast(x) -> x; calls and signatures follow.
// CHECK-LABEL: func.func private @callee(tensor<2x2xi8>) -> tensor<4xi8>
func.func private @callee(tensor<2x2x!xq>) -> tensor<4x!xq>
// CHECK-LABEL: @storage
// CHECK-SAME:    (%[[Q:.+]]: tensor<4xi8>) -> tensor<4xi8>
func.func @storage(%q: tensor<4x!xq>) -> tensor<4x!xq> {
  // CHECK-NOT: quant.scast
  // CHECK: %[[S:.+]] = tosa.const_shape
  // CHECK: %[[R:.+]] = tosa.reshape %[[Q]], %[[S]]
  // CHECK: %[[Y:.+]] = call @callee(%[[R]]) : (tensor<2x2xi8>) -> tensor<4xi8>
  // CHECK: return %[[Y]]
  %s = tosa.const_shape {values = dense<[2, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %0 = quant.scast %q : tensor<4x!xq> to tensor<4xi8>
  %1 = tosa.reshape %0, %s : (tensor<4xi8>, !tosa.shape<2>) -> tensor<2x2xi8>
  %2 = quant.scast %1 : tensor<2x2xi8> to tensor<2x2x!xq>
  %3 = call @callee(%2) : (tensor<2x2x!xq>) -> tensor<4x!xq>
  return %3 : tensor<4x!xq>
}

// -----

!xq = !quant.uniform<u8:f32, 0.5:200>
!wq = !quant.uniform<i8<-127:127>:f32:0, {0.5, 0.25}>
!yq = !quant.uniform<u8:f32, 0.125:0>

// The border of a convolution is the code of 0, 200; the accumulator starts at
// the bias; the multipliers are 1/2 * {1/2, 1/4} / (1/8).
// CHECK-DAG: #[[$IMAGE:.+]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1 * 2 + d4, d2 * 2 + d5, d6)>
// CHECK-DAG: #[[$WEIGHTS:.+]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d3, d4, d5, d6)>
// CHECK-LABEL: @conv2d
func.func @conv2d(%x: tensor<1x4x4x1x!xq>, %w: tensor<2x3x3x1x!wq>, %b: tensor<2xi32>) -> tensor<1x2x2x2x!yq> {
  // CHECK: %[[BORDER:.+]] = arith.constant -56 : i8
  // CHECK: tensor.pad %{{.*}} low[0, 1, 0, 0] high[0, 0, 1, 0]
  // CHECK: tensor.yield %[[BORDER]] : i8
  // CHECK: linalg.generic {{.*}} ins(%{{.*}} : tensor<2xi32>) outs(%{{.*}} : tensor<1x2x2x2xi32>)
  // CHECK: linalg.generic {indexing_maps = [#[[$IMAGE]], #[[$WEIGHTS]], #{{.*}}], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
  // CHECK: arith.muli
  // CHECK-NEXT: arith.addi
  // CHECK: arith.constant dense<[2.000000e+00, 1.000000e+00]> : tensor<2xf32>
  // CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel", "parallel"]{{.*}} outs(%{{.*}} : tensor<1x2x2x2xi8>)
  %y = lowbit.conv2d %x, %w, %b pad [1, 0, 0, 1] stride [2, 2] dilation [1, 1] : (tensor<1x4x4x1x!xq>, tensor<2x3x3x1x!wq>, tensor<2xi32>) -> tensor<1x2x2x2x!yq>
  return %y : tensor<1x2x2x2x!yq>
}

// -----

!xq = !quant.uniform<u8:f32, 0.5:200>
!yq = !quant.uniform<u8:f32, 0.25:0>

// Windows at the edge count only what lies inside: 1/2 / (1/4 * {4, 6, 9}).
// CHECK-LABEL: @avg_pool2d
func.func @avg_pool2d(%x: tensor<1x3x3x1x!xq>) -> tensor<1x3x3x1x!yq> {
  // CHECK: arith.constant dense<{{\[\[}}5.000000e-01, 0.333333343, 5.000000e-01], [0.333333343, 0.222222224, 0.333333343], [5.000000e-01, 0.333333343, 5.000000e-01]]> : tensor<3x3xf32>
  %y = lowbit.avg_pool2d %x kernel [3, 3] pad [1, 1, 1, 1] stride [1, 1] : tensor<1x3x3x1x!xq> to tensor<1x3x3x1x!yq>
  return %y : tensor<1x3x3x1x!yq>
}

// -----

!xq = !quant.uniform<i8:f32, 0.5:-3>
!yq = !quant.uniform<u8:f32, 2.0:7>

// Blocks of 16 of 18 weights; 125 * (0.5 * 2 + 2 * 1) less than 1 / 0.5.
// CHECK-LABEL: @blocks
// CHECK-SAME:    (%[[X:.+]]: tensor<2x18xi8>) -> tensor<2x1xi8>
// CHECK:         arith.constant dense<-3.730000e+02> : tensor<1xf32>
func.func @blocks(%x: tensor<2x18x!xq>) -> tensor<2x1x!yq> {
  %b = arith.constant dense<1.0> : tensor<1xf32>
  // 1, 1, 0 ..., and 1, 0.
  %w = lowbit.coded_constant {axis = 0 : i64, codes = dense<[5, 0, 0, 0, 1]> : tensor<5xi8>,
      scales = dense<[0.5, 2.0]> : tensor<2xf16>} : tensor<1x18x!lowbit.coded<"ternary:b16">>
  // CHECK: tensor.pad %[[X]] low[0, 0] high[0, 14]
  // CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel", "reduction"]
  // CHECK: arith.constant dense<{{\[\[}}5.000000e-01, 2.000000e+00]]> : tensor<1x2xf32>
  // CHECK: linalg.generic {{.*}} iterator_types = ["reduction", "parallel", "parallel"]
  // CHECK: arith.mulf
  // CHECK: arith.addf
  %y = lowbit.block_matmul %x, %w bias(%b) : (tensor<2x18x!xq>, tensor<1x18x!lowbit.coded<"ternary:b16">>, tensor<1xf32>) -> tensor<2x1x!yq>
  return %y : tensor<2x1x!yq>
}

// CHECK-LABEL: @patches
func.func @patches(%x: tensor<1x3x3x2x!xq>) -> tensor<4x18x!xq> {
  // CHECK: arith.constant -3 : i8
  // CHECK: tensor.pad {{.*}} low[0, 1, 1, 0] high[0, 1, 1, 0]
  // CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<1x2x2x3x3x2xi8>)
  // CHECK: tensor.collapse_shape {{.*}} into tensor<4x18xi8>
  %y = lowbit.patches %x kernel [3, 3] pad [1, 1, 1, 1] stride [2, 2] dilation [1, 1] : tensor<1x3x3x2x!xq> to tensor<4x18x!xq>
  return %y : tensor<4x18x!xq>
}
