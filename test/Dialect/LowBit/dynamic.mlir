// RUN: quant-opt %s -lowbit-insert-qdq='activations=dynamic weights=i8' -lowbit-fuse-qdq | FileCheck %s --check-prefixes=CHECK,I8
// RUN: quant-opt %s -lowbit-insert-qdq='activations=dynamic weights=i4:b32' -lowbit-fuse-qdq | FileCheck %s --check-prefixes=CHECK,BLOCK
// RUN: quant-opt %s -lowbit-insert-qdq='activations=dynamic weights=nf4' -lowbit-fuse-qdq | FileCheck %s --check-prefix=NF4

// matmul(x, w) + b -> scale_rows(matmul(q, w), s, b): a scale for each row
// CHECK-LABEL: @matmul
// CHECK:       %[[Q:.+]], %[[S:.+]] = lowbit.quantize_rows %{{.+}} : tensor<3x32xf32> to tensor<3x32x!{{.+}}>, tensor<3xf32>
// I8:          %[[M:.+]] = lowbit.matmul %[[Q]], {{.*}} -> tensor<3x2xf32>
// I8:          lowbit.scale_rows %[[M]], %[[S]], %{{.+}} : (tensor<3x2xf32>, tensor<3xf32>, tensor<2xf32>)
// BLOCK:       lowbit.block_matmul %[[Q]], %{{.+}} row_scales(%[[S]]) bias(%{{.+}}) {{.*}} -> tensor<3x2xf32>
// CHECK-NOT:   tosa.add
// NF4-LABEL:   @matmul
// NF4-NOT:     quantize_rows
// NF4:         tosa.matmul {{.*}}lowbit.float_reason = "its weights are no multiples of one number in 8 bits"
func.func @matmul(%x: tensor<1x3x32xf32>) -> tensor<1x3x2xf32> {
  %w = "tosa.const"() {values = dense<0.5> : tensor<1x32x2xf32>} : () -> tensor<1x32x2xf32>
  %b = "tosa.const"() {values = dense<[[[1.0, 2.0]]]> : tensor<1x1x2xf32>} : () -> tensor<1x1x2xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = tosa.matmul %x, %w, %z, %z : (tensor<1x3x32xf32>, tensor<1x32x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x2xf32>
  %1 = tosa.add %0, %b : (tensor<1x3x2xf32>, tensor<1x1x2xf32>) -> tensor<1x3x2xf32>
  return %1 : tensor<1x3x2xf32>
}

// A convolution has a scale for each sample; blocks are those of its windows.
// CHECK-LABEL: @conv2d
// CHECK:       %[[Q:.+]], %[[S:.+]] = lowbit.quantize_rows %{{.+}} : tensor<2x64xf32> to tensor<2x64x!{{.+}}>, tensor<2xf32>
// I8:          %[[C:.+]] = lowbit.conv2d {{.*}} pad [1, 1, 1, 1] {{.*}} -> tensor<2x4x4x5xf32>
// I8:          lowbit.scale_rows %[[C]], %[[S]], %{{.+}} : (tensor<2x4x4x5xf32>, tensor<2xf32>, tensor<5xf32>)
// BLOCK:       lowbit.patches {{.*}} to tensor<32x36x!
// BLOCK:       tosa.tile
// BLOCK:       lowbit.block_matmul {{.*}} -> tensor<32x5xf32>
func.func @conv2d(%x: tensor<2x4x4x4xf32>) -> tensor<2x4x4x5xf32> {
  %w = "tosa.const"() {values = dense<0.5> : tensor<5x3x3x4xf32>} : () -> tensor<5x3x3x4xf32>
  %b = "tosa.const"() {values = dense<[1.0, 2.0, 3.0, 4.0, 5.0]> : tensor<5xf32>} : () -> tensor<5xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>}
     : (tensor<2x4x4x4xf32>, tensor<5x3x3x4xf32>, tensor<5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x4x5xf32>
  return %y : tensor<2x4x4x5xf32>
}
