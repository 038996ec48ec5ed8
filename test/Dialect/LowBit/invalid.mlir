// RUN: quant-opt %s -split-input-file -verify-diagnostics

// Formats.

func.func @zero_point_is_no_code(%x: tensor<4xf32>) {
  // expected-error@+1 {{result #0 must be statically shaped tensor of uniform codes of f32, per-tensor or per-axis, of at most 8 bits, with normal scales and zero points among the codes values, but got}}
  %q = lowbit.quantize %x : tensor<4xf32> to tensor<4x!quant.uniform<u8:f32, 0.1:256>>
  return
}

// -----

func.func @codes_are_wide(%x: tensor<4xf32>) {
  // expected-error@+1 {{of at most 8 bits}}
  %q = lowbit.quantize %x : tensor<4xf32> to tensor<4x!quant.uniform<i16:f32, 0.1>>
  return
}

// -----

func.func @scale_is_subnormal(%x: tensor<4x!quant.uniform<u8:f32, 1.0e-40>>) {
  // expected-error@+1 {{with normal scales}}
  %q = lowbit.dequantize %x : tensor<4x!quant.uniform<u8:f32, 1.0e-40>> to tensor<4xf32>
  return
}

// -----

func.func @shape_is_dynamic(%x: tensor<?xf32>) {
  // expected-error@+1 {{must be statically shaped tensor of 32-bit float values}}
  %q = lowbit.quantize %x : tensor<?xf32> to tensor<?x!quant.uniform<u8:f32, 0.1>>
  return
}

// -----

func.func @scales_do_not_fit_the_axis(%x: tensor<3x4xf32>) {
  // expected-error@+1 {{expects 3 scales for dimension 0, but got 2}}
  %q = lowbit.quantize %x : tensor<3x4xf32> to tensor<3x4x!quant.uniform<i8:f32:0, {0.1, 0.2}>>
  return
}

// -----

func.func @axis_is_beyond_the_rank(%x: tensor<2x!quant.uniform<i8:f32:1, {0.1, 0.2}>>) {
  // expected-error@+1 {{expects channels in a dimension below 1, but got dimension 1}}
  %q = lowbit.dequantize %x : tensor<2x!quant.uniform<i8:f32:1, {0.1, 0.2}>> to tensor<2xf32>
  return
}

// -----

// Requantize.

