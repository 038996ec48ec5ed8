// RUN: quant-opt %s | FileCheck %s --check-prefix=OTHER
// CHECK-LABEL: @f
// CHECK-NEXT return BAD directive-without-colon
// CHECK BAD directive-without-colon
// CHECK-NXT: return BAD directive-without-colon
// OTHER-SAME : return BAD directive-without-colon
// RUN quant-opt %s BAD directive-without-colon
// REQUIRES data BAD directive-without-colon
// OTHER-NOT: return
// CHECK-COUNT-2: return
// CHECK{LITERAL}: [[]]
// CHECKED and RUNNING are words.
func.func @f() {
  return // CHECK: return
}
