// RUN: quant-opt %s -pass-pipeline='builtin.module(func.func(carry-in-place),eliminate-empty-tensors,one-shot-bufferize{bufferize-function-boundaries})' | FileCheck %s

#same = affine_map<(d0) -> (d0)>

// A branch hands on what is returned as well, and the other one reads it: their
// memory is not its.
// CHECK-LABEL: func.func @model
// CHECK: %[[SHARED:.+]] = memref.alloc()
// CHECK: linalg.generic {{.*}} outs(%[[SHARED]]
// CHECK: %[[PLACE:.+]] = memref.alloc()
// CHECK: scf.if
// CHECK:   linalg.copy ins(%[[SHARED]] : {{.*}}) outs(%[[PLACE]]
// CHECK: else
// CHECK:   linalg.generic {{.*}} ins(%[[SHARED]] : {{.*}}) outs(%[[PLACE]]
// CHECK: return %[[SHARED]],
func.func @model(%x: tensor<4xf32>, %c: i1) -> (tensor<4xf32>, tensor<4xf32>) {
  %empty = tensor.empty() : tensor<4xf32>
  %shared = linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel"]} ins(%x : tensor<4xf32>) outs(%empty : tensor<4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %e = math.exp %in : f32
    linalg.yield %e : f32
  } -> tensor<4xf32>
  %r = scf.if %c -> (tensor<4xf32>) {
    scf.yield %shared : tensor<4xf32>
  } else {
    %y = linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel"]} ins(%shared : tensor<4xf32>) outs(%empty : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %n = arith.negf %in : f32
      linalg.yield %n : f32
    } -> tensor<4xf32>
    scf.yield %y : tensor<4xf32>
  }
  return %shared, %r : tensor<4xf32>, tensor<4xf32>
}
