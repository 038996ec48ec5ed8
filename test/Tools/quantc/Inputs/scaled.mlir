// A layer that hardly computes, SIZE x SIZE taps for each channel, between
// functions that have no integer form.
func.func @scaled(%x: tensor<1x32x32x64xf32>) -> tensor<1xOUTxOUTx64xf32> {
  %w = "tosa.const"() {values = dense<0.5> : tensor<SIZExSIZEx64x1xf32>} : () -> tensor<SIZExSIZEx64x1xf32> loc("weights")
  %b = "tosa.const"() {values = dense<0.25> : tensor<64xf32>} : () -> tensor<64xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %a = tosa.abs %x : (tensor<1x32x32x64xf32>) -> tensor<1x32x32x64xf32> loc("size")
  %y = tosa.depthwise_conv2d %a, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x32x32x64xf32>, tensor<SIZExSIZEx64x1xf32>, tensor<64xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1xOUTxOUTx64xf32> loc("scale")
  %r = tosa.rsqrt %y : (tensor<1xOUTxOUTx64xf32>) -> tensor<1xOUTxOUTx64xf32> loc("root")
  return %r : tensor<1xOUTxOUTx64xf32>
}
