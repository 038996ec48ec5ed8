// RUN: not quant-opt %s -verify-stage=stage=calibrated -split-input-file 2>&1 | FileCheck %s --implicit-check-not=error:

// Fine: data movement may lie between the observer and the contraction.
module attributes {quantc.stage = "calibrated"} {
  func.func @model(%x: tensor<2x2xf32> {quantc.name = "x"}) -> (tensor<1x2x2xf32> {quantc.name = "y"}) {
    %s = tosa.const_shape {values = dense<[1, 2, 2]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
    %w = "tosa.const"() {values = dense<1.0> : tensor<1x2x2xf32>} : () -> tensor<1x2x2xf32>
    %0 = calib.observe %x site "x" range [-1.0, 1.0] : tensor<2x2xf32>
    %1 = tosa.reshape %0, %s : (tensor<2x2xf32>, !tosa.shape<3>) -> tensor<1x2x2xf32>
    %2 = tosa.matmul %1, %w, %z, %z : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32>
    return %2 : tensor<1x2x2xf32>
  }
}

// -----

// CHECK: error: {{.*}}expects an observer or given codes in front of every contraction, but got none in front of 'tosa.matmul' at layer 'fc': calib-insert-observers should have inserted it
module attributes {quantc.stage = "calibrated"} {
  func.func @model(%x: tensor<1x2x2xf32> {quantc.name = "x"}) -> (tensor<1x2x2xf32> {quantc.name = "y"}) {
    %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
    %w = "tosa.const"() {values = dense<1.0> : tensor<1x2x2xf32>} : () -> tensor<1x2x2xf32>
    %2 = tosa.matmul %x, %w, %z, %z : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc")
    return %2 : tensor<1x2x2xf32>
  }
}

// -----

// CHECK: error: {{.*}}expects a range at every observer, but got none at site 'conv1.out' at layer 'conv1': calibration should have filled it
module attributes {quantc.stage = "calibrated"} {
  func.func @model(%x: tensor<4xf32> {quantc.name = "x"}) -> (tensor<4xf32> {quantc.name = "y"}) {
    %0 = calib.observe %x site "conv1.out" : tensor<4xf32> loc("conv1")
    return %0 : tensor<4xf32>
  }
}

// -----

// CHECK: error: {{.*}}expects sites of different names, but got a second 'a' at layer 'conv2': calib-insert-observers should have numbered it
module attributes {quantc.stage = "calibrated"} {
  func.func @model(%x: tensor<4xf32> {quantc.name = "x"}) -> (tensor<4xf32> {quantc.name = "y"}) {
    %0 = calib.observe %x site "a" range [0.0, 1.0] : tensor<4xf32>
    %1 = calib.observe %0 site "a" range [0.0, 1.0] : tensor<4xf32> loc("conv2")
    return %1 : tensor<4xf32>
  }
}

// -----

// CHECK: error: {{.*}}expects no op outside calib, tosa, tensor, linalg, arith, math, func, lowbit, quant, scf after stage calibrated, but got 'check.expect_eq' at layer 'early': calibration should not have made it
module attributes {quantc.stage = "calibrated"} {
  func.func @model(%x: tensor<4xf32> {quantc.name = "x"}) -> (tensor<4xf32> {quantc.name = "y"}) {
    check.expect_eq %x, %x : tensor<4xf32> loc("early")
    return %x : tensor<4xf32>
  }
}
