// RUN: quant-opt %s -lowbit-fuse-qdq -split-input-file | FileCheck %s

!aq = !quant.uniform<u8:f32, 0.5:128>
!bq = !quant.uniform<i8:f32, 0.25:-3>
!yq = !quant.uniform<u8:f32, 1.0:10>

// CHECK-LABEL: @binary
// CHECK-SAME:    %[[A:[a-z0-9]+]]: {{.*}}, %[[B:[a-z0-9]+]]:
func.func @binary(%qa: tensor<2x4x!aq>, %qb: tensor<1x4x!bq>) -> (tensor<2x4x!yq>, tensor<2x4x!yq>, tensor<2x4x!yq>) {
  %s = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %a = lowbit.dequantize %qa : tensor<2x4x!aq> to tensor<2x4xf32>
  %b = lowbit.dequantize %qb : tensor<1x4x!bq> to tensor<1x4xf32>
  // CHECK: lowbit.add %[[A]], %[[B]] clamp [10, 255] {calib.site = "sum"}
  %0 = tosa.add %a, %b : (tensor<2x4xf32>, tensor<1x4xf32>) -> tensor<2x4xf32>
  %1 = tosa.clamp %0 {min_val = 0.0 : f32, max_val = 1.0e9 : f32} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %2 = lowbit.quantize %1 {calib.site = "sum"} : tensor<2x4xf32> to tensor<2x4x!yq>
  // CHECK: lowbit.mul %[[A]], %[[B]] : {{.*}} -> tensor<2x4x
  %3 = tosa.mul %a, %b, %s : (tensor<2x4xf32>, tensor<1x4xf32>, tensor<1xi8>) -> tensor<2x4xf32>
  %4 = lowbit.quantize %3 : tensor<2x4xf32> to tensor<2x4x!yq>
  // a - b = a + (-b): codes and zero point are mirrored, -1 - (-3) = 2.
  // CHECK: %[[N:.+]] = lowbit.table %[[B]], %{{.*}} -> tensor<1x4x!quant.uniform<i8:f32, 2.500000e-01:2>>
  // CHECK: lowbit.add %[[A]], %[[N]]
  %5 = tosa.sub %a, %b : (tensor<2x4xf32>, tensor<1x4xf32>) -> tensor<2x4xf32>
  %6 = lowbit.quantize %5 : tensor<2x4xf32> to tensor<2x4x!yq>
  return %2, %4, %6 : tensor<2x4x!yq>, tensor<2x4x!yq>, tensor<2x4x!yq>
}

// -----

!aq = !quant.uniform<u8:f32, 0.5:128>

// A constant operand gets codes that cover it: [-1, 1.55] has the scale 0.01.
// CHECK-LABEL: @constant_operand
func.func @constant_operand(%q: tensor<2x2x!aq>) -> (tensor<2x2x!aq>, tensor<2x2x!aq>) {
  %c = "tosa.const"() {values = dense<[[-1.0, 1.55]]> : tensor<1x2xf32>} : () -> tensor<1x2xf32>
  %a = lowbit.dequantize %q : tensor<2x2x!aq> to tensor<2x2xf32>
  // CHECK: %[[C:.+]] = lowbit.constant dense<{{\[\[}}0, -1]]> : tensor<1x2xi8> as tensor<1x2x!quant.uniform<u8:f32, 0.0099999997764825821:100>>
  // CHECK: lowbit.add %{{.*}}, %[[C]]
  %0 = tosa.add %a, %c : (tensor<2x2xf32>, tensor<1x2xf32>) -> tensor<2x2xf32>
  %1 = lowbit.quantize %0 : tensor<2x2xf32> to tensor<2x2x!aq>
  // CHECK: %[[D:.+]] = lowbit.constant dense<{{\[\[}}-1, 0]]> : tensor<1x2xi8> as tensor<1x2x!quant.uniform<u8:f32, 0.0099999997764825821:155>>
  // CHECK: lowbit.add %{{.*}}, %[[D]]
  %2 = tosa.sub %a, %c : (tensor<2x2xf32>, tensor<1x2xf32>) -> tensor<2x2xf32>
  %3 = lowbit.quantize %2 : tensor<2x2xf32> to tensor<2x2x!aq>
  return %1, %3 : tensor<2x2x!aq>, tensor<2x2x!aq>
}

// -----

!aq = !quant.uniform<u8:f32, 0.5:128>
!yq = !quant.uniform<u8:f32, 1.0:10>

