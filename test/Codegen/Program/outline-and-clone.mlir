// RUN: quant-opt %s -outline-kernels | FileCheck %s --check-prefix=OUTLINE
// RUN: quant-opt %s -outline-kernels -clone-levels=levels=sse4,vnni | FileCheck %s
// RUN: not quant-opt %s -clone-levels=levels=sse5 2>&1 | FileCheck %s --check-prefix=ERROR

// ERROR: error: expects a CPU level, but got 'sse5'

// Two pools of one shape share a function; the third has another shape.
// OUTLINE-LABEL: func.func @model
// OUTLINE:       call @pool2d_2x2_4x4x16(
// OUTLINE-NEXT:  call @pool2d_2x2_4x4x16(
// OUTLINE-NEXT:  call @pool2d_2x2_2x2x16(
// OUTLINE:       func.func private @pool2d_2x2_4x4x16(
// OUTLINE-NEXT:    kernel.pool2d <max>
// OUTLINE:       func.func private @pool2d_2x2_2x2x16(
// OUTLINE-NOT:   func.func private

// @model, @kernel -> @quantc_run_sse4, @kernel_sse4, @quantc_run_vnni, ...
// CHECK:     module attributes {quantc.levels = ["sse4", "vnni"]}
// CHECK-NOT: @model
// CHECK-DAG: func.func @quantc_run_sse4{{.*}}passthrough = {{\[\[}}"target-features", "+sse4.1,+ssse3"], ["prefer-vector-width", "128"]], quantc.level = "sse4"
// CHECK-DAG: call @pool2d_2x2_4x4x16_sse4(
// CHECK-DAG: func.func @quantc_run_vnni{{.*}}avx512vnni{{.*}}quantc.level = "vnni"
// CHECK-DAG: call @pool2d_2x2_4x4x16_vnni(
// What was outlined is not inlined again.
// CHECK-DAG: func.func private @pool2d_2x2_4x4x16_sse4{{.*}}passthrough = ["noinline", ["target-features",
func.func @model(%x: memref<1x8x8x16xf32>, %y: memref<1x4x4x16xf32>, %z: memref<1x2x2x16xf32>) {
  kernel.pool2d <max> ins(%x : memref<1x8x8x16xf32>) outs(%y : memref<1x4x4x16xf32>) kernel [2, 2] stride [2, 2]
  kernel.pool2d <max> ins(%x : memref<1x8x8x16xf32>) outs(%y : memref<1x4x4x16xf32>) kernel [2, 2] stride [2, 2]
  kernel.pool2d <max> ins(%y : memref<1x4x4x16xf32>) outs(%z : memref<1x2x2x16xf32>) kernel [2, 2] stride [2, 2]
  return
}
