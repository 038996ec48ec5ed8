// RUN: quant-opt %s | quant-opt | FileCheck %s
// RUN: quant-opt %s -mlir-print-op-generic | quant-opt | FileCheck %s
// RUN: quant-opt %s -emit-bytecode | quant-opt | FileCheck %s

// CHECK-LABEL: @expectations
func.func @expectations(%a: tensor<4xi8>, %b: tensor<?x2xf32>, %c: tensor<f16>,
                        %q: tensor<2x!quant.uniform<u8:f32, 0.5:3>>) {
  // CHECK: check.expect_eq %{{.+}}, %{{.+}} : tensor<4xi8>
  check.expect_eq %a, %a : tensor<4xi8>
  // CHECK: check.expect_eq %{{.+}}, %{{.+}} {note = "kept"} : tensor<?x2xf32>
  check.expect_eq %b, %b {note = "kept"} : tensor<?x2xf32>
  // CHECK: check.expect_eq %{{.+}}, %{{.+}} : tensor<2x!quant.uniform<u8:f32, 5.000000e-01:3>>
  check.expect_eq %q, %q : tensor<2x!quant.uniform<u8:f32, 0.5:3>>
  // CHECK: check.expect_close %{{.+}}, %{{.+}} within 1.000000e-03 : tensor<f16>
  check.expect_close %c, %c within 1.0e-3 : tensor<f16>
  // CHECK: check.expect_close %{{.+}}, %{{.+}} within 0.000000e+00 : tensor<?x2xf32>
  check.expect_close %b, %b within 0.0 : tensor<?x2xf32>
  return
}
