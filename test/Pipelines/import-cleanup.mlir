// RUN: quant-opt %s -import-cleanup | FileCheck %s

// CHECK: module attributes {quantc.stage = "imported"}
// CHECK-NOT: ml_program.global
// CHECK-NOT: func.func private
// CHECK: func.func @model(%{{.+}}: tensor<2x3xf32> {quantc.name = "input0"}, %{{.+}}: tensor<2x3xf32> {quantc.name = "mine"})
// CHECK-SAME: -> (tensor<2x3xf32> {quantc.name = "output0"})
// What is private is inlined or not used, and so is the state of a random number
// generator that torch-mlir leaves behind.
ml_program.global private mutable @global_seed(dense<0> : tensor<i64>) : tensor<i64>
func.func private @helper(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = tosa.exp %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

func.func @model(%x: tensor<2x3xf32>, %y: tensor<2x3xf32> {quantc.name = "mine"}) -> tensor<2x3xf32> {
  // CHECK-NOT: arith.constant
  // CHECK-NOT: tosa.abs
  // CHECK: tosa.clamp
  // CHECK: tosa.exp
  %zero = arith.constant dense<0.0> : tensor<2x3xf32>
  %0 = tosa.add %x, %y : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = tosa.maximum %0, %zero : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %dead = tosa.abs %1 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %2 = call @helper(%1) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %2 : tensor<2x3xf32>
}
