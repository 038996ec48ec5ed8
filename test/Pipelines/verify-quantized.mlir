// RUN: not quant-opt %s -verify-stage=stage=quantized -split-input-file 2>&1 | FileCheck %s --implicit-check-not=error:

!x = !quant.uniform<u8:f32, 0.5:3>
!y = !quant.uniform<u8:f32, 0.25:4>

// Fine: an integer op between quantize and dequantize.
module attributes {quantc.stage = "quantized"} {
  func.func @model(%x: tensor<4xf32> {quantc.name = "x"}) -> (tensor<4xf32> {quantc.name = "y"}) {
    %0 = lowbit.quantize %x : tensor<4xf32> to tensor<4x!x>
    %1 = lowbit.requantize %0 : tensor<4x!x> to tensor<4x!y>
    %2 = lowbit.dequantize %1 : tensor<4x!y> to tensor<4xf32>
    return %2 : tensor<4xf32>
  }
}

// -----

// CHECK: error: {{.*}}expects no op outside lowbit, quant, tosa, tensor, linalg, arith, math, func, scf after stage quantized, but got 'calib.observe' at layer 'conv1': lowbit-insert-qdq should have replaced it
module attributes {quantc.stage = "quantized"} {
  func.func @model(%x: tensor<4xf32> {quantc.name = "x"}) -> (tensor<4xf32> {quantc.name = "y"}) {
    %0 = calib.observe %x site "a" range [0.0, 1.0] : tensor<4xf32> loc("conv1")
    return %0 : tensor<4xf32>
  }
}

// -----

!x = !quant.uniform<u8:f32, 0.5:3>

// CHECK: error: {{.*}}expects an integer op between quantize and dequantize, but got none at layer 'conv1': lowbit-drop-qdq should have removed the pair
module attributes {quantc.stage = "quantized"} {
  func.func @model(%x: tensor<4xf32> {quantc.name = "x"}) -> (tensor<4xf32> {quantc.name = "y"}) {
    %0 = lowbit.quantize %x : tensor<4xf32> to tensor<4x!x> loc("conv1")
    %1 = lowbit.dequantize %0 : tensor<4x!x> to tensor<4xf32>
    return %1 : tensor<4xf32>
  }
}

// -----

!x = !quant.uniform<i8:f32, 0.5:200>

// CHECK: error: {{.*}}expects zero points in [-128, 127], but got 200 at layer 'conv1': lowbit-insert-qdq should have clamped it
module attributes {quantc.stage = "quantized"} {
  func.func @model(%x: tensor<4xi8> {quantc.name = "x"}) -> (tensor<4x!x> {quantc.name = "y"}) {
    %0 = quant.scast %x : tensor<4xi8> to tensor<4x!x> loc("conv1")
    return %0 : tensor<4x!x>
  }
}

// -----

!x = !quant.uniform<i8:f32, 1.0e-42:3>

// CHECK: error: {{.*}}expects scales that are positive and normal in f32, but got {{.+}} at layer 'conv1': lowbit-insert-qdq should have chosen another
module attributes {quantc.stage = "quantized"} {
  func.func @model(%x: tensor<4xi8> {quantc.name = "x"}) -> (tensor<4x!x> {quantc.name = "y"}) {
    %0 = quant.scast %x : tensor<4xi8> to tensor<4x!x> loc("conv1")
    return %0 : tensor<4x!x>
  }
}

// -----

!w = !quant.uniform<i8<-127:127>:f32:0, {0.5, 1.0e-42}>

// One scale of many is enough.
// CHECK: error: {{.*}}expects scales that are positive and normal in f32, but got {{.+}} at layer 'weights': lowbit-insert-qdq should have chosen another
module attributes {quantc.stage = "quantized"} {
  func.func @model(%x: tensor<2x2xi8> {quantc.name = "x"}) -> (tensor<2x2x!w> {quantc.name = "y"}) {
    %0 = quant.scast %x : tensor<2x2xi8> to tensor<2x2x!w> loc("weights")
    return %0 : tensor<2x2x!w>
  }
}

// -----

!x = !quant.uniform<u4:f32, 0.5:3>

// CHECK: error: {{.*}}expects activations of 8 bits, but got 4 at layer 'conv1': lowbit-insert-qdq should have chosen 8
module attributes {quantc.stage = "quantized"} {
  func.func @model(%x: tensor<4xf32> {quantc.name = "x"}) -> (tensor<4x!x> {quantc.name = "y"}) {
    %0 = lowbit.quantize %x : tensor<4xf32> to tensor<4x!x> loc("conv1")
    return %0 : tensor<4x!x>
  }
}
