// RUN: quant-opt %s -split-input-file -calib-insert-observers | FileCheck %s

// Input and hidden values are observed, the last contraction is not. An
// argument's name is the one that the model gives it.
// CHECK-LABEL: @input_and_hidden
func.func @input_and_hidden(%x: tensor<1x2x2xf32> {quantc.name = "image"}) -> tensor<1x2x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[0.5, 1.0], [1.5, 2.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  // CHECK: %[[X:.+]] = calib.observe %{{.+}} site "image" : tensor<1x2x2xf32>
  // CHECK: %[[A:.+]] = tosa.matmul %[[X]],
  // CHECK-NEXT: %[[B:.+]] = calib.observe %[[A]] site "fc1" : tensor<1x2x2xf32>
  // CHECK-NEXT: %[[C:.+]] = tosa.matmul %[[B]],
  // CHECK-NEXT: return %[[C]]
  %0 = tosa.matmul %x, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc1")
  %y = tosa.matmul %0, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc2")
  return %y : tensor<1x2x2xf32>
}

// -----

// A site's name is unique.
// CHECK-LABEL: @names
func.func @names(%x: tensor<1x2x2xf32>) -> tensor<1x2x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[0.5, 1.0], [1.5, 2.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  // CHECK: site "input0"
  // CHECK: site "fc"
  // CHECK: site "fc#2"
  // CHECK: site "fc#3"
  // CHECK-NOT: calib.observe
  %0 = tosa.matmul %x, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc")
  %1 = tosa.matmul %0, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc")
  %2 = tosa.matmul %1, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc")
  %y = tosa.matmul %2, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc")
  return %y : tensor<1x2x2xf32>
}

// -----

// clamp(op(x)): the clamp's result is observed, the op's is not.
// CHECK-LABEL: @fused_clamp
func.func @fused_clamp(%x: tensor<1x2x2xf32>) -> tensor<1x2x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[0.5, 1.0], [1.5, 2.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  // CHECK: tosa.matmul
  // CHECK-NEXT: tosa.clamp
  // CHECK-NEXT: calib.observe %{{.+}} site "relu"
  // CHECK-NOT: calib.observe
  %0 = tosa.matmul %x, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc1")
  %1 = tosa.clamp %0 {max_val = 6.0 : f32, min_val = 0.0 : f32} : (tensor<1x2x2xf32>) -> tensor<1x2x2xf32> loc("relu")
  %y = tosa.matmul %1, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc2")
  return %y : tensor<1x2x2xf32>
}

// -----

// The clamp is not fused if what it clamps has another use.
// CHECK-LABEL: @clamp_of_shared_value
func.func @clamp_of_shared_value(%x: tensor<1x2x2xf32>) -> tensor<1x2x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[0.5, 1.0], [1.5, 2.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  // CHECK: site "input0"
  // CHECK: site "fc1"
  // CHECK: site "relu"
  // CHECK: site "fc2"
  // CHECK: site "sum"
  // CHECK-NOT: calib.observe
  %0 = tosa.matmul %x, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc1")
  %1 = tosa.clamp %0 {max_val = 6.0 : f32, min_val = 0.0 : f32} : (tensor<1x2x2xf32>) -> tensor<1x2x2xf32> loc("relu")
  %2 = tosa.matmul %1, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc2")
  %3 = tosa.add %0, %2 : (tensor<1x2x2xf32>, tensor<1x2x2xf32>) -> tensor<1x2x2xf32> loc("sum")
  %y = tosa.matmul %3, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc3")
  return %y : tensor<1x2x2xf32>
}

// -----

