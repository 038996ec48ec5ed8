// RUN: quant-opt %s -import-cleanup -split-input-file | FileCheck %s

// TOSA's own control flow becomes that of scf.
// CHECK-LABEL: @branches
func.func @branches(%c: tensor<i1>, %x: tensor<2xf32>) -> tensor<2xf32> {
  // CHECK: %[[C:.+]] = tensor.extract
  // CHECK: scf.if %[[C]]
  // CHECK:   tosa.exp
  // CHECK: else
  // CHECK:   tosa.tanh
  %y = tosa.cond_if %c : tensor<i1> -> tensor<2xf32> {
    %0 = tosa.exp %x : (tensor<2xf32>) -> tensor<2xf32>
    tosa.yield %0 : tensor<2xf32>
  } else {
    %0 = tosa.tanh %x : (tensor<2xf32>) -> tensor<2xf32>
    tosa.yield %0 : tensor<2xf32>
  }
  return %y : tensor<2xf32>
}

// -----

// The same in every iteration is computed once, and a transposition that was in
// front of the loop stays there.
// CHECK-LABEL: @loop
// CHECK-SAME:    %[[X:.+]]: tensor<2x3xf32>
func.func @loop(%x: tensor<2x3xf32>, %start: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  // CHECK-DAG: %[[T:.+]] = tosa.exp %[[X]]
  // CHECK-DAG: %[[E:.+]] = tosa.transpose %[[T]]
  // CHECK:     scf.for {{.*}} iter_args(%[[H:.+]] = %{{.+}})
  // CHECK-NEXT:  %[[SUM:.+]] = tosa.add %[[H]], %[[E]]
  // CHECK-NEXT:  tosa.tanh %[[SUM]]
  // CHECK-NEXT:  scf.yield
  %t = tosa.transpose %x {perms = array<i32: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  %r = scf.for %i = %c0 to %c4 step %c1 iter_args(%h = %start) -> (tensor<3x2xf32>) {
    %e = tosa.exp %t : (tensor<3x2xf32>) -> tensor<3x2xf32>
    %sum = tosa.add %h, %e : (tensor<3x2xf32>, tensor<3x2xf32>) -> tensor<3x2xf32>
    %next = tosa.tanh %sum : (tensor<3x2xf32>) -> tensor<3x2xf32>
    scf.yield %next : tensor<3x2xf32>
  }
  return %r : tensor<3x2xf32>
}

// -----

// All but one operand could be had transposed, but in the loop that would have
// to be done in each iteration.
// CHECK-LABEL: @transposed_outside
func.func @transposed_outside(%x: tensor<2x3xf32>, %start: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  // CHECK: tosa.transpose
  // CHECK: scf.for
  // CHECK-NOT: tosa.transpose
  // CHECK: return
  %t = tosa.transpose %x {perms = array<i32: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  %r = scf.for %i = %c0 to %c4 step %c1 iter_args(%h = %start) -> (tensor<1x2xf32>) {
    %first = "tosa.reduce_sum"(%h) <{axis = 1 : i32}> : (tensor<1x2xf32>) -> tensor<1x1xf32>
    %sum = tosa.add %t, %first : (tensor<3x2xf32>, tensor<1x1xf32>) -> tensor<3x2xf32>
    %next = tosa.reduce_sum %sum {axis = 0 : i32} : (tensor<3x2xf32>) -> tensor<1x2xf32>
    scf.yield %next : tensor<1x2xf32>
  }
  return %r : tensor<1x2xf32>
}
