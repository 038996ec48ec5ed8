// RUN: quant-opt %s | quant-opt | FileCheck %s

// CHECK-LABEL: @patches
func.func @patches(%x: memref<1x6x6x4xi8>, %y: memref<16x36xi8>) {
  // CHECK: kernel.patches ins(%{{.*}} : memref<1x6x6x4xi8>) outs(%{{.*}} : memref<16x36xi8>) kernel [3, 3] stride [1, 1] dilation [1, 1]
  kernel.patches ins(%x : memref<1x6x6x4xi8>) outs(%y : memref<16x36xi8>) kernel [3, 3] stride [1, 1] dilation [1, 1]
  return
}
