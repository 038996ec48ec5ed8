// The scores of attention: q = x Wq, k = x Wk, q kT, for ROWS rows.
func.func @scores(%x: tensor<1xROWSx64xf32>) -> tensor<1xROWSxROWSxf32> {
  %wq = "tosa.const"() {values = dense_resource<wq> : tensor<1x64x64xf32>} : () -> tensor<1x64x64xf32>
  %wk = "tosa.const"() {values = dense_resource<wk> : tensor<1x64x64xf32>} : () -> tensor<1x64x64xf32>
  %zero = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %q = tosa.matmul %x, %wq, %zero, %zero : (tensor<1xROWSx64xf32>, tensor<1x64x64xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1xROWSx64xf32>
  %k = tosa.matmul %x, %wk, %zero, %zero : (tensor<1xROWSx64xf32>, tensor<1x64x64xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1xROWSx64xf32>
  %t = tosa.transpose %k {perms = array<i32: 0, 2, 1>} : (tensor<1xROWSx64xf32>) -> tensor<1x64xROWSxf32>
  %y = tosa.matmul %q, %t, %zero, %zero : (tensor<1xROWSx64xf32>, tensor<1x64xROWSxf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1xROWSxROWSxf32>
  return %y : tensor<1xROWSxROWSxf32>
}
