// RUN: quant-opt %s -convert-lowbit-to-kernel -split-input-file | FileCheck %s

!xq = !quant.uniform<u8:f32, 0.5:10>
!yq = !quant.uniform<u8:f32, 0.25:3>
!wq = !quant.uniform<i8<-127:127>:f32:0, {0.5, 0.25}>

// conv2d(x, constant, bias) -> kernel.conv2d(x, packed, bias - zx * sum w) pad
//
// sum w = 3 and -3, zx = 10: the bias 7 becomes 7 - 30 = -23, and 8 + 30 = 38.
// The first row of results lies in the padding and has no taps: its biases stay.
// m = 0.5 * 0.5 / 0.25 = 1 and 0.5.
// CHECK-LABEL: @conv2d
// CHECK-DAG:   arith.constant dense<[1.000000e+00, 5.000000e-01, 0.000000e+00{{.*}}]> : tensor<16xf32>
// CHECK-DAG:   arith.constant dense<{{\[\[\[}}7, 8, 0{{.*}}]], {{\[\[}}-23, 38, 0{{.*}}]]]> : tensor<2x1x16xi32>
// CHECK-NOT:   tensor.insert_slice
// CHECK:       kernel.conv2d ins({{.*}}tensor<1x4x4x1xi8>, tensor<1x1x1x16x4xi8>, tensor<2x1x16xi32>
// CHECK-SAME:  bounds = array<f32: 3.000000e+00, 2.550000e+02>, pad = array<i64: 1, 0, 0, 0>, zero_point = 3 : i64
// CHECK-NOT:   lowbit.conv2d
func.func @conv2d(%x: tensor<1x4x4x1x!xq>) -> tensor<1x5x2x2x!yq> {
  %w = lowbit.constant dense<[[[[1], [1], [1]]], [[[-1], [-1], [-1]]]]> : tensor<2x1x3x1xi8> as tensor<2x1x3x1x!wq>
  %b = arith.constant dense<[7, 8]> : tensor<2xi32>
  %y = lowbit.conv2d %x, %w, %b pad [1, 0, 0, 0] stride [1, 1] dilation [1, 1] clamp [3, 255]
     : (tensor<1x4x4x1x!xq>, tensor<2x1x3x1x!wq>, tensor<2xi32>) -> tensor<1x5x2x2x!yq>
  return %y : tensor<1x5x2x2x!yq>
}

// -----

!xq = !quant.uniform<u8:f32, 0.5:10>
!zq = !quant.uniform<u8:f32, 0.5:0>
!yq = !quant.uniform<u8:f32, 0.25:3>
!wq = !quant.uniform<i8<-127:127>:f32, 0.5>

// A column of three channels does not begin with a step of four: it is padded in
// memory, rows are not.
// CHECK-LABEL: @columns_of_three_channels
// CHECK:       tensor.insert_slice {{.*}}[0, 0, 1, 0] [1, 4, 4, 3] [1, 1, 1, 1] : tensor<1x4x4x3xi8> into tensor<1x4x6x3xi8>
// CHECK:       kernel.fill_border value 10 : i8 {{.*}} border [0, 0, 1, 1]
// CHECK:       kernel.conv2d ins({{.*}}tensor<1x4x6x3xi8>
// CHECK-SAME:  pad = array<i64: 1, 1, 0, 0>
func.func @columns_of_three_channels(%x: tensor<1x4x4x3x!xq>) -> tensor<1x4x4x2x!yq> {
  %w = lowbit.constant dense<1> : tensor<2x3x3x3xi8> as tensor<2x3x3x3x!wq>
  %b = arith.constant dense<[7, 8]> : tensor<2xi32>
  %y = lowbit.conv2d %x, %w, %b pad [1, 1, 1, 1] stride [1, 1] dilation [1, 1]
     : (tensor<1x4x4x3x!xq>, tensor<2x3x3x3x!wq>, tensor<2xi32>) -> tensor<1x4x4x2x!yq>
  return %y : tensor<1x4x4x2x!yq>
}

