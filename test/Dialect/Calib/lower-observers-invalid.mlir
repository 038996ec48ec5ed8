// RUN: quant-opt %s -split-input-file -calib-lower-observers -verify-diagnostics

func.func @dynamic(%x: tensor<?xf32>) -> tensor<?xf32> {
  // expected-error@+1 {{expects an f32 tensor of static shape at site 'a', but got 'tensor<?xf32>'}}
  %0 = calib.observe %x site "a" : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

func.func @half(%x: tensor<4xf16>) -> tensor<4xf16> {
  // expected-error@+1 {{expects an f32 tensor of static shape at site 'a', but got 'tensor<4xf16>'}}
  %0 = calib.observe %x site "a" : tensor<4xf16>
  return %0 : tensor<4xf16>
}

// -----

// expected-error@+1 {{expects 'quantc_observe' to be the declaration of the host's callback of type '(i64, i64, i64) -> ()', but got another symbol of that name}}
func.func private @quantc_observe(i32)

func.func @taken(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = calib.observe %x site "a" : tensor<4xf32>
  return %0 : tensor<4xf32>
}
