// RUN: not quant-opt %s -run-expectations -split-input-file 2>&1 | FileCheck %s

// CHECK: error: does not hold: 1 of 2 elements differ; the first is element 1: got 2, expected 3
func.func @differs() {
  %a = arith.constant dense<[1, 2]> : tensor<2xi32>
  %b = arith.constant dense<[1, 3]> : tensor<2xi32>
  check.expect_eq %a, %b : tensor<2xi32>
  return
}

// -----

// CHECK: error: expects a program with expectations, but none ran
func.func @expects_nothing() {
  return
}

// -----

// CHECK: error: the public function: expects neither arguments nor results in a test program
func.func @has_arguments(%a: tensor<2xf32>) {
  check.expect_eq %a, %a : tensor<2xf32>
  return
}
