// RUN: quant-opt %s | quant-opt | FileCheck %s
// RUN: quant-opt %s -mlir-print-op-generic | quant-opt | FileCheck %s
// RUN: quant-opt %s -emit-bytecode | quant-opt | FileCheck %s

!xq = !quant.uniform<u8:f32, 1.000000e-01:128>
!yq = !quant.uniform<u8:f32, 2.000000e-01:3>
!sq = !quant.uniform<i8:f32, 5.000000e-01:-4>
!wq = !quant.uniform<i8<-127:127>:f32:0, {0.1, 0.2}>
!dq = !quant.uniform<i8<-127:127>:f32:2, {0.1, 0.2, 0.3, 0.4}>

// CHECK-LABEL: @numbers
func.func @numbers(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: lowbit.quantize %{{.*}} : tensor<4xf32> to tensor<4x!quant.uniform<u8:f32, 1.000000e-01:128>>
  %q = lowbit.quantize %x : tensor<4xf32> to tensor<4x!xq>
  // CHECK: lowbit.requantize %{{.*}} clamp [3, 255]
  %r = lowbit.requantize %q clamp [3, 255] : tensor<4x!xq> to tensor<4x!yq>
  // CHECK: lowbit.requantize %{{[0-9]+}} : tensor
  %s = lowbit.requantize %r : tensor<4x!yq> to tensor<4x!sq>
  // CHECK: lowbit.dequantize
  %y = lowbit.dequantize %s : tensor<4x!sq> to tensor<4xf32>
  return %y : tensor<4xf32>
}