// Without a zero point, taps that are left out change no bias.
// CHECK-LABEL: @zero_point_is_zero
// CHECK-NOT:   tensor.insert_slice
// CHECK:       kernel.conv2d ins({{.*}}tensor<1x4x4x4xi8>, tensor<1x3x3x16x4xi8>, tensor<16xi32>
// CHECK-SAME:  pad = array<i64: 1, 1, 1, 1>
func.func @zero_point_is_zero(%x: tensor<1x4x4x4x!zq>) -> tensor<1x4x4x2x!yq> {
  %w = lowbit.constant dense<1> : tensor<2x3x3x4xi8> as tensor<2x3x3x4x!wq>
  %b = arith.constant dense<[7, 8]> : tensor<2xi32>
  %y = lowbit.conv2d %x, %w, %b pad [1, 1, 1, 1] stride [1, 1] dilation [1, 1]
     : (tensor<1x4x4x4x!zq>, tensor<2x3x3x4x!wq>, tensor<2xi32>) -> tensor<1x4x4x2x!yq>
  return %y : tensor<1x4x4x2x!yq>
}

// -----

!xq = !quant.uniform<i8:f32, 0.5:10>
!wq = !quant.uniform<i8<-127:127>:f32:0, {0.5, 0.25}>

// Signed codes reach the kernel as unsigned ones, so zx + 128 = 138 is folded:
// 7 - 138 * 3 = -407. An f32 result has no bounds, and m = sx * sw.
// CHECK-LABEL: @matmul_of_signed_codes
// CHECK-DAG:   arith.constant dense<[2.500000e-01, 1.250000e-01, 0.000000e+00{{.*}}]> : tensor<16xf32>
// CHECK-DAG:   arith.constant dense<[-407, 8, 0{{.*}}]> : tensor<16xi32>
// CHECK:       kernel.conv2d ins({{.*}}tensor<1x1x5x3xi8>
// CHECK-SAME:  outs({{.*}}tensor<1x1x5x2xf32>) kernel [1, 1] stride [1, 1] dilation [1, 1] {signed_input, small_scale} ->
func.func @matmul_of_signed_codes(%a: tensor<5x3xf32>) -> tensor<5x2xf32> {
  %x = lowbit.quantize %a : tensor<5x3xf32> to tensor<5x3x!xq>
  %w = lowbit.constant dense<[[1, 1, 1], [0, 0, 0]]> : tensor<2x3xi8> as tensor<2x3x!wq>
  %b = arith.constant dense<[7, 8]> : tensor<2xi32>
  %y = lowbit.matmul %x, %w, %b : (tensor<5x3x!xq>, tensor<2x3x!wq>, tensor<2xi32>) -> tensor<5x2xf32>
  return %y : tensor<5x2xf32>
}

// -----

!xq = !quant.uniform<u8:f32, 0.5:10>
!wq = !quant.uniform<i8<-127:127>:f32:2, {0.5, 0.25}>

// CHECK-LABEL: @depthwise
// CHECK:       kernel.depthwise_conv2d ins({{.*}}tensor<4x16xi8>
func.func @depthwise(%x: tensor<1x4x4x2x!xq>) -> tensor<1x3x3x2xf32> {
  %w = lowbit.constant dense<1> : tensor<2x2x2xi8> as tensor<2x2x2x!wq>
  %b = arith.constant dense<0> : tensor<2xi32>
  %y = lowbit.depthwise_conv2d %x, %w, %b pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1]
     : (tensor<1x4x4x2x!xq>, tensor<2x2x2x!wq>, tensor<2xi32>) -> tensor<1x3x3x2xf32>
  return %y : tensor<1x3x3x2xf32>
}

// A channel multiplier is left to the other conversion.
// CHECK-LABEL: @depthwise_multiplier
// CHECK:       lowbit.depthwise_conv2d
func.func @depthwise_multiplier(%x: tensor<1x4x4x1x!xq>) -> tensor<1x3x3x2xf32> {
  %w = lowbit.constant dense<1> : tensor<2x2x2xi8> as tensor<2x2x2x!wq>
  %b = arith.constant dense<0> : tensor<2xi32>
  %y = lowbit.depthwise_conv2d %x, %w, %b pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1]
     : (tensor<1x4x4x1x!xq>, tensor<2x2x2x!wq>, tensor<2xi32>) -> tensor<1x3x3x2xf32>
  return %y : tensor<1x3x3x2xf32>
}

// Weights that are not constant cannot be packed.
// CHECK-LABEL: @weights_vary
// CHECK:       lowbit.matmul
func.func @weights_vary(%x: tensor<5x3x!xq>, %w: tensor<2x3x!quant.uniform<i8:f32, 0.5>>, %b: tensor<2xi32>) -> tensor<5x2xf32> {
  %y = lowbit.matmul %x, %w, %b : (tensor<5x3x!xq>, tensor<2x3x!quant.uniform<i8:f32, 0.5>>, tensor<2xi32>) -> tensor<5x2xf32>
  return %y : tensor<5x2xf32>
}

