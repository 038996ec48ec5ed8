// RUN: quant-opt %s -lowbit-drop-qdq | FileCheck %s

!xq = !quant.uniform<u8:f32, 0.1:128>

// dequantize(quantize(x)) -> x
// CHECK-LABEL: @pair
// CHECK-SAME:    %[[X:.+]]: tensor<4xf32>
func.func @pair(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK-NEXT: return %[[X]]
  %q = lowbit.quantize %x : tensor<4xf32> to tensor<4x!xq>
  %y = lowbit.dequantize %q : tensor<4x!xq> to tensor<4xf32>
  return %y : tensor<4xf32>
}

// CHECK-LABEL: @codes_are_used
// CHECK-SAME:    %[[X:.+]]: tensor<4xf32>
func.func @codes_are_used(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4x!xq>) {
  // CHECK: %[[Q:.+]] = lowbit.quantize %[[X]]
  // CHECK: return %[[X]], %[[Q]]
  %q = lowbit.quantize %x : tensor<4xf32> to tensor<4x!xq>
  %y = lowbit.dequantize %q : tensor<4x!xq> to tensor<4xf32>
  return %y, %q : tensor<4xf32>, tensor<4x!xq>
}

// CHECK-LABEL: @codes_come_from_elsewhere
func.func @codes_come_from_elsewhere(%q: tensor<4x!xq>) -> tensor<4xf32> {
  // CHECK: lowbit.dequantize
  %y = lowbit.dequantize %q : tensor<4x!xq> to tensor<4xf32>
  return %y : tensor<4xf32>
}

// CHECK-LABEL: @the_model_rounds_here
func.func @the_model_rounds_here(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: lowbit.quantize
  // CHECK: lowbit.dequantize
  %q = lowbit.quantize %x {lowbit.given} : tensor<4xf32> to tensor<4x!xq>
  %y = lowbit.dequantize %q {lowbit.given} : tensor<4x!xq> to tensor<4xf32>
  return %y : tensor<4xf32>
}
