// RUN: quant-opt %s -distill-derive-gradients='function=broadcast' | FileCheck %s --check-prefix=BROADCAST
// RUN: quant-opt %s -distill-derive-gradients='function=product' | FileCheck %s --check-prefix=PRODUCT
// RUN: quant-opt %s -distill-derive-gradients='function=two_results result=1' | FileCheck %s --check-prefix=SECOND
// RUN: not quant-opt %s -distill-derive-gradients=function=missing 2>&1 | FileCheck %s --check-prefix=MISSING

// MISSING: expects a function 'missing', but got none of that name

// @f(x...) -> (y...)   beside it   @f.gradient(x..., dy) -> (dx...)

// What broadcasts sums up again, over the loops that its map leaves out.
// BROADCAST-LABEL: func.func @broadcast(
// BROADCAST-LABEL: func.func @broadcast.gradient(
// BROADCAST-SAME:    %[[X:.+]]: tensor<3x4xf32>, %[[B:.+]]: tensor<1x4xf32>, %[[DY:.+]]: tensor<3x4xf32>)
// BROADCAST-SAME:    -> (tensor<3x4xf32>, tensor<1x4xf32>)
// BROADCAST:      %[[SUM:.+]] = linalg.generic
// BROADCAST-SAME:   iterator_types = ["reduction", "parallel"]
// BROADCAST-SAME:   ins(%[[DY]] : tensor<3x4xf32>) outs(%{{.+}} : tensor<4xf32>)
// BROADCAST:        arith.addf
// BROADCAST:      %[[DB:.+]] = tosa.reshape %[[SUM]]
// BROADCAST:      return %{{.+}}, %[[DB]]
func.func @broadcast(%x: tensor<3x4xf32>, %b: tensor<1x4xf32>) -> tensor<3x4xf32> {
  %0 = tosa.add %x, %b : (tensor<3x4xf32>, tensor<1x4xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

// Integers have no derivative, and an argument that nothing depends on has zeros.
// PRODUCT-LABEL: func.func @product.gradient(
// PRODUCT-SAME:    %[[A:[^:]+]]: tensor<1x2x3xf32>, %[[B:[^:]+]]: tensor<1x3x4xf32>,
// PRODUCT-SAME:    %{{[^:]+}}: tensor<7xi32>, %{{[^:]+}}: tensor<5xf32>, %[[DY:[^:]+]]: tensor<1x2x4xf32>)
// PRODUCT-SAME:    -> (tensor<1x2x3xf32>, tensor<1x3x4xf32>, tensor<5xf32>)
// PRODUCT:      %[[BT:.+]] = tosa.transpose %[[B]]
// PRODUCT:      %[[DA:.+]] = tosa.matmul %[[DY]], %[[BT]]
// PRODUCT:      %[[AT:.+]] = tosa.transpose %[[A]]
// PRODUCT:      %[[DB:.+]] = tosa.matmul %[[AT]], %[[DY]]
// PRODUCT:      %[[ZERO:.+]] = "tosa.const"() <{values = dense<0.000000e+00> : tensor<5xf32>}>
// PRODUCT:      return %[[DA]], %[[DB]], %[[ZERO]]
func.func @product(%a: tensor<1x2x3xf32>, %b: tensor<1x3x4xf32>, %i: tensor<7xi32>, %u: tensor<5xf32>) -> tensor<1x2x4xf32> {
  %zero = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = tosa.matmul %a, %b, %zero, %zero : (tensor<1x2x3xf32>, tensor<1x3x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x4xf32>
  return %0 : tensor<1x2x4xf32>
}

// SECOND-LABEL: func.func @two_results.gradient(
// SECOND-SAME:    %[[X:.+]]: tensor<2xf32>, %[[DY:.+]]: tensor<2xf32>) -> tensor<2xf32>
// SECOND:      %[[Y:.+]] = tosa.sigmoid %[[X]]
// The result is there already; nothing computes it again.
// SECOND:      linalg.generic
// SECOND-SAME:   ins(%[[DY]], %[[Y]] :
func.func @two_results(%x: tensor<2xf32>) -> (tensor<2xi32>, tensor<2xf32>) {
  %0 = tosa.sigmoid %x : (tensor<2xf32>) -> tensor<2xf32>
  %1 = tosa.cast %x : (tensor<2xf32>) -> tensor<2xi32>
  return %1, %0 : tensor<2xi32>, tensor<2xf32>
}