// -----

!xq = !quant.uniform<u8:f32, 0.5:10>
!yq = !quant.uniform<u8:f32, 0.25:3>

// avg_pool2d(x) -> kernel.pool2d<average>(x): offset = 4 * 10, factor = 0.5 / (0.25 * 4)
// CHECK-LABEL: @average
// CHECK:       kernel.pool2d <average>
// CHECK-SAME:  bounds = array<f32: 0.000000e+00, 2.550000e+02>, factor = 5.000000e-01 : f32, offset = 40 : i64, zero_point = 3 : i64
func.func @average(%x: tensor<1x4x4x2x!xq>) -> tensor<1x2x2x2x!yq> {
  %y = lowbit.avg_pool2d %x kernel [2, 2] pad [0, 0, 0, 0] stride [2, 2] : tensor<1x4x4x2x!xq> to tensor<1x2x2x2x!yq>
  return %y : tensor<1x2x2x2x!yq>
}

// Windows that are cut off have fewer elements, and so another factor.
// CHECK-LABEL: @average_of_cut_windows
// CHECK:       lowbit.avg_pool2d
func.func @average_of_cut_windows(%x: tensor<1x4x4x2x!xq>) -> tensor<1x2x2x2x!yq> {
  %y = lowbit.avg_pool2d %x kernel [3, 3] pad [1, 0, 1, 0] stride [2, 2] : tensor<1x4x4x2x!xq> to tensor<1x2x2x2x!yq>
  return %y : tensor<1x2x2x2x!yq>
}

// max_pool2d(x) -> kernel.pool2d<max>(pad(x, lowest code))
// CHECK-LABEL: @largest
// CHECK:       kernel.fill_border value 0 : i8
// CHECK:       kernel.pool2d <max>
func.func @largest(%x: tensor<1x4x4x2x!xq>) -> tensor<1x2x2x2x!xq> {
  %y = lowbit.max_pool2d %x kernel [3, 3] pad [1, 0, 1, 0] stride [2, 2] : tensor<1x4x4x2x!xq> to tensor<1x2x2x2x!xq>
  return %y : tensor<1x2x2x2x!xq>
}

!sq = !quant.uniform<i8:f32, 0.5>

// A symmetric right operand is packed as it is; one with a zero point takes two
// i8 numbers for each difference. The left zero point is that of unsigned codes.
// CHECK-LABEL: @products
// CHECK:       kernel.pack ins({{.*}}) outs({{.*}}) {left_zero = 10 : i64, signed_input} -> tensor<2x1x1x2x16x4xi8>, tensor<2x16xi32>
// CHECK:       kernel.conv2d {{.*}} {bounds = array<f32: 0.000000e+00, 2.550000e+02>, zero_point = 3 : i64}
// CHECK:       kernel.pack ins({{.*}}) outs({{.*}}) {left_zero = 128 : i64, zero = 10 : i64} -> tensor<2x1x2x2x16x4xi8>, tensor<2x16xi32>
// CHECK:       kernel.conv2d {{.*}} {passes = 2 : i64, signed_input, small_scale} -> tensor<2x1x5x3xf32>
func.func @products(%a: tensor<2x5x6x!xq>, %b: tensor<2x6x3x!sq>, %c: tensor<2x5x6x!sq>, %d: tensor<2x6x3x!xq>) -> (tensor<2x5x3x!yq>, tensor<2x5x3xf32>) {
  %0 = lowbit.batch_matmul %a, %b : (tensor<2x5x6x!xq>, tensor<2x6x3x!sq>) -> tensor<2x5x3x!yq>
  %1 = lowbit.batch_matmul %c, %d : (tensor<2x5x6x!sq>, tensor<2x6x3x!xq>) -> tensor<2x5x3xf32>
  return %0, %1 : tensor<2x5x3x!yq>, tensor<2x5x3xf32>
}

// -----

!xq = !quant.uniform<i8:f32, 0.5:10>
!yq = !quant.uniform<u8:f32, 0.25:3>
!zq = !quant.uniform<i8:f32, 0.125:-5>
!sq = !quant.uniform<u8:f32, 0.5:7>
!wq = !quant.uniform<i8<-127:127>:f32, 0.25>

