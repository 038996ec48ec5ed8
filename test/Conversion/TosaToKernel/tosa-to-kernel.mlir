// RUN: quant-opt %s -convert-tosa-to-kernel | FileCheck %s

// clamp(conv2d(x, constant, constant)) -> kernel.conv2d(x, packed, bias) pad bounds
// CHECK-LABEL: @conv2d
// CHECK-NOT:   tensor.insert_slice
// CHECK:       kernel.conv2d ins({{.*}}tensor<1x4x4x3xf32>, tensor<1x3x9x16xf32>, tensor<16xf32>)
// CHECK-SAME:  {bounds = array<f32: 0.000000e+00, 6.000000e+00>, pad = array<i64: 1, 1, 1, 1>}
// CHECK-NOT:   tosa.clamp
func.func @conv2d(%x: tensor<1x4x4x3xf32>) -> tensor<1x4x4x5xf32> {
  %w = "tosa.const"() <{values = dense<1.0> : tensor<5x3x3x3xf32>}> : () -> tensor<5x3x3x3xf32>
  %b = "tosa.const"() <{values = dense<[1.0, 2.0, 3.0, 4.0, 5.0]> : tensor<5xf32>}> : () -> tensor<5xf32>
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %c = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>}
     : (tensor<1x4x4x3xf32>, tensor<5x3x3x3xf32>, tensor<5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x5xf32>
  %y = tosa.clamp %c {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<1x4x4x5xf32>) -> tensor<1x4x4x5xf32>
  return %y : tensor<1x4x4x5xf32>
}

