// RUN: quant-opt %s -calib-unify-ranges -verify-diagnostics

func.func @not_calibrated(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{expects a range at site 'a', but got none}}
  %0 = calib.observe %x site "a" : tensor<4xf32>
  return %0 : tensor<4xf32>
}
