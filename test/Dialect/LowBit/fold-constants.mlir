// RUN: quant-opt %s -lowbit-fold-constants -split-input-file | FileCheck %s

!wq = !quant.uniform<i8:f32:0, {0.5, 0.25}>

// scast(constant integers) -> constant codes
// CHECK-LABEL: @integers
func.func @integers() -> tensor<2x2x!wq> {
  // CHECK: lowbit.constant dense<{{\[}}[1, -2], [-128, 127]]> : tensor<2x2xi8> as tensor<2x2x!quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>>
  %0 = "tosa.const"() <{values = dense<[[1, -2], [-128, 127]]> : tensor<2x2xi8>}> : () -> tensor<2x2xi8>
  %1 = quant.scast %0 : tensor<2x2xi8> to tensor<2x2x!wq>
  return %1 : tensor<2x2x!wq>
}

// -----

!u4 = !quant.uniform<u8<0:15>:f32, 0.5>

// CHECK-LABEL: @an_integer_is_no_code
func.func @an_integer_is_no_code() -> tensor<2x!u4> {
  // CHECK: quant.scast
  %0 = "tosa.const"() <{values = dense<[15, 16]> : tensor<2xi8>}> : () -> tensor<2xi8>
  %1 = quant.scast %0 : tensor<2xi8> to tensor<2x!u4>
  return %1 : tensor<2x!u4>
}

// -----

!wq = !quant.uniform<i8<-127:127>:f32:1, {0.5, 0.25:3}>

// quantize(constant reals) -> constant codes: 0.75 / 0.5 = 1.5 is rounded to
// 2, 0.75 / 0.25 + 3 = 6, -100 saturates.
// CHECK-LABEL: @reals
func.func @reals() -> tensor<2x2x!wq> {
  // CHECK: lowbit.constant dense<{{\[}}[2, 6], [-127, -127]]> : tensor<2x2xi8>
  %0 = "tosa.const"() <{values = dense<[[0.75, 0.75], [-100.0, -100.0]]> : tensor<2x2xf32>}> : () -> tensor<2x2xf32>
  %1 = lowbit.quantize %0 : tensor<2x2xf32> to tensor<2x2x!wq>
  return %1 : tensor<2x2x!wq>
}

// -----

!wq = !quant.uniform<i8:f32:0, {0.5, 0.25}>

// move(dequantize(constant codes)) -> dequantize(constant codes)
// CHECK-LABEL: @transpose
func.func @transpose() -> tensor<3x1x2xf32> {
  // CHECK: %[[W:.+]] = lowbit.constant dense<{{\[}}{{\[}}[1, 4]], {{\[}}[2, 5]], {{\[}}[3, 6]]]> : tensor<3x1x2xi8> as tensor<3x1x2x!quant.uniform<i8:f32:2, {5.000000e-01,2.500000e-01}>>
  // CHECK: lowbit.dequantize %[[W]] {lowbit.given}
  %0 = lowbit.constant dense<[[[1, 2, 3]], [[4, 5, 6]]]> : tensor<2x1x3xi8> as tensor<2x1x3x!wq>
  %1 = lowbit.dequantize %0 {lowbit.given} : tensor<2x1x3x!wq> to tensor<2x1x3xf32>
  %2 = tosa.transpose %1 {perms = array<i32: 2, 1, 0>} : (tensor<2x1x3xf32>) -> tensor<3x1x2xf32>
  return %2 : tensor<3x1x2xf32>
}

// -----

!wq = !quant.uniform<i8:f32:1, {0.5, 0.25}>

