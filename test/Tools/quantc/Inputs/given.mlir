// A network of three layers, the first of which is quantized already.

!xq = !quant.uniform<u8:f32, 0.0625:128>
!wq = !quant.uniform<i8:f32:2, {0.03125, 0.0625, 0.015625}>
!yq = !quant.uniform<u8:f32, 0.125:100>

func.func @given(%arg: tensor<1x1x4xf32> {quantc.name = "x"}) -> (tensor<1x1x2xf32> {quantc.name = "y"}) {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %c = lowbit.constant dense<[[[1, -2, 127], [40, 50, -128], [9, 9, 9], [-70, 80, 90]]]> : tensor<1x4x3xi8> as tensor<1x4x3x!wq>
  %v = lowbit.dequantize %c : tensor<1x4x3x!wq> to tensor<1x4x3xf32>
  %w = "tosa.const"() <{values = dense<[[[0.3, -0.7], [1.5, 0.2], [-0.9, 0.4]]]> : tensor<1x3x2xf32>}> : () -> tensor<1x3x2xf32>
  %w2 = "tosa.const"() <{values = dense<[[[0.6, -0.5], [0.25, 1.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  %q = lowbit.quantize %arg : tensor<1x1x4xf32> to tensor<1x1x4x!xq>
  %x = lowbit.dequantize %q : tensor<1x1x4x!xq> to tensor<1x1x4xf32>
  %0 = tosa.matmul %x, %v, %zero, %zero : (tensor<1x1x4xf32>, tensor<1x4x3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x3xf32> loc("fc1")
  %1 = lowbit.quantize %0 : tensor<1x1x3xf32> to tensor<1x1x3x!yq>
  %2 = lowbit.dequantize %1 : tensor<1x1x3x!yq> to tensor<1x1x3xf32>
  %3 = tosa.matmul %2, %w, %zero, %zero : (tensor<1x1x3xf32>, tensor<1x3x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x2xf32> loc("fc2")
  %4 = tosa.tanh %3 : (tensor<1x1x2xf32>) -> tensor<1x1x2xf32> loc("tanh")
  %5 = tosa.matmul %4, %w2, %zero, %zero : (tensor<1x1x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x2xf32> loc("fc3")
  return %5 : tensor<1x1x2xf32>
}