// CHECK-LABEL: @change_of_format
// CHECK-SAME:    %[[A:.+]]: tensor<4x
func.func @change_of_format(%q: tensor<4x!aq>) -> (tensor<4x!yq>, tensor<4x!yq>, tensor<4x!aq>) {
  %a = lowbit.dequantize %q : tensor<4x!aq> to tensor<4xf32>
  // CHECK: %[[R:.+]] = lowbit.requantize %[[A]] : {{.*}} to tensor<4x!quant.uniform<u8:f32, 1.000000e+00:10>>
  %0 = lowbit.quantize %a : tensor<4xf32> to tensor<4x!yq>
  // CHECK: %[[C:.+]] = lowbit.requantize %[[A]] clamp [10, 16]
  %1 = tosa.clamp %a {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<4xf32>) -> tensor<4xf32>
  %2 = lowbit.quantize %1 : tensor<4xf32> to tensor<4x!yq>
  // quantize(dequantize(q)) -> q
  // CHECK: return %[[R]], %[[C]], %[[A]]
  %3 = lowbit.quantize %a : tensor<4xf32> to tensor<4x!aq>
  return %0, %2, %3 : tensor<4x!yq>, tensor<4x!yq>, tensor<4x!aq>
}

// -----

!aq = !quant.uniform<u8:f32, 0.5:128>
!yq = !quant.uniform<u8:f32, 1.0:10>

