// RUN: quant-opt %s -quantize -split-input-file | FileCheck %s

// Models that are quantized already, as importers give them: codes around float
// ops, with the model's own formats, which have to stay what they are.

!xq = !quant.uniform<u8:f32, 0.5:128>
!wq = !quant.uniform<u8:f32:0, {0.5:128, 0.25:100}>
!yq = !quant.uniform<u8:f32, 0.25:3>

// Weights keep their codes and zero points. The bias is a multiple of the
// accumulator's step, 0.25 and 0.125. The ReLU is a clamp at the zero point.
// CHECK-LABEL: func.func @convolution
func.func @convolution(%arg: tensor<1x4x4x1xf32> {quantc.name = "x"}) -> (tensor<1x4x4x2xf32> {quantc.name = "y"}) {
  // CHECK-DAG: %[[W:.+]] = lowbit.constant dense<{{.*}}> : tensor<2x1x1x1xi8> as tensor<2x1x1x1x!quant.uniform<u8:f32:0, {5.000000e-01:128,2.500000e-01:100}>>
  // CHECK-DAG: %[[B:.+]] = arith.constant dense<[12, -8]> : tensor<2xi32>
  // CHECK-DAG: %[[Q:.+]] = lowbit.quantize %{{.+}} {lowbit.given}
  // CHECK: %[[Y:.+]] = lowbit.conv2d %[[Q]], %[[W]], %[[B]] {{.*}} clamp [3, 255] {lowbit.given}
  // CHECK: lowbit.dequantize %[[Y]]
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %wc = lowbit.constant dense<[[[[255]]], [[[0]]]]> : tensor<2x1x1x1xi8> as tensor<2x1x1x1x!wq>
  %w = lowbit.dequantize %wc : tensor<2x1x1x1x!wq> to tensor<2x1x1x1xf32>
  %b = "tosa.const"() {values = dense<[3.0, -1.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %q = lowbit.quantize %arg : tensor<1x4x4x1xf32> to tensor<1x4x4x1x!xq>
  %x = lowbit.dequantize %q : tensor<1x4x4x1x!xq> to tensor<1x4x4x1xf32>
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x4x4x1xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x2xf32>
  %1 = tosa.clamp %0 {min_val = 0.0 : f32, max_val = 3.40282347E+38 : f32} : (tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32>
  %2 = lowbit.quantize %1 : tensor<1x4x4x2xf32> to tensor<1x4x4x2x!yq>
  %3 = lowbit.dequantize %2 : tensor<1x4x4x2x!yq> to tensor<1x4x4x2xf32>
  return %3 : tensor<1x4x4x2xf32>
}

// -----

!xq = !quant.uniform<u8:f32, 0.5:128>
!wq = !quant.uniform<i8:f32, 0.5>
!kq = !quant.uniform<i8:f32:0, {0.5, 0.25}>

// A bias of another scale than 0.5 * 0.5: 3.0 is 12 steps, 0.3 is 1.2 and
// becomes 1, 0.05 away. Here weights have scales along their input channels, so
// the second product stays in float.
// CHECK-LABEL: func.func @bias_of_another_scale
func.func @bias_of_another_scale(%arg: tensor<1x1x2xf32> {quantc.name = "x"}) -> (tensor<1x1x2xf32> {quantc.name = "y"}, tensor<1x1x1x1xf32> {quantc.name = "z"}) {
  // CHECK: arith.constant dense<[12, 1]> : tensor<2xi32>
  // CHECK: lowbit.matmul {{.*}} {lowbit.given, lowbit.note = "its bias is not in steps of sx * sw, and is rounded by up to 5.00e-02"}
  // CHECK: tosa.conv2d {{.*}} lowbit.float_reason = "its weights' scales are not per output channel"
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %wc = lowbit.constant dense<1> : tensor<1x2x2xi8> as tensor<1x2x2x!wq>
  %w = lowbit.dequantize %wc : tensor<1x2x2x!wq> to tensor<1x2x2xf32>
  %b = "tosa.const"() {values = dense<[[[3.0, 0.3]]]> : tensor<1x1x2xf32>} : () -> tensor<1x1x2xf32>
  %q = lowbit.quantize %arg : tensor<1x1x2xf32> to tensor<1x1x2x!xq>
  %x = lowbit.dequantize %q : tensor<1x1x2x!xq> to tensor<1x1x2xf32>
  %0 = tosa.matmul %x, %w, %z, %z : (tensor<1x1x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x2xf32>
  %1 = tosa.add %0, %b : (tensor<1x1x2xf32>, tensor<1x1x2xf32>) -> tensor<1x1x2xf32>
  %s = tosa.const_shape {values = dense<[1, 1, 1, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %i = tosa.reshape %x, %s : (tensor<1x1x2xf32>, !tosa.shape<4>) -> tensor<1x1x1x2xf32>
  %kc = lowbit.constant dense<1> : tensor<2x1xi8> as tensor<2x1x!kq>
  %kf = lowbit.dequantize %kc : tensor<2x1x!kq> to tensor<2x1xf32>
  %k = tosa.reshape %kf, %s : (tensor<2x1xf32>, !tosa.shape<4>) -> tensor<1x1x1x2xf32>
  %2 = tosa.conv2d %i, %k, %z, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x1x2xf32>, tensor<1x1x1x2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1x1xf32>
  return %1, %2 : tensor<1x1x2xf32>, tensor<1x1x1x1xf32>
}

// -----

!xq = !quant.uniform<u8:f32, 0.5:128>

// Nothing wants the codes, but the model says that it rounds here.
// CHECK-LABEL: func.func @rounding
func.func @rounding(%x: tensor<4xf32> {quantc.name = "x"}) -> (tensor<4xf32> {quantc.name = "y"}) {
  // CHECK: %[[Q:.+]] = lowbit.quantize {{.*}} {lowbit.given}
  // CHECK: lowbit.dequantize %[[Q]]
  %q = lowbit.quantize %x : tensor<4xf32> to tensor<4x!xq>
  %y = lowbit.dequantize %q : tensor<4x!xq> to tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

!xq = !quant.uniform<i8:f32, 0.5:-128>
!hq = !quant.uniform<i8:f32, 0.25:-128>
!yq = !quant.uniform<i8:f32, 1.0:-128>

// x * round(sigmoid(x)) is a function of one code, rounding included:
// 5.5 * round(0.996 / 0.25) * 0.25 = 5.5 becomes the code 6 - 128 = 0x86, while
// 5.5 * 0.996 would be 5.48 and the code 0x85.
// CHECK-LABEL: func.func @function_with_rounding
func.func @function_with_rounding(%arg: tensor<2xf32> {quantc.name = "x"}) -> (tensor<2xf32> {quantc.name = "y"}) {
  // CHECK: %[[T:.+]] = arith.constant dense<"0x808081818282838484848586{{.*}}"> : tensor<256xi8>
  // CHECK: %[[Q:.+]] = lowbit.quantize
  // CHECK-NEXT: %[[Y:.+]] = lowbit.table %[[Q]], %[[T]] {lowbit.given}
  // CHECK-NEXT: lowbit.dequantize %[[Y]]
  %shift = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %q = lowbit.quantize %arg : tensor<2xf32> to tensor<2x!xq>
  %x = lowbit.dequantize %q : tensor<2x!xq> to tensor<2xf32>
  %0 = tosa.sigmoid %x : (tensor<2xf32>) -> tensor<2xf32>
  %1 = lowbit.quantize %0 : tensor<2xf32> to tensor<2x!hq>
  %2 = lowbit.dequantize %1 : tensor<2x!hq> to tensor<2xf32>
  %3 = tosa.mul %x, %2, %shift : (tensor<2xf32>, tensor<2xf32>, tensor<1xi8>) -> tensor<2xf32>
  %4 = lowbit.quantize %3 : tensor<2xf32> to tensor<2x!yq>
  %5 = lowbit.dequantize %4 : tensor<2x!yq> to tensor<2xf32>
  return %5 : tensor<2xf32>
}

// -----

!xq = !quant.uniform<i8:f32, 0.5:3>
!bq = !quant.uniform<i8:f32, 0.25:-7>
!yq = !quant.uniform<i8:f32, 1.0:-128>

// A constant that is quantized in the model is an operand of codes as it is.
// CHECK-LABEL: func.func @given_addend
func.func @given_addend(%arg: tensor<1x2xf32> {quantc.name = "x"}) -> (tensor<1x2xf32> {quantc.name = "y"}) {
  // CHECK: %[[B:.+]] = lowbit.constant dense<{{\[}}[100, -100]]> : tensor<1x2xi8> as tensor<1x2x!quant.uniform<i8:f32, 2.500000e-01:-7>>
  // CHECK: lowbit.add %{{.+}}, %[[B]] {lowbit.given}
  %bc = lowbit.constant dense<[[100, -100]]> : tensor<1x2xi8> as tensor<1x2x!bq>
  %b = lowbit.dequantize %bc : tensor<1x2x!bq> to tensor<1x2xf32>
  %q = lowbit.quantize %arg : tensor<1x2xf32> to tensor<1x2x!xq>
  %x = lowbit.dequantize %q : tensor<1x2x!xq> to tensor<1x2xf32>
  %0 = tosa.add %x, %b : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  %1 = lowbit.quantize %0 : tensor<1x2xf32> to tensor<1x2x!yq>
  %2 = lowbit.dequantize %1 : tensor<1x2x!yq> to tensor<1x2xf32>
  return %2 : tensor<1x2xf32>
}

// -----

!xq = !quant.uniform<i8:f32, 0.5:3>
!yq = !quant.uniform<i8:f32, 1.0:-128>

// One that is not stays what it is, in float: it is not for us to round it.
// CHECK-LABEL: func.func @float_addend
func.func @float_addend(%arg: tensor<1x2xf32> {quantc.name = "x"}) -> (tensor<1x2xf32> {quantc.name = "y"}) {
  // CHECK: tosa.add {{.*}} {lowbit.float_reason = "its constant is not quantized in the model"}
  // CHECK-NEXT: lowbit.quantize
  %b = "tosa.const"() {values = dense<[[0.3, 0.7]]> : tensor<1x2xf32>} : () -> tensor<1x2xf32>
  %q = lowbit.quantize %arg : tensor<1x2xf32> to tensor<1x2x!xq>
  %x = lowbit.dequantize %q : tensor<1x2x!xq> to tensor<1x2xf32>
  %0 = tosa.add %x, %b : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  %1 = lowbit.quantize %0 : tensor<1x2xf32> to tensor<1x2x!yq>
  %2 = lowbit.dequantize %1 : tensor<1x2x!yq> to tensor<1x2xf32>
  return %2 : tensor<1x2xf32>
}

// -----

!xq = !quant.uniform<i8:f32, 0.5:3>
!yq = !quant.uniform<i8:f32, 0.25:5>

// From one format to another, and a clamp alone.
// CHECK-LABEL: func.func @requantize
func.func @requantize(%arg: tensor<2xf32> {quantc.name = "x"}) -> (tensor<2xf32> {quantc.name = "y"}) {
  // CHECK: %[[Q:.+]] = lowbit.quantize
  // CHECK-NEXT: %[[R:.+]] = lowbit.requantize %[[Q]] {lowbit.given} : {{.*}} to tensor<2x!quant.uniform<i8:f32, 2.500000e-01:5>>
  // CHECK-NEXT: %[[C:.+]] = lowbit.requantize %[[R]] clamp [5, 29] {lowbit.given}
  // CHECK-NEXT: lowbit.dequantize %[[C]]
  %q = lowbit.quantize %arg : tensor<2xf32> to tensor<2x!xq>
  %x = lowbit.dequantize %q : tensor<2x!xq> to tensor<2xf32>
  %0 = lowbit.quantize %x : tensor<2xf32> to tensor<2x!yq>
  %1 = lowbit.dequantize %0 : tensor<2x!yq> to tensor<2xf32>
  %2 = tosa.clamp %1 {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<2xf32>) -> tensor<2xf32>
  %3 = lowbit.quantize %2 : tensor<2xf32> to tensor<2x!yq>
  %4 = lowbit.dequantize %3 : tensor<2x!yq> to tensor<2xf32>
  return %4 : tensor<2xf32>
}

// -----

!xq = !quant.uniform<i8:f32, 0.5:3>

// A max pool of the model's integers, as ONNX has it since opset 12.
// CHECK-LABEL: func.func @pool_of_integers
func.func @pool_of_integers(%arg: tensor<1x4x4x1xf32> {quantc.name = "x"}) -> (tensor<1x2x2x1xf32> {quantc.name = "y"}) {
  // CHECK: %[[Q:.+]] = lowbit.quantize
  // CHECK-NEXT: %[[Y:.+]] = lowbit.max_pool2d %[[Q]]
  // CHECK-NEXT: lowbit.dequantize %[[Y]]
  %q = lowbit.quantize %arg : tensor<1x4x4x1xf32> to tensor<1x4x4x1x!xq>
  %i = quant.scast %q : tensor<1x4x4x1x!xq> to tensor<1x4x4x1xi8>
  %p = tosa.max_pool2d %i {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x4x4x1xi8>) -> tensor<1x2x2x1xi8>
  %c = quant.scast %p : tensor<1x2x2x1xi8> to tensor<1x2x2x1x!xq>
  %y = lowbit.dequantize %c : tensor<1x2x2x1x!xq> to tensor<1x2x2x1xf32>
  return %y : tensor<1x2x2x1xf32>
}

// -----

!xq = !quant.uniform<u8:f32, 0.5:128>

// Weights that the model has in float stay in float without samples.
// CHECK-LABEL: func.func @float_weights
func.func @float_weights(%arg: tensor<1x1x1xf32> {quantc.name = "x"}) -> (tensor<1x1x2xf32> {quantc.name = "y"}) {
  // CHECK: tosa.matmul {{.*}} {lowbit.float_reason = "its weights are not constant codes"}
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %w = "tosa.const"() {values = dense<0.3> : tensor<1x1x2xf32>} : () -> tensor<1x1x2xf32>
  %q = lowbit.quantize %arg : tensor<1x1x1xf32> to tensor<1x1x1x!xq>
  %x = lowbit.dequantize %q : tensor<1x1x1x!xq> to tensor<1x1x1xf32>
  %0 = tosa.matmul %x, %w, %z, %z : (tensor<1x1x1xf32>, tensor<1x1x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x2xf32>
  return %0 : tensor<1x1x2xf32>
}
