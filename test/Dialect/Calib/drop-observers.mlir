// RUN: quant-opt %s -calib-drop-observers | FileCheck %s

// observe(x) -> x
// CHECK-LABEL: @chain
// CHECK-SAME:    %[[X:.+]]: tensor<4xf32>
func.func @chain(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK-NEXT: %[[Y:.+]] = tosa.abs %[[X]]
  // CHECK-NEXT: return %[[Y]]
  %0 = calib.observe %x site "a" range [-1.0, 2.0] : tensor<4xf32>
  %1 = calib.observe %0 site "b" : tensor<4xf32>
  %2 = tosa.abs %1 : (tensor<4xf32>) -> tensor<4xf32>
  %3 = calib.observe %2 site "c" : tensor<4xf32>
  return %3 : tensor<4xf32>
}
