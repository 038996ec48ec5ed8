// The first layer writes the inside of a buffer whose border is the second's
// padding.
func.func @bordered(%x: tensor<1x6x6x128xf32>) -> tensor<1x6x6x128xf32> {
  %w = "tosa.const"() {values = dense<0.01> : tensor<128x1x1x128xf32>} : () -> tensor<128x1x1x128xf32>
  %d = "tosa.const"() {values = dense<0.1> : tensor<3x3x128x1xf32>} : () -> tensor<3x3x128x1xf32>
  %b = "tosa.const"() {values = dense<0.25> : tensor<128xf32>} : () -> tensor<128xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %a = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x6x6x128xf32>, tensor<128x1x1x128xf32>, tensor<128xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x6x6x128xf32>
  %y = tosa.depthwise_conv2d %a, %d, %b, %z, %z {acc_type = f32, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x6x6x128xf32>, tensor<3x3x128x1xf32>, tensor<128xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x6x6x128xf32>
  return %y : tensor<1x6x6x128xf32>
}
