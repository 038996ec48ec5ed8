// RUN: quant-opt %s | quant-opt | FileCheck %s
// RUN: quant-opt %s -mlir-print-op-generic | quant-opt | FileCheck %s
// RUN: quant-opt %s -emit-bytecode | quant-opt | FileCheck %s

// CHECK-LABEL: @observe
func.func @observe(%x: tensor<4xf32>, %y: tensor<?x2xf16>, %z: tensor<f64>) {
  // CHECK: calib.observe %{{.+}} site "conv1.out" : tensor<4xf32>
  %0 = calib.observe %x site "conv1.out" : tensor<4xf32>
  // CHECK: calib.observe %{{.+}} site "ranged" range [-1.000000e+00, 3.000000e+00] : tensor<?x2xf16>
  %1 = calib.observe %y site "ranged" range [-1.0, 3.0] : tensor<?x2xf16>
  // A constant activation is a range too.
  // CHECK: calib.observe %{{.+}} site "point" range [5.000000e-01, 5.000000e-01] {note = "kept"} : tensor<f64>
  %2 = calib.observe %z site "point" range [0.5, 0.5] {note = "kept"} : tensor<f64>
  return
}
