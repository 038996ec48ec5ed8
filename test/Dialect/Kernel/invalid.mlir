// RUN: quant-opt %s -split-input-file -verify-diagnostics

func.func @window_is_too_large(%x: memref<1x2x8x16xf32>, %y: memref<1x1x4x16xf32>) {
  // expected-error@+1 {{expects windows that fit the input, but got 3 over 2}}
  kernel.pool2d <max> ins(%x : memref<1x2x8x16xf32>) outs(%y : memref<1x1x4x16xf32>) kernel [3, 2] stride [1, 2]
  return
}

// -----

func.func @result_is_too_high(%x: memref<1x8x8x16xf32>, %y: memref<1x5x4x16xf32>) {
  // expected-error@+1 {{expects height of size 4, but got 5}}
  kernel.pool2d <max> ins(%x : memref<1x8x8x16xf32>) outs(%y : memref<1x5x4x16xf32>) kernel [2, 2] stride [2, 2]
  return
}

// -----

func.func @batch_differs(%x: memref<2x8x8x16xf32>, %y: memref<1x4x4x16xf32>) {
  // expected-error@+1 {{expects batch of size 2, but got 1}}
  kernel.pool2d <max> ins(%x : memref<2x8x8x16xf32>) outs(%y : memref<1x4x4x16xf32>) kernel [2, 2] stride [2, 2]
  return
}

// -----

func.func @pool_changes_the_type(%x: memref<1x8x8x16xf32>, %y: memref<1x4x4x16xi8>) {
  // expected-error@+1 {{expects input and result of one type}}
  kernel.pool2d <max> ins(%x : memref<1x8x8x16xf32>) outs(%y : memref<1x4x4x16xi8>) kernel [2, 2] stride [2, 2]
  return
}

// -----

func.func @mean_of_how_many(%x: memref<1x8x8x16xf32>, %y: memref<1x4x4x16xf32>) {
  // expected-error@+1 {{expects a factor for an average}}
  kernel.pool2d <average> ins(%x : memref<1x8x8x16xf32>) outs(%y : memref<1x4x4x16xf32>) kernel [2, 2] stride [2, 2]
  return
}

// -----

func.func @weights_are_not_packed(%x: memref<1x8x8x3xf32>, %w: memref<16x3x3xf32>, %b: memref<16xf32>, %y: memref<1x6x6x16xf32>) {
  // expected-error@+1 {{expects packed weights, but got 'memref<16x3x3xf32>'}}
  kernel.conv2d ins(%x, %w, %b : memref<1x8x8x3xf32>, memref<16x3x3xf32>, memref<16xf32>) outs(%y : memref<1x6x6x16xf32>)
    kernel [3, 3] stride [1, 1] dilation [1, 1]
  return
}

// -----

func.func @panel_is_missing(%x: memref<1x8x8x3xf32>, %w: memref<1x3x9x16xf32>, %b: memref<32xf32>, %y: memref<1x6x6x17xf32>) {
  // expected-error@+1 {{expects panels of size 2, but got 1}}
  kernel.conv2d ins(%x, %w, %b : memref<1x8x8x3xf32>, memref<1x3x9x16xf32>, memref<32xf32>) outs(%y : memref<1x6x6x17xf32>)
    kernel [3, 3] stride [1, 1] dilation [1, 1]
  return
}

// -----

func.func @steps_are_missing(%x: memref<1x8x8x3xi8>, %w: memref<1x3x2x16x4xi8>, %b: memref<16xi32>, %s: memref<16xf32>, %y: memref<1x6x6x16xf32>) {
  // expected-error@+1 {{expects steps of size 3, but got 2}}
  kernel.conv2d ins(%x, %w, %b, %s : memref<1x8x8x3xi8>, memref<1x3x2x16x4xi8>, memref<16xi32>, memref<16xf32>) outs(%y : memref<1x6x6x16xf32>)
    kernel [3, 3] stride [1, 1] dilation [1, 1]
  return
}

// -----