// CHECK-LABEL: @reshape
func.func @reshape() -> tensor<1x3x2x1xf32> {
  // CHECK: lowbit.constant {{.*}} as tensor<1x3x2x1x!quant.uniform<i8:f32:2, {5.000000e-01,2.500000e-01}>>
  // CHECK-NOT: tosa.reshape
  %0 = lowbit.constant dense<1> : tensor<3x2xi8> as tensor<3x2x!wq>
  %1 = lowbit.dequantize %0 : tensor<3x2x!wq> to tensor<3x2xf32>
  %s = tosa.const_shape {values = dense<[1, 3, 2, 1]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %2 = tosa.reshape %1, %s : (tensor<3x2xf32>, !tosa.shape<4>) -> tensor<1x3x2x1xf32>
  return %2 : tensor<1x3x2x1xf32>
}

// -----

!wq = !quant.uniform<i8:f32:1, {0.5, 0.25}>

// CHECK-LABEL: @reshape_merges_the_axis
func.func @reshape_merges_the_axis() -> tensor<6xf32> {
  // CHECK: tosa.reshape
  %0 = lowbit.constant dense<1> : tensor<3x2xi8> as tensor<3x2x!wq>
  %1 = lowbit.dequantize %0 : tensor<3x2x!wq> to tensor<3x2xf32>
  %s = tosa.const_shape {values = dense<6> : tensor<1xindex>} : () -> !tosa.shape<1>
  %2 = tosa.reshape %1, %s : (tensor<3x2xf32>, !tosa.shape<1>) -> tensor<6xf32>
  return %2 : tensor<6xf32>
}

// -----

!wq = !quant.uniform<i8:f32:0, {0.5, 0.25, 0.125:7}>

// The filters of one group of a convolution.
// CHECK-LABEL: @slice
func.func @slice() -> tensor<2x1xf32> {
  // CHECK: lowbit.constant dense<{{\[}}[4], [6]]> : tensor<2x1xi8> as tensor<2x1x!quant.uniform<i8:f32:0, {2.500000e-01,1.250000e-01:7}>>
  // CHECK-NOT: tosa.slice
  %0 = lowbit.constant dense<[[1, 2], [3, 4], [5, 6]]> : tensor<3x2xi8> as tensor<3x2x!wq>
  %1 = lowbit.dequantize %0 : tensor<3x2x!wq> to tensor<3x2xf32>
  %start = tosa.const_shape {values = dense<[1, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %size = tosa.const_shape {values = dense<[2, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %2 = tosa.slice %1, %start, %size : (tensor<3x2xf32>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<2x1xf32>
  return %2 : tensor<2x1xf32>
}

// -----

!bq = !quant.uniform<i32:f32:0, {0.5, 0.25, 0.125}>

// The bias of a group keeps all of its bits.
// CHECK-LABEL: @slice_of_a_bias
func.func @slice_of_a_bias() -> tensor<2xf32> {
  // CHECK: lowbit.constant dense<[-70000, 2147483647]> : tensor<2xi32> as tensor<2x!quant.uniform<i32:f32:0, {2.500000e-01,1.250000e-01}>>
  // CHECK-NOT: tosa.slice
  %0 = lowbit.constant dense<[1, -70000, 2147483647]> : tensor<3xi32> as tensor<3x!bq>
  %1 = lowbit.dequantize %0 : tensor<3x!bq> to tensor<3xf32>
  %start = tosa.const_shape {values = dense<1> : tensor<1xindex>} : () -> !tosa.shape<1>
  %size = tosa.const_shape {values = dense<2> : tensor<1xindex>} : () -> !tosa.shape<1>
  %2 = tosa.slice %1, %start, %size : (tensor<3xf32>, !tosa.shape<1>, !tosa.shape<1>) -> tensor<2xf32>
  return %2 : tensor<2xf32>
}

// -----

// CHECK-LABEL: @not_constant
func.func @not_constant(%q: tensor<2x2x!quant.uniform<u8:f32, 0.5>>) -> tensor<2x2xf32> {
  // CHECK: tosa.transpose
  %1 = lowbit.dequantize %q : tensor<2x2x!quant.uniform<u8:f32, 0.5>> to tensor<2x2xf32>
  %2 = tosa.transpose %1 {perms = array<i32: 1, 0>} : (tensor<2x2xf32>) -> tensor<2x2xf32>
  return %2 : tensor<2x2xf32>
}
