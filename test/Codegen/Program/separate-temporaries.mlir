// RUN: quant-opt %s -pass-pipeline='builtin.module(func.func(separate-temporaries))' | FileCheck %s

// f(empty), g(empty) -> f(empty), g(empty'): also what is filled with a number.
// CHECK-LABEL: @apart
func.func @apart(%x: tensor<4x8xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // CHECK:      %[[E:.+]] = tensor.empty() : tensor<4xf32>
  // CHECK-NEXT: %[[A:.+]] = linalg.fill ins(%{{.+}}) outs(%[[E]]
  // CHECK-NEXT: linalg.reduce {{.*}} outs(%[[A]]
  // CHECK:      %[[F:.+]] = tensor.empty() : tensor<4xf32>
  // CHECK-NEXT: %[[B:.+]] = linalg.fill ins(%{{.+}}) outs(%[[F]]
  // CHECK-NEXT: linalg.reduce {{.*}} outs(%[[B]]
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<4xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<4xf32>) -> tensor<4xf32>
  %a = linalg.reduce { arith.addf } ins(%x : tensor<4x8xf32>) outs(%start : tensor<4xf32>) dimensions = [1]
  %b = linalg.reduce { arith.mulf } ins(%x : tensor<4x8xf32>) outs(%start : tensor<4xf32>) dimensions = [1]
  return %a, %b : tensor<4xf32>, tensor<4xf32>
}

// What is only read stays one, and so does what a loop writes again and again.
// CHECK-LABEL: @together
func.func @together(%n: index) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  // CHECK:       %[[E:.+]] = tensor.empty() : tensor<4xf32>
  // CHECK:       %[[A:.+]] = linalg.fill
  // CHECK-NOT:   tensor.empty
  // CHECK-NOT:   linalg.fill
  // CHECK:       scf.for {{.*}} iter_args(%{{.+}} = %[[A]])
  // CHECK:         linalg.copy ins(%{{.+}}) outs(%[[E]]
  // CHECK:       return %[[A]], %[[A]],
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<4xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<4xf32>) -> tensor<4xf32>
  %y = scf.for %i = %c0 to %n step %c1 iter_args(%z = %start) -> tensor<4xf32> {
    %w = linalg.copy ins(%z : tensor<4xf32>) outs(%empty : tensor<4xf32>) -> tensor<4xf32>
    scf.yield %w : tensor<4xf32>
  }
  return %start, %start, %y : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// Empty memory in another form is empty memory of that form.
// CHECK-LABEL: @forms
func.func @forms(%x: tensor<1x4xf32>, %y: tensor<1x4xf32>) -> (tensor<1x4xf32>, tensor<1x4xf32>) {
  // CHECK-NOT: expand_shape
  // CHECK:     %[[E:.+]] = tensor.empty() : tensor<1x4xf32>
  // CHECK:     linalg.copy {{.*}} outs(%[[E]]
  // CHECK:     %[[F:.+]] = tensor.empty() : tensor<1x4xf32>
  // CHECK:     linalg.copy {{.*}} outs(%[[F]]
  %empty = tensor.empty() : tensor<4xf32>
  %form = tensor.expand_shape %empty [[0, 1]] output_shape [1, 4] : tensor<4xf32> into tensor<1x4xf32>
  %a = linalg.copy ins(%x : tensor<1x4xf32>) outs(%form : tensor<1x4xf32>) -> tensor<1x4xf32>
  %b = linalg.copy ins(%y : tensor<1x4xf32>) outs(%form : tensor<1x4xf32>) -> tensor<1x4xf32>
  return %a, %b : tensor<1x4xf32>, tensor<1x4xf32>
}
