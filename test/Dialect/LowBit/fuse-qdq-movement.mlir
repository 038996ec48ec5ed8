// RUN: quant-opt %s -lowbit-fuse-qdq -split-input-file | FileCheck %s

!xq = !quant.uniform<u8:f32, 0.5:200>

// move(dequantize(q)) -> dequantize(move(q)): padding with 0 is the code 200.
// CHECK-LABEL: @sink
func.func @sink(%q: tensor<1x2x3x1x!xq>) -> tensor<1x5x2x1xf32> {
  // CHECK-DAG: %[[Z:.+]] = "tosa.const"() <{values = dense<-56> : tensor<1xi8>}>
  // CHECK: %[[S:.+]] = quant.scast %{{.*}} to tensor<1x2x3x1xi8>
  // CHECK: %[[T:.+]] = tosa.transpose %[[S]] {{.*}} -> tensor<1x3x2x1xi8>
  // CHECK: %[[P:.+]] = tosa.pad %[[T]], %{{.*}}, %[[Z]]
  // CHECK: %[[C:.+]] = quant.scast %[[P]]
  // CHECK: lowbit.dequantize %[[C]]
  %p = tosa.const_shape {values = dense<[0, 0, 1, 1, 0, 0, 0, 0]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %x = lowbit.dequantize %q : tensor<1x2x3x1x!xq> to tensor<1x2x3x1xf32>
  %0 = tosa.transpose %x {perms = array<i32: 0, 2, 1, 3>} : (tensor<1x2x3x1xf32>) -> tensor<1x3x2x1xf32>
  %1 = tosa.pad %0, %p, %z : (tensor<1x3x2x1xf32>, !tosa.shape<8>, tensor<1xf32>) -> tensor<1x5x2x1xf32>
  return %1 : tensor<1x5x2x1xf32>
}

// -----

!xq = !quant.uniform<u8:f32, 0.5:200>

// No code stands for 0.3, so the padding stays in float.
// CHECK-LABEL: @pad_without_code
func.func @pad_without_code(%q: tensor<2x!xq>) -> tensor<4xf32> {
  // CHECK: tosa.pad {{.*}} -> tensor<4xf32>
  %p = tosa.const_shape {values = dense<[1, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %z = "tosa.const"() {values = dense<0.3> : tensor<1xf32>} : () -> tensor<1xf32>
  %x = lowbit.dequantize %q : tensor<2x!xq> to tensor<2xf32>
  %0 = tosa.pad %x, %p, %z : (tensor<2xf32>, !tosa.shape<2>, tensor<1xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

!xq = !quant.uniform<u8:f32, 0.5:200>

// quantize(move(x)) -> move(quantize(x)), unless x's other readers need reals.
// CHECK-LABEL: @hoist
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<2x3xf32>, %[[Y:[a-z0-9]+]]:
func.func @hoist(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>) -> (tensor<3x2x!xq>, tensor<3x2x!xq>, tensor<3x2xf32>) {
  // CHECK: lowbit.quantize %[[X]] : tensor<2x3xf32>
  // CHECK: tosa.transpose {{.*}} -> tensor<3x2xi8>
  // CHECK: quant.scast {{.*}} {calib.site = "t"}
  // CHECK: tosa.transpose %[[Y]] {{.*}} -> tensor<3x2xf32>
  // CHECK: lowbit.quantize
  %0 = tosa.transpose %x {perms = array<i32: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  %1 = lowbit.quantize %0 {calib.site = "t"} : tensor<3x2xf32> to tensor<3x2x!xq>
  %2 = tosa.transpose %y {perms = array<i32: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  %3 = lowbit.quantize %2 : tensor<3x2xf32> to tensor<3x2x!xq>
  return %1, %3, %2 : tensor<3x2x!xq>, tensor<3x2x!xq>, tensor<3x2xf32>
}

// -----

!xq = !quant.uniform<u8:f32, 0.5:200>
!yq = !quant.uniform<u8:f32, 0.25:0>

// concat(dequantize(q)...) -> dequantize(concat(q...)) for one format; else the
// operands get the format of the result.
// CHECK-LABEL: @concat
// CHECK-SAME:    %[[A:[a-z0-9]+]]: {{.*}}, %[[B:[a-z0-9]+]]: {{.*}}, %[[C:[a-z0-9]+]]:
func.func @concat(%a: tensor<2x!xq>, %b: tensor<2x!xq>, %c: tensor<2x!yq>) -> (tensor<4xf32>, tensor<4x!yq>) {
  // CHECK-DAG: %[[SA:.+]] = quant.scast %[[A]]
  // CHECK-DAG: %[[SB:.+]] = quant.scast %[[B]]
  // CHECK: tosa.concat %[[SA]], %[[SB]] {{.*}} -> tensor<4xi8>
  %x = lowbit.dequantize %a : tensor<2x!xq> to tensor<2xf32>
  %y = lowbit.dequantize %b : tensor<2x!xq> to tensor<2xf32>
  %z = lowbit.dequantize %c : tensor<2x!yq> to tensor<2xf32>
  %0 = tosa.concat %x, %y {axis = 0 : i32} : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  // CHECK: %[[RA:.+]] = lowbit.requantize %[[A]]
  // CHECK-DAG: %[[SRA:.+]] = quant.scast %[[RA]]
  // CHECK-DAG: %[[SC:.+]] = quant.scast %[[C]]
  // CHECK: tosa.concat %[[SRA]], %[[SC]] {{.*}} -> tensor<4xi8>
  // CHECK: quant.scast {{.*}} {calib.site = "joined"}
  %1 = tosa.concat %x, %z {axis = 0 : i32} : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %2 = lowbit.quantize %1 {calib.site = "joined"} : tensor<4xf32> to tensor<4x!yq>
  return %0, %2 : tensor<4xf32>, tensor<4x!yq>
}

// -----

!xq = !quant.uniform<u8:f32, 0.5:200>

// max_pool2d(dequantize(q)) -> dequantize(max_pool2d(q)), and before a quantize.
// CHECK-LABEL: @max_pool
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: {{.*}}, %[[X:[a-z0-9]+]]:
func.func @max_pool(%q: tensor<1x4x4x1x!xq>, %x: tensor<1x4x4x1xf32>) -> (tensor<1x2x2x1xf32>, tensor<1x2x2x1x!xq>) {
  // CHECK: %[[M:.+]] = lowbit.max_pool2d %[[Q]] kernel [2, 2] pad [0, 0, 0, 0] stride [2, 2]
  // CHECK: lowbit.dequantize %[[M]]
  %0 = lowbit.dequantize %q : tensor<1x4x4x1x!xq> to tensor<1x4x4x1xf32>
  %1 = tosa.max_pool2d %0 {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x4x4x1xf32>) -> tensor<1x2x2x1xf32>
  // CHECK: %[[QX:.+]] = lowbit.quantize %[[X]]
  // CHECK: lowbit.max_pool2d %[[QX]] {{.*}} {calib.site = "pool"}
  %2 = tosa.max_pool2d %x {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x4x4x1xf32>) -> tensor<1x2x2x1xf32>
  %3 = lowbit.quantize %2 {calib.site = "pool"} : tensor<1x2x2x1xf32> to tensor<1x2x2x1x!xq>
  return %1, %3 : tensor<1x2x2x1xf32>, tensor<1x2x2x1x!xq>
}

// -----

!codes = !quant.uniform<u8:f32, 0.5:128>

// A part that moves with a loop is taken of the codes, and a quantization of it
// is not moved out of it: that would quantize everything in every iteration.
// CHECK-LABEL: @in_a_loop
// CHECK-SAME:    %[[Q:.+]]: tensor<4x2x!quant.uniform
// CHECK-SAME:    %[[X:.+]]: tensor<4x2xf32>
func.func @in_a_loop(%q: tensor<4x2x!codes>, %x: tensor<4x2xf32>, %start: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %all = lowbit.dequantize %q : tensor<4x2x!codes> to tensor<4x2xf32>
  %zeros = "tosa.const_shape"() <{values = dense<0> : tensor<2xindex>}> : () -> !tosa.shape<2>
  %row = "tosa.const_shape"() <{values = dense<[1, 2]> : tensor<2xindex>}> : () -> !tosa.shape<2>
  // CHECK: scf.for %[[I:[a-z0-9]+]] =
  // CHECK-DAG: %[[PART:.+]] = tensor.extract_slice %{{.+}}[%[[I]], 0] [1, 2] [1, 1] : tensor<4x2xi8> to tensor<1x2xi8>
  // CHECK-DAG: %[[FIRST:.+]] = tosa.slice %[[X]]
  // CHECK-DAG: lowbit.quantize %[[FIRST]] : tensor<1x2xf32>
  %r = scf.for %i = %c0 to %c4 step %c1 iter_args(%h = %start) -> (tensor<1x2xf32>) {
    %part = tensor.extract_slice %all[%i, 0] [1, 2] [1, 1] : tensor<4x2xf32> to tensor<1x2xf32>
    %first = tosa.slice %x, %zeros, %row : (tensor<4x2xf32>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<1x2xf32>
    %codes = lowbit.quantize %first : tensor<1x2xf32> to tensor<1x2x!codes>
    %again = lowbit.dequantize %codes : tensor<1x2x!codes> to tensor<1x2xf32>
    %0 = tosa.pow %part, %again : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
    %1 = tosa.pow %0, %h : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
    scf.yield %1 : tensor<1x2xf32>
  }
  return %r : tensor<1x2xf32>
}
