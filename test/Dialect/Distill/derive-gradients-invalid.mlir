// RUN: quant-opt %s -split-input-file -verify-diagnostics -distill-derive-gradients

// expected-error@+1 {{expects one function, or the option 'function', but got 2 functions}}
module {
  func.func @one(%x: tensor<2xf32>) -> tensor<2xf32> {
    return %x : tensor<2xf32>
  }
  func.func @two(%x: tensor<2xf32>) -> tensor<2xf32> {
    return %x : tensor<2xf32>
  }
}

// -----

// expected-error@+1 {{expects a tensor of floats to differentiate, but got 'tensor<2xi32>'}}
func.func @integers(%x: tensor<2xi32>) -> tensor<2xi32> {
  return %x : tensor<2xi32>
}

// -----

// expected-error@+1 {{expects result 0 to be one of the function's, but got 0 results}}
func.func @nothing(%x: tensor<2xf32>) {
  return
}

// -----

// expected-error@+1 {{expects ops that have a derivative, but got 'tosa.custom' of 'mystery': has no derivative}}
func.func @unknown(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = tosa.custom %x {domain_name = "d", implementation_attrs = "", operator_name = "o"} : (tensor<2xf32>) -> tensor<2xf32> loc("mystery")
  return %0 : tensor<2xf32>
}

// -----

// expected-error@+1 {{expects ops that have a derivative, but got 'linalg.generic' of 'product': has no derivative: it folds its elements by 'arith.mulf', which is no sum, maximum or minimum}}
func.func @product(%x: tensor<4xf32>, %one: tensor<f32>) -> tensor<f32> {
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>], iterator_types = ["reduction"]}
      ins(%x : tensor<4xf32>) outs(%one : tensor<f32>) {
  ^bb0(%a: f32, %o: f32):
    %p = arith.mulf %o, %a : f32
    linalg.yield %p : f32
  } -> tensor<f32> loc("product")
  return %0 : tensor<f32>
}

// -----

// expected-error@+1 {{expects ops that have a derivative, but got 'scf.for' of 'loop': has no derivative}}
func.func @loop(%x: tensor<4xf32>, %n: index) -> tensor<4xf32> {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %0 = scf.for %i = %zero to %n step %one iter_args(%v = %x) -> tensor<4xf32> {
    %1 = tosa.tanh %v : (tensor<4xf32>) -> tensor<4xf32>
    scf.yield %1 : tensor<4xf32>
  } loc("loop")
  return %0 : tensor<4xf32>
}
