// RUN: quant-opt %s -import-cleanup | FileCheck %s

// CHECK: module attributes {quantc.stage = "imported"}
// CHECK: func.func @model(%{{.+}}: tensor<2x3xf32> {quantc.name = "input0"}, %{{.+}}: tensor<2x3xf32> {quantc.name = "mine"})
// CHECK-SAME: -> (tensor<2x3xf32> {quantc.name = "output0"})
func.func @model(%x: tensor<2x3xf32>, %y: tensor<2x3xf32> {quantc.name = "mine"}) -> tensor<2x3xf32> {
  // CHECK-NOT: arith.constant
  // CHECK-NOT: tosa.abs
  // CHECK: tosa.clamp
  %zero = arith.constant dense<0.0> : tensor<2x3xf32>
  %0 = tosa.add %x, %y : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = tosa.maximum %0, %zero : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %dead = tosa.abs %1 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %1 : tensor<2x3xf32>
}
