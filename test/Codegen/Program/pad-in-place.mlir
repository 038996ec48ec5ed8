// RUN: quant-opt %s -pass-pipeline='builtin.module(convert-lowbit-to-kernel,convert-lowbit-to-linalg,canonicalize,cse,func.func(separate-results),eliminate-empty-tensors,one-shot-bufferize{bufferize-function-boundaries},cse,canonicalize)' | FileCheck %s

!q = !quant.uniform<u8:f32, 0.5:10>
!wq = !quant.uniform<i8<-127:127>:f32, 0.5>

// Each layer writes into the middle of the buffer that the next one reads. Two
// buffers of one shape and one border are filled and copied by nobody.
// CHECK-LABEL: @layers
// CHECK-NOT:   linalg.fill
// CHECK-NOT:   memref.copy
// CHECK:       kernel.pool2d {{.*}} outs(%{{.*}} : memref<1x8x8x3xi8, strided<[300, 30, 3, 1], offset: 33>>)
// CHECK:       kernel.fill_border value 10 : i8 outs(%[[A:.+]] : memref<1x10x10x3xi8>) border [1, 1, 1, 1]
// CHECK:       kernel.depthwise_conv2d ins(%[[A]],
// CHECK:       kernel.fill_border value 10 : i8 outs(%[[B:.+]] : memref<1x10x10x3xi8>) border [1, 1, 1, 1]
// CHECK:       kernel.depthwise_conv2d ins(%[[B]],
// CHECK-NOT:   memref.copy
func.func @layers(%x: tensor<1x8x8x3x!q>) -> tensor<1x8x8x3x!q> {
  %w = lowbit.constant dense<1> : tensor<3x3x3xi8> as tensor<3x3x3x!wq>
  %b = arith.constant dense<[7, 8, 9]> : tensor<3xi32>
  %0 = lowbit.max_pool2d %x kernel [1, 1] pad [0, 0, 0, 0] stride [1, 1] : tensor<1x8x8x3x!q> to tensor<1x8x8x3x!q>
  %1 = lowbit.depthwise_conv2d %0, %w, %b pad [1, 1, 1, 1] stride [1, 1] dilation [1, 1]
     : (tensor<1x8x8x3x!q>, tensor<3x3x3x!wq>, tensor<3xi32>) -> tensor<1x8x8x3x!q>
  %2 = lowbit.depthwise_conv2d %1, %w, %b pad [1, 1, 1, 1] stride [1, 1] dilation [1, 1]
     : (tensor<1x8x8x3x!q>, tensor<3x3x3x!wq>, tensor<3xi32>) -> tensor<1x8x8x3x!q>
  return %2 : tensor<1x8x8x3x!q>
}