// CHECK-LABEL: @per_axis_numbers
func.func @per_axis_numbers(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // CHECK: lowbit.quantize {{.*}} to tensor<2x3x!quant.uniform<i8<-127:127>:f32:0, {1.000000e-01,2.000000e-01}>>
  %q = lowbit.quantize %x : tensor<2x3xf32> to tensor<2x3x!wq>
  // CHECK: lowbit.dequantize
  %y = lowbit.dequantize %q : tensor<2x3x!wq> to tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// CHECK-LABEL: @scalar
func.func @scalar(%x: tensor<f32>) -> tensor<!xq> {
  // CHECK: lowbit.quantize %{{.*}} : tensor<f32> to tensor<!quant.uniform
  %q = lowbit.quantize %x : tensor<f32> to tensor<!xq>
  return %q : tensor<!xq>
}

// CHECK-LABEL: @conv2d
func.func @conv2d(%x: tensor<1x5x6x3x!xq>, %b: tensor<2xi32>) -> tensor<1x3x3x2x!yq> {
  // CHECK: lowbit.constant dense<7> : tensor<2x3x3x3xi8> as tensor<2x3x3x3x!quant.uniform
  %w = lowbit.constant dense<7> : tensor<2x3x3x3xi8> as tensor<2x3x3x3x!wq>
  // CHECK: lowbit.conv2d %{{.*}}, %{{.*}}, %{{.*}} pad [1, 1, 0, 1] stride [2, 2] dilation [1, 1] clamp [3, 200]
  %y = lowbit.conv2d %x, %w, %b pad [1, 1, 0, 1] stride [2, 2] dilation [1, 1] clamp [3, 200]
     : (tensor<1x5x6x3x!xq>, tensor<2x3x3x3x!wq>, tensor<2xi32>) -> tensor<1x3x3x2x!yq>
  return %y : tensor<1x3x3x2x!yq>
}

// CHECK-LABEL: @depthwise
func.func @depthwise(%x: tensor<1x4x4x2x!sq>, %w: tensor<3x3x4x!dq>, %b: tensor<4xi32>) -> tensor<1x4x4x4xf32> {
  // CHECK: lowbit.depthwise_conv2d %{{.*}} pad [2, 2, 2, 2] stride [1, 1] dilation [2, 2] : {{.*}} -> tensor<1x4x4x4xf32>
  %y = lowbit.depthwise_conv2d %x, %w, %b pad [2, 2, 2, 2] stride [1, 1] dilation [2, 2]
     : (tensor<1x4x4x2x!sq>, tensor<3x3x4x!dq>, tensor<4xi32>) -> tensor<1x4x4x4xf32>
  return %y : tensor<1x4x4x4xf32>
}

// CHECK-LABEL: @matmul
func.func @matmul(%x: tensor<1x2x!xq>, %b: tensor<2xi32>) -> (tensor<1x2xf32>, tensor<1x2x!sq>) {
  // CHECK: lowbit.constant
  %w = lowbit.constant dense<[[1, -2], [3, 127]]> : tensor<2x2xi8> as tensor<2x2x!wq>
  // CHECK: lowbit.matmul %{{.*}}, %{{.*}}, %{{.*}} : {{.*}} -> tensor<1x2xf32>
  %y = lowbit.matmul %x, %w, %b : (tensor<1x2x!xq>, tensor<2x2x!wq>, tensor<2xi32>) -> tensor<1x2xf32>
  // CHECK: lowbit.matmul {{.*}} clamp [-4, 127] : {{.*}} -> tensor<1x2x!quant.uniform<i8:f32, 5.000000e-01:-4>>
  %z = lowbit.matmul %x, %w, %b clamp [-4, 127] : (tensor<1x2x!xq>, tensor<2x2x!wq>, tensor<2xi32>) -> tensor<1x2x!sq>
  return %y, %z : tensor<1x2xf32>, tensor<1x2x!sq>
}

// CHECK-LABEL: @batch_matmul
func.func @batch_matmul(%a: tensor<3x4x5x!xq>, %b: tensor<3x5x6x!sq>) -> (tensor<3x4x6xf32>, tensor<3x4x6x!yq>) {
  // CHECK: lowbit.batch_matmul %{{.*}}, %{{.*}} : {{.*}} -> tensor<3x4x6xf32>
  %0 = lowbit.batch_matmul %a, %b : (tensor<3x4x5x!xq>, tensor<3x5x6x!sq>) -> tensor<3x4x6xf32>
  // CHECK: lowbit.batch_matmul {{.*}} clamp [3, 255] : {{.*}} -> tensor<3x4x6x!quant.uniform<u8:f32, 2.000000e-01:3>>
  %1 = lowbit.batch_matmul %a, %b clamp [3, 255] : (tensor<3x4x5x!xq>, tensor<3x5x6x!sq>) -> tensor<3x4x6x!yq>
  return %0, %1 : tensor<3x4x6xf32>, tensor<3x4x6x!yq>
}

// CHECK-LABEL: @elementwise
func.func @elementwise(%a: tensor<2x4x!xq>, %b: tensor<1x4x!sq>, %t: tensor<256xi8>) -> tensor<2x4x!yq> {
  // CHECK: lowbit.add %{{.*}}, %{{.*}} clamp [0, 99] : (tensor<2x4x!quant{{.*}}>, tensor<1x4x!quant{{.*}}>) -> tensor<2x4x!quant
  %0 = lowbit.add %a, %b clamp [0, 99] : (tensor<2x4x!xq>, tensor<1x4x!sq>) -> tensor<2x4x!yq>
  // CHECK: lowbit.mul %{{.*}}, %{{.*}} : (tensor<1x4x!quant{{.*}}>, tensor<2x4x!quant{{.*}}>) -> tensor<2x4x!quant
  %1 = lowbit.mul %b, %0 : (tensor<1x4x!sq>, tensor<2x4x!yq>) -> tensor<2x4x!xq>
  // CHECK: lowbit.table %{{.*}}, %{{.*}} : (tensor<2x4x!quant{{.*}}>, tensor<256xi8>) -> tensor<2x4x!quant
  %2 = lowbit.table %1, %t : (tensor<2x4x!xq>, tensor<256xi8>) -> tensor<2x4x!yq>
  return %2 : tensor<2x4x!yq>
}

// CHECK-LABEL: @pools
func.func @pools(%x: tensor<1x8x8x4x!xq>) -> tensor<1x1x1x4x!yq> {
  // CHECK: lowbit.max_pool2d %{{.*}} kernel [2, 2] pad [0, 0, 0, 0] stride [2, 2] : {{.*}} to tensor<1x4x4x4x!quant
  %0 = lowbit.max_pool2d %x kernel [2, 2] pad [0, 0, 0, 0] stride [2, 2]
     : tensor<1x8x8x4x!xq> to tensor<1x4x4x4x!xq>
  // CHECK: lowbit.avg_pool2d %{{.*}} kernel [4, 4] pad [0, 0, 0, 0] stride [1, 1] clamp [3, 255]
  %1 = lowbit.avg_pool2d %0 kernel [4, 4] pad [0, 0, 0, 0] stride [1, 1] clamp [3, 255]
     : tensor<1x4x4x4x!xq> to tensor<1x1x1x4x!yq>
  return %1 : tensor<1x1x1x4x!yq>
}

// CHECK-LABEL: @packed_weights
func.func @packed_weights() -> (tensor<2x3xf32>, tensor<2x3x!quant.uniform<i8<-2:2>:f32:0, {0.5, 0.25}>>) {
  // CHECK: lowbit.coded_constant {axis = 0 : i64, codes = dense<[33, 15, -31, 0]> : tensor<4xi8>, scales = dense<[5.000000e-01, 2.500000e-01]> : tensor<2xf32>} : tensor<2x3x!lowbit.coded<"i4">>
  %0 = lowbit.coded_constant {axis = 0 : i64, codes = dense<[33, 15, -31, 0]> : tensor<4xi8>,
      scales = dense<[0.5, 0.25]> : tensor<2xf32>} : tensor<2x3x!lowbit.coded<"i4">>
  // CHECK: lowbit.decode %{{.*}} : tensor<2x3x!lowbit.coded<"i4">> to tensor<2x3xf32>
  %1 = lowbit.decode %0 : tensor<2x3x!lowbit.coded<"i4">> to tensor<2x3xf32>
  // CHECK: lowbit.decode %{{.*}} : tensor<2x3x!lowbit.coded<"i4">> to tensor<2x3x!quant.uniform<i8<-2:2>:f32:0, {5.000000e-01,2.500000e-01}>>
  %2 = lowbit.decode %0 : tensor<2x3x!lowbit.coded<"i4">> to tensor<2x3x!quant.uniform<i8<-2:2>:f32:0, {0.5, 0.25}>>
  return %1, %2 : tensor<2x3xf32>, tensor<2x3x!quant.uniform<i8<-2:2>:f32:0, {0.5, 0.25}>>
}

// CHECK-LABEL: @packed_blocks
func.func @packed_blocks() -> tensor<1x3xf32> {
  // CHECK: scales = dense<2.000000e+00> : tensor<1xf8E4M3FN>, second = 5.000000e-01 : f32
  %0 = lowbit.coded_constant {axis = 0 : i64, codes = dense<[33, 15]> : tensor<2xi8>,
      scales = dense<2.0> : tensor<1xf8E4M3FN>, second = 0.5 : f32} : tensor<1x3x!lowbit.coded<"nvfp4">>
  %1 = lowbit.decode %0 : tensor<1x3x!lowbit.coded<"nvfp4">> to tensor<1x3xf32>
  return %1 : tensor<1x3xf32>
}

!rq = !quant.uniform<i8:f32, 1.000000e+00>

// CHECK-LABEL: @block_matmul
func.func @block_matmul(%x: tensor<2x3x!xq>, %r: tensor<2x3x!rq>, %w: tensor<4x3x!lowbit.coded<"i4:b32">>, %b: tensor<4xf32>, %s: tensor<2xf32>) {
  // CHECK: lowbit.block_matmul %{{.*}}, %{{.*}} : (tensor<2x3x!quant.uniform<u8:f32, 1.000000e-01:128>>, tensor<4x3x!lowbit.coded<"i4:b32">>) -> tensor<2x4xf32>
  %0 = lowbit.block_matmul %x, %w : (tensor<2x3x!xq>, tensor<4x3x!lowbit.coded<"i4:b32">>) -> tensor<2x4xf32>
  // CHECK: lowbit.block_matmul %{{.*}}, %{{.*}} bias(%{{.*}}) clamp [3, 200] : {{.*}}, tensor<4xf32>) -> tensor<2x4x!quant
  %1 = lowbit.block_matmul %x, %w bias(%b) clamp [3, 200] : (tensor<2x3x!xq>, tensor<4x3x!lowbit.coded<"i4:b32">>, tensor<4xf32>) -> tensor<2x4x!yq>
  // CHECK: lowbit.block_matmul %{{.*}}, %{{.*}} row_scales(%{{.*}}) : {{.*}}, tensor<2xf32>) -> tensor<2x4xf32>
  %2 = lowbit.block_matmul %r, %w row_scales(%s) : (tensor<2x3x!rq>, tensor<4x3x!lowbit.coded<"i4:b32">>, tensor<2xf32>) -> tensor<2x4xf32>
  // CHECK: lowbit.block_matmul %{{.*}}, %{{.*}} row_scales(%{{.*}}) bias(%{{.*}}) : {{.*}}, tensor<2xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  %3 = lowbit.block_matmul %r, %w row_scales(%s) bias(%b) : (tensor<2x3x!rq>, tensor<4x3x!lowbit.coded<"i4:b32">>, tensor<2xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  return
}

// CHECK-LABEL: @patches
func.func @patches(%x: tensor<2x5x4x3x!xq>) {
  // CHECK: lowbit.patches %{{.*}} kernel [3, 2] pad [1, 0, 1, 0] stride [2, 1] dilation [1, 2] : tensor<2x5x4x3x!quant.uniform<u8:f32, 1.000000e-01:128>> to tensor<12x18x!quant
  %0 = lowbit.patches %x kernel [3, 2] pad [1, 0, 1, 0] stride [2, 1] dilation [1, 2] : tensor<2x5x4x3x!xq> to tensor<12x18x!xq>
  return
}

// CHECK-LABEL: @signs
func.func @signs(%x: tensor<4xf32>) -> tensor<4x!quant.uniform<i8<-1:1>:f32, 0.5>> {
  // CHECK: lowbit.binarize %{{.*}} : tensor<4xf32> to tensor<4x!quant.uniform<i8<-1:1>:f32, 5.000000e-01>>
  %q = lowbit.binarize %x : tensor<4xf32> to tensor<4x!quant.uniform<i8<-1:1>:f32, 0.5>>
  return %q : tensor<4x!quant.uniform<i8<-1:1>:f32, 0.5>>
}

// CHECK-LABEL: @rows
func.func @rows(%x: tensor<4x64xf32>, %b: tensor<64xf32>) -> tensor<4x64xf32> {
  // CHECK: %[[Q:.+]], %[[S:.+]] = lowbit.quantize_rows %{{.+}} : tensor<4x64xf32> to tensor<4x64x!quant.uniform<i8<-127:127>:f32, 1.000000e+00>>, tensor<4xf32>
  %q, %s = lowbit.quantize_rows %x : tensor<4x64xf32> to tensor<4x64x!quant.uniform<i8<-127:127>:f32, 1.0>>, tensor<4xf32>
  %c = lowbit.dequantize %q : tensor<4x64x!quant.uniform<i8<-127:127>:f32, 1.0>> to tensor<4x64xf32>
  // CHECK: lowbit.scale_rows %{{.+}}, %[[S]], %{{.+}} : (tensor<4x64xf32>, tensor<4xf32>, tensor<64xf32>) -> tensor<4x64xf32>
  %y = lowbit.scale_rows %c, %s, %b : (tensor<4x64xf32>, tensor<4xf32>, tensor<64xf32>) -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}