// Zeros in the padding make 0 of a sum that is -0, and NaN of an infinite weight:
// they cannot be left out.
// CHECK-LABEL: @padding_counts
// CHECK:       kernel.fill_border {{.*}} border [1, 1, 1, 1]
// CHECK:       kernel.conv2d ins({{.*}}tensor<1x6x6x3xf32>
// CHECK-NOT:   pad =
// CHECK:       kernel.fill_border {{.*}} border [1, 1, 1, 1]
// CHECK:       kernel.conv2d ins({{.*}}tensor<1x6x6x3xf32>
// CHECK-NOT:   pad =
// CHECK:       return
func.func @padding_counts(%x: tensor<1x4x4x3xf32>) -> (tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>) {
  %w = "tosa.const"() <{values = dense<1.0> : tensor<2x3x3x3xf32>}> : () -> tensor<2x3x3x3xf32>
  %inf = "tosa.const"() <{values = dense<0x7F800000> : tensor<2x3x3x3xf32>}> : () -> tensor<2x3x3x3xf32>
  %b = "tosa.const"() <{values = dense<[1.0, -0.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
  %one = "tosa.const"() <{values = dense<[1.0, 1.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>}
     : (tensor<1x4x4x3xf32>, tensor<2x3x3x3xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x2xf32>
  %1 = tosa.conv2d %x, %inf, %one, %z, %z {acc_type = f32, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>}
     : (tensor<1x4x4x3xf32>, tensor<2x3x3x3xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x2xf32>
  return %0, %1 : tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>
}

// A clamp whose input has another use stays.
// CHECK-LABEL: @clamp_is_not_the_only_use
// CHECK:       kernel.conv2d
// CHECK-NOT:   bounds
// CHECK:       tosa.clamp
func.func @clamp_is_not_the_only_use(%x: tensor<1x4x4x3xf32>) -> (tensor<1x4x4x5xf32>, tensor<1x4x4x5xf32>) {
  %w = "tosa.const"() <{values = dense<1.0> : tensor<5x1x1x3xf32>}> : () -> tensor<5x1x1x3xf32>
  %b = "tosa.const"() <{values = dense<0.0> : tensor<5xf32>}> : () -> tensor<5xf32>
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %c = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>}
     : (tensor<1x4x4x3xf32>, tensor<5x1x1x3xf32>, tensor<5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x5xf32>
  %y = tosa.clamp %c {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<1x4x4x5xf32>) -> tensor<1x4x4x5xf32>
  return %c, %y : tensor<1x4x4x5xf32>, tensor<1x4x4x5xf32>
}

// Weights that are not constant cannot be packed.
// CHECK-LABEL: @weights_vary
// CHECK:       tosa.conv2d
func.func @weights_vary(%x: tensor<1x4x4x3xf32>, %w: tensor<5x1x1x3xf32>) -> tensor<1x4x4x5xf32> {
  %b = "tosa.const"() <{values = dense<0.0> : tensor<5xf32>}> : () -> tensor<5xf32>
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %c = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>}
     : (tensor<1x4x4x3xf32>, tensor<5x1x1x3xf32>, tensor<5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x5xf32>
  return %c : tensor<1x4x4x5xf32>
}

// matmul([1,M,K], constant [1,K,N]) + constant -> a 1x1 convolution over one row of pixels
// CHECK-LABEL: @matmul_and_bias
// CHECK:       dense<[5.000000e-01, 1.500000e+00, 0.000000e+00{{.*}}]> : tensor<16xf32>
// CHECK:       kernel.conv2d ins({{.*}}tensor<1x1x7x3xf32>
// CHECK-NOT:   tosa.add
func.func @matmul_and_bias(%x: tensor<1x7x3xf32>) -> tensor<1x7x2xf32> {
  %w = "tosa.const"() <{values = dense<2.0> : tensor<1x3x2xf32>}> : () -> tensor<1x3x2xf32>
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %b = "tosa.const"() <{values = dense<[[[0.5, 1.5]]]> : tensor<1x1x2xf32>}> : () -> tensor<1x1x2xf32>
  %m = tosa.matmul %x, %w, %z, %z : (tensor<1x7x3xf32>, tensor<1x3x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x7x2xf32>
  %y = tosa.add %m, %b : (tensor<1x7x2xf32>, tensor<1x1x2xf32>) -> tensor<1x7x2xf32>
  return %y : tensor<1x7x2xf32>
}

// A pool straight on the model's input copies it: kernels read beyond the end.
// CHECK-LABEL: @pools
// CHECK:       linalg.copy ins(%arg0
// CHECK:       kernel.pool2d <max>
// CHECK:       kernel.pool2d <average> {{.*}}factor = 2.500000e-01 : f32
func.func @pools(%x: tensor<1x8x8x3xf32>) -> tensor<1x2x2x3xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %m = tosa.max_pool2d %x {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x8x8x3xf32>) -> tensor<1x4x4x3xf32>
  %y = tosa.avg_pool2d %m, %z, %z {acc_type = f32, kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>}
     : (tensor<1x4x4x3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x3xf32>
  return %y : tensor<1x2x2x3xf32>
}

// matmul(a, b) of two activations -> kernel.conv2d(a, kernel.pack(b)), a 1x1
// convolution with other weights for each image
// CHECK-LABEL: @product
// CHECK:       %[[P:.+]] = kernel.pack ins(%{{.*}} : tensor<2x6x17xf32>) {{.*}} -> tensor<2x2x1x6x16xf32>
// CHECK:       kernel.conv2d ins(%{{.*}}, %[[P]], %{{.*}} : tensor<2x1x5x6xf32>, tensor<2x2x1x6x16xf32>, tensor<32xf32>)
func.func @product(%a: tensor<2x5x6xf32>, %b: tensor<2x6x17xf32>) -> tensor<2x5x17xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %y = tosa.matmul %a, %b, %z, %z : (tensor<2x5x6xf32>, tensor<2x6x17xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x5x17xf32>
  return %y : tensor<2x5x17xf32>
}

// Packing would cost as much as one row of the product.
// CHECK-LABEL: @product_of_a_row
// CHECK-NOT:   kernel.pack
// CHECK:       tosa.matmul
func.func @product_of_a_row(%a: tensor<2x1x6xf32>, %b: tensor<2x6x17xf32>) -> tensor<2x1x17xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %y = tosa.matmul %a, %b, %z, %z : (tensor<2x1x6xf32>, tensor<2x6x17xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x1x17xf32>
  return %y : tensor<2x1x17xf32>
}

// A factor for each row is applied to the columns of the product.
// CHECK-LABEL: @scaled_rows
// CHECK-SAME:  %[[X:.+]]: tensor<1x2x5x6xf32>, %[[S:.+]]: tensor<1x2x5x1xf32>
// CHECK-NOT:   tosa.mul
// CHECK:       %[[P:.+]] = kernel.conv2d
// CHECK:       tosa.mul %{{.+}}, %{{.+}}, %{{.+}} : (tensor<2x5x3xf32>, tensor<2x5x1xf32>, tensor<1xi8>)
func.func @scaled_rows(%x: tensor<1x2x5x6xf32>, %s: tensor<1x2x5x1xf32>, %b: tensor<2x6x3xf32>) -> tensor<2x5x3xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %0 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %n = tosa.const_shape {values = dense<[2, 5, 6]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %m = tosa.mul %x, %s, %0 : (tensor<1x2x5x6xf32>, tensor<1x2x5x1xf32>, tensor<1xi8>) -> tensor<1x2x5x6xf32>
  %r = tosa.reshape %m, %n : (tensor<1x2x5x6xf32>, !tosa.shape<3>) -> tensor<2x5x6xf32>
  %y = tosa.matmul %r, %b, %z, %z : (tensor<2x5x6xf32>, tensor<2x6x3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x5x3xf32>
  return %y : tensor<2x5x3xf32>
}

// Not with more columns than depth, nor with a factor for each column.
// CHECK-LABEL: @factors_stay
// CHECK:       tosa.mul
// CHECK:       kernel.conv2d
// CHECK:       tosa.mul
// CHECK:       kernel.conv2d
func.func @factors_stay(%x: tensor<2x5x6xf32>, %s: tensor<2x5x1xf32>, %c: tensor<1x1x6xf32>, %b: tensor<2x6x7xf32>, %d: tensor<2x6x3xf32>) -> (tensor<2x5x7xf32>, tensor<2x5x3xf32>) {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %0 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m = tosa.mul %x, %s, %0 : (tensor<2x5x6xf32>, tensor<2x5x1xf32>, tensor<1xi8>) -> tensor<2x5x6xf32>
  %y = tosa.matmul %m, %b, %z, %z : (tensor<2x5x6xf32>, tensor<2x6x7xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x5x7xf32>
  %n = tosa.mul %x, %c, %0 : (tensor<2x5x6xf32>, tensor<1x1x6xf32>, tensor<1xi8>) -> tensor<2x5x6xf32>
  %w = tosa.matmul %n, %d, %z, %z : (tensor<2x5x6xf32>, tensor<2x6x3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x5x3xf32>
  return %y, %w : tensor<2x5x7xf32>, tensor<2x5x3xf32>
}
