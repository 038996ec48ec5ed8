// RUN: quant-opt %s -quantize | FileCheck %s
// RUN: quant-opt %s -quantize="activations=f32 weights=f32" | FileCheck %s --check-prefix=FLOAT
// RUN: quant-opt %s -quantize="format-for=fc=f32" | FileCheck %s --check-prefix=ONE

// A small network: from the quantized input to the last contraction there are
// only codes; the softmax stays in float and says why.
// CHECK: module attributes {quantc.stage = "quantized"}
// CHECK-NOT: calib.observe
// CHECK: lowbit.quantize %{{.*}} {calib.site = "image"}
// CHECK: lowbit.conv2d {{.*}} dilation [1, 1] {calib.site = "relu"}
// CHECK: lowbit.max_pool2d
// CHECK: tosa.reshape {{.*}} -> tensor<1x1x8xi8>
// CHECK: lowbit.matmul {{.*}} -> tensor<1x1x3xf32>
// CHECK-NOT: lowbit.dequantize
// CHECK: tosa.exp {{.*}} {lowbit.float_reason = "no layer with weights follows it"}
// CHECK: tosa.reduce_sum {{.*}}lowbit.float_reason = "there is no integer form of 'tosa.reduce_sum'"

// FLOAT: quantc.stage = "quantized"
// FLOAT-NOT: lowbit.{{[a-z]+}} %
// FLOAT-NOT: calib.observe
// FLOAT: tosa.conv2d
// FLOAT: tosa.matmul

// ONE: lowbit.conv2d
// ONE: lowbit.dequantize
// ONE: tosa.matmul {{.*}} {lowbit.float_reason = "float was asked for by name"}
func.func @net(%x: tensor<1x4x4x1xf32> {quantc.name = "x"}) -> (tensor<1x1x3xf32> {quantc.name = "y"}) {
  %w = "tosa.const"() {values = dense<0.5> : tensor<2x1x1x1xf32>} : () -> tensor<2x1x1x1xf32>
  %b = "tosa.const"() {values = dense<0.25> : tensor<2xf32>} : () -> tensor<2xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %v = "tosa.const"() {values = dense<0.125> : tensor<1x8x3xf32>} : () -> tensor<1x8x3xf32>
  %s = tosa.const_shape {values = dense<[1, 1, 8]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %0 = calib.observe %x site "image" range [-1.0, 1.0] : tensor<1x4x4x1xf32>
  %1 = tosa.conv2d %0, %w, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x4x4x1xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x2xf32> loc("conv")
  %2 = tosa.clamp %1 {min_val = 0.0 : f32, max_val = 3.40282347E+38 : f32} : (tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32>
  %3 = calib.observe %2 site "relu" range [0.0, 2.0] : tensor<1x4x4x2xf32>
  %4 = tosa.max_pool2d %3 {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>
  %5 = tosa.reshape %4, %s : (tensor<1x2x2x2xf32>, !tosa.shape<3>) -> tensor<1x1x8xf32>
  %6 = tosa.matmul %5, %v, %z, %z : (tensor<1x1x8xf32>, tensor<1x8x3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x3xf32> loc("fc")
  %7 = tosa.exp %6 : (tensor<1x1x3xf32>) -> tensor<1x1x3xf32>
  %8 = tosa.reduce_sum %7 {axis = 2 : i32} : (tensor<1x1x3xf32>) -> tensor<1x1x1xf32>
  %9 = tosa.reciprocal %8 : (tensor<1x1x1xf32>) -> tensor<1x1x1xf32>
  %sft = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %10 = tosa.mul %7, %9, %sft : (tensor<1x1x3xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<1x1x3xf32>
  return %10 : tensor<1x1x3xf32>
}