// add(matmul(x, w), c) and a clamp behind it, also through a reshape.
// CHECK-LABEL: @bias
func.func @bias(%x: tensor<1x2x2xf32>) -> tensor<1x2x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[0.5, 1.0], [1.5, 2.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  // CHECK: site "input0"
  // CHECK: tosa.matmul
  // CHECK-NEXT: tosa.add
  // CHECK-NEXT: calib.observe %{{.+}} site "bias1"
  // CHECK-NEXT: tosa.matmul
  // CHECK-NEXT: tosa.reshape
  // CHECK-NEXT: tosa.add
  // CHECK-NEXT: tosa.clamp
  // CHECK-NEXT: calib.observe %{{.+}} site "relu"
  // CHECK-NOT: calib.observe
  %half = "tosa.const"() <{values = dense<0.5> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  %shape = tosa.const_shape {values = dense<[1, 2, 2]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %0 = tosa.matmul %x, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc1")
  %1 = tosa.add %0, %half : (tensor<1x2x2xf32>, tensor<1x2x2xf32>) -> tensor<1x2x2xf32> loc("bias1")
  %2 = tosa.matmul %1, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc2")
  %3 = tosa.reshape %2, %shape : (tensor<1x2x2xf32>, !tosa.shape<3>) -> tensor<1x2x2xf32>
  %4 = tosa.add %3, %half : (tensor<1x2x2xf32>, tensor<1x2x2xf32>) -> tensor<1x2x2xf32> loc("bias2")
  %5 = tosa.clamp %4 {max_val = 6.0 : f32, min_val = 0.0 : f32} : (tensor<1x2x2xf32>) -> tensor<1x2x2xf32> loc("relu")
  %y = tosa.matmul %5, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc3")
  return %y : tensor<1x2x2xf32>
}

// -----

// Residual addition: both operands and the sum.
// CHECK-LABEL: @residual
func.func @residual(%x: tensor<1x2x2xf32>) -> tensor<1x2x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[0.5, 1.0], [1.5, 2.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  // CHECK: site "input0"
  // CHECK: site "fc1"
  // CHECK: site "fc2"
  // CHECK: site "sum"
  // CHECK-NOT: calib.observe
  %0 = tosa.matmul %x, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc1")
  %1 = tosa.matmul %0, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc2")
  %2 = tosa.add %0, %1 : (tensor<1x2x2xf32>, tensor<1x2x2xf32>) -> tensor<1x2x2xf32> loc("sum")
  %y = tosa.matmul %2, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc3")
  return %y : tensor<1x2x2xf32>
}

// -----

// Data movement and max_pool2d keep the format, whatever side of them is wanted.
// CHECK-LABEL: @moved
func.func @moved(%x: tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[0.5, 1.0], [1.5, 2.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  // CHECK: tosa.conv2d
  // CHECK-NEXT: %[[A:.+]] = calib.observe %{{.+}} site "conv1"
  // CHECK-NEXT: %[[B:.+]] = tosa.max_pool2d %[[A]]
  // CHECK-NEXT: %[[C:.+]] = tosa.transpose %[[B]]
  // CHECK-NEXT: %{{.+}} = tosa.conv2d %[[C]]
  // CHECK-NOT: calib.observe
  %k = "tosa.const"() <{values = dense<0.5> : tensor<2x1x1x2xf32>}> : () -> tensor<2x1x1x2xf32>
  %b = "tosa.const"() <{values = dense<0.5> : tensor<2xf32>}> : () -> tensor<2xf32>
  %0 = tosa.conv2d %x, %k, %b, %zero, %zero {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x4x4x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x2xf32> loc("conv1")
  %1 = tosa.max_pool2d %0 {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>
  %2 = tosa.transpose %1 {perms = array<i32: 0, 2, 1, 3>} : (tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %y = tosa.conv2d %2, %k, %b, %zero, %zero {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x2xf32> loc("conv2")
  return %y : tensor<1x2x2x2xf32>
}

// -----

// Concatenation and average pooling.
// CHECK-LABEL: @concat_and_pool
func.func @concat_and_pool(%x: tensor<1x4x4x2xf32>) -> tensor<1x1x1x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[0.5, 1.0], [1.5, 2.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  // CHECK: site "input0"
  // CHECK: site "conv1"
  // CHECK: site "conv2"
  // CHECK: site "cat"
  // CHECK: site "pool"
  // CHECK-NOT: calib.observe
  %k = "tosa.const"() <{values = dense<0.5> : tensor<2x1x1x2xf32>}> : () -> tensor<2x1x1x2xf32>
  %k4 = "tosa.const"() <{values = dense<0.5> : tensor<2x1x1x4xf32>}> : () -> tensor<2x1x1x4xf32>
  %b = "tosa.const"() <{values = dense<0.5> : tensor<2xf32>}> : () -> tensor<2xf32>
  %0 = tosa.conv2d %x, %k, %b, %zero, %zero {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x4x4x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x2xf32> loc("conv1")
  %1 = tosa.conv2d %x, %k, %b, %zero, %zero {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x4x4x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x2xf32> loc("conv2")
  %2 = tosa.concat %0, %1 {axis = 3 : i32} : (tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>) -> tensor<1x4x4x4xf32> loc("cat")
  %3 = tosa.avg_pool2d %2, %zero, %zero {acc_type = f32, kernel = array<i64: 4, 4>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x4x4x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1x4xf32> loc("pool")
  %y = tosa.conv2d %3, %k4, %b, %zero, %zero {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x1x4xf32>, tensor<2x1x1x4xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1x2xf32> loc("conv3")
  return %y : tensor<1x1x1x2xf32>
}

// -----

// A constant among the operands of a concatenation does not make it float.
// CHECK-LABEL: @concat_with_constant
func.func @concat_with_constant(%x: tensor<1x2x2xf32>) -> tensor<1x3x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[0.5, 1.0], [1.5, 2.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  // CHECK: site "input0"
  // CHECK: site "fc1"
  // CHECK: site "cat"
  // CHECK-NOT: calib.observe
  %c = "tosa.const"() <{values = dense<0.5> : tensor<1x1x2xf32>}> : () -> tensor<1x1x2xf32>
  %0 = tosa.matmul %x, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc1")
  %1 = tosa.concat %c, %0 {axis = 1 : i32} : (tensor<1x1x2xf32>, tensor<1x2x2xf32>) -> tensor<1x3x2xf32> loc("cat")
  %y = tosa.matmul %1, %w, %zero, %zero : (tensor<1x3x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x2xf32>
  return %y : tensor<1x3x2xf32>
}

// -----

// f(g(x)) of one tensor of codes: only what goes in and what comes out.
// CHECK-LABEL: @table
func.func @table(%x: tensor<1x2x2xf32>) -> tensor<1x2x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[0.5, 1.0], [1.5, 2.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  // CHECK: site "input0"
  // CHECK: site "fc1"
  // CHECK: tosa.sigmoid
  // CHECK-NEXT: tosa.mul
  // CHECK-NEXT: calib.observe %{{.+}} site "silu"
  // CHECK-NOT: calib.observe
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.matmul %x, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc1")
  %1 = tosa.sigmoid %0 : (tensor<1x2x2xf32>) -> tensor<1x2x2xf32> loc("gate")
  %2 = tosa.mul %0, %1, %shift : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xi8>) -> tensor<1x2x2xf32> loc("silu")
  %y = tosa.matmul %2, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc2")
  return %y : tensor<1x2x2xf32>
}

// -----

// A step inside a table that something else reads as codes is observed too.
// CHECK-LABEL: @shared_step_of_table
func.func @shared_step_of_table(%x: tensor<1x2x2xf32>) -> tensor<1x2x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[0.5, 1.0], [1.5, 2.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  // CHECK: site "input0"
  // CHECK: site "fc1"
  // CHECK: site "gate"
  // CHECK: site "silu"
  // CHECK: site "fc2"
  // CHECK: site "sum"
  // CHECK-NOT: calib.observe
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.matmul %x, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc1")
  %1 = tosa.sigmoid %0 : (tensor<1x2x2xf32>) -> tensor<1x2x2xf32> loc("gate")
  %2 = tosa.mul %0, %1, %shift : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xi8>) -> tensor<1x2x2xf32> loc("silu")
  %3 = tosa.matmul %2, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc2")
  %4 = tosa.add %1, %3 : (tensor<1x2x2xf32>, tensor<1x2x2xf32>) -> tensor<1x2x2xf32> loc("sum")
  %y = tosa.matmul %4, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc3")
  return %y : tensor<1x2x2xf32>
}

// -----

// Elementwise functions of two tensors of codes: add, sub, mul only.
// CHECK-LABEL: @arithmetic_on_two
func.func @arithmetic_on_two(%x: tensor<1x2x2xf32>) -> tensor<1x2x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[0.5, 1.0], [1.5, 2.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  // CHECK: site "input0"
  // CHECK: tosa.matmul
  // CHECK-NEXT: calib.observe %{{.+}} site "fc1"
  // CHECK-NEXT: tosa.matmul
  // CHECK-NEXT: calib.observe %{{.+}} site "fc2"
  // CHECK-NEXT: tosa.sub
  // CHECK-NEXT: calib.observe %{{.+}} site "difference"
  // CHECK-NEXT: tosa.matmul
  // CHECK-NEXT: tosa.matmul
  // CHECK-NEXT: tosa.maximum
  // CHECK-NEXT: calib.observe %{{.+}} site "larger"
  // CHECK-NOT: calib.observe
  %0 = tosa.matmul %x, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc1")
  %1 = tosa.matmul %x, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc2")
  %2 = tosa.sub %0, %1 : (tensor<1x2x2xf32>, tensor<1x2x2xf32>) -> tensor<1x2x2xf32> loc("difference")
  %3 = tosa.matmul %2, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc3")
  %4 = tosa.matmul %2, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc4")
  %5 = tosa.maximum %3, %4 : (tensor<1x2x2xf32>, tensor<1x2x2xf32>) -> tensor<1x2x2xf32> loc("larger")
  %y = tosa.matmul %5, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc5")
  return %y : tensor<1x2x2xf32>
}

// -----

// Nothing inside a softmax; its result is, if a contraction reads it.
// CHECK-LABEL: @softmax
func.func @softmax(%x: tensor<1x2x2xf32>) -> tensor<1x2x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[0.5, 1.0], [1.5, 2.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  // CHECK: site "input0"
  // CHECK: tosa.matmul
  // CHECK-NOT: calib.observe
  // CHECK: %[[P:.+]] = tosa.mul
  // CHECK-NEXT: %[[Q:.+]] = calib.observe %[[P]] site "softmax"
  // CHECK-NEXT: tosa.matmul %[[Q]]
  // CHECK-NOT: calib.observe
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.matmul %x, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc1")
  %m = tosa.reduce_max %0 {axis = 2 : i32} : (tensor<1x2x2xf32>) -> tensor<1x2x1xf32> loc("max")
  %d = tosa.sub %0, %m : (tensor<1x2x2xf32>, tensor<1x2x1xf32>) -> tensor<1x2x2xf32> loc("shifted")
  %e = tosa.exp %d : (tensor<1x2x2xf32>) -> tensor<1x2x2xf32> loc("exp")
  %s = tosa.reduce_sum %e {axis = 2 : i32} : (tensor<1x2x2xf32>) -> tensor<1x2x1xf32> loc("total")
  %r = tosa.reciprocal %s : (tensor<1x2x1xf32>) -> tensor<1x2x1xf32> loc("inverse")
  %p = tosa.mul %e, %r, %shift : (tensor<1x2x2xf32>, tensor<1x2x1xf32>, tensor<1xi8>) -> tensor<1x2x2xf32> loc("softmax")
  %y = tosa.matmul %p, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc2")
  return %y : tensor<1x2x2xf32>
}

// -----

// The tail stays in float: the last contraction and all that follows.
// CHECK-LABEL: @tail
func.func @tail(%x: tensor<1x2x2xf32>) -> tensor<1x2x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[0.5, 1.0], [1.5, 2.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  // CHECK: site "input0"
  // CHECK-NOT: calib.observe
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.matmul %x, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc1")
  %m = tosa.reduce_max %0 {axis = 2 : i32} : (tensor<1x2x2xf32>) -> tensor<1x2x1xf32> loc("max")
  %d = tosa.sub %0, %m : (tensor<1x2x2xf32>, tensor<1x2x1xf32>) -> tensor<1x2x2xf32> loc("shifted")
  %e = tosa.exp %d : (tensor<1x2x2xf32>) -> tensor<1x2x2xf32> loc("exp")
  %s = tosa.reduce_sum %e {axis = 2 : i32} : (tensor<1x2x2xf32>) -> tensor<1x2x1xf32> loc("total")
  %r = tosa.reciprocal %s : (tensor<1x2x1xf32>) -> tensor<1x2x1xf32> loc("inverse")
  %p = tosa.mul %e, %r, %shift : (tensor<1x2x2xf32>, tensor<1x2x1xf32>, tensor<1xi8>) -> tensor<1x2x2xf32> loc("softmax")
  %y = tosa.clamp %p {max_val = 6.0 : f32, min_val = 0.0 : f32} : (tensor<1x2x2xf32>) -> tensor<1x2x2xf32> loc("clip")
  return %y : tensor<1x2x2xf32>
}

// -----

// Arithmetic on the input before the first contraction stays in float.
// CHECK-LABEL: @preprocessing
func.func @preprocessing(%x: tensor<1x2x2xf32>) -> tensor<1x2x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[0.5, 1.0], [1.5, 2.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  // CHECK: tosa.sub
  // CHECK-NEXT: calib.observe %{{.+}} site "centred"
  // CHECK-NOT: calib.observe
  %half = "tosa.const"() <{values = dense<0.5> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  %0 = tosa.sub %x, %half : (tensor<1x2x2xf32>, tensor<1x2x2xf32>) -> tensor<1x2x2xf32> loc("centred")
  %y = tosa.matmul %0, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc1")
  return %y : tensor<1x2x2xf32>
}

// -----

// Readers in float keep the float: of an input, and of what is not codes.
// CHECK-LABEL: @float_readers
func.func @float_readers(%x: tensor<1x2x2xf32>) -> tensor<1x2x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[0.5, 1.0], [1.5, 2.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  // CHECK: %[[X:.+]] = calib.observe %[[ARG:.+]] site "input0"
  // CHECK: %[[A:.+]] = tosa.matmul %[[X]]
  // CHECK: %[[B:.+]] = tosa.reduce_max %[[ARG]]
  // CHECK: tosa.add %[[A]], %[[B]]
  %0 = tosa.matmul %x, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc1")
  %1 = tosa.reduce_max %x {axis = 2 : i32} : (tensor<1x2x2xf32>) -> tensor<1x2x1xf32>
  %y = tosa.add %0, %1 : (tensor<1x2x2xf32>, tensor<1x2x1xf32>) -> tensor<1x2x2xf32>
  return %y : tensor<1x2x2xf32>
}

// -----

// All readers of codes get the codes.
// CHECK-LABEL: @other_readers_of_codes
func.func @other_readers_of_codes(%x: tensor<1x2x2xf32>) -> tensor<1x2x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[0.5, 1.0], [1.5, 2.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  // CHECK: %[[A:.+]] = calib.observe %{{.+}} site "fc1"
  // CHECK: tosa.matmul %[[A]]
  // CHECK: tosa.exp %[[A]]
  %0 = tosa.matmul %x, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc1")
  %1 = tosa.matmul %0, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc2")
  %2 = tosa.exp %0 : (tensor<1x2x2xf32>) -> tensor<1x2x2xf32> loc("exp")
  %y = tosa.add %1, %2 : (tensor<1x2x2xf32>, tensor<1x2x2xf32>) -> tensor<1x2x2xf32> loc("sum")
  return %y : tensor<1x2x2xf32>
}

// -----

// Weights that are computed: not a contraction that integers can do.
// CHECK-LABEL: @product_of_inputs
func.func @product_of_inputs(%x: tensor<1x2x2xf32>, %v: tensor<1x2x2xf32>) -> tensor<1x2x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[0.5, 1.0], [1.5, 2.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  // CHECK-NOT: calib.observe
  %y = tosa.matmul %x, %v, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32>
  return %y : tensor<1x2x2xf32>
}

// -----

// A module that has observers is left alone.
// CHECK-LABEL: @observed_already
func.func @observed_already(%x: tensor<1x2x2xf32>) -> tensor<1x2x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[0.5, 1.0], [1.5, 2.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  // CHECK: calib.observe %{{.+}} site "mine"
  // CHECK-NOT: calib.observe
  %0 = calib.observe %x site "mine" : tensor<1x2x2xf32>
  %1 = tosa.matmul %0, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc1")
  %y = tosa.matmul %1, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc2")
  return %y : tensor<1x2x2xf32>
}

// -----

// A sum that a sum in float reads is float, too; its codes are for the
// contraction alone, and what it adds is not observed.
// CHECK-LABEL: @residual_stream
func.func @residual_stream(%x: tensor<1x2x2xf32>) -> tensor<1x2x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[0.5, 1.0], [1.5, 2.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  %c = "tosa.const"() <{values = dense<[[[1.0, 2.0], [3.0, 4.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  // CHECK: calib.observe %{{.+}} site "input0"
  // CHECK: %[[A:.+]] = tosa.matmul
  // CHECK-NEXT: %[[S:.+]] = tosa.add %[[A]]
  // CHECK-NEXT: %[[O:.+]] = calib.observe %[[S]] site "stream"
  // CHECK-NEXT: %[[B:.+]] = tosa.matmul %[[O]]
  // CHECK-NEXT: %[[T:.+]] = tosa.add %[[S]], %[[B]]
  // CHECK-NOT: calib.observe
  %0 = tosa.matmul %x, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc1")
  %1 = tosa.add %0, %c : (tensor<1x2x2xf32>, tensor<1x2x2xf32>) -> tensor<1x2x2xf32> loc("stream")
  %2 = tosa.matmul %1, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc2")
  %3 = tosa.add %1, %2 : (tensor<1x2x2xf32>, tensor<1x2x2xf32>) -> tensor<1x2x2xf32> loc("next")
  return %3 : tensor<1x2x2xf32>
}

// -----

// A stream of codes stays one where the next sum is on codes as well.
// CHECK-LABEL: @stream_of_codes
func.func @stream_of_codes(%x: tensor<1x2x2xf32>) -> tensor<1x2x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[0.5, 1.0], [1.5, 2.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  %c = "tosa.const"() <{values = dense<[[[1.0, 2.0], [3.0, 4.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  // CHECK: %[[S:.+]] = calib.observe %{{.+}} site "stream"
  // CHECK: %[[B:.+]] = tosa.matmul %[[S]]
  // CHECK: tosa.add %[[S]],
  // CHECK: calib.observe %{{.+}} site "next"
  %0 = tosa.matmul %x, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc1")
  %1 = tosa.add %0, %c : (tensor<1x2x2xf32>, tensor<1x2x2xf32>) -> tensor<1x2x2xf32> loc("stream")
  %2 = tosa.matmul %1, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc2")
  %3 = tosa.add %1, %2 : (tensor<1x2x2xf32>, tensor<1x2x2xf32>) -> tensor<1x2x2xf32> loc("next")
  %y = tosa.matmul %3, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc3")
  return %y : tensor<1x2x2xf32>
}

// -----

!xq = !quant.uniform<u8:f32, 0.5:128>
!wq = !quant.uniform<i8:f32, 0.5>

// A model that is quantized in part: what has a format of its own, in front of a
// contraction or behind it, is not observed. The rest is.
// CHECK-LABEL: @given_codes
func.func @given_codes(%x: tensor<1x2x2xf32>) -> tensor<1x2x2xf32> {
  // CHECK: %[[Q:.+]] = lowbit.quantize %{{.+}}
  // CHECK-NEXT: %[[X:.+]] = lowbit.dequantize %[[Q]]
  // CHECK-NEXT: %[[Y:.+]] = tosa.matmul %[[X]]
  // CHECK-NEXT: lowbit.quantize %[[Y]]
  // CHECK-NEXT: %[[R:.+]] = lowbit.dequantize
  // CHECK-NEXT: %[[F:.+]] = tosa.matmul %[[R]]
  // CHECK-NEXT: %[[O:.+]] = calib.observe %[[F]] site "fc2"
  // CHECK-NEXT: tosa.matmul %[[O]]
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[0.5, 1.0], [1.5, 2.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  %c = lowbit.constant dense<1> : tensor<1x2x2xi8> as tensor<1x2x2x!wq>
  %v = lowbit.dequantize %c : tensor<1x2x2x!wq> to tensor<1x2x2xf32>
  %q = lowbit.quantize %x : tensor<1x2x2xf32> to tensor<1x2x2x!xq>
  %d = lowbit.dequantize %q : tensor<1x2x2x!xq> to tensor<1x2x2xf32>
  %0 = tosa.matmul %d, %v, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc1")
  %1 = lowbit.quantize %0 : tensor<1x2x2xf32> to tensor<1x2x2x!xq>
  %2 = lowbit.dequantize %1 : tensor<1x2x2x!xq> to tensor<1x2x2xf32>
  %3 = tosa.matmul %2, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc2")
  %y = tosa.matmul %3, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc3")
  return %y : tensor<1x2x2xf32>
}

// -----

!wq = !quant.uniform<i8:f32, 0.5>

// Weights alone: the contraction can be integer arithmetic if its input is
// observed.
// CHECK-LABEL: @given_weights
func.func @given_weights(%x: tensor<1x2x2xf32>) -> tensor<1x2x2xf32> {
  // CHECK: %[[X:.+]] = calib.observe %{{.+}} site
  // CHECK: tosa.matmul %[[X]]
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %c = lowbit.constant dense<1> : tensor<1x2x2xi8> as tensor<1x2x2x!wq>
  %v = lowbit.dequantize %c : tensor<1x2x2x!wq> to tensor<1x2x2xf32>
  %0 = tosa.matmul %x, %v, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc1")
  return %0 : tensor<1x2x2xf32>
}

// -----

// What a loop carries is observed in every iteration, as what a contraction
// reads; the sum that only leads to the next iteration is not. A part of a
// tensor that moves with the loop is looked through.
// CHECK-LABEL: @loop
func.func @loop(%x: tensor<4x1x2xf32> {quantc.name = "x"}, %start: tensor<1x1x2xf32>) -> tensor<1x1x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[0.5, 1.0], [1.5, 2.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  // CHECK: %[[X:.+]] = calib.observe %{{.+}} site "x"
  // CHECK: scf.for {{.*}} iter_args(%[[H:.+]] = %{{.+}})
  // CHECK-NEXT: %[[CARRIED:.+]] = calib.observe %[[H]] site "rnn"
  // CHECK-NEXT: %[[ROW:.+]] = tensor.extract_slice %[[X]]
  // CHECK-NEXT: tosa.matmul %[[ROW]]
  // CHECK-NEXT: tosa.matmul %[[CARRIED]]
  // CHECK-NOT: calib.observe
  %r = scf.for %i = %c0 to %c4 step %c1 iter_args(%h = %start) -> (tensor<1x1x2xf32>) {
    %row = tensor.extract_slice %x[%i, 0, 0] [1, 1, 2] [1, 1, 1] : tensor<4x1x2xf32> to tensor<1x1x2xf32>
    %0 = tosa.matmul %row, %w, %zero, %zero : (tensor<1x1x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x2xf32>
    %1 = tosa.matmul %h, %w, %zero, %zero : (tensor<1x1x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x2xf32>
    %2 = tosa.add %0, %1 : (tensor<1x1x2xf32>, tensor<1x1x2xf32>) -> tensor<1x1x2xf32>
    scf.yield %2 : tensor<1x1x2xf32>
  } loc("rnn")
  return %r : tensor<1x1x2xf32>
}

// -----

// The result of a loop feeds a contraction.
// CHECK-LABEL: @behind_a_loop
func.func @behind_a_loop(%start: tensor<1x1x2xf32>) -> tensor<1x1x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[0.5, 1.0], [1.5, 2.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  // CHECK: scf.for
  // CHECK-NOT: calib.observe
  // CHECK: }
  // CHECK-NEXT: %[[R:.+]] = calib.observe %{{.+}} site "rnn"
  // CHECK-NEXT: tosa.matmul %[[R]]
  %r = scf.for %i = %c0 to %c4 step %c1 iter_args(%h = %start) -> (tensor<1x1x2xf32>) {
    %next = tosa.exp %h : (tensor<1x1x2xf32>) -> tensor<1x1x2xf32>
    scf.yield %next : tensor<1x1x2xf32>
  } loc("rnn")
  %y = tosa.matmul %r, %w, %zero, %zero : (tensor<1x1x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x2xf32>
  return %y : tensor<1x1x2xf32>
}