!xq = !quant.uniform<u8:f32, 0.1:128>
func.func @clamp_leaves_the_codes(%x: tensor<4x!xq>) {
  // expected-error@+1 {{expects a clamp within [0, 255], but got [-1, 255]}}
  %y = lowbit.requantize %x clamp [-1, 255] : tensor<4x!xq> to tensor<4x!xq>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
func.func @clamp_is_reversed(%x: tensor<4x!xq>) {
  // expected-error@+1 {{expects a clamp within [0, 255], but got [9, 8]}}
  %y = lowbit.requantize %x clamp [9, 8] : tensor<4x!xq> to tensor<4x!xq>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
!pq = !quant.uniform<i8:f32:0, {0.1, 0.2}>
func.func @requantize_per_axis(%x: tensor<2x!pq>) {
  // expected-error@+1 {{expects a per-tensor input, but got}}
  %y = lowbit.requantize %x : tensor<2x!pq> to tensor<2x!xq>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
!pq = !quant.uniform<i8:f32:0, {0.1, 0.2}>
func.func @requantize_to_per_axis(%x: tensor<2x!xq>) {
  // expected-error@+1 {{expects a per-tensor result, but got}}
  %y = lowbit.requantize %x : tensor<2x!xq> to tensor<2x!pq>
  return
}

// -----

// Constants.

func.func @constant_has_another_shape() {
  // expected-error@+1 {{expects codes of type 'tensor<3xi8>', but got 'tensor<2xi8>'}}
  %c = lowbit.constant dense<[1, 2]> : tensor<2xi8> as tensor<3x!quant.uniform<i8:f32, 0.1>>
  return
}

// -----

func.func @constant_has_another_storage() {
  // expected-error@+1 {{expects codes of type 'tensor<2xi8>', but got 'tensor<2xi16>'}}
  %c = lowbit.constant dense<[1, 2]> : tensor<2xi16> as tensor<2x!quant.uniform<i8:f32, 0.1>>
  return
}

// -----

func.func @constant_is_out_of_range() {
  // expected-error@+1 {{expects codes in [-127, 127], but got -128}}
  %c = lowbit.constant dense<[1, -128]> : tensor<2xi8> as tensor<2x!quant.uniform<i8<-127:127>:f32, 0.1>>
  return
}

// -----

func.func @unsigned_constant_is_out_of_range() {
  // expected-error@+1 {{expects codes in [0, 100], but got 200}}
  %c = lowbit.constant dense<[1, 200]> : tensor<2xi8> as tensor<2x!quant.uniform<u8<0:100>:f32, 0.1>>
  return
}

// -----

func.func @constant_is_not_dense() {
  // expected-error@+1 {{expects dense codes, but got}}
  %c = lowbit.constant sparse<[[0]], [1]> : tensor<2xi8> as tensor<2x!quant.uniform<i8:f32, 0.1>>
  return
}

// -----

func.func @constant_scales_do_not_fit() {
  // expected-error@+1 {{expects 3 scales for dimension 0, but got 2}}
  %c = lowbit.constant dense<1> : tensor<3xi8> as tensor<3x!quant.uniform<i8:f32:0, {0.1, 0.2}>>
  return
}

// -----

// Convolutions.

!xq = !quant.uniform<u8:f32, 0.1:128>
!wq = !quant.uniform<i8:f32, 0.1>
func.func @conv_rank(%x: tensor<5x5x2x!xq>, %w: tensor<2x3x3x2x!wq>, %b: tensor<2xi32>) {
  // expected-error@+1 {{expects a tensor of rank 4, but got 'tensor<5x5x2x}}
  %y = lowbit.conv2d %x, %w, %b pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1]
     : (tensor<5x5x2x!xq>, tensor<2x3x3x2x!wq>, tensor<2xi32>) -> tensor<1x3x3x2x!xq>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
!wq = !quant.uniform<i8:f32, 0.1>
func.func @conv_channels(%x: tensor<1x5x5x2x!xq>, %w: tensor<2x3x3x4x!wq>, %b: tensor<2xi32>) {
  // expected-error@+1 {{expects weights for 2 input channels, but got 4}}
  %y = lowbit.conv2d %x, %w, %b pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1]
     : (tensor<1x5x5x2x!xq>, tensor<2x3x3x4x!wq>, tensor<2xi32>) -> tensor<1x3x3x2x!xq>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
!wq = !quant.uniform<i8:f32, 0.1>
func.func @conv_result_shape(%x: tensor<1x5x5x2x!xq>, %w: tensor<2x3x3x2x!wq>, %b: tensor<2xi32>) {
  // expected-error@+1 {{expects a result of shape [1, 3, 2, 2], but got [1, 3, 3, 2]}}
  %y = lowbit.conv2d %x, %w, %b pad [0, 0, 0, 0] stride [1, 2] dilation [1, 1]
     : (tensor<1x5x5x2x!xq>, tensor<2x3x3x2x!wq>, tensor<2xi32>) -> tensor<1x3x3x2x!xq>
  return
}

// -----

// A kernel that is larger than the input has no window at all.
!xq = !quant.uniform<u8:f32, 0.1:128>
!wq = !quant.uniform<i8:f32, 0.1>
func.func @conv_kernel_does_not_fit(%x: tensor<1x2x2x2x!xq>, %w: tensor<2x3x3x2x!wq>, %b: tensor<2xi32>) {
  // expected-error@+1 {{expects a result of shape [1, 0, 0, 2], but got [1, 1, 1, 2]}}
  %y = lowbit.conv2d %x, %w, %b pad [0, 0, 0, 0] stride [2, 2] dilation [1, 1]
     : (tensor<1x2x2x2x!xq>, tensor<2x3x3x2x!wq>, tensor<2xi32>) -> tensor<1x1x1x2x!xq>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
!wq = !quant.uniform<i8:f32, 0.1>
func.func @conv_padding(%x: tensor<1x5x5x2x!xq>, %w: tensor<2x3x3x2x!wq>, %b: tensor<2xi32>) {
  // expected-error@+1 {{expects a padding of at least 0, but got [0, 0, -1, 0]}}
  %y = lowbit.conv2d %x, %w, %b pad [0, 0, -1, 0] stride [1, 1] dilation [1, 1]
     : (tensor<1x5x5x2x!xq>, tensor<2x3x3x2x!wq>, tensor<2xi32>) -> tensor<1x3x2x2x!xq>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
!wq = !quant.uniform<i8:f32, 0.1>
func.func @conv_stride(%x: tensor<1x5x5x2x!xq>, %w: tensor<2x3x3x2x!wq>, %b: tensor<2xi32>) {
  // expected-error@+1 {{expects a stride of at least 1, but got [1, 0]}}
  %y = lowbit.conv2d %x, %w, %b pad [0, 0, 0, 0] stride [1, 0] dilation [1, 1]
     : (tensor<1x5x5x2x!xq>, tensor<2x3x3x2x!wq>, tensor<2xi32>) -> tensor<1x3x3x2x!xq>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
!wq = !quant.uniform<i8:f32, 0.1>
func.func @conv_dilation(%x: tensor<1x5x5x2x!xq>, %w: tensor<2x3x3x2x!wq>, %b: tensor<2xi32>) {
  // expected-error@+1 {{expects a dilation of at least 1, but got [0, 1]}}
  %y = lowbit.conv2d %x, %w, %b pad [0, 0, 0, 0] stride [1, 1] dilation [0, 1]
     : (tensor<1x5x5x2x!xq>, tensor<2x3x3x2x!wq>, tensor<2xi32>) -> tensor<1x3x3x2x!xq>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
!wq = !quant.uniform<i8:f32, 0.1>
func.func @conv_bias(%x: tensor<1x5x5x2x!xq>, %w: tensor<2x3x3x2x!wq>, %b: tensor<3xi32>) {
  // expected-error@+1 {{expects a bias of 2 elements, but got 3}}
  %y = lowbit.conv2d %x, %w, %b pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1]
     : (tensor<1x5x5x2x!xq>, tensor<2x3x3x2x!wq>, tensor<3xi32>) -> tensor<1x3x3x2x!xq>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
!wq = !quant.uniform<i8:f32, 0.1>
func.func @conv_clamps_reals(%x: tensor<1x5x5x2x!xq>, %w: tensor<2x3x3x2x!wq>, %b: tensor<2xi32>) {
  // expected-error@+1 {{expects no clamp for a float result, but got [0, 9]}}
  %y = lowbit.conv2d %x, %w, %b pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] clamp [0, 9]
     : (tensor<1x5x5x2x!xq>, tensor<2x3x3x2x!wq>, tensor<2xi32>) -> tensor<1x3x3x2xf32>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
!wq = !quant.uniform<i8:f32:3, {0.1, 0.1}>
func.func @conv_weights_axis(%x: tensor<1x5x5x2x!xq>, %w: tensor<2x3x3x2x!wq>, %b: tensor<2xi32>) {
  // expected-error@+1 {{expects weights per-axis in dimension 0, but got dimension 3}}
  %y = lowbit.conv2d %x, %w, %b pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1]
     : (tensor<1x5x5x2x!xq>, tensor<2x3x3x2x!wq>, tensor<2xi32>) -> tensor<1x3x3x2x!xq>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
!wq = !quant.uniform<i8:f32:0, {0.1, 0.1, 0.1}>
func.func @conv_weights_scales(%x: tensor<1x5x5x2x!xq>, %w: tensor<2x3x3x2x!wq>, %b: tensor<2xi32>) {
  // expected-error@+1 {{expects 2 scales for dimension 0, but got 3}}
  %y = lowbit.conv2d %x, %w, %b pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1]
     : (tensor<1x5x5x2x!xq>, tensor<2x3x3x2x!wq>, tensor<2xi32>) -> tensor<1x3x3x2x!xq>
  return
}

// -----

!xq = !quant.uniform<u8:f32:3, {0.1:128, 0.2:128}>
!yq = !quant.uniform<u8:f32, 0.1:128>
!wq = !quant.uniform<i8:f32, 0.1>
func.func @conv_input_per_axis(%x: tensor<1x5x5x2x!xq>, %w: tensor<2x3x3x2x!wq>, %b: tensor<2xi32>) {
  // expected-error@+1 {{expects a per-tensor input, but got}}
  %y = lowbit.conv2d %x, %w, %b pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1]
     : (tensor<1x5x5x2x!xq>, tensor<2x3x3x2x!wq>, tensor<2xi32>) -> tensor<1x3x3x2x!yq>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
!wq = !quant.uniform<i8:f32, 0.1>
func.func @depthwise_channels(%x: tensor<1x5x5x2x!xq>, %w: tensor<3x3x3x!wq>, %b: tensor<3xi32>) {
  // expected-error@+1 {{expects a multiple of 2 weight channels, but got 3}}
  %y = lowbit.depthwise_conv2d %x, %w, %b pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1]
     : (tensor<1x5x5x2x!xq>, tensor<3x3x3x!wq>, tensor<3xi32>) -> tensor<1x3x3x3x!xq>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
!wq = !quant.uniform<i8:f32:0, {0.1, 0.1, 0.1}>
func.func @depthwise_axis(%x: tensor<1x5x5x3x!xq>, %w: tensor<3x3x3x!wq>, %b: tensor<3xi32>) {
  // expected-error@+1 {{expects weights per-axis in dimension 2, but got dimension 0}}
  %y = lowbit.depthwise_conv2d %x, %w, %b pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1]
     : (tensor<1x5x5x3x!xq>, tensor<3x3x3x!wq>, tensor<3xi32>) -> tensor<1x3x3x3x!xq>
  return
}

// -----

// Matmul.

!xq = !quant.uniform<u8:f32, 0.1:128>
!wq = !quant.uniform<i8:f32, 0.1>
func.func @matmul_depth(%x: tensor<1x5x!xq>, %w: tensor<2x4x!wq>, %b: tensor<2xi32>) {
  // expected-error@+1 {{expects an input of 4 columns, but got 'tensor<1x5x}}
  %y = lowbit.matmul %x, %w, %b : (tensor<1x5x!xq>, tensor<2x4x!wq>, tensor<2xi32>) -> tensor<1x2x!xq>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
!wq = !quant.uniform<i8:f32, 0.1>
func.func @matmul_bias(%x: tensor<1x4x!xq>, %w: tensor<2x4x!wq>, %b: tensor<1xi32>) {
  // expected-error@+1 {{expects a bias of 2 elements, but got 1}}
  %y = lowbit.matmul %x, %w, %b : (tensor<1x4x!xq>, tensor<2x4x!wq>, tensor<1xi32>) -> tensor<1x2x!xq>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
!wq = !quant.uniform<i8:f32, 0.1>
func.func @matmul_result(%x: tensor<3x4x!xq>, %w: tensor<2x4x!wq>, %b: tensor<2xi32>) {
  // expected-error@+1 {{expects a result of shape [3, 2], but got [2, 3]}}
  %y = lowbit.matmul %x, %w, %b : (tensor<3x4x!xq>, tensor<2x4x!wq>, tensor<2xi32>) -> tensor<2x3xf32>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
!wq = !quant.uniform<i8:f32, 0.1>
func.func @matmul_rank(%x: tensor<3x4x!xq>, %w: tensor<1x2x4x!wq>, %b: tensor<2xi32>) {
  // expected-error@+1 {{expects a tensor of rank 2, but got 'tensor<1x2x4x}}
  %y = lowbit.matmul %x, %w, %b : (tensor<3x4x!xq>, tensor<1x2x4x!wq>, tensor<2xi32>) -> tensor<3x2xf32>
  return
}

// -----

// Elementwise.

!xq = !quant.uniform<u8:f32, 0.1:128>
func.func @add_ranks(%a: tensor<3x4x!xq>, %b: tensor<4x!xq>) {
  // expected-error@+1 {{expects operands of equal rank, but got 2 and 1}}
  %y = lowbit.add %a, %b : (tensor<3x4x!xq>, tensor<4x!xq>) -> tensor<3x4x!xq>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
func.func @add_shapes(%a: tensor<3x4x!xq>, %b: tensor<2x4x!xq>) {
  // expected-error@+1 {{expects operands that broadcast, but got [3, 4] and [2, 4]}}
  %y = lowbit.add %a, %b : (tensor<3x4x!xq>, tensor<2x4x!xq>) -> tensor<3x4x!xq>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
func.func @mul_result(%a: tensor<3x4x!xq>, %b: tensor<1x4x!xq>) {
  // expected-error@+1 {{expects a result of shape [3, 4], but got [1, 4]}}
  %y = lowbit.mul %a, %b : (tensor<3x4x!xq>, tensor<1x4x!xq>) -> tensor<1x4x!xq>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
!pq = !quant.uniform<i8:f32:0, {0.1, 0.2}>
func.func @mul_per_axis(%a: tensor<2x!xq>, %b: tensor<2x!pq>) {
  // expected-error@+1 {{expects a per-tensor operand, but got}}
  %y = lowbit.mul %a, %b : (tensor<2x!xq>, tensor<2x!pq>) -> tensor<2x!xq>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
func.func @table_size(%x: tensor<4x!xq>, %t: tensor<255xi8>) {
  // expected-error@+1 {{expects a table of type 'tensor<256xi8>', but got 'tensor<255xi8>'}}
  %y = lowbit.table %x, %t : (tensor<4x!xq>, tensor<255xi8>) -> tensor<4x!xq>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
func.func @table_rank(%x: tensor<4x!xq>, %t: tensor<*xi8>) {
  // expected-error@+1 {{expects a table of type 'tensor<256xi8>', but got 'tensor<*xi8>'}}
  %y = lowbit.table %x, %t : (tensor<4x!xq>, tensor<*xi8>) -> tensor<4x!xq>
  return
}

// -----

!xq = !quant.uniform<u4:f32, 0.1:8>
func.func @table_bits(%x: tensor<4x!xq>, %t: tensor<256xi8>) {
  // expected-error@+1 {{expects 8-bit codes, but got 'tensor<4x!quant.uniform<u4}}
  %y = lowbit.table %x, %t : (tensor<4x!xq>, tensor<256xi8>) -> tensor<4x!xq>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
!pq = !quant.uniform<i8:f32:0, {0.1, 0.2}>
func.func @table_per_axis(%x: tensor<2x!pq>, %t: tensor<256xi8>) {
  // expected-error@+1 {{expects a per-tensor input, but got}}
  %y = lowbit.table %x, %t : (tensor<2x!pq>, tensor<256xi8>) -> tensor<2x!xq>
  return
}

// -----

// Pooling.

!xq = !quant.uniform<u8:f32, 0.1:128>
!yq = !quant.uniform<u8:f32, 0.2:128>
func.func @max_pool_formats(%x: tensor<1x4x4x2x!xq>) {
  // expected-error@+1 {{expects input and result of one format, but got}}
  %y = lowbit.max_pool2d %x kernel [2, 2] pad [0, 0, 0, 0] stride [2, 2]
     : tensor<1x4x4x2x!xq> to tensor<1x2x2x2x!yq>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
func.func @max_pool_rank(%x: tensor<4x4x2x!xq>) {
  // expected-error@+1 {{expects a tensor of rank 4, but got}}
  %y = lowbit.max_pool2d %x kernel [2, 2] pad [0, 0, 0, 0] stride [2, 2]
     : tensor<4x4x2x!xq> to tensor<2x2x2x!xq>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
func.func @avg_pool_padding(%x: tensor<1x4x4x2x!xq>) {
  // expected-error@+1 {{expects a padding smaller than the kernel [2, 2], but got [2, 0, 0, 0]}}
  %y = lowbit.avg_pool2d %x kernel [2, 2] pad [2, 0, 0, 0] stride [2, 2]
     : tensor<1x4x4x2x!xq> to tensor<1x3x2x2x!xq>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
func.func @avg_pool_result(%x: tensor<1x4x4x2x!xq>) {
  // expected-error@+1 {{expects a result of shape [1, 2, 2, 2], but got [1, 3, 3, 2]}}
  %y = lowbit.avg_pool2d %x kernel [2, 2] pad [0, 0, 0, 0] stride [2, 2]
     : tensor<1x4x4x2x!xq> to tensor<1x3x3x2x!xq>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
func.func @avg_pool_clamp(%x: tensor<1x4x4x2x!xq>) {
  // expected-error@+1 {{expects a clamp within [0, 255], but got [0, 256]}}
  %y = lowbit.avg_pool2d %x kernel [2, 2] pad [0, 0, 0, 0] stride [2, 2] clamp [0, 256]
     : tensor<1x4x4x2x!xq> to tensor<1x2x2x2x!xq>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
func.func @products_of_other_depth(%a: tensor<2x3x4x!xq>, %b: tensor<2x5x6x!xq>) {
  // expected-error@+1 {{expects a right operand of shape [2, 4, 6], but got [2, 5, 6]}}
  %y = lowbit.batch_matmul %a, %b : (tensor<2x3x4x!xq>, tensor<2x5x6x!xq>) -> tensor<2x3x6xf32>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
func.func @products_of_other_shape(%a: tensor<2x3x4x!xq>, %b: tensor<2x4x6x!xq>) {
  // expected-error@+1 {{expects a result of shape [2, 3, 6], but got [2, 3, 7]}}
  %y = lowbit.batch_matmul %a, %b : (tensor<2x3x4x!xq>, tensor<2x4x6x!xq>) -> tensor<2x3x7xf32>
  return
}

// -----

// 510 * 128 * 32897 is just too much.
!xq = !quant.uniform<u8:f32, 0.1:128>
func.func @products_that_overflow(%a: tensor<1x1x32897x!xq>, %b: tensor<1x32897x1x!xq>) {
  // expected-error@+1 {{expects accumulators below 2147483648, but got 2147516160}}
  %y = lowbit.batch_matmul %a, %b : (tensor<1x1x32897x!xq>, tensor<1x32897x1x!xq>) -> tensor<1x1x1xf32>
  return
}

// -----

!xq = !quant.uniform<u8:f32, 0.1:128>
func.func @products_of_matrices(%a: tensor<3x4x!xq>, %b: tensor<4x6x!xq>) {
  // expected-error@+1 {{expects a tensor of rank 3, but got}}
  %y = lowbit.batch_matmul %a, %b : (tensor<3x4x!xq>, tensor<4x6x!xq>) -> tensor<3x6xf32>
  return
}

// -----

// Packed weights.

// expected-error@+1 {{format 'i9': expects one of f32, i2 .. i8}}
func.func private @no_format() -> tensor<4x!lowbit.coded<"i9">>

// -----

// expected-error@+1 {{expects the spelling 'binary', but got 'i1'}}
func.func private @other_spelling() -> tensor<4x!lowbit.coded<"i1">>

// -----

// expected-error@+1 {{expects a format with codes, but got 'f32'}}
func.func private @reals() -> tensor<4x!lowbit.coded<"f32">>

// -----

func.func @axis_in_the_middle() {
  // expected-error@+1 {{expects channels in the first or the last dimension of 3, but got dimension 1}}
  %0 = lowbit.coded_constant {axis = 1 : i64, codes = dense<0> : tensor<2xi8>, scales = dense<1.0> : tensor<2xf32>}
     : tensor<1x2x1x!lowbit.coded<"i4">>
  return
}

// -----

func.func @bytes_of_codes() {
  // expected-error@+1 {{expects codes of type 'tensor<4xi8>' for this format, but got 'tensor<3xi8>'}}
  %0 = lowbit.coded_constant {axis = 0 : i64, codes = dense<0> : tensor<3xi8>, scales = dense<1.0> : tensor<2xf32>}
     : tensor<2x3x!lowbit.coded<"i4">>
  return
}

// -----

func.func @type_of_scales() {
  // expected-error@+1 {{expects scales of type 'tensor<2xf32>' for this format, but got 'tensor<2xf16>'}}
  %0 = lowbit.coded_constant {axis = 0 : i64, codes = dense<0> : tensor<4xi8>, scales = dense<1.0> : tensor<2xf16>}
     : tensor<2x3x!lowbit.coded<"i4">>
  return
}

// -----

func.func @scale_is_zero() {
  // expected-error@+1 {{expects positive, finite scales, but got 0.0}}
  %0 = lowbit.coded_constant {axis = 0 : i64, codes = dense<0> : tensor<4xi8>, scales = dense<[1.0, 0.0]> : tensor<2xf32>}
     : tensor<2x3x!lowbit.coded<"i4">>
  return
}

// -----

func.func @no_zero_points() {
  // expected-error@+1 {{expects zero points of type 'tensor<1xi8>' for this format, but got none}}
  %0 = lowbit.coded_constant {axis = 0 : i64, codes = dense<0> : tensor<4xi8>, scales = dense<1.0> : tensor<2xf32>}
     : tensor<2x3x!lowbit.coded<"u4">>
  return
}

// -----

func.func @needless_table() {
  // expected-error@+1 {{expects no fitted levels for this format, but got 'tensor<1xi8>'}}
  %0 = lowbit.coded_constant {axis = 0 : i64, codes = dense<0> : tensor<4xi8>, scales = dense<1.0> : tensor<2xf32>,
      fitted = dense<1> : tensor<1xi8>} : tensor<2x3x!lowbit.coded<"i4">>
  return
}

// -----

func.func @no_second_scale() {
  // expected-error@+1 {{expects a second scale for this format, but got none}}
  %0 = lowbit.coded_constant {axis = 0 : i64, codes = dense<0> : tensor<2xi8>, scales = dense<1.0> : tensor<1xf8E4M3FN>}
     : tensor<1x3x!lowbit.coded<"nvfp4">>
  return
}

// -----

func.func @blocks_as_codes(%w: tensor<2x3x!lowbit.coded<"i4:b32">>) {
  // expected-error@+1 {{expects f32 for numbers that are no multiples of one number in 8 bits, but got '!quant.uniform<i8<-7:7>:f32, 1.000000e+00>' for 'i4:b32'}}
  %0 = lowbit.decode %w : tensor<2x3x!lowbit.coded<"i4:b32">> to tensor<2x3x!quant.uniform<i8<-7:7>:f32, 1.0>>
  return
}

// -----

func.func @codes_of_another_scale() {
  %0 = lowbit.coded_constant {axis = 0 : i64, codes = dense<17> : tensor<2xi8>, scales = dense<1.0> : tensor<2xf32>}
     : tensor<2x2x!lowbit.coded<"i4">>
  // expected-error@+1 {{expects the codes '!quant.uniform<i8<-1:1>:f32:0, {1.000000e+00,1.000000e+00}>' of this constant, but got}}
  %1 = lowbit.decode %0 : tensor<2x2x!lowbit.coded<"i4">> to tensor<2x2x!quant.uniform<i8<-1:1>:f32:0, {1.0, 0.5}>>
  return
}

// -----

func.func @block_input_of_rank_3(%x: tensor<1x2x3x!quant.uniform<u8:f32, 0.5:128>>, %w: tensor<4x3x!lowbit.coded<"i4:b32">>) {
  // expected-error@+1 {{expects an input of rank 2, but got}}
  %y = lowbit.block_matmul %x, %w : (tensor<1x2x3x!quant.uniform<u8:f32, 0.5:128>>, tensor<4x3x!lowbit.coded<"i4:b32">>) -> tensor<2x4xf32>
  return
}

// -----

func.func @block_weights_of_another_depth(%x: tensor<2x5x!quant.uniform<u8:f32, 0.5:128>>, %w: tensor<4x3x!lowbit.coded<"i4:b32">>) {
  // expected-error@+1 {{expects weights of rank 2 with 5 columns, but got}}
  %y = lowbit.block_matmul %x, %w : (tensor<2x5x!quant.uniform<u8:f32, 0.5:128>>, tensor<4x3x!lowbit.coded<"i4:b32">>) -> tensor<2x4xf32>
  return
}

// -----

func.func @block_input_of_4_bits(%x: tensor<2x3x!quant.uniform<u4:f32, 0.5>>, %w: tensor<4x3x!lowbit.coded<"i4:b32">>) {
  // expected-error@+1 {{expects an input of per-tensor codes of 8 bits, but got}}
  %y = lowbit.block_matmul %x, %w : (tensor<2x3x!quant.uniform<u4:f32, 0.5>>, tensor<4x3x!lowbit.coded<"i4:b32">>) -> tensor<2x4xf32>
  return
}

// -----

func.func @block_rows_of_unsigned_codes(%x: tensor<2x3x!quant.uniform<u8:f32, 0.5:128>>, %w: tensor<4x3x!lowbit.coded<"i4:b32">>, %r: tensor<2xf32>) {
  // expected-error@+1 {{expects signed codes of scale 1 and zero point 0 beside row_scales, but got}}
  %y = lowbit.block_matmul %x, %w row_scales(%r) : (tensor<2x3x!quant.uniform<u8:f32, 0.5:128>>, tensor<4x3x!lowbit.coded<"i4:b32">>, tensor<2xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @block_rows_of_codes(%x: tensor<2x3x!quant.uniform<i8:f32, 1.0>>, %w: tensor<4x3x!lowbit.coded<"i4:b32">>, %r: tensor<2xf32>) {
  // expected-error@+1 {{expects an f32 result beside row_scales, but got}}
  %y = lowbit.block_matmul %x, %w row_scales(%r) : (tensor<2x3x!quant.uniform<i8:f32, 1.0>>, tensor<4x3x!lowbit.coded<"i4:b32">>, tensor<2xf32>) -> tensor<2x4x!quant.uniform<u8:f32, 0.5:128>>
  return
}

// -----

func.func @block_result_per_axis(%x: tensor<2x3x!quant.uniform<u8:f32, 0.5:128>>, %w: tensor<4x3x!lowbit.coded<"i4:b32">>) {
  // expected-error@+1 {{expects a per-tensor result, but got}}
  %y = lowbit.block_matmul %x, %w : (tensor<2x3x!quant.uniform<u8:f32, 0.5:128>>, tensor<4x3x!lowbit.coded<"i4:b32">>) -> tensor<2x4x!quant.uniform<u8:f32:0, {0.5, 0.25}>>
  return
}

// -----

func.func @block_weights_of_nf4(%x: tensor<2x3x!quant.uniform<u8:f32, 0.5:128>>, %w: tensor<4x3x!lowbit.coded<"nf4">>) {
  // expected-error@+1 {{expects weights whose levels are multiples of one number in 8 bits, but got '!lowbit.coded<"nf4">': its weights are no multiples of one number in 8 bits}}
  %y = lowbit.block_matmul %x, %w : (tensor<2x3x!quant.uniform<u8:f32, 0.5:128>>, tensor<4x3x!lowbit.coded<"nf4">>) -> tensor<2x4xf32>
  return
}

// -----

func.func @block_weights_of_lqnets(%x: tensor<2x3x!quant.uniform<u8:f32, 0.5:128>>, %w: tensor<4x3x!lowbit.coded<"lqnets2">>) {
  // expected-error@+1 {{expects weights whose levels are multiples of one number in 8 bits, but got '!lowbit.coded<"lqnets2">': its channels have levels of their own}}
  %y = lowbit.block_matmul %x, %w : (tensor<2x3x!quant.uniform<u8:f32, 0.5:128>>, tensor<4x3x!lowbit.coded<"lqnets2">>) -> tensor<2x4xf32>
  return
}

// -----

func.func @block_weights_of_hqq(%x: tensor<2x3x!quant.uniform<u8:f32, 0.5:128>>, %w: tensor<4x3x!lowbit.coded<"u4:b64:hqq">>) {
  // expected-error@+1 {{expects weights whose levels are multiples of one number in 8 bits, but got '!lowbit.coded<"u4:b64:hqq">': the zero points of its weights are no integers}}
  %y = lowbit.block_matmul %x, %w : (tensor<2x3x!quant.uniform<u8:f32, 0.5:128>>, tensor<4x3x!lowbit.coded<"u4:b64:hqq">>) -> tensor<2x4xf32>
  return
}

// -----

func.func @block_weights_of_u8(%x: tensor<2x3x!quant.uniform<u8:f32, 0.5:128>>, %w: tensor<4x3x!lowbit.coded<"u8:b32">>) {
  // expected-error@+1 {{expects weights whose levels are multiples of one number in 8 bits, but got '!lowbit.coded<"u8:b32">': its weights less their zero points do not fit in 8 bits}}
  %y = lowbit.block_matmul %x, %w : (tensor<2x3x!quant.uniform<u8:f32, 0.5:128>>, tensor<4x3x!lowbit.coded<"u8:b32">>) -> tensor<2x4xf32>
  return
}

// -----

func.func @block_clamp_of_reals(%x: tensor<2x3x!quant.uniform<u8:f32, 0.5:128>>, %w: tensor<4x3x!lowbit.coded<"i4:b32">>) {
  // expected-error@+1 {{expects no clamp for a float result, but got [0, 1]}}
  %y = lowbit.block_matmul %x, %w clamp [0, 1] : (tensor<2x3x!quant.uniform<u8:f32, 0.5:128>>, tensor<4x3x!lowbit.coded<"i4:b32">>) -> tensor<2x4xf32>
  return
}

// -----

func.func @block_clamp_outside(%x: tensor<2x3x!quant.uniform<u8:f32, 0.5:128>>, %w: tensor<4x3x!lowbit.coded<"i4:b32">>) {
  // expected-error@+1 {{expects a clamp within [0, 255], but got [-1, 9]}}
  %y = lowbit.block_matmul %x, %w clamp [-1, 9] : (tensor<2x3x!quant.uniform<u8:f32, 0.5:128>>, tensor<4x3x!lowbit.coded<"i4:b32">>) -> tensor<2x4x!quant.uniform<u8:f32, 0.5:128>>
  return
}

// -----

func.func @block_row_scales(%x: tensor<2x3x!quant.uniform<i8:f32, 1.0>>, %w: tensor<4x3x!lowbit.coded<"i4:b32">>, %r: tensor<3xf32>) {
  // expected-error@+1 {{expects row_scales of shape [2], but got}}
  %y = lowbit.block_matmul %x, %w row_scales(%r) : (tensor<2x3x!quant.uniform<i8:f32, 1.0>>, tensor<4x3x!lowbit.coded<"i4:b32">>, tensor<3xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @block_bias(%x: tensor<2x3x!quant.uniform<u8:f32, 0.5:128>>, %w: tensor<4x3x!lowbit.coded<"i4:b32">>, %b: tensor<3xf32>) {
  // expected-error@+1 {{expects a bias of shape [4], but got}}
  %y = lowbit.block_matmul %x, %w bias(%b) : (tensor<2x3x!quant.uniform<u8:f32, 0.5:128>>, tensor<4x3x!lowbit.coded<"i4:b32">>, tensor<3xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @block_result(%x: tensor<2x3x!quant.uniform<u8:f32, 0.5:128>>, %w: tensor<4x3x!lowbit.coded<"i4:b32">>) {
  // expected-error@+1 {{expects a result of shape [2, 4], but got}}
  %y = lowbit.block_matmul %x, %w : (tensor<2x3x!quant.uniform<u8:f32, 0.5:128>>, tensor<4x3x!lowbit.coded<"i4:b32">>) -> tensor<4x2xf32>
  return
}

// -----

func.func @block_too_long(%x: tensor<1x65793x!quant.uniform<u8:f32, 0.5:128>>, %w: tensor<1x65793x!lowbit.coded<"i4">>) {
  // expected-error@+1 {{expects blocks of at most 65792 weights, whose sums fit in 32 bits, but got 65793}}
  %y = lowbit.block_matmul %x, %w : (tensor<1x65793x!quant.uniform<u8:f32, 0.5:128>>, tensor<1x65793x!lowbit.coded<"i4">>) -> tensor<1x1xf32>
  return
}

// -----

func.func @patches_of_rank_3(%x: tensor<4x4x2x!quant.uniform<u8:f32, 0.5:128>>) {
  // expected-error@+1 {{expects an input of rank 4, but got}}
  %y = lowbit.patches %x kernel [3, 3] pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] : tensor<4x4x2x!quant.uniform<u8:f32, 0.5:128>> to tensor<4x18x!quant.uniform<u8:f32, 0.5:128>>
  return
}

// -----

func.func @patches_of_another_format(%x: tensor<1x4x4x2x!quant.uniform<u8:f32, 0.5:128>>) {
  // expected-error@+1 {{expects per-tensor codes of 8 bits, and a result of the same format, but got}}
  %y = lowbit.patches %x kernel [3, 3] pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] : tensor<1x4x4x2x!quant.uniform<u8:f32, 0.5:128>> to tensor<4x18x!quant.uniform<i8:f32, 1.0>>
  return
}

// -----

func.func @patches_padding(%x: tensor<1x4x4x2x!quant.uniform<u8:f32, 0.5:128>>) {
  // expected-error@+1 {{expects a padding of at least 0, but got [-1, 0, 0, 0]}}
  %y = lowbit.patches %x kernel [3, 3] pad [-1, 0, 0, 0] stride [1, 1] dilation [1, 1] : tensor<1x4x4x2x!quant.uniform<u8:f32, 0.5:128>> to tensor<4x18x!quant.uniform<u8:f32, 0.5:128>>
  return
}

// -----

func.func @patches_stride(%x: tensor<1x4x4x2x!quant.uniform<u8:f32, 0.5:128>>) {
  // expected-error@+1 {{expects a kernel, a stride and a dilation of at least 1, but got [3, 3], [0, 1] and [1, 1]}}
  %y = lowbit.patches %x kernel [3, 3] pad [0, 0, 0, 0] stride [0, 1] dilation [1, 1] : tensor<1x4x4x2x!quant.uniform<u8:f32, 0.5:128>> to tensor<4x18x!quant.uniform<u8:f32, 0.5:128>>
  return
}

// -----

func.func @patches_result(%x: tensor<1x4x4x2x!quant.uniform<u8:f32, 0.5:128>>) {
  // expected-error@+1 {{expects a result of shape [4, 18], but got}}
  %y = lowbit.patches %x kernel [3, 3] pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] : tensor<1x4x4x2x!quant.uniform<u8:f32, 0.5:128>> to tensor<4x9x!quant.uniform<u8:f32, 0.5:128>>
  return
}

// -----

func.func @signs_of_many_codes(%x: tensor<4xf32>) {
  // expected-error@+1 {{expects a per-tensor format of the codes -1 to 1 with zero point 0, but got '!quant.uniform<i8:f32, 5.000000e-01>'}}
  %q = lowbit.binarize %x : tensor<4xf32> to tensor<4x!quant.uniform<i8:f32, 0.5>>
  return
}

// -----

func.func @rows_of_another_scale(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{expects codes of type !quant.uniform<i8<-127:127>:f32, 1.0>, but got '!quant.uniform<i8<-127:127>:f32, 5.000000e-01>'}}
  %q, %s = lowbit.quantize_rows %x : tensor<4x8xf32> to tensor<4x8x!quant.uniform<i8<-127:127>:f32, 0.5>>, tensor<4xf32>
  return
}

// -----

func.func @rows_of_another_number(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{expects codes of shape [4, 8] and 4 scales}}
  %q, %s = lowbit.quantize_rows %x : tensor<4x8xf32> to tensor<4x8x!quant.uniform<i8<-127:127>:f32, 1.0>>, tensor<8xf32>
  return
}

// -----

func.func @scales_of_another_axis(%x: tensor<4x8xf32>, %s: tensor<8xf32>, %b: tensor<8xf32>) {
  // expected-error@+1 {{expects a scale for each row and a bias for each channel of [4, 8], but got 'tensor<8xf32>' and 'tensor<8xf32>'}}
  %y = lowbit.scale_rows %x, %s, %b : (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return
}
