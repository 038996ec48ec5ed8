// RUN: quant-opt %s -pass-pipeline='builtin.module(func.func(carry-in-place))' | FileCheck %s

// yield(value) -> yield(materialize_in_destination(value, carried))
// CHECK-LABEL: @loop
// CHECK-SAME:    bufferization.writable = false
func.func @loop(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<8xf32>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %eight = arith.constant 8 : index
  %empty = tensor.empty() : tensor<8xf32>
  // What is written into the carried value already stays as it is.
  // CHECK: scf.for {{.*}} iter_args(%[[H:.+]] = %{{.+}}, %[[Y:.+]] = %{{.+}})
  // CHECK:   %[[NEXT:.+]] = math.exp
  // CHECK:   %[[ROWS:.+]] = tensor.insert_slice
  // CHECK:   %[[PLACED:.+]] = bufferization.materialize_in_destination %[[NEXT]] in %[[H]]
  // CHECK:   scf.yield %[[PLACED]], %[[ROWS]]
  %r:2 = scf.for %i = %zero to %eight step %one iter_args(%h = %x, %y = %empty) -> (tensor<4xf32>, tensor<8xf32>) {
    %next = math.exp %h : tensor<4xf32>
    %first = tensor.extract_slice %next[0] [1] [1] : tensor<4xf32> to tensor<1xf32>
    %rows = tensor.insert_slice %first into %y[%i] [1] [1] : tensor<1xf32> into tensor<8xf32>
    scf.yield %next, %rows : tensor<4xf32>, tensor<8xf32>
  }
  return %r#0, %r#1 : tensor<4xf32>, tensor<8xf32>
}

// CHECK-LABEL: @branches
func.func @branches(%x: tensor<4xf32>, %c: i1) -> tensor<4xf32> {
  // CHECK: %[[PLACE:.+]] = bufferization.alloc_tensor() : tensor<4xf32>
  // CHECK: scf.if
  // CHECK:   bufferization.materialize_in_destination %{{.+}} in %[[PLACE]]
  // What comes from outside is copied.
  // CHECK: else
  // CHECK:   linalg.copy ins(%{{.+}} : tensor<4xf32>) outs(%[[PLACE]]
  %r = scf.if %c -> (tensor<4xf32>) {
    %y = math.exp %x : tensor<4xf32>
    scf.yield %y : tensor<4xf32>
  } else {
    scf.yield %x : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}

// CHECK-LABEL: @while
func.func @while(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: scf.while (%[[V:.+]] = %{{.+}})
  // CHECK:   scf.condition(%{{.+}}) %[[V]]
  // CHECK: ^bb0(%[[W:.+]]: tensor<4xf32>):
  // CHECK:   %[[NEXT:.+]] = math.exp %[[W]]
  // CHECK:   %[[PLACED:.+]] = bufferization.materialize_in_destination %[[NEXT]] in %[[W]]
  // CHECK:   scf.yield %[[PLACED]]
  %zero = arith.constant 0 : index
  %limit = arith.constant 100.0 : f32
  %r = scf.while (%v = %x) : (tensor<4xf32>) -> tensor<4xf32> {
    %first = tensor.extract %v[%zero] : tensor<4xf32>
    %goesOn = arith.cmpf olt, %first, %limit : f32
    scf.condition(%goesOn) %v : tensor<4xf32>
  } do {
  ^bb0(%v: tensor<4xf32>):
    %next = math.exp %v : tensor<4xf32>
    scf.yield %next : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}

// The first region computes something for the second one, for which there is a
// place now, and the other way round.
// CHECK-LABEL: @other_while
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4xf32>
func.func @other_while(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: %[[PLACE:.+]] = tensor.empty() : tensor<4xf32>
  // CHECK: scf.while (%[[V:.+]] = %[[X]], %[[P:.+]] = %[[PLACE]])
  // CHECK:   %[[E:.+]] = math.exp %[[V]]
  // CHECK:   %[[PLACED:.+]] = bufferization.materialize_in_destination %[[E]] in %[[P]]
  // CHECK:   scf.condition(%{{.+}}) %[[V]], %[[PLACED]]
  // CHECK: ^bb0(%[[V2:.+]]: tensor<4xf32>, %[[E2:.+]]: tensor<4xf32>):
  // CHECK:   %[[NEXT:.+]] = math.tanh %[[E2]]
  // CHECK:   %[[PLACED2:.+]] = bufferization.materialize_in_destination %[[NEXT]] in %[[V2]]
  // CHECK:   scf.yield %[[PLACED2]], %[[E2]]
  %zero = arith.constant 0 : index
  %limit = arith.constant 100.0 : f32
  %r = scf.while (%v = %x) : (tensor<4xf32>) -> tensor<4xf32> {
    %e = math.exp %v : tensor<4xf32>
    %first = tensor.extract %v[%zero] : tensor<4xf32>
    %goesOn = arith.cmpf olt, %first, %limit : f32
    scf.condition(%goesOn) %e : tensor<4xf32>
  } do {
  ^bb0(%e: tensor<4xf32>):
    %next = math.tanh %e : tensor<4xf32>
    scf.yield %next : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}

// A kernel reads beyond the end of its input, which the caller's memory does
// not allow.
// CHECK-LABEL: @result_of_kernels
func.func @result_of_kernels(%x: tensor<1x4x4x8xf32>) -> (tensor<1x4x4x8xf32>, tensor<1x2x2x8xf32>) {
  // CHECK: %[[Y:.+]] = math.exp
  // CHECK: %[[POOL:.+]] = kernel.pool2d
  // CHECK: %[[COPY:.+]] = linalg.copy ins(%[[Y]]
  // CHECK: return %[[COPY]], %[[POOL]]
  %y = math.exp %x : tensor<1x4x4x8xf32>
  %empty = tensor.empty() : tensor<1x2x2x8xf32>
  %z = kernel.pool2d <max> ins(%y : tensor<1x4x4x8xf32>) outs(%empty : tensor<1x2x2x8xf32>) kernel [2, 2] stride [2, 2] -> tensor<1x2x2x8xf32>
  return %y, %z : tensor<1x4x4x8xf32>, tensor<1x2x2x8xf32>
}
