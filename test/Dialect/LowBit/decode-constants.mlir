// RUN: quant-opt %s -lowbit-decode-constants | FileCheck %s

!wq = !quant.uniform<i8<-127:127>:f32:1, {0.5, 0.25}>
!xq = !quant.uniform<u8:f32, 0.5:10>

// dequantize(constant codes) -> constant reals
// CHECK-LABEL: @per_axis
// CHECK-NEXT:    %[[R:.+]] = arith.constant dense<{{\[\[}}5.000000e-01, -5.000000e-01], [1.500000e+00, 3.175000e+01]]> : tensor<2x2xf32>
// CHECK-NEXT:    return %[[R]]
func.func @per_axis() -> tensor<2x2xf32> {
  %w = lowbit.constant dense<[[1, -2], [3, 127]]> : tensor<2x2xi8> as tensor<2x2x!wq>
  %r = lowbit.dequantize %w : tensor<2x2x!wq> to tensor<2x2xf32>
  return %r : tensor<2x2xf32>
}

// A code above 127 is an unsigned byte: (200 - 10) * 0.5.
// CHECK-LABEL: @unsigned
// CHECK-NEXT:    arith.constant dense<9.500000e+01> : tensor<3xf32>
func.func @unsigned() -> tensor<3xf32> {
  %w = lowbit.constant dense<-56> : tensor<3xi8> as tensor<3x!xq>
  %r = lowbit.dequantize %w : tensor<3x!xq> to tensor<3xf32>
  return %r : tensor<3xf32>
}

// CHECK-LABEL: @not_constant
// CHECK:         lowbit.dequantize
func.func @not_constant(%q: tensor<3x!xq>) -> tensor<3xf32> {
  %r = lowbit.dequantize %q : tensor<3x!xq> to tensor<3xf32>
  return %r : tensor<3xf32>
}