// add(kernel.conv2d(x), r) -> kernel.conv2d(x) residual(r)
//
// The later convolution takes in the codes of the earlier one: 0.125 / 0.5 of its
// own, 0.25 / 0.5 of the residual, whose zero point is 3.
// CHECK-LABEL: @sum
// CHECK:       %[[A:.+]] = kernel.conv2d {{.*}} outs({{.*}}) kernel [1, 1] stride [1, 1] dilation [1, 1] {bounds = array<f32: 0.000000e+00, 2.550000e+02>, signed_input, small_scale, zero_point = 3 : i64}
// CHECK:       kernel.conv2d {{.*}} residual(%{{.*}} : tensor<1x4x4x3xi8>)
// CHECK-SAME:  bounds = array<f32: -1.280000e+02, 1.270000e+02>
// CHECK-SAME:  sum = #kernel.sum<scales = [2.500000e-01, 5.000000e-01], residual_zero_point = 3, zero_point = 7, bounds = [9.000000e+00, 2.550000e+02]>
// CHECK-SAME:  zero_point = -5 : i64
// CHECK-NOT:   lowbit.add
func.func @sum(%x: tensor<1x4x4x2x!xq>) -> tensor<1x4x4x3x!sq> {
  %w = lowbit.constant dense<1> : tensor<3x1x1x2xi8> as tensor<3x1x1x2x!wq>
  %b = arith.constant dense<[7, 8, 9]> : tensor<3xi32>
  %1 = lowbit.conv2d %x, %w, %b pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1]
     : (tensor<1x4x4x2x!xq>, tensor<3x1x1x2x!wq>, tensor<3xi32>) -> tensor<1x4x4x3x!yq>
  %2 = lowbit.conv2d %x, %w, %b pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1]
     : (tensor<1x4x4x2x!xq>, tensor<3x1x1x2x!wq>, tensor<3xi32>) -> tensor<1x4x4x3x!zq>
  %3 = lowbit.add %1, %2 clamp [9, 255] : (tensor<1x4x4x3x!yq>, tensor<1x4x4x3x!zq>) -> tensor<1x4x4x3x!sq>
  return %3 : tensor<1x4x4x3x!sq>
}

// Codes that others read have to be stored as they are, and a sum that broadcasts
// is none of two equal buffers.
// CHECK-LABEL: @sum_of_what_stays
// CHECK-NOT:   residual
// CHECK:       lowbit.add
// CHECK-NOT:   residual
// CHECK:       lowbit.add
func.func @sum_of_what_stays(%x: tensor<1x4x4x2x!xq>, %r: tensor<1x4x4x3x!yq>, %c: tensor<1x1x1x3x!yq>) -> (tensor<1x4x4x3x!sq>, tensor<1x4x4x3x!zq>, tensor<1x4x4x3x!sq>) {
  %w = lowbit.constant dense<1> : tensor<3x1x1x2xi8> as tensor<3x1x1x2x!wq>
  %b = arith.constant dense<[7, 8, 9]> : tensor<3xi32>
  %1 = lowbit.conv2d %x, %w, %b pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1]
     : (tensor<1x4x4x2x!xq>, tensor<3x1x1x2x!wq>, tensor<3xi32>) -> tensor<1x4x4x3x!zq>
  %2 = lowbit.add %r, %1 : (tensor<1x4x4x3x!yq>, tensor<1x4x4x3x!zq>) -> tensor<1x4x4x3x!sq>
  %3 = lowbit.conv2d %x, %w, %b pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1]
     : (tensor<1x4x4x2x!xq>, tensor<3x1x1x2x!wq>, tensor<3xi32>) -> tensor<1x4x4x3x!yq>
  %4 = lowbit.add %3, %c : (tensor<1x4x4x3x!yq>, tensor<1x1x1x3x!yq>) -> tensor<1x4x4x3x!sq>
  return %2, %1, %4 : tensor<1x4x4x3x!sq>, tensor<1x4x4x3x!zq>, tensor<1x4x4x3x!sq>
}

// -----

!xq = !quant.uniform<i8:f32, 0.5:-3>
!yq = !quant.uniform<u8:f32, 2.0:7>

