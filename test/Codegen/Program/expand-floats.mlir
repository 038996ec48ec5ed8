// RUN: quant-opt %s -pass-pipeline='builtin.module(func.func(expand-floats))' | FileCheck %s

// truncf(f32) : f16 -> shifts, sums and selects on i32
// CHECK-LABEL: @to_half
// CHECK-NOT:   arith.truncf
// CHECK:       arith.bitcast {{.*}} : i16 to f16
func.func @to_half(%x: f32) -> f16 {
  %y = arith.truncf %x : f32 to f16
  return %y : f16
}

// extf(f16) : f32 -> shifts and a select by kind
// CHECK-LABEL: @from_half
// CHECK-NOT:   arith.extf
// CHECK:       arith.bitcast {{.*}} : i32 to f32
func.func @from_half(%x: f16) -> f32 {
  %y = arith.extf %x : f16 to f32
  return %y : f32
}

// The only casts that are left are between f32 and f64.
// CHECK-LABEL: @others
// CHECK-NOT:   f64 to f16
// CHECK-NOT:   f16 to f64
// CHECK-NOT:   arith.truncf {{.*}} to bf16
// CHECK-NOT:   arith.extf {{.*}} bf16
func.func @others(%x: f64, %h: f16, %b: bf16, %f: f32) -> (f16, bf16, f64, f32, bf16) {
  %0 = arith.truncf %x : f64 to f16
  %1 = arith.truncf %x : f64 to bf16
  %2 = arith.extf %h : f16 to f64
  %3 = arith.extf %b : bf16 to f32
  %4 = arith.truncf %f : f32 to bf16
  return %0, %1, %2, %3, %4 : f16, bf16, f64, f32, bf16
}
