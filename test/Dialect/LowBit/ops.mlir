// RUN: quant-opt %s | quant-opt | FileCheck %s
// RUN: quant-opt %s -mlir-print-op-generic | quant-opt | FileCheck %s
// RUN: quant-opt %s -emit-bytecode | quant-opt | FileCheck %s

!xq = !quant.uniform<u8:f32, 1.000000e-01:128>
!yq = !quant.uniform<u8:f32, 2.000000e-01:3>
!wq = !quant.uniform<i8<-127:127>:f32:0, {0.1, 0.2}>

// CHECK-LABEL: @numbers
func.func @numbers(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: lowbit.quantize %{{.*}} : tensor<4xf32> to tensor<4x!quant.uniform<u8:f32, 1.000000e-01:128>>
  %q = lowbit.quantize %x : tensor<4xf32> to tensor<4x!xq>
  // CHECK: lowbit.requantize %{{.*}} clamp [3, 255]
  %r = lowbit.requantize %q clamp [3, 255] : tensor<4x!xq> to tensor<4x!yq>
  // CHECK: lowbit.dequantize
  %y = lowbit.dequantize %r : tensor<4x!yq> to tensor<4xf32>
  return %y : tensor<4xf32>
}

// CHECK-LABEL: @matmul
func.func @matmul(%x: tensor<1x2x!xq>, %b: tensor<2xi32>) -> tensor<1x2xf32> {
  // CHECK: lowbit.constant
  %w = lowbit.constant dense<[[1, -2], [3, 127]]> : tensor<2x2xi8> as tensor<2x2x!wq>
  // CHECK: lowbit.matmul
  %y = lowbit.matmul %x, %w, %b : (tensor<1x2x!xq>, tensor<2x2x!wq>, tensor<2xi32>) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}
