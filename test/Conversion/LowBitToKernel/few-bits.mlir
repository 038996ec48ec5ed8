// RUN: quant-opt %s -convert-lowbit-to-kernel -split-input-file | FileCheck %s

!xq = !quant.uniform<i8<-1:1>:f32, 0.5>
!wq = !quant.uniform<i8<-127:127>:f32:0, {0.5, 0.25}>

// Signs times signs: sum x * w = 160 - 2 * differences. The 7 of the bias adds to
// 160, and each word of 32 weights of 1 is -1, as bits.
// CHECK-LABEL: @signs
// CHECK-DAG:   arith.constant dense<[167, 168, 0{{.*}}]> : tensor<16xi32>
// CHECK-DAG:   arith.constant dense<[2.500000e-01, 1.250000e-01, 0.000000e+00{{.*}}]> : tensor<16xf32>
// CHECK:       %[[BITS:.+]] = kernel.pack_bits ins(%{{.*}} : tensor<1x1x3x160xi8>) outs(%{{.*}} : tensor<3x1x20xi8>)
// CHECK-SAME:  {first_bit = 1 : i64, offset = 1 : i64}
// CHECK:       kernel.binary_matmul ins(%[[BITS]], {{.*}} : tensor<3x1x20xi8>, tensor<1x1x5x16x4xi8>
// CHECK-SAME:  factors [2] {small_scale}
// CHECK-NOT:   lowbit.matmul
func.func @signs(%r: tensor<3x160xf32>) -> tensor<3x2xf32> {
  %x = lowbit.binarize %r : tensor<3x160xf32> to tensor<3x160x!xq>
  %w = lowbit.constant dense<1> : tensor<2x160xi8> as tensor<2x160x!wq>
  %b = arith.constant dense<[7, 8]> : tensor<2xi32>
  %y = lowbit.matmul %x, %w, %b : (tensor<3x160x!xq>, tensor<2x160x!wq>, tensor<2xi32>) -> tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}

// -----

!xq = !quant.uniform<u8<0:3>:f32, 0.5:1>
!yq = !quant.uniform<u8:f32, 0.25:3>
!wq = !quant.uniform<i8<-127:127>:f32, 0.5>

// Two bits of the input, around a zero point that the border gets: two planes, of
// which the second counts twice as much. All weights are 1, so that
// sum x * w = sum (code - 1), the largest of which is 2 * 1152.
// CHECK-LABEL: @two_bits
// CHECK-DAG:   arith.constant dense<2304> : tensor<64xi32>
// CHECK:       kernel.fill_border value 1 : i8
// CHECK:       kernel.pack_bits {{.*}} kernel [3, 3] stride [1, 1] dilation [1, 1] -> tensor<16x2x144xi8>
// CHECK:       kernel.binary_matmul
// CHECK-SAME:  factors [1, 2] {bounds = array<f32: 0.000000e+00, 2.550000e+02>, zero_point = 3 : i64}
// CHECK:       tensor.expand_shape {{.*}} into tensor<1x4x4x64xi8>
func.func @two_bits(%x: tensor<1x4x4x128x!xq>) -> tensor<1x4x4x64x!yq> {
  %w = lowbit.constant dense<1> : tensor<64x3x3x128xi8> as tensor<64x3x3x128x!wq>
  %b = arith.constant dense<0> : tensor<64xi32>
  %y = lowbit.conv2d %x, %w, %b pad [1, 1, 1, 1] stride [1, 1] dilation [1, 1]
     : (tensor<1x4x4x128x!xq>, tensor<64x3x3x128x!wq>, tensor<64xi32>) -> tensor<1x4x4x64x!yq>
  return %y : tensor<1x4x4x64x!yq>
}

// -----

!xq = !quant.uniform<u8<0:1>:f32, 0.5:0>
!wq = !quant.uniform<i8<-1:1>:f32:0, {0.5, 0.5:1}>

