// RUN: quant-opt %s -split-input-file -verify-diagnostics

func.func @types_differ(%a: tensor<4xi8>, %b: tensor<4xi32>) {
  // expected-error@+1 {{requires all operands to have the same type}}
  "check.expect_eq"(%a, %b) : (tensor<4xi8>, tensor<4xi32>) -> ()
  return
}

// -----

func.func @close_integers(%a: tensor<4xi8>) {
  // expected-error@+1 {{must be tensor of floating-point values}}
  check.expect_close %a, %a within 0.5 : tensor<4xi8>
  return
}

// -----

func.func @negative_tolerance(%a: tensor<4xf32>) {
  // expected-error@+1 {{expects a finite tolerance of at least 0, but got -1.000000e+00}}
  check.expect_close %a, %a within -1.0 : tensor<4xf32>
  return
}

// -----

func.func @nan_tolerance(%a: tensor<4xf32>) {
  // expected-error@+1 {{expects a finite tolerance of at least 0, but got nan}}
  check.expect_close %a, %a within 0x7FF8000000000000 : tensor<4xf32>
  return
}