func.func @dilated_row_is_not_whole(%x: memref<1x8x8x3xf32>, %w: memref<1x3x9x16xf32>, %b: memref<16xf32>, %y: memref<1x6x4x16xf32>) {
  // expected-error@+1 {{expects a run for each tap of a dilated row}}
  kernel.conv2d ins(%x, %w, %b : memref<1x8x8x3xf32>, memref<1x3x9x16xf32>, memref<16xf32>) outs(%y : memref<1x6x4x16xf32>)
    kernel [3, 3] stride [1, 1] dilation [1, 2]
  return
}

// -----

func.func @bias_is_short(%x: memref<1x8x8x3xf32>, %w: memref<1x3x9x16xf32>, %b: memref<10xf32>, %y: memref<1x6x6x10xf32>) {
  // expected-error@+1 {{expects bias of size 16, but got 10}}
  kernel.conv2d ins(%x, %w, %b : memref<1x8x8x3xf32>, memref<1x3x9x16xf32>, memref<10xf32>) outs(%y : memref<1x6x6x10xf32>)
    kernel [3, 3] stride [1, 1] dilation [1, 1]
  return
}

// -----

func.func @codes_without_a_scale(%x: memref<1x8x8x3xi8>, %w: memref<1x3x3x16x4xi8>, %b: memref<16xi32>, %y: memref<1x6x6x16xf32>) {
  // expected-error@+1 {{expects a scale for i8 only, but got input}}
  kernel.conv2d ins(%x, %w, %b : memref<1x8x8x3xi8>, memref<1x3x3x16x4xi8>, memref<16xi32>) outs(%y : memref<1x6x6x16xf32>)
    kernel [3, 3] stride [1, 1] dilation [1, 1]
  return
}

// -----

func.func @codes_without_bounds(%x: memref<1x8x8x3xi8>, %w: memref<1x3x3x16x4xi8>, %b: memref<16xi32>, %s: memref<16xf32>, %y: memref<1x6x6x16xi8>) {
  // expected-error@+1 {{expects an i8 result to have an i8 input and bounds}}
  kernel.conv2d ins(%x, %w, %b, %s : memref<1x8x8x3xi8>, memref<1x3x3x16x4xi8>, memref<16xi32>, memref<16xf32>) outs(%y : memref<1x6x6x16xi8>)
    kernel [3, 3] stride [1, 1] dilation [1, 1]
  return
}

// -----

func.func @sums_of_another_type(%x: memref<1x8x8x3xi8>, %w: memref<1x3x3x16x4xi8>, %b: memref<16xf32>, %s: memref<16xf32>, %y: memref<1x6x6x16xf32>) {
  // expected-error@+1 {{expects weights and bias for input}}
  kernel.conv2d ins(%x, %w, %b, %s : memref<1x8x8x3xi8>, memref<1x3x3x16x4xi8>, memref<16xf32>, memref<16xf32>) outs(%y : memref<1x6x6x16xf32>)
    kernel [3, 3] stride [1, 1] dilation [1, 1]
  return
}

// -----

func.func @weights_of_other_taps(%x: memref<1x8x8x5xf32>, %w: memref<4x16xf32>, %b: memref<16xf32>, %y: memref<1x6x6x5xf32>) {
  // expected-error@+1 {{expects weights of 9x16, but got 'memref<4x16xf32>'}}
  kernel.depthwise_conv2d ins(%x, %w, %b : memref<1x8x8x5xf32>, memref<4x16xf32>, memref<16xf32>) outs(%y : memref<1x6x6x5xf32>)
    kernel [3, 3] stride [1, 1] dilation [1, 1]
  return
}

// -----

func.func @channels_differ(%x: memref<1x8x8x5xf32>, %w: memref<9x16xf32>, %b: memref<16xf32>, %y: memref<1x6x6x6xf32>) {
  // expected-error@+1 {{expects channels of size 6, but got 5}}
  kernel.depthwise_conv2d ins(%x, %w, %b : memref<1x8x8x5xf32>, memref<9x16xf32>, memref<16xf32>) outs(%y : memref<1x6x6x6xf32>)
    kernel [3, 3] stride [1, 1] dilation [1, 1]
  return
}

// -----

func.func @packed_otherwise(%a: memref<2x9x17xf32>, %p: memref<2x1x1x9x16xf32>) {
  // expected-error@+1 {{expects a packed operand of shape [2, 2, 1, 9, 16], but got}}
  kernel.pack ins(%a : memref<2x9x17xf32>) outs(%p : memref<2x1x1x9x16xf32>)
  return
}

