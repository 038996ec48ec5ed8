// RUN: quant-opt %s -check-lower-expectations | FileCheck %s
// RUN: quant-opt %s -pass-pipeline='builtin.module(check-lower-expectations,one-shot-bufferize{bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map},canonicalize,cse)' \
// RUN:   | FileCheck %s --check-prefix=BUFFERS

// CHECK-DAG: func.func private @quantc_expect_eq(i64, i64, i64, i64, i64)
// CHECK-DAG: func.func private @quantc_expect_close(i64, i64, i64, i64, i64, f64)

// expect_eq(a, b) -> quantc_expect_eq(number, a, b, count, type)
// CHECK-LABEL: @equal
// CHECK-SAME:    %[[A:.+]]: tensor<2x3xi8>, %[[B:.+]]: tensor<2x3xi8>
// BUFFERS-LABEL: @equal
// BUFFERS-SAME:    %[[A:.+]]: memref<2x3xi8>, %[[B:.+]]: memref<2x3xi8>
func.func @equal(%a: tensor<2x3xi8>, %b: tensor<2x3xi8>) {
  // CHECK:      %[[NUMBER:.+]] = arith.constant 0 : i64
  // CHECK-NEXT: %[[BA:.+]] = bufferization.to_buffer %[[A]] read_only
  // CHECK-NEXT: %[[PA:.+]] = memref.extract_aligned_pointer_as_index %[[BA]]
  // CHECK-NEXT: %[[IA:.+]] = arith.index_cast %[[PA]] : index to i64
  // CHECK-NEXT: %[[BB:.+]] = bufferization.to_buffer %[[B]] read_only
  // CHECK-NEXT: %[[PB:.+]] = memref.extract_aligned_pointer_as_index %[[BB]]
  // CHECK-NEXT: %[[IB:.+]] = arith.index_cast %[[PB]] : index to i64
  // CHECK-NEXT: %[[COUNT:.+]] = arith.constant 6 : i64
  // CHECK-NEXT: %[[TYPE:.+]] = arith.constant 2 : i64
  // CHECK-NEXT: call @quantc_expect_eq(%[[NUMBER]], %[[IA]], %[[IB]], %[[COUNT]], %[[TYPE]])
  // CHECK-NEXT: return
  // BUFFERS: memref.extract_aligned_pointer_as_index %[[A]]
  // BUFFERS: memref.extract_aligned_pointer_as_index %[[B]]
  // BUFFERS: call @quantc_expect_eq
  check.expect_eq %a, %b : tensor<2x3xi8>
  return
}

// expect_close(a, b, t) -> quantc_expect_close(number, a, b, count, type, t)
// CHECK-LABEL: @close
func.func @close(%a: tensor<4xf32>, %b: tensor<4xf32>) {
  // CHECK:      %[[NUMBER:.+]] = arith.constant 1 : i64
  // CHECK:      %[[COUNT:.+]] = arith.constant 4 : i64
  // CHECK-NEXT: %[[TYPE:.+]] = arith.constant 0 : i64
  // CHECK-NEXT: %[[TOLERANCE:.+]] = arith.constant 1.250000e-01 : f64
  // CHECK-NEXT: call @quantc_expect_close(%[[NUMBER]], %{{.+}}, %{{.+}}, %[[COUNT]], %[[TYPE]], %[[TOLERANCE]])
  check.expect_close %a, %b within 0.125 : tensor<4xf32>
  return
}

// The numbers of the C interface; two calls share one declaration.
// CHECK-LABEL: @types
func.func @types(%a: tensor<1xi1>, %b: tensor<2xi32>, %c: tensor<3xf16>, %d: tensor<4xbf16>, %e: tensor<5xf64>) {
  // CHECK: arith.constant 10 : i64
  check.expect_eq %a, %a : tensor<1xi1>
  // CHECK: arith.constant 6 : i64
  check.expect_eq %b, %b : tensor<2xi32>
  // CHECK: arith.constant 11 : i64
  check.expect_eq %c, %c : tensor<3xf16>
  // CHECK: arith.constant 12 : i64
  check.expect_eq %d, %d : tensor<4xbf16>
  // CHECK: arith.constant 1 : i64
  check.expect_eq %e, %e : tensor<5xf64>
  return
}
