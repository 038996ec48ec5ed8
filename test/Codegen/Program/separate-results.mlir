// RUN: quant-opt %s -pass-pipeline='builtin.module(func.func(separate-results))' | FileCheck %s

// return x, x -> return x, copy(x)
// CHECK-LABEL: @twice
// CHECK-SAME:    %[[X:.+]]: tensor<4xf32>, %[[Y:.+]]: tensor<4xf32>
func.func @twice(%x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  // CHECK-NEXT: %[[A:.+]] = bufferization.alloc_tensor() copy(%[[X]]) : tensor<4xf32>
  // CHECK-NEXT: %[[B:.+]] = bufferization.alloc_tensor() copy(%[[X]]) : tensor<4xf32>
  // CHECK-NEXT: return %[[X]], %[[Y]], %[[A]], %[[B]]
  return %x, %y, %x, %x : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: @once
func.func @once(%x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // CHECK-NOT: alloc_tensor
  return %x, %y : tensor<4xf32>, tensor<4xf32>
}

// a(empty), b(empty) -> a(empty), b(another empty)
// CHECK-LABEL: @places
func.func @places(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // CHECK-NEXT: %[[A:.+]] = tensor.empty()
  // CHECK-NEXT: %[[B:.+]] = tensor.empty()
  // CHECK-NEXT: linalg.exp {{.*}} outs(%[[B]] : tensor<4xf32>)
  // CHECK-NEXT: linalg.log {{.*}} outs(%[[A]] : tensor<4xf32>)
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.exp ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %1 = linalg.log ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}
