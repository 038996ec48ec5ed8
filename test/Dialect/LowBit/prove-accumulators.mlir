// RUN: quant-opt %s -lowbit-prove-accumulators -split-input-file -verify-diagnostics

!xq = !quant.uniform<u8:f32, 0.1:0>
!wq = !quant.uniform<i8<-127:127>:f32, 0.1>

func.func @fits(%x: tensor<1x4x!xq>) -> tensor<1x2xf32> {
  %w = lowbit.constant dense<127> : tensor<2x4xi8> as tensor<2x4x!wq>
  // 2^31 - 1 - 4 * 127 * 255
  %b = arith.constant dense<[0, 2147354107]> : tensor<2xi32>
  %y = lowbit.matmul %x, %w, %b : (tensor<1x4x!xq>, tensor<2x4x!wq>, tensor<2xi32>) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:0>
!wq = !quant.uniform<i8<-127:127>:f32, 0.1>
func.func @bias_is_one_too_large(%x: tensor<1x4x!xq>) -> tensor<1x2xf32> {
  %w = lowbit.constant dense<127> : tensor<2x4xi8> as tensor<2x4x!wq>
  %b = arith.constant dense<[0, 2147354108]> : tensor<2xi32>
  // expected-error@+1 {{expects accumulators below 2147483648, but got 2147483648 in channel 1}}
  %y = lowbit.matmul %x, %w, %b : (tensor<1x4x!xq>, tensor<2x4x!wq>, tensor<2xi32>) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}

// -----

// Fits as (x - zx) * w, but not as x * w with the zero point in the bias.
!xq = !quant.uniform<u8:f32, 0.1:255>
!wq = !quant.uniform<i8<-127:127>:f32, 0.1>
func.func @moved_zero_point(%x: tensor<1x4x4x1x!xq>) -> tensor<1x4x4x2x!xq> {
  %w = lowbit.constant dense<[[[-127, 1]]]> : tensor<1x1x2xi8> as tensor<1x1x2x!wq>
  %b = arith.constant dense<[2147450880, 0]> : tensor<2xi32>
  // expected-error@+1 {{expects accumulators below 2147483648, but got 2147515650 in channel 0}}
  %y = lowbit.depthwise_conv2d %x, %w, %b pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] : (tensor<1x4x4x1x!xq>, tensor<1x1x2x!wq>, tensor<2xi32>) -> tensor<1x4x4x2x!xq>
  return %y : tensor<1x4x4x2x!xq>
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:0>
!wq = !quant.uniform<i8<-127:127>:f32, 0.1>
func.func @weights_are_unknown(%x: tensor<1x4x!xq>, %w: tensor<2x4x!wq>) -> tensor<1x2xf32> {
  %b = arith.constant dense<0> : tensor<2xi32>
  // expected-error@+1 {{expects constant weights to bound the accumulator with, but got}}
  %y = lowbit.matmul %x, %w, %b : (tensor<1x4x!xq>, tensor<2x4x!wq>, tensor<2xi32>) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:0>
!wq = !quant.uniform<i8<-127:127>:f32, 0.1>
func.func @bias_is_unknown(%x: tensor<1x4x4x1x!xq>, %b: tensor<1xi32>) -> tensor<1x4x4x1x!xq> {
  %w = lowbit.constant dense<1> : tensor<1x1x1x1xi8> as tensor<1x1x1x1x!wq>
  // expected-error@+1 {{expects a constant bias to bound the accumulator with, but got}}
  %y = lowbit.conv2d %x, %w, %b pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] : (tensor<1x4x4x1x!xq>, tensor<1x1x1x1x!wq>, tensor<1xi32>) -> tensor<1x4x4x1x!xq>
  return %y : tensor<1x4x4x1x!xq>
}
