// RUN: quant-opt %s -split-input-file -verify-diagnostics

func.func @range_is_reversed(%x: tensor<4xf32>) {
  // expected-error@+1 {{expects min <= max at site 'a', but got [3.000000e+00, 1.000000e+00]}}
  %0 = calib.observe %x site "a" range [3.0, 1.0] : tensor<4xf32>
  return
}

// -----

func.func @range_is_nan(%x: tensor<4xf32>) {
  // expected-error@+1 {{expects min <= max at site 'a', but got}}
  %0 = calib.observe %x site "a" range [0x7FF8000000000000, 1.0] : tensor<4xf32>
  return
}

// -----

func.func @range_is_infinite(%x: tensor<4xf32>) {
  // expected-error@+1 {{expects a finite range at site 'a', but got}}
  %0 = calib.observe %x site "a" range [0.0, 0x7FF0000000000000] : tensor<4xf32>
  return
}

// -----

func.func @range_has_three_ends(%x: tensor<4xf32>) {
  // expected-error@+1 {{attribute 'range' failed to satisfy constraint}}
  %0 = "calib.observe"(%x) <{site = "a", range = array<f64: 0.0, 1.0, 2.0>}> : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @integers(%x: tensor<4xi8>) {
  // expected-error@+1 {{must be tensor of floating-point values}}
  %0 = calib.observe %x site "a" : tensor<4xi8>
  return
}