// Weights of 1 and 0 (the second channel, by its zero point) are halves of two
// signs, and so are codes of 1 and 0: sums are counted twice, and the scale 0.25
// is half of that.
// CHECK-LABEL: @halves
// CHECK-DAG:   arith.constant dense<[1.250000e-01, 1.250000e-01, 0.000000e+00{{.*}}]> : tensor<16xf32>
// CHECK-DAG:   arith.constant dense<[1920, 960, 0{{.*}}]> : tensor<16xi32>
// CHECK:       kernel.binary_matmul
// CHECK-SAME:  factors [1, 1]
func.func @halves(%x: tensor<3x960x!xq>) -> tensor<3x2xf32> {
  %0 = arith.constant dense<0> : tensor<2xi32>
  %w = lowbit.constant dense<1> : tensor<2x960xi8> as tensor<2x960x!wq>
  %y = lowbit.matmul %x, %w, %0 : (tensor<3x960x!xq>, tensor<2x960x!wq>, tensor<2xi32>) -> tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}

// -----

!xq = !quant.uniform<i8<-1:1>:f32, 0.5>
!wq = !quant.uniform<i8<-127:127>:f32, 0.5>

// There is no sign for the zeros of the border, nor of a tensor.pad or of codes
// from elsewhere; and few products are faster as bytes.
// CHECK-LABEL: @stays
// CHECK-NOT:   kernel.pack_bits
// CHECK-COUNT-4: kernel.conv2d
func.func @stays(%r: tensor<1x4x4x32xf32>, %c: tensor<3x160x!xq>, %s: tensor<3x40xf32>) -> (tensor<1x4x4x1xf32>, tensor<3x2xf32>, tensor<3x2xf32>, tensor<1x4x4x1xf32>) {
  %x = lowbit.binarize %r : tensor<1x4x4x32xf32> to tensor<1x4x4x32x!xq>
  %w = lowbit.constant dense<1> : tensor<1x3x3x32xi8> as tensor<1x3x3x32x!wq>
  %b = arith.constant dense<0> : tensor<1xi32>
  %y = lowbit.conv2d %x, %w, %b pad [1, 1, 1, 1] stride [1, 1] dilation [1, 1]
     : (tensor<1x4x4x32x!xq>, tensor<1x3x3x32x!wq>, tensor<1xi32>) -> tensor<1x4x4x1xf32>
  %b2 = arith.constant dense<0> : tensor<2xi32>
  %v = lowbit.constant dense<1> : tensor<2x160xi8> as tensor<2x160x!wq>
  %z = lowbit.matmul %c, %v, %b2 : (tensor<3x160x!xq>, tensor<2x160x!wq>, tensor<2xi32>) -> tensor<3x2xf32>
  %u = lowbit.constant dense<1> : tensor<2x40xi8> as tensor<2x40x!wq>
  %t = lowbit.binarize %s : tensor<3x40xf32> to tensor<3x40x!xq>
  %q = lowbit.matmul %t, %u, %b2 : (tensor<3x40x!xq>, tensor<2x40x!wq>, tensor<2xi32>) -> tensor<3x2xf32>
  %i = quant.scast %x : tensor<1x4x4x32x!xq> to tensor<1x4x4x32xi8>
  %shape = tosa.const_shape {values = dense<[0, 0, 1, 1, 1, 1, 0, 0]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %zero = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %p = tosa.pad %i, %shape, %zero : (tensor<1x4x4x32xi8>, !tosa.shape<8>, tensor<1xi8>) -> tensor<1x6x6x32xi8>
  %j = quant.scast %p : tensor<1x6x6x32xi8> to tensor<1x6x6x32x!xq>
  %k = lowbit.conv2d %j, %w, %b pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1]
     : (tensor<1x6x6x32x!xq>, tensor<1x3x3x32x!wq>, tensor<1xi32>) -> tensor<1x4x4x1xf32>
  return %y, %z, %q, %k : tensor<1x4x4x1xf32>, tensor<3x2xf32>, tensor<3x2xf32>, tensor<1x4x4x1xf32>
}
