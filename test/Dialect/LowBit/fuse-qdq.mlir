// RUN: quant-opt %s -lowbit-fuse-qdq -split-input-file | FileCheck %s

!xq = !quant.uniform<u8:f32, 0.5:128>
!yq = !quant.uniform<u8:f32, 0.25:10>
!wq = !quant.uniform<i8<-127:127>:f32:0, {0.5, 0.25}>

// quantize(clamp(conv2d(dequantize(x), w))) -> conv2d(x, w): the bias has the
// scales 1/4 and 1/8, a ReLU starts at the zero point.
// CHECK-LABEL: @conv_clamp
// CHECK-SAME:    %[[X:.+]]: tensor<1x4x4x1x!quant
func.func @conv_clamp(%q: tensor<1x4x4x1x!xq>) -> tensor<1x4x4x2x!yq> {
  // CHECK-DAG: %[[B:.+]] = arith.constant dense<[4, -24]> : tensor<2xi32>
  // CHECK-DAG: %[[W:.+]] = lowbit.constant dense<{{.*}}> : tensor<2x1x1x1xi8>
  // CHECK: %[[Y:.+]] = lowbit.conv2d %[[X]], %[[W]], %[[B]] pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] clamp [10, 34] {calib.site = "relu"}
  // CHECK: return %[[Y]]
  %c = lowbit.constant dense<[[[[1]]], [[[2]]]]> : tensor<2x1x1x1xi8> as tensor<2x1x1x1x!wq>
  %b = "tosa.const"() {values = dense<[1.0, -3.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %x = lowbit.dequantize %q : tensor<1x4x4x1x!xq> to tensor<1x4x4x1xf32>
  %w = lowbit.dequantize %c : tensor<2x1x1x1x!wq> to tensor<2x1x1x1xf32>
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x4x4x1xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x2xf32>
  %1 = tosa.clamp %0 {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32>
  %2 = lowbit.quantize %1 {calib.site = "relu"} : tensor<1x4x4x2xf32> to tensor<1x4x4x2x!yq>
  return %2 : tensor<1x4x4x2x!yq>
}

// -----

!xq = !quant.uniform<u8:f32, 0.5:128>
!yq = !quant.uniform<u8:f32, 0.25:0>
!wq = !quant.uniform<i8<-127:127>:f32:2, {0.5, 0.25}>

// A clamp that leaves all codes of the result is no clamp; a bias of one number
// is that of every channel; the multiplier is folded into the channels.
// CHECK-LABEL: @depthwise
func.func @depthwise(%q: tensor<1x4x4x1x!xq>) -> tensor<1x4x4x2x!yq> {
  // CHECK-DAG: arith.constant dense<[16, 32]> : tensor<2xi32>
  // CHECK: lowbit.depthwise_conv2d %{{.*}}, %{{.*}}, %{{.*}} pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] : (tensor<1x4x4x1x{{.*}}, tensor<1x1x2x
  // CHECK-NOT: clamp
  %c = lowbit.constant dense<1> : tensor<1x1x2xi8> as tensor<1x1x2x!wq>
  %b = "tosa.const"() {values = dense<4.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %s = tosa.const_shape {values = dense<[1, 1, 1, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %x = lowbit.dequantize %q : tensor<1x4x4x1x!xq> to tensor<1x4x4x1xf32>
  %d = lowbit.dequantize %c : tensor<1x1x2x!wq> to tensor<1x1x2xf32>
  %w = tosa.reshape %d, %s : (tensor<1x1x2xf32>, !tosa.shape<4>) -> tensor<1x1x1x2xf32>
  %0 = tosa.depthwise_conv2d %x, %w, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x4x4x1xf32>, tensor<1x1x1x2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x2xf32>
  %1 = tosa.clamp %0 {min_val = 0.0 : f32, max_val = 1.0e30 : f32} : (tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32>
  %2 = lowbit.quantize %1 : tensor<1x4x4x2xf32> to tensor<1x4x4x2x!yq>
  return %2 : tensor<1x4x4x2x!yq>
}

// -----

!xq = !quant.uniform<u8:f32, 0.5:128>
!yq = !quant.uniform<u8:f32, 0.25:0>
!wq = !quant.uniform<i8<-127:127>:f32:2, {0.5, 0.25}>

// matmul -> reshape -> add constant -> quantize: [1,K,N] is transposed, the
// constant is the bias, the reshape happens on codes.
// CHECK-LABEL: @matmul_bias
func.func @matmul_bias(%q: tensor<1x2x3x!xq>) -> tensor<2x2x!yq> {
  // CHECK-DAG: arith.constant dense<[4, 16]> : tensor<2xi32>
  // CHECK-DAG: lowbit.constant dense<{{\[\[}}1, 3, 5], [2, 4, 6]]> : tensor<2x3xi8> as tensor<2x3x!quant.uniform<i8<-127:127>:f32:0, {5.000000e-01,2.500000e-01}>>
  // CHECK: %[[Y:.+]] = lowbit.matmul {{.*}} -> tensor<1x2x2x!quant
  // CHECK: %[[S:.+]] = quant.scast %[[Y]]
  // CHECK: %[[R:.+]] = tosa.reshape %[[S]], %{{.*}} -> tensor<2x2xi8>
  // CHECK: quant.scast %[[R]] {calib.site = "fc"}
  %c = lowbit.constant dense<[[[1, 2], [3, 4], [5, 6]]]> : tensor<1x3x2xi8> as tensor<1x3x2x!wq>
  %b = "tosa.const"() {values = dense<[[1.0, 2.0]]> : tensor<1x2xf32>} : () -> tensor<1x2xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %s = tosa.const_shape {values = dense<[2, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %x = lowbit.dequantize %q : tensor<1x2x3x!xq> to tensor<1x2x3xf32>
  %w = lowbit.dequantize %c : tensor<1x3x2x!wq> to tensor<1x3x2xf32>
  %0 = tosa.matmul %x, %w, %z, %z : (tensor<1x2x3xf32>, tensor<1x3x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32>
  %1 = tosa.reshape %0, %s : (tensor<1x2x2xf32>, !tosa.shape<2>) -> tensor<2x2xf32>
  %2 = tosa.add %b, %1 : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %3 = lowbit.quantize %2 {calib.site = "fc"} : tensor<2x2xf32> to tensor<2x2x!yq>
  return %3 : tensor<2x2x!yq>
}

// -----

!xq = !quant.uniform<u8:f32, 0.5:128>
!wq = !quant.uniform<i8<-127:127>:f32, 0.5>

// Without a quantize behind it, a contraction gives reals; the constant is the
// bias all the same, what follows stays in float.
// CHECK-LABEL: @float_result
func.func @float_result(%q: tensor<1x1x1x!xq>) -> tensor<1x1x2xf32> {
  // CHECK-DAG: arith.constant dense<[4, 8]> : tensor<2xi32>
  // CHECK: %[[Y:.+]] = lowbit.matmul {{.*}} -> tensor<1x1x2xf32>
  // CHECK-NOT: tosa.add
  // CHECK: tosa.exp %[[Y]]
  %c = lowbit.constant dense<1> : tensor<1x1x2xi8> as tensor<1x1x2x!wq>
  %b = "tosa.const"() {values = dense<[[[1.0, 2.0]]]> : tensor<1x1x2xf32>} : () -> tensor<1x1x2xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %x = lowbit.dequantize %q : tensor<1x1x1x!xq> to tensor<1x1x1xf32>
  %w = lowbit.dequantize %c : tensor<1x1x2x!wq> to tensor<1x1x2xf32>
  %0 = tosa.matmul %x, %w, %z, %z : (tensor<1x1x1xf32>, tensor<1x1x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x2xf32>
  %1 = tosa.add %0, %b : (tensor<1x1x2xf32>, tensor<1x1x2xf32>) -> tensor<1x1x2xf32>
  %2 = tosa.exp %1 : (tensor<1x1x2xf32>) -> tensor<1x1x2xf32>
  return %2 : tensor<1x1x2xf32>
}

// -----

!xq = !quant.uniform<u8:f32, 0.5:128>
!wq = !quant.uniform<i8<-127:127>:f32, 0.5>
!kq = !quant.uniform<i8<-127:127>:f32:1, {0.5, 0.25}>
!tiny = !quant.uniform<i8<-127:127>:f32, 1.2e-38>

// Each reason for which a contraction stays in float.
// CHECK-LABEL: @contraction_stays
func.func @contraction_stays(%f: tensor<1x1x1xf32>, %q: tensor<1x1x1x!xq>, %r: tensor<1x1x2x!xq>, %v: tensor<1x1x1xf32>, %p: tensor<2x1x1x!xq>, %img: tensor<1x1x1x1x!xq>, %bias: tensor<1xf32>)
    -> (tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<2x1x1xf32>, tensor<1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>) {
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %c = lowbit.constant dense<1> : tensor<1x1x1xi8> as tensor<1x1x1x!wq>
  %w = lowbit.dequantize %c : tensor<1x1x1x!wq> to tensor<1x1x1xf32>
  %x = lowbit.dequantize %q : tensor<1x1x1x!xq> to tensor<1x1x1xf32>
  // CHECK: tosa.matmul {{.*}} {lowbit.float_reason = "its input is not quantized"}
  %0 = tosa.matmul %f, %w, %z, %z : (tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  // CHECK: tosa.matmul %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : (
  %1 = tosa.matmul %x, %v, %z, %z : (tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  // CHECK: tosa.matmul {{.*}} {lowbit.float_reason = "its operands have zero points"}
  %2 = tosa.matmul %x, %w, %bias, %z : (tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  // CHECK: tosa.matmul {{.*}} {lowbit.float_reason = "its weights' scales are not per output channel"}
  %cu = lowbit.constant dense<1> : tensor<1x2x1xi8> as tensor<1x2x1x!kq>
  %wu = lowbit.dequantize %cu : tensor<1x2x1x!kq> to tensor<1x2x1xf32>
  %xu = lowbit.dequantize %r : tensor<1x1x2x!xq> to tensor<1x1x2xf32>
  %3 = tosa.matmul %xu, %wu, %z, %z : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  // CHECK: tosa.matmul {{.*}} {lowbit.float_reason = "its weights differ by batch"}
  %cb = lowbit.constant dense<1> : tensor<2x1x1xi8> as tensor<2x1x1x!wq>
  %wb = lowbit.dequantize %cb : tensor<2x1x1x!wq> to tensor<2x1x1xf32>
  %xb = lowbit.dequantize %p : tensor<2x1x1x!xq> to tensor<2x1x1xf32>
  %4 = tosa.matmul %xb, %wb, %z, %z : (tensor<2x1x1xf32>, tensor<2x1x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x1x1xf32>
  // CHECK: tosa.matmul {{.*}} {lowbit.float_reason = "its scales are too far apart for f32"}
  %ct = lowbit.constant dense<1> : tensor<1x1x1xi8> as tensor<1x1x1x!tiny>
  %wt = lowbit.dequantize %ct : tensor<1x1x1x!tiny> to tensor<1x1x1xf32>
  %5 = tosa.matmul %x, %wt, %z, %z : (tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  // CHECK: tosa.conv2d {{.*}} lowbit.float_reason = "its bias is not constant"
  %ck = lowbit.constant dense<127> : tensor<1x1x1x1xi8> as tensor<1x1x1x1x!wq>
  %wk = lowbit.dequantize %ck : tensor<1x1x1x1x!wq> to tensor<1x1x1x1xf32>
  %xi = lowbit.dequantize %img : tensor<1x1x1x1x!xq> to tensor<1x1x1x1xf32>
  %6 = tosa.conv2d %xi, %wk, %bias, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1x1xf32>
  // CHECK: tosa.conv2d {{.*}} lowbit.float_reason = "the bias of channel 0 does not fit in int32"
  %large = "tosa.const"() {values = dense<1.0e9> : tensor<1xf32>} : () -> tensor<1xf32>
  %7 = tosa.conv2d %xi, %wk, %large, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1x1xf32>
  // The bias is 2^31 - 128, and 127 * 128 comes on top.
  // CHECK: tosa.conv2d {{.*}} lowbit.float_reason = "the accumulator of channel 0 may reach 2147499776, which does not fit in int32"
  %full = "tosa.const"() {values = dense<536870880.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %8 = tosa.conv2d %xi, %wk, %full, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1x1xf32>
  return %0, %1, %2, %3, %4, %5, %6, %7, %8 : tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<2x1x1xf32>, tensor<1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>
}