// block_matmul(x, constant) -> kernel.block_matmul(x, planes, scales, start)
//
// Codes 1 and 3 are the levels 1 and -1; u(zx) = 125, and the start is
// 1 / 0.5 - 125 * (0.5 * 2 - 2 * 1). 0x3800 = 0.5 and 0x4000 = 2 as f16.
// CHECK-LABEL: @blocks
// CHECK-DAG:   arith.constant dense<[1.270000e+02, 0.000000e+00{{.*}}]> : tensor<16xf32>
// CHECK-DAG:   arith.constant dense<[2.500000e-01, 0.000000e+00{{.*}}]> : tensor<16xf32>
// CHECK-DAG:   arith.constant dense<{{\[\[\[}}14336, 0{{.*}}], [16384, 0{{.*}}]]]> : tensor<1x2x16xi16>
// CHECK:       kernel.block_matmul ins({{.*}} : tensor<2x18xi8>, tensor<1x2x64xi8>, tensor<1x2x16xi16>, tensor<16xf32>) scale(
// CHECK-SAME:  block = 16 : i64, bounds = array<f32: 9.000000e+00, 2.550000e+02>, levels = array<i8: 0, 1, 0, -1>, scale_type = #kernel.scale<f16>, signed_input, zero_point = 7 : i64
// CHECK-NOT:   lowbit.block_matmul
func.func @blocks(%x: tensor<2x18x!xq>) -> tensor<2x1x!yq> {
  %b = arith.constant dense<1.0> : tensor<1xf32>
  %w = lowbit.coded_constant {axis = 0 : i64, codes = dense<[5, 0, 0, 0, 3]> : tensor<5xi8>,
      scales = dense<[0.5, 2.0]> : tensor<2xf16>} : tensor<1x18x!lowbit.coded<"ternary:b16">>
  %y = lowbit.block_matmul %x, %w bias(%b) clamp [9, 255] : (tensor<2x18x!xq>, tensor<1x18x!lowbit.coded<"ternary:b16">>, tensor<1xf32>) -> tensor<2x1x!yq>
  return %y : tensor<2x1x!yq>
}

// -----

!rq = !quant.uniform<i8:f32, 1.0>

// Codes of 5 bits become consecutive levels. A bias beside scales of rows is
// added behind them: the start is -128 * 15 * 2.
// CHECK-LABEL: @rows
// CHECK-SAME:    %[[R:[a-z0-9]+]]: tensor<1xf32>
// CHECK-DAG:   %[[S:.+]] = arith.constant dense<[-3.840000e+03, 0.000000e+00{{.*}}]> : tensor<16xf32>
// CHECK-DAG:   %[[B:.+]] = arith.constant dense<[1.000000e+00, 0.000000e+00{{.*}}]> : tensor<16xf32>
// CHECK:       kernel.block_matmul ins(%{{.*}}, %{{.*}}, %{{.*}}, %[[S]] : {{.*}}) row_scale(%[[R]] : tensor<1xf32>) bias(%[[B]] : tensor<16xf32>)
// CHECK-SAME:  levels = array<i8: -15, -14, {{.*}}, 15, 16>
func.func @rows(%x: tensor<1x1x!rq>, %r: tensor<1xf32>) -> tensor<1x1xf32> {
  %b = arith.constant dense<1.0> : tensor<1xf32>
  %w = lowbit.coded_constant {axis = 0 : i64, codes = dense<15> : tensor<1xi8>,
      scales = dense<2.0> : tensor<1xf16>} : tensor<1x1x!lowbit.coded<"i5:b16">>
  %y = lowbit.block_matmul %x, %w row_scales(%r) bias(%b) : (tensor<1x1x!rq>, tensor<1x1x!lowbit.coded<"i5:b16">>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}

// -----

!xq = !quant.uniform<i8:f32, 0.5:-3>

// patches(x) -> kernel.patches(pad(x, zero point)), or x of another shape
// CHECK-LABEL: @patches
// CHECK:         kernel.fill_border value -3 : i8
// CHECK:         kernel.patches ins({{.*}} : tensor<1x5x5x2xi8>) outs({{.*}} : tensor<4x18xi8>) kernel [3, 3] stride [2, 2] dilation [1, 1]
func.func @patches(%x: tensor<1x3x3x2x!xq>) -> tensor<4x18x!xq> {
  %y = lowbit.patches %x kernel [3, 3] pad [1, 1, 1, 1] stride [2, 2] dilation [1, 1] : tensor<1x3x3x2x!xq> to tensor<4x18x!xq>
  return %y : tensor<4x18x!xq>
}

// CHECK-LABEL: @pixels
// CHECK-NOT:     kernel.
// CHECK:         tensor.expand_shape {{.*}} into tensor<9x2xi8>
// CHECK-NOT:     kernel.
func.func @pixels(%x: tensor<1x3x3x2x!xq>) -> tensor<9x2x!xq> {
  %y = lowbit.patches %x kernel [1, 1] pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] : tensor<1x3x3x2x!xq> to tensor<9x2x!xq>
  return %y : tensor<9x2x!xq>
}
