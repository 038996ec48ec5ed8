// Codes of a bias come back as they are, also where the reals that they stand for
// do not fit in f32: 2^30 - 3, -4e8 - 1 and 2^24 + 1.
//
// RUN: quant-translate --export-onnx %s -o %t.onnx
// RUN: quantc %t.onnx -o %t.mlir --quiet
// RUN: FileCheck %s --input-file %t.mlir
// CHECK-DAG: arith.constant dense<[1073741821, -400000001, 16777217]> : tensor<3xi32>
// CHECK-DAG: arith.constant dense<[-1073741821, 33554431]> : tensor<2xi32>
// CHECK: lowbit.conv2d
// CHECK: lowbit.matmul
!x = !quant.uniform<u8:f32, 0.0123:128>
!y = !quant.uniform<u8:f32, 0.25:3>
!k = !quant.uniform<i8<-127:127>:f32:0, {0.0253, 0.5, 0.00317}>
!w = !quant.uniform<i8<-127:127>:f32, 0.0371>
func.func @bias(%x: tensor<1x1x1x2xf32> {quantc.name = "x"}) -> (tensor<1x2xf32> {quantc.name = "y"}) {
  %kb = arith.constant dense<[1073741821, -400000001, 16777217]> : tensor<3xi32>
  %wb = arith.constant dense<[-1073741821, 33554431]> : tensor<2xi32>
  %k = lowbit.constant dense<[[[[1, 2]]], [[[-1, -2]]], [[[5, 6]]]]> : tensor<3x1x1x2xi8> as tensor<3x1x1x2x!k>
  %w = lowbit.constant dense<[[1, 2, 3], [-4, 5, -6]]> : tensor<2x3xi8> as tensor<2x3x!w>
  %0 = lowbit.quantize %x : tensor<1x1x1x2xf32> to tensor<1x1x1x2x!x> loc("x")
  %1 = lowbit.conv2d %0, %k, %kb pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1]
     : (tensor<1x1x1x2x!x>, tensor<3x1x1x2x!k>, tensor<3xi32>) -> tensor<1x1x1x3x!y> loc("conv")
  %2 = quant.scast %1 : tensor<1x1x1x3x!y> to tensor<1x1x1x3xi8>
  %s = tosa.const_shape {values = dense<[1, 3]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %3 = tosa.reshape %2, %s : (tensor<1x1x1x3xi8>, !tosa.shape<2>) -> tensor<1x3xi8>
  %4 = quant.scast %3 : tensor<1x3xi8> to tensor<1x3x!y>
  %5 = lowbit.matmul %4, %w, %wb : (tensor<1x3x!y>, tensor<2x3x!w>, tensor<2xi32>) -> tensor<1x2x!y> loc("dense")
  %6 = lowbit.dequantize %5 : tensor<1x2x!y> to tensor<1x2xf32>
  return %6 : tensor<1x2xf32>
}