// -----

func.func @packed_without_bias(%a: memref<2x9x17xi8>, %p: memref<2x2x1x3x16x4xi8>) {
  // expected-error@+1 {{expects a packed operand, and a bias for i8 only, but got 1 results}}
  kernel.pack ins(%a : memref<2x9x17xi8>) outs(%p : memref<2x2x1x3x16x4xi8>)
  return
}

// -----

func.func @packed_with_a_short_bias(%a: memref<2x9x17xi8>, %p: memref<2x2x1x3x16x4xi8>, %b: memref<2x16xi32>) {
  // expected-error@+1 {{expects a bias of shape [2, 32], but got}}
  kernel.pack ins(%a : memref<2x9x17xi8>) outs(%p, %b : memref<2x2x1x3x16x4xi8>, memref<2x16xi32>)
  return
}

// -----

func.func @bias_for_each_image(%x: memref<2x1x5x4xf32>, %w: memref<1x1x4x16xf32>, %b: memref<2x16xf32>, %y: memref<2x1x5x16xf32>) {
  // expected-error@+1 {{expects a bias for each image with its own weights only, but got}}
  kernel.conv2d ins(%x, %w, %b : memref<2x1x5x4xf32>, memref<1x1x4x16xf32>, memref<2x16xf32>) outs(%y : memref<2x1x5x16xf32>)
    kernel [1, 1] stride [1, 1] dilation [1, 1]
  return
}

// -----

func.func @border_of_another_type(%y: memref<1x4x4x5xf32>) {
  // expected-error@+1 {{expects a value of type 'f32', but got 0 : i8}}
  kernel.fill_border value 0 : i8 outs(%y : memref<1x4x4x5xf32>) border [1, 1, 1, 1]
  return
}

// -----

func.func @border_without_inside(%y: memref<1x4x3x5xi8>) {
  // expected-error@+1 {{expects a border inside of 'memref<1x4x3x5xi8>', but got [1, 1, 1, 2]}}
  kernel.fill_border value 0 : i8 outs(%y : memref<1x4x3x5xi8>) border [1, 1, 1, 2]
  return
}

// -----

func.func @border_of_a_part(%y: memref<1x4x4x5xi8, strided<[320, 80, 10, 1]>>) {
  // expected-error@+1 {{expects rows that touch in memory, but got}}
  kernel.fill_border value 0 : i8 outs(%y : memref<1x4x4x5xi8, strided<[320, 80, 10, 1]>>) border [1, 1, 1, 1]
  return
}

// -----

