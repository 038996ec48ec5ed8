// RUN: quant-opt %s -split-input-file -check-lower-expectations -verify-diagnostics

func.func @dynamic(%a: tensor<?xi8>) {
  // expected-error@+1 {{expects a static shape, but got 'tensor<?xi8>'}}
  check.expect_eq %a, %a : tensor<?xi8>
  return
}

// -----

func.func @codes(%a: tensor<2x!quant.uniform<u8:f32, 0.5:3>>) {
  // expected-error@+1 {{expects elements that the host knows (integers of 1, 8, 16, 32 or 64 bits, f16, bf16, f32, f64), but got '!quant.uniform<u8:f32, 5.000000e-01:3>'}}
  check.expect_eq %a, %a : tensor<2x!quant.uniform<u8:f32, 0.5:3>>
  return
}

// -----

func.func @narrow(%a: tensor<2xi4>) {
  // expected-error@+1 {{but got 'i4'}}
  check.expect_eq %a, %a : tensor<2xi4>
  return
}

// -----

// expected-error@+1 {{expects 'quantc_expect_eq' to be the declaration of the host's callback}}
func.func private @quantc_expect_eq()

func.func @taken(%a: tensor<2xi8>) {
  check.expect_eq %a, %a : tensor<2xi8>
  return
}
