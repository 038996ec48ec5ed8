// RUN: quant-opt %s -pass-pipeline='builtin.module(func.func(tosa-sink-reshapes))' | FileCheck %s

// op(reshape(x), constant) -> reshape(op(x, constant'))
// CHECK-LABEL: @bias_of_a_fully_connected_layer
func.func @bias_of_a_fully_connected_layer(%x: tensor<1x4x3xf32>) -> tensor<4x3xf32> {
  // CHECK: %[[B:.+]] = "tosa.const"() <{values = dense<{{\[\[\[}}1.000000e+00, 2.000000e+00, 3.000000e+00]]]> : tensor<1x1x3xf32>}>
  // CHECK: %[[Y:.+]] = tosa.add %arg0, %[[B]] : (tensor<1x4x3xf32>, tensor<1x1x3xf32>) -> tensor<1x4x3xf32>
  // CHECK: %[[Z:.+]] = tosa.reshape %[[Y]], %{{.+}} : (tensor<1x4x3xf32>, !tosa.shape<2>) -> tensor<4x3xf32>
  // CHECK: return %[[Z]]
  %shape = tosa.const_shape {values = dense<[4, 3]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %b = "tosa.const"() {values = dense<[[1.0, 2.0, 3.0]]> : tensor<1x3xf32>} : () -> tensor<1x3xf32>
  %0 = tosa.reshape %x, %shape : (tensor<1x4x3xf32>, !tosa.shape<2>) -> tensor<4x3xf32>
  %1 = tosa.add %0, %b : (tensor<4x3xf32>, tensor<1x3xf32>) -> tensor<4x3xf32>
  return %1 : tensor<4x3xf32>
}

// Reshaped alike on both sides.
// CHECK-LABEL: @both_sides
func.func @both_sides(%x: tensor<1x4x3xf32>, %y: tensor<1x4x3xf32>) -> tensor<4x3xf32> {
  // CHECK: tosa.add %arg0, %arg1 : (tensor<1x4x3xf32>, tensor<1x4x3xf32>) -> tensor<1x4x3xf32>
  %shape = tosa.const_shape {values = dense<[4, 3]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %0 = tosa.reshape %x, %shape : (tensor<1x4x3xf32>, !tosa.shape<2>) -> tensor<4x3xf32>
  %1 = tosa.reshape %y, %shape : (tensor<1x4x3xf32>, !tosa.shape<2>) -> tensor<4x3xf32>
  %2 = tosa.add %0, %1 : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
  return %2 : tensor<4x3xf32>
}

// Not here: the other side is neither.
// CHECK-LABEL: @other_side
func.func @other_side(%x: tensor<1x4x3xf32>, %y: tensor<4x3xf32>) -> tensor<4x3xf32> {
  // CHECK: tosa.reshape
  // CHECK-NEXT: tosa.add
  %shape = tosa.const_shape {values = dense<[4, 3]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %0 = tosa.reshape %x, %shape : (tensor<1x4x3xf32>, !tosa.shape<2>) -> tensor<4x3xf32>
  %1 = tosa.add %0, %y : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
  return %1 : tensor<4x3xf32>
}

// Not here: more than ones are regrouped.
// CHECK-LABEL: @regrouped
func.func @regrouped(%x: tensor<2x6xf32>) -> tensor<3x4xf32> {
  // CHECK: tosa.reshape
  // CHECK-NEXT: tosa.abs
  %shape = tosa.const_shape {values = dense<[3, 4]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %0 = tosa.reshape %x, %shape : (tensor<2x6xf32>, !tosa.shape<2>) -> tensor<3x4xf32>
  %1 = tosa.abs %0 : (tensor<3x4xf32>) -> tensor<3x4xf32>
  return %1 : tensor<3x4xf32>
}

// Not here: the constant spreads the reshaped value.
// CHECK-LABEL: @constant_spreads
func.func @constant_spreads(%x: tensor<1x1x3xf32>) -> tensor<2x3xf32> {
  // CHECK: tosa.reshape
  // CHECK: tosa.add
  %shape = tosa.const_shape {values = dense<[1, 3]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %b = "tosa.const"() {values = dense<[[1.0], [2.0]]> : tensor<2x1xf32>} : () -> tensor<2x1xf32>
  %0 = tosa.reshape %x, %shape : (tensor<1x1x3xf32>, !tosa.shape<2>) -> tensor<1x3xf32>
  %1 = tosa.add %0, %b : (tensor<1x3xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  return %1 : tensor<2x3xf32>
}

// reshape(reshape(x)) -> reshape(x)
// CHECK-LABEL: @twice
func.func @twice(%x: tensor<2x6xf32>) -> tensor<12xf32> {
  // CHECK: tosa.reshape %arg0, %{{.+}} -> tensor<12xf32>
  // CHECK-NEXT: return
  %a = tosa.const_shape {values = dense<[3, 4]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %b = tosa.const_shape {values = dense<12> : tensor<1xindex>} : () -> !tosa.shape<1>
  %0 = tosa.reshape %x, %a : (tensor<2x6xf32>, !tosa.shape<2>) -> tensor<3x4xf32>
  %1 = tosa.reshape %0, %b : (tensor<3x4xf32>, !tosa.shape<1>) -> tensor<12xf32>
  return %1 : tensor<12xf32>
}
