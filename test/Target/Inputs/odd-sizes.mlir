// A convolution, a depthwise one, pooling, a product and elementwise arithmetic,
// of sizes that neither tiles nor threads divide.
func.func @odd(%x: tensor<1x37x41x19xf32> {quantc.name = "x"})
    -> (tensor<1x17x20x53xf32> {quantc.name = "y"}) {
  %w1 = "tosa.const"() <{values = dense<0.03> : tensor<53x3x3x19xf32>}> : () -> tensor<53x3x3x19xf32>
  %b1 = "tosa.const"() <{values = dense<0.1> : tensor<53xf32>}> : () -> tensor<53xf32>
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %1 = tosa.conv2d %x, %w1, %b1, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x37x41x19xf32>, tensor<53x3x3x19xf32>, tensor<53xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x37x41x53xf32>
  %2 = tosa.clamp %1 {min_val = 0.0 : f32, max_val = 3.4e+38 : f32} : (tensor<1x37x41x53xf32>) -> tensor<1x37x41x53xf32>
  %w2 = "tosa.const"() <{values = dense<0.2> : tensor<3x3x53x1xf32>}> : () -> tensor<3x3x53x1xf32>
  %3 = tosa.depthwise_conv2d %2, %w2, %b1, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x37x41x53xf32>, tensor<3x3x53x1xf32>, tensor<53xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x35x41x53xf32>
  %4 = tosa.max_pool2d %3 {kernel = array<i64: 3, 3>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x35x41x53xf32>) -> tensor<1x17x20x53xf32>
  %5 = tosa.tanh %4 : (tensor<1x17x20x53xf32>) -> tensor<1x17x20x53xf32>
  %w3 = "tosa.const"() <{values = dense<0.01> : tensor<53x1x1x53xf32>}> : () -> tensor<53x1x1x53xf32>
  %6 = tosa.conv2d %5, %w3, %b1, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x17x20x53xf32>, tensor<53x1x1x53xf32>, tensor<53xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x17x20x53xf32>
  %7 = tosa.add %5, %6 : (tensor<1x17x20x53xf32>, tensor<1x17x20x53xf32>) -> tensor<1x17x20x53xf32>
  %8 = tosa.exp %7 : (tensor<1x17x20x53xf32>) -> tensor<1x17x20x53xf32>
  return %8 : tensor<1x17x20x53xf32>
}
