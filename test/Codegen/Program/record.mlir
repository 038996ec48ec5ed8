// RUN: quant-opt %s -record-signature -record-sizes -split-input-file -verify-diagnostics | FileCheck %s

// CHECK:      module attributes
// CHECK-SAME: quantc.arena_bytes = 640 : i64
// CHECK-SAME: quantc.inputs = [{name = "x", type = tensor<1x4xf32>}]
// CHECK-SAME: quantc.model = "net"
// CHECK-SAME: quantc.outputs = [{name = "output0", type = tensor<1x2xf32>}]
// CHECK-SAME: quantc.weight_bytes = 24 : i64
memref.global "private" constant @w : memref<2x3xf32> = dense<1.0>
func.func @net(%x: tensor<1x4xf32> {quantc.name = "x"}) -> tensor<1x2xf32> attributes {quantc.arena_bytes = 640 : i64} {
  %y = tensor.empty() : tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}

// -----

// expected-error@+1 {{expects one public function, but got none}}
module {
}

// -----

func.func @a() { return }
// expected-error@+1 {{expects one public function, but got also 'a'}}
func.func @b() { return }
