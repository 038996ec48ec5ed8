// RUN: quant-opt %s -lower | FileCheck %s
// RUN: quant-opt %s -lower=levels=reference | FileCheck %s --check-prefix=REFERENCE
// RUN: not quant-opt %s -lower=levels=mmx 2>&1 | FileCheck %s --check-prefix=ERROR

// ERROR: error: expects a CPU level, but got 'mmx'

// CHECK:     quantc.levels = ["sse4", "avx2", "avxvnni", "vnni"]
// CHECK-DAG: llvm.func {{.*}}@quantc_run_sse4(
// CHECK-DAG: llvm.func {{.*}}@quantc_run_avx2(
// CHECK-DAG: llvm.func {{.*}}@quantc_run_vnni(
// CHECK-DAG: llvm.func {{.*}}@conv2d_1x1_1x1x2_vnni(
// CHECK-DAG: llvm.func @net_run(

// The reference has no kernels but loops, straight from the numerics.
// REFERENCE:     quantc.levels = ["reference"]
// REFERENCE-NOT: conv2d_1x1
// REFERENCE-NOT: vpdpbusd
// REFERENCE:     llvm.func {{.*}}@quantc_run_reference(
!xq = !quant.uniform<u8:f32, 0.5:10>
!wq = !quant.uniform<i8<-127:127>:f32:0, {0.5, 0.25}>
func.func @net(%x: tensor<1x3xf32> {quantc.name = "x"}) -> (tensor<1x2xf32> {quantc.name = "y"}) {
  %q = lowbit.quantize %x : tensor<1x3xf32> to tensor<1x3x!xq>
  %w = lowbit.constant dense<1> : tensor<2x3xi8> as tensor<2x3x!wq>
  %b = arith.constant dense<[7, 8]> : tensor<2xi32>
  %y = lowbit.matmul %q, %w, %b : (tensor<1x3x!xq>, tensor<2x3x!wq>, tensor<2xi32>) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}