// CHECK-LABEL: @mean
func.func @mean(%q: tensor<1x4x4x2x!aq>) -> tensor<1x1x1x2x!yq> {
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // CHECK: lowbit.avg_pool2d %{{.*}} kernel [4, 4] pad [0, 0, 0, 0] stride [1, 1] :
  %a = lowbit.dequantize %q : tensor<1x4x4x2x!aq> to tensor<1x4x4x2xf32>
  %0 = tosa.avg_pool2d %a, %z, %z {kernel = array<i64: 4, 4>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, acc_type = f32} : (tensor<1x4x4x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1x2xf32>
  %1 = lowbit.quantize %0 : tensor<1x1x1x2xf32> to tensor<1x1x1x2x!yq>
  return %1 : tensor<1x1x1x2x!yq>
}

// -----

!aq = !quant.uniform<u8:f32, 0.5:128>
!yq = !quant.uniform<u8:f32, 1.0:10>

// mul(reduce_sum(reduce_sum(x, 2), 1), 1 / 8) -> avg_pool2d(x), for the
// reciprocal of the size only.
// CHECK-LABEL: @reduced_mean
func.func @reduced_mean(%q: tensor<1x2x4x3x!aq>) -> (tensor<1x1x1x3x!yq>, tensor<1x1x1x3x!yq>) {
  %s = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %eighth = "tosa.const"() {values = dense<0.125> : tensor<1x1x1x1xf32>} : () -> tensor<1x1x1x1xf32>
  %half = "tosa.const"() {values = dense<0.5> : tensor<1x1x1x1xf32>} : () -> tensor<1x1x1x1xf32>
  %a = lowbit.dequantize %q : tensor<1x2x4x3x!aq> to tensor<1x2x4x3xf32>
  // CHECK: lowbit.avg_pool2d %{{.*}} kernel [2, 4] pad [0, 0, 0, 0] stride [1, 1] : tensor<1x2x4x3x{{.*}} to tensor<1x1x1x3x
  %0 = tosa.reduce_sum %a {axis = 2 : i32} : (tensor<1x2x4x3xf32>) -> tensor<1x2x1x3xf32>
  %1 = tosa.reduce_sum %0 {axis = 1 : i32} : (tensor<1x2x1x3xf32>) -> tensor<1x1x1x3xf32>
  %2 = tosa.mul %1, %eighth, %s : (tensor<1x1x1x3xf32>, tensor<1x1x1x1xf32>, tensor<1xi8>) -> tensor<1x1x1x3xf32>
  %3 = lowbit.quantize %2 : tensor<1x1x1x3xf32> to tensor<1x1x1x3x!yq>
  // CHECK: tosa.mul
  // CHECK: lowbit.quantize
  %4 = tosa.reduce_sum %a {axis = 2 : i32} : (tensor<1x2x4x3xf32>) -> tensor<1x2x1x3xf32>
  %5 = tosa.reduce_sum %4 {axis = 1 : i32} : (tensor<1x2x1x3xf32>) -> tensor<1x1x1x3xf32>
  %6 = tosa.mul %5, %half, %s : (tensor<1x1x1x3xf32>, tensor<1x1x1x1xf32>, tensor<1xi8>) -> tensor<1x1x1x3xf32>
  %7 = lowbit.quantize %6 : tensor<1x1x1x3xf32> to tensor<1x1x1x3x!yq>
  return %3, %7 : tensor<1x1x1x3x!yq>, tensor<1x1x1x3x!yq>
}

// -----

!aq = !quant.uniform<u8<0:3>:f32, 1.0:1>
!yq = !quant.uniform<u8:f32, 0.00390625>

// quantize(sigmoid(dequantize(q))) -> table(q): codes 0 to 3 are -1 to 2, and
// 256 * sigmoid is 68.8, 128, 187.2, 225.5; bytes beyond are never read.
// CHECK-LABEL: @sigmoid
func.func @sigmoid(%q: tensor<4x!aq>) -> tensor<4x!yq> {
  // CHECK: %[[T:.+]] = arith.constant dense<"0x4580BBE1E1E1E1{{(E1)*}}"> : tensor<256xi8>
  // CHECK: lowbit.table %{{.*}}, %[[T]]
  %a = lowbit.dequantize %q : tensor<4x!aq> to tensor<4xf32>
  %0 = tosa.sigmoid %a : (tensor<4xf32>) -> tensor<4xf32>
  %1 = lowbit.quantize %0 : tensor<4xf32> to tensor<4x!yq>
  return %1 : tensor<4x!yq>
}

// -----

!aq = !quant.uniform<i8:f32, 0.5:0>
!sq = !quant.uniform<u8:f32, 0.0625>
!yq = !quant.uniform<i8:f32, 1.0:0>

// x * round(clamp(x + 3, 0, 6) / 6): rounding in the middle is looked through,
// so the whole hard-swish is one table.
// CHECK-LABEL: @hard_swish
func.func @hard_swish(%q: tensor<4x!aq>) -> tensor<4x!yq> {
  // CHECK: lowbit.table %{{[a-z0-9]+}}, %{{.*}} {calib.site = "swish"}
  // CHECK-NEXT: return
  %s = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %three = "tosa.const"() {values = dense<3.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %sixth = "tosa.const"() {values = dense<0.16666667> : tensor<1xf32>} : () -> tensor<1xf32>
  %a = lowbit.dequantize %q : tensor<4x!aq> to tensor<4xf32>
  %0 = tosa.add %a, %three : (tensor<4xf32>, tensor<1xf32>) -> tensor<4xf32>
  %1 = tosa.clamp %0 {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<4xf32>) -> tensor<4xf32>
  %2 = tosa.mul %1, %sixth, %s : (tensor<4xf32>, tensor<1xf32>, tensor<1xi8>) -> tensor<4xf32>
  %3 = lowbit.quantize %2 : tensor<4xf32> to tensor<4x!sq>
  %4 = lowbit.dequantize %3 : tensor<4x!sq> to tensor<4xf32>
  %5 = tosa.mul %a, %4, %s : (tensor<4xf32>, tensor<4xf32>, tensor<1xi8>) -> tensor<4xf32>
  %6 = lowbit.quantize %5 {calib.site = "swish"} : tensor<4xf32> to tensor<4x!yq>
  return %6 : tensor<4x!yq>
}

// -----

!aq = !quant.uniform<u8:f32, 0.5:128>

// Not fused: a sum with a float tensor, a sum that has another use, a function
// of two tensors that no op on codes computes.
// CHECK-LABEL: @stays
func.func @stays(%qa: tensor<4x!aq>, %qb: tensor<4x!aq>, %f: tensor<4xf32>) -> (tensor<4x!aq>, tensor<4x!aq>, tensor<4xf32>, tensor<4x!aq>) {
  // CHECK-NOT: lowbit.{{(add|table)}}
  // CHECK: return
  %a = lowbit.dequantize %qa : tensor<4x!aq> to tensor<4xf32>
  %b = lowbit.dequantize %qb : tensor<4x!aq> to tensor<4xf32>
  %0 = tosa.add %a, %f : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = lowbit.quantize %0 : tensor<4xf32> to tensor<4x!aq>
  %2 = tosa.add %a, %b : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = lowbit.quantize %2 : tensor<4xf32> to tensor<4x!aq>
  %4 = tosa.maximum %a, %b : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %5 = lowbit.quantize %4 : tensor<4xf32> to tensor<4x!aq>
  return %1, %3, %2, %5 : tensor<4x!aq>, tensor<4x!aq>, tensor<4xf32>, tensor<4x!aq>
}

// A function that reads its variable along several paths: each op in between is
// erased once.
// CHECK-LABEL: @many_paths
// CHECK:         lowbit.table
// CHECK-NOT:     tosa.mul
// CHECK:         return
func.func @many_paths(%q: tensor<4x!quant.uniform<u8:f32, 0.0625:128>>) -> tensor<4x!quant.uniform<u8:f32, 0.0625:128>> {
  %s = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %a = lowbit.dequantize %q : tensor<4x!quant.uniform<u8:f32, 0.0625:128>> to tensor<4xf32>
  %b = tosa.mul %a, %a, %s : (tensor<4xf32>, tensor<4xf32>, tensor<1xi8>) -> tensor<4xf32>
  %c = tosa.mul %b, %a, %s : (tensor<4xf32>, tensor<4xf32>, tensor<1xi8>) -> tensor<4xf32>
  %d = tosa.add %a, %c : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %e = tosa.tanh %d : (tensor<4xf32>) -> tensor<4xf32>
  %f = tosa.add %e, %b : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %g = tosa.mul %f, %a, %s : (tensor<4xf32>, tensor<4xf32>, tensor<1xi8>) -> tensor<4xf32>
  %r = lowbit.quantize %g : tensor<4xf32> to tensor<4x!quant.uniform<u8:f32, 0.0625:128>>
  return %r : tensor<4x!quant.uniform<u8:f32, 0.0625:128>>
}