func.func @residual_of_another_shape(%x: memref<1x8x8x4xi8>, %w: memref<1x1x1x16x4xi8>, %b: memref<16xi32>, %s: memref<16xf32>, %r: memref<1x8x1x9xi8>, %y: memref<1x8x8x9xi8>) {
  // expected-error@+1 {{expects codes of one shape for a sum, but got}}
  kernel.conv2d ins(%x, %w, %b, %s : memref<1x8x8x4xi8>, memref<1x1x1x16x4xi8>, memref<16xi32>, memref<16xf32>)
    residual(%r : memref<1x8x1x9xi8>) outs(%y : memref<1x8x8x9xi8>) kernel [1, 1] stride [1, 1] dilation [1, 1]
    {bounds = array<f32: 0.0, 255.0>,
     sum = #kernel.sum<scales = [0.5, 0.25], residual_zero_point = 0, zero_point = 4, bounds = [0.0, 255.0]>}
  return
}

// -----

func.func @sum_without_residual(%x: memref<1x8x8x4xi8>, %w: memref<1x1x1x16x4xi8>, %b: memref<16xi32>, %s: memref<16xf32>, %y: memref<1x8x8x9xi8>) {
  // expected-error@+1 {{expects a residual and how to add it, but got only the latter}}
  kernel.conv2d ins(%x, %w, %b, %s : memref<1x8x8x4xi8>, memref<1x1x1x16x4xi8>, memref<16xi32>, memref<16xf32>)
    outs(%y : memref<1x8x8x9xi8>) kernel [1, 1] stride [1, 1] dilation [1, 1]
    {bounds = array<f32: 0.0, 255.0>,
     sum = #kernel.sum<scales = [0.5, 0.25], residual_zero_point = 0, zero_point = 4, bounds = [0.0, 255.0]>}
  return
}

// -----

// expected-error@+1 {{expects two scales and two bounds, but got array<f32: 5.000000e-01> and}}
func.func private @sum_of_one() attributes {a = #kernel.sum<scales = [0.5], residual_zero_point = 0, zero_point = 4, bounds = [0.0, 255.0]>}

// -----

func.func @padding_is_negative(%x: memref<1x8x8x3xf32>, %w: memref<1x3x9x16xf32>, %b: memref<16xf32>, %y: memref<1x5x6x16xf32>) {
  // expected-error@+2 {{attribute 'pad' failed to satisfy constraint: [top, bottom, left, right]}}
  kernel.conv2d ins(%x, %w, %b : memref<1x8x8x3xf32>, memref<1x3x9x16xf32>, memref<16xf32>) outs(%y : memref<1x5x6x16xf32>)
    kernel [3, 3] stride [1, 1] dilation [1, 1] {pad = array<i64: -1, 0, 0, 0>}
  return
}

// -----

func.func @padded_column_is_no_step(%x: memref<1x8x8x3xi8>, %w: memref<1x3x3x16x4xi8>, %b: memref<16xi32>, %s: memref<16xf32>, %y: memref<1x6x8x16xf32>) {
  // expected-error@+1 {{expects padded columns to begin with a step, but got 3 channels}}
  kernel.conv2d ins(%x, %w, %b, %s : memref<1x8x8x3xi8>, memref<1x3x3x16x4xi8>, memref<16xi32>, memref<16xf32>) outs(%y : memref<1x6x8x16xf32>)
    kernel [3, 3] stride [1, 1] dilation [1, 1] {pad = array<i64: 0, 0, 1, 1>}
  return
}

// -----

func.func @class_has_no_bias(%x: memref<1x8x8x4xi8>, %w: memref<1x3x3x16x4xi8>, %b: memref<3x1x16xi32>, %s: memref<16xf32>, %y: memref<1x8x8x16xf32>) {
  // expected-error@+1 {{expects a bias for 3x3 classes of outputs, but got 'memref<3x1x16xi32>'}}
  kernel.conv2d ins(%x, %w, %b, %s : memref<1x8x8x4xi8>, memref<1x3x3x16x4xi8>, memref<3x1x16xi32>, memref<16xf32>) outs(%y : memref<1x8x8x16xf32>)
    kernel [3, 3] stride [1, 1] dilation [1, 1] {pad = array<i64: 1, 1, 1, 1>}
  return
}

// -----

func.func @weights_of_other_blocks(%x: memref<2x40xi8>, %w: memref<1x2x256xi8>, %s: memref<1x2x16xi16>, %n: memref<16xf32>, %y: memref<2x9xf32>) {
  // expected-error@+1 {{expects weights of shape [1, 2, 128], but got 'memref<1x2x256xi8>'}}
  kernel.block_matmul ins(%x, %w, %s, %n : memref<2x40xi8>, memref<1x2x256xi8>, memref<1x2x16xi16>, memref<16xf32>)
    scale(%n : memref<16xf32>) outs(%y : memref<2x9xf32>)
    {levels = array<i8: -2, -1, 0, 1>, block = 32 : i64, scale_type = #kernel.scale<f16>}
  return
}

// -----

func.func @scales_of_another_width(%x: memref<2x40xi8>, %w: memref<1x2x128xi8>, %s: memref<1x2x16xi8>, %n: memref<16xf32>, %y: memref<2x9xf32>) {
  // expected-error@+1 {{expects scales of 16 bits, but got 'memref<1x2x16xi8>'}}
  kernel.block_matmul ins(%x, %w, %s, %n : memref<2x40xi8>, memref<1x2x128xi8>, memref<1x2x16xi8>, memref<16xf32>)
    scale(%n : memref<16xf32>) outs(%y : memref<2x9xf32>)
    {levels = array<i8: -2, -1, 0, 1>, block = 32 : i64, scale_type = #kernel.scale<f16>}
  return
}

// -----

func.func @five_levels(%x: memref<2x40xi8>, %w: memref<1x2x128xi8>, %s: memref<1x2x16xi16>, %n: memref<16xf32>, %y: memref<2x9xf32>) {
  // expected-error@+1 {{expects a level for each code of 1 to 8 bits, or for each of 3 codes, but got 5 levels}}
  kernel.block_matmul ins(%x, %w, %s, %n : memref<2x40xi8>, memref<1x2x128xi8>, memref<1x2x16xi16>, memref<16xf32>)
    scale(%n : memref<16xf32>) outs(%y : memref<2x9xf32>)
    {levels = array<i8: -2, -1, 0, 1, 2>, block = 32 : i64, scale_type = #kernel.scale<f16>}
  return
}

// -----

func.func @both_scales(%x: memref<2x40xi8>, %w: memref<1x2x128xi8>, %s: memref<1x2x16xi16>, %n: memref<16xf32>, %m: memref<2xf32>, %y: memref<2x9xf32>) {
  // expected-error@+1 {{expects either a scale or a row_scale}}
  kernel.block_matmul ins(%x, %w, %s, %n : memref<2x40xi8>, memref<1x2x128xi8>, memref<1x2x16xi16>, memref<16xf32>)
    scale(%n : memref<16xf32>) row_scale(%m : memref<2xf32>) outs(%y : memref<2x9xf32>)
    {levels = array<i8: -2, -1, 0, 1>, block = 32 : i64, scale_type = #kernel.scale<f16>}
  return
}

// -----

func.func @codes_without_bounds(%x: memref<2x40xi8>, %w: memref<1x2x128xi8>, %s: memref<1x2x16xi16>, %n: memref<16xf32>, %y: memref<2x9xi8>) {
  // expected-error@+1 {{expects an i8 result to have a scale and bounds}}
  kernel.block_matmul ins(%x, %w, %s, %n : memref<2x40xi8>, memref<1x2x128xi8>, memref<1x2x16xi16>, memref<16xf32>)
    scale(%n : memref<16xf32>) outs(%y : memref<2x9xi8>)
    {levels = array<i8: -2, -1, 0, 1>, block = 32 : i64, scale_type = #kernel.scale<f16>}
  return
}

// -----

func.func @factors_of_other_planes(%x: memref<4x2x8xi8>, %w: memref<1x2x2x16x4xi8>, %n: memref<16xi32>, %s: memref<16xf32>, %y: memref<4x9xf32>) {
  // expected-error@+1 {{expects a factor for each of 2x2 pairs of planes, but got 3}}
  kernel.binary_matmul ins(%x, %w, %n, %s : memref<4x2x8xi8>, memref<1x2x2x16x4xi8>, memref<16xi32>, memref<16xf32>)
    outs(%y : memref<4x9xf32>) factors [1, 2, 4]
  return
}

// -----

func.func @half_a_word(%x: memref<4x1x6xi8>, %w: memref<1x1x2x16x4xi8>, %n: memref<16xi32>, %s: memref<16xf32>, %y: memref<4x9xf32>) {
  // expected-error@+1 {{expects rows of whole words of 4 bytes, but got 'memref<4x1x6xi8>'}}
  kernel.binary_matmul ins(%x, %w, %n, %s : memref<4x1x6xi8>, memref<1x1x2x16x4xi8>, memref<16xi32>, memref<16xf32>)
    outs(%y : memref<4x9xf32>) factors [2]
  return
}

// -----

func.func @bits_of_other_rows(%x: memref<4x1x8xi8>, %w: memref<1x1x3x16x4xi8>, %n: memref<16xi32>, %s: memref<16xf32>, %y: memref<4x9xf32>) {
  // expected-error@+1 {{expects weights of shape [1, 1, 2, 16, 4], but got 'memref<1x1x3x16x4xi8>'}}
  kernel.binary_matmul ins(%x, %w, %n, %s : memref<4x1x8xi8>, memref<1x1x3x16x4xi8>, memref<16xi32>, memref<16xf32>)
    outs(%y : memref<4x9xf32>) factors [2]
  return
}

// -----

func.func @sums_as_codes_without_bounds(%x: memref<4x1x8xi8>, %w: memref<1x1x2x16x4xi8>, %n: memref<16xi32>, %s: memref<16xf32>, %y: memref<4x9xi8>) {
  // expected-error@+1 {{expects an i8 result to have bounds}}
  kernel.binary_matmul ins(%x, %w, %n, %s : memref<4x1x8xi8>, memref<1x1x2x16x4xi8>, memref<16xi32>, memref<16xf32>)
    outs(%y : memref<4x9xi8>) factors [2]
  return
}

// -----

func.func @bits_above_the_highest(%x: memref<1x4x4x8xi8>, %y: memref<16x3x4xi8>) {
  // expected-error@+1 {{expects planes of bits 0 to 7, but got bits 6 to 8}}
  kernel.pack_bits ins(%x : memref<1x4x4x8xi8>) outs(%y : memref<16x3x4xi8>) kernel [1, 1] stride [1, 1] dilation [1, 1] {first_bit = 6 : i64}
  return
}

// -----

func.func @bits_below_a_larger_window(%x: memref<1x4x4x8xi8>, %y: memref<16x1x4xi8>) {
  // expected-error@+1 {{expects windows that fit the input, but got 5 over 4}}
  kernel.pack_bits ins(%x : memref<1x4x4x8xi8>) outs(%y : memref<16x1x4xi8>) kernel [5, 1] stride [1, 1] dilation [1, 1]
  return
}

// -----

func.func @bits_of_other_windows(%x: memref<1x4x4x8xi8>, %y: memref<16x1x4xi8>) {
  // expected-error@+1 {{expects output of shape [4, 1, 12], but got 'memref<16x1x4xi8>'}}
  kernel.pack_bits ins(%x : memref<1x4x4x8xi8>) outs(%y : memref<16x1x4xi8>) kernel [3, 3] stride [1, 1] dilation [1, 1]
  return
}

// -----

func.func @levels_without_a_rule(%x: memref<2x8xf32>, %w: memref<1x1x192xi8>, %s: memref<1x1x16xf32>, %n: memref<16xf32>, %y: memref<2x9xf32>) {
  // expected-error@+1 {{expects a table of its 32 levels in memory, since no rule computes them from codes}}
  kernel.coded_matmul ins(%x, %w, %s, %n : memref<2x8xf32>, memref<1x1x192xi8>, memref<1x1x16xf32>, memref<16xf32>)
    outs(%y : memref<2x9xf32>)
    {levels = array<f32: 0.0, 1.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0, 18.0, 19.0, 20.0, 21.0, 22.0, 23.0, 24.0, 25.0, 26.0, 27.0, 28.0, 29.0, 30.0, 31.0, 32.0>,
     block = 8 : i64, scale_type = #kernel.scale<f32>}
  return
}

// -----

func.func @packed_for_other_blocks(%x: memref<2x40xf32>, %w: memref<1x2x128xi8>, %s: memref<1x2x16xf32>, %n: memref<16xf32>, %y: memref<2x9xf32>) {
  // expected-error@+1 {{expects weights of shape [1, 2, 256], but got 'memref<1x2x128xi8>'}}
  kernel.coded_matmul ins(%x, %w, %s, %n : memref<2x40xf32>, memref<1x2x128xi8>, memref<1x2x16xf32>, memref<16xf32>)
    outs(%y : memref<2x9xf32>)
    {levels = array<f32: -1.0, -0.25, 0.25, 1.0, -1.0, -0.25, 0.25, 1.0, -1.0, -0.25, 0.25, 1.0, -1.0, -0.25, 0.25, 1.0>, block = 32 : i64, scale_type = #kernel.scale<f32>}
  return
}

// -----

func.func @five_levels(%x: memref<2x8xf32>, %w: memref<1x1x192xi8>, %s: memref<1x1x16xf32>, %n: memref<16xf32>, %y: memref<2x9xf32>) {
  // expected-error@+1 {{expects a level for each code of 1 to 8 bits, but got 5 levels}}
  kernel.coded_matmul ins(%x, %w, %s, %n : memref<2x8xf32>, memref<1x1x192xi8>, memref<1x1x16xf32>, memref<16xf32>)
    outs(%y : memref<2x9xf32>)
    {levels = array<f32: 0.0, 1.0, 3.0, 4.0, 5.0>, block = 8 : i64, scale_type = #kernel.scale<f32>}
  return
}
