// RUN: quant-opt %s -check-entry -split-input-file -verify-diagnostics

// One public function is fine, whatever is private.
func.func private @helper(%x: tensor<?xf32>) -> tensor<?xf32> {
  return %x : tensor<?xf32>
}
func.func @model(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// -----

// expected-error@below {{expects one public function, the model, but got none}}
module {
  func.func private @helper(%x: tensor<4xf32>) -> tensor<4xf32> {
    return %x : tensor<4xf32>
  }
}

// -----

// expected-error@below {{expects one public function, the model, but got 'a', 'b'; mark the others private}}
module {
  func.func @a(%x: tensor<4xf32>) -> tensor<4xf32> {
    return %x : tensor<4xf32>
  }
  func.func @b(%x: tensor<4xf32>) -> tensor<4xf32> {
    return %x : tensor<4xf32>
  }
}

// -----

// expected-error@below {{expects a ranked tensor of static shape as argument 1 of 'model', but got 'tensor<?x4xf32>'}}
func.func @model(%x: tensor<4xf32>, %y: tensor<?x4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// -----

// expected-error@below {{expects a ranked tensor of static shape as result 0 of 'model', but got 'f32'}}
func.func @model(%x: tensor<4xf32>) -> f32 {
  %0 = arith.constant 0.0 : f32
  return %0 : f32
}
