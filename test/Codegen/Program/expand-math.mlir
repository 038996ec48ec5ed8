// RUN: quant-opt %s -pass-pipeline='builtin.module(func.func(expand-math))' | FileCheck %s

// exp(x) -> products and sums in a fixed order
// CHECK-LABEL: @exp
// CHECK-NOT:   math.exp
// CHECK-NOT:   math.fma
// CHECK:       arith.mulf
// CHECK:       arith.addf
func.func @exp(%x: f32) -> f32 {
  %y = math.exp %x : f32
  return %y : f32
}

// fma(a, b, c) -> a * b + c
// CHECK-LABEL: @fma
// CHECK-NEXT:  %[[P:.+]] = arith.mulf %arg0, %arg1 : f32
// CHECK-NEXT:  %[[S:.+]] = arith.addf %[[P]], %arg2 : f32
// CHECK-NEXT:  return %[[S]]
func.func @fma(%a: f32, %b: f32, %c: f32) -> f32 {
  %y = math.fma %a, %b, %c : f32
  return %y : f32
}
