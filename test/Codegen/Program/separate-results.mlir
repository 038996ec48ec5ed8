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
