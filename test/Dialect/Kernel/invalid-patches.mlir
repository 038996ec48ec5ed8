// RUN: quant-opt %s -split-input-file -verify-diagnostics

func.func @reals(%x: memref<1x4x4x2xf32>, %y: memref<4x18xi8>) {
  // expected-error@+1 {{expects codes of 8 bits, but got}}
  kernel.patches ins(%x : memref<1x4x4x2xf32>) outs(%y : memref<4x18xi8>) kernel [3, 3] stride [1, 1] dilation [1, 1]
  return
}

// -----

func.func @no_stride(%x: memref<1x4x4x2xi8>, %y: memref<4x18xi8>) {
  // expected-error@+1 {{expects a kernel, a stride and a dilation of at least 1, but got [3, 3], [1, 0] and [1, 1]}}
  kernel.patches ins(%x : memref<1x4x4x2xi8>) outs(%y : memref<4x18xi8>) kernel [3, 3] stride [1, 0] dilation [1, 1]
  return
}

// -----

func.func @shape(%x: memref<1x4x4x2xi8>, %y: memref<4x18xi8>) {
  // expected-error@+1 {{expects a result of shape [1, 18], but got}}
  kernel.patches ins(%x : memref<1x4x4x2xi8>) outs(%y : memref<4x18xi8>) kernel [3, 3] stride [2, 2] dilation [1, 1]
  return
}
