// RUN: quant-opt %s -calib-insert-observers=products=true | FileCheck %s
// RUN: quant-opt %s -calib-insert-observers | FileCheck %s --check-prefix=DEFAULT

// Both operands of a product of two activations are observed, a transpose is
// looked through; by default neither is, since the product stays in float.
// CHECK-LABEL: @scores
// CHECK: %[[X:.+]] = calib.observe %{{.+}} site "input0"
// CHECK: %[[Q:.+]] = tosa.matmul %[[X]]
// CHECK: %[[QO:.+]] = calib.observe %[[Q]] site "q"
// CHECK: %[[K:.+]] = tosa.matmul %[[X]]
// CHECK: %[[KO:.+]] = calib.observe %[[K]] site "k"
// CHECK: %[[T:.+]] = tosa.transpose %[[KO]]
// CHECK: tosa.matmul %[[QO]], %[[T]]
// CHECK-NOT: calib.observe
// DEFAULT-LABEL: @scores
// DEFAULT: calib.observe %{{.+}} site "input0"
// DEFAULT-NOT: calib.observe
func.func @scores(%x: tensor<1x2x2xf32>) -> tensor<1x2x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[0.5, 1.0], [1.5, 2.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  %q = tosa.matmul %x, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("q")
  %k = tosa.matmul %x, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("k")
  %t = tosa.transpose %k {perms = array<i32: 0, 2, 1>} : (tensor<1x2x2xf32>) -> tensor<1x2x2xf32>
  %s = tosa.matmul %q, %t, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("scores")
  return %s : tensor<1x2x2xf32>
}
