// RUN: quant-translate --export-onnx %s -o %t.onnx
// RUN: quant-translate --import-onnx %t.onnx | FileCheck %s

// ONNX has no rounding to signs: a choice between two reals is rounded instead,
// both of which are codes.
// CHECK:      %[[ZERO:.+]] = "tosa.const"() <{values = dense<0.000000e+00>
// CHECK-NEXT: %[[IS:.+]] = tosa.greater_equal %{{.+}}, %[[ZERO]]
// CHECK-NEXT: %[[PLUS:.+]] = "tosa.const"() <{values = dense<7.500000e-01>
// CHECK-NEXT: %[[MINUS:.+]] = "tosa.const"() <{values = dense<-7.500000e-01>
// CHECK-NEXT: %[[SIGN:.+]] = tosa.select %[[IS]], %[[PLUS]], %[[MINUS]]
// CHECK-NEXT: lowbit.quantize %[[SIGN]] : tensor<2x3xf32> to tensor<2x3x!quant.uniform<i8:f32, 7.500000e-01>>
func.func @net(%x: tensor<2x3xf32> {quantc.name = "x"}) -> (tensor<2x3xf32> {quantc.name = "y"}) {
  %q = lowbit.binarize %x : tensor<2x3xf32> to tensor<2x3x!quant.uniform<i8<-1:1>:f32, 0.75>>
  %y = lowbit.dequantize %q : tensor<2x3x!quant.uniform<i8<-1:1>:f32, 0.75>> to tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
