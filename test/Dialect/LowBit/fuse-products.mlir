// RUN: quant-opt %s -lowbit-fuse-qdq -split-input-file | FileCheck %s

!aq = !quant.uniform<u8:f32, 0.5:10>
!bq = !quant.uniform<i8:f32, 0.25>
!yq = !quant.uniform<u8:f32, 2.0:3>

// quantize(clamp(matmul(dequantize(a), dequantize(b)))) -> batch_matmul(a, b)
// CHECK-LABEL: @to_codes
// CHECK: %[[Y:.+]] = lowbit.batch_matmul %{{.+}}, %{{.+}} clamp [3, 255] {calib.site = "y"} : {{.*}} -> tensor<2x3x5x!quant
// CHECK-NEXT: return %[[Y]]
func.func @to_codes(%a: tensor<2x3x4x!aq>, %b: tensor<2x4x5x!bq>) -> tensor<2x3x5x!yq> {
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = lowbit.dequantize %a : tensor<2x3x4x!aq> to tensor<2x3x4xf32>
  %1 = lowbit.dequantize %b : tensor<2x4x5x!bq> to tensor<2x4x5xf32>
  %2 = tosa.matmul %0, %1, %z, %z : (tensor<2x3x4xf32>, tensor<2x4x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x3x5xf32>
  %3 = tosa.clamp %2 {min_val = 0.0 : f32, max_val = 1000.0 : f32} : (tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  %4 = lowbit.quantize %3 {calib.site = "y"} : tensor<2x3x5xf32> to tensor<2x3x5x!yq>
  return %4 : tensor<2x3x5x!yq>
}

// -----

!aq = !quant.uniform<u8:f32, 0.5:10>
!bq = !quant.uniform<i8:f32, 0.25>

// A result that nothing rounds is f32; a transpose happens on codes.
// CHECK-LABEL: @to_reals
// CHECK: tosa.transpose {{.*}} -> tensor<2x4x5xi8>
// CHECK: lowbit.batch_matmul {{.*}} -> tensor<2x3x5xf32>
func.func @to_reals(%a: tensor<2x3x4x!aq>, %b: tensor<2x5x4x!bq>) -> tensor<2x3x5xf32> {
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = lowbit.dequantize %a : tensor<2x3x4x!aq> to tensor<2x3x4xf32>
  %1 = lowbit.dequantize %b : tensor<2x5x4x!bq> to tensor<2x5x4xf32>
  %t = tosa.transpose %1 {perms = array<i32: 0, 2, 1>} : (tensor<2x5x4xf32>) -> tensor<2x4x5xf32>
  %2 = tosa.matmul %0, %t, %z, %z : (tensor<2x3x4xf32>, tensor<2x4x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x3x5xf32>
  return %2 : tensor<2x3x5xf32>
}

// -----

!aq = !quant.uniform<u8:f32, 0.5:10>
!bq = !quant.uniform<i8:f32, 0.25>

// One operand in float keeps the product there; it gets no reason of a layer
// with weights.
// CHECK-LABEL: @half_float
// CHECK-NOT: lowbit.batch_matmul
// CHECK: tosa.matmul
// CHECK-NOT: float_reason
func.func @half_float(%a: tensor<2x3x4x!aq>, %b: tensor<2x4x5xf32>) -> tensor<2x3x5xf32> {
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = lowbit.dequantize %a : tensor<2x3x4x!aq> to tensor<2x3x4xf32>
  %2 = tosa.matmul %0, %b, %z, %z : (tensor<2x3x4xf32>, tensor<2x4x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x3x5xf32>
  return %2 : tensor<2x3x5xf32>
}

// -----

!aq = !quant.uniform<u8:f32, 0.5:10>

// Sums that may not fit in int32.
// CHECK-LABEL: @too_deep
// CHECK-NOT: lowbit.batch_matmul
func.func @too_deep(%a: tensor<1x1x40000x!aq>, %b: tensor<1x40000x1x!aq>) -> tensor<1x1x1xf32> {
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = lowbit.dequantize %a : tensor<1x1x40000x!aq> to tensor<1x1x40000xf32>
  %1 = lowbit.dequantize %b : tensor<1x40000x1x!aq> to tensor<1x40000x1xf32>
  %2 = tosa.matmul %0, %1, %z, %z : (tensor<1x1x40000xf32>, tensor<1x40000x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %2 : tensor<1x1x1xf32>
}
