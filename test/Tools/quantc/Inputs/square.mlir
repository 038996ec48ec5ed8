// A product of two square matrices, one of them constant.
func.func @square(%x: tensor<1xSIZExSIZExf32>) -> tensor<1xSIZExSIZExf32> {
  %w = "tosa.const"() {values = dense<0.5> : tensor<1xSIZExSIZExf32>} : () -> tensor<1xSIZExSIZExf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = tosa.matmul %x, %w, %z, %z : (tensor<1xSIZExSIZExf32>, tensor<1xSIZExSIZExf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1xSIZExSIZExf32>
  return %y : tensor<1xSIZExSIZExf32>
}
