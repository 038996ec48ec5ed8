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

// The program is signless; the model is not.
// CHECK:      module attributes
// CHECK-SAME: quantc.inputs = [{name = "a", type = tensor<4xui8>}, {name = "b", type = tensor<4xi8>}, {name = "c", type = tensor<4xui8>}]
// CHECK-SAME: quantc.outputs = [{name = "y", type = tensor<4xui64>}]
func.func @bytes(%a: tensor<4xi8> {quantc.name = "a", quantc.element = ui8},
                 %b: tensor<4xi8> {quantc.name = "b", quantc.element = i4},
                 %c: tensor<4xi8> {quantc.name = "c", quantc.element = f8E5M2})
    -> (tensor<4xi64> {quantc.name = "y", quantc.element = ui64}) {
  %y = tensor.empty() : tensor<4xi64>
  return %y : tensor<4xi64>
}

// -----

// expected-error@+1 {{expects one public function, but got none}}
module {
}

// -----

func.func @a() { return }
// expected-error@+1 {{expects one public function, but got also 'a'}}
func.func @b() { return }
