// RUN: quant-opt %s -lowbit-insert-qdq="format-for=fc=f32,other=i8" | FileCheck %s
// RUN: quant-opt %s -lowbit-insert-qdq="format-for=x=f32" | FileCheck %s --check-prefix=SITE
// RUN: not quant-opt %s -lowbit-insert-qdq="format-for=fcc=f32" 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: not quant-opt %s -lowbit-insert-qdq="format-for=fc=f16" 2>&1 | FileCheck %s --check-prefix=FORMAT
// RUN: not quant-opt %s -lowbit-insert-qdq="format-for=other=i4" 2>&1 | FileCheck %s --check-prefix=SITEFORMAT
// RUN: not quant-opt %s -lowbit-insert-qdq="format-for=relu=i8" 2>&1 | FileCheck %s --check-prefix=WEIGHTLESS
// RUN: quant-opt %s -lowbit-insert-qdq="format-for=relu=f32,sum=f32,pool=f32,sigmoid=f32" -lowbit-fuse-qdq | FileCheck %s --check-prefix=FLOAT
// RUN: not quant-opt %s -lowbit-insert-qdq="format-for=fc" 2>&1 | FileCheck %s --check-prefix=ENTRY
// RUN: not quant-opt %s -lowbit-insert-qdq="activations=i4" 2>&1 | FileCheck %s --check-prefix=ACTIVATIONS
// RUN: not quant-opt %s -lowbit-insert-qdq="weights=i9" 2>&1 | FileCheck %s --check-prefix=WEIGHTS
// RUN: quant-opt %s -lowbit-insert-qdq="weights=i4 rules=f.*=f32,fc=i4:b32,.c=ternary" | FileCheck %s --check-prefix=RULE
// RUN: quant-opt %s -lowbit-insert-qdq="rules=f.*=ternary format-for=fc=nf4" | FileCheck %s --check-prefix=NAMED
// RUN: not quant-opt %s -lowbit-insert-qdq="rules=g.*=i4" 2>&1 | FileCheck %s --check-prefix=UNUSED
// RUN: not quant-opt %s -lowbit-insert-qdq="rules=relu=i4" 2>&1 | FileCheck %s --check-prefix=UNUSED
// RUN: not quant-opt %s -lowbit-insert-qdq="rules=f(=i4" 2>&1 | FileCheck %s --check-prefix=REGEX

// NAME: error: expects the name of a layer or a site, but got 'fcc'
// FORMAT: error: 'fc': format 'f16': expects one of f32, i2 .. i8, u1 .. u8, ternary
// SITEFORMAT: error: expects format f32, u8, i8, u1 to u4 or binary for site 'other', but got 'i4'
// WEIGHTLESS: error: expects format f32 for layer 'relu', which has no weights, but got 'i8'
// ENTRY: error: expects NAME=FORMAT, but got 'fc'
// ACTIVATIONS: error: expects activations u8, i8, u1 to u4, binary, f32 or dynamic, but got 'i4'
// WEIGHTS: error: format 'i9': expects one of f32, i2 .. i8
// RULE: !lowbit.coded<"ternary">
// NAMED: !lowbit.coded<"nf4">
// UNUSED: error: expects a pattern that matches the name of a layer with weights, but got '{{g..|relu}}'
// REGEX: error: expects a regular expression, but got 'f('

// CHECK-LABEL: @layer
// SITE-LABEL: @layer
func.func @layer(%x: tensor<1x1x1xf32>, %y: tensor<4xf32>) -> (tensor<1x1x1xf32>, tensor<4xf32>) {
  %w = "tosa.const"() {values = dense<1.0> : tensor<1x1x1xf32>} : () -> tensor<1x1x1xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // CHECK: lowbit.quantize {{.*}} {calib.site = "x"} : {{.*}}!quant.uniform<u8
  // CHECK-NOT: lowbit.constant
  // CHECK: tosa.matmul {{.*}} {lowbit.float_reason = "float was asked for by name"}
  // SITE-NOT: lowbit
  // SITE: tosa.matmul
  // SITE: lowbit.quantize {{.*}} {calib.site = "other"}
  %0 = calib.observe %x site "x" range [0.0, 1.0] : tensor<1x1x1xf32>
  %1 = tosa.matmul %0, %w, %z, %z : (tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32> loc("fc")
  // CHECK: lowbit.quantize {{.*}} {calib.site = "other"} : {{.*}}!quant.uniform<i8
  %2 = calib.observe %y site "other" range [0.0, 1.0] : tensor<4xf32>
  return %1, %2 : tensor<1x1x1xf32>, tensor<4xf32>
}

// Ops of layers that were asked to stay in float are not fused, only what is
// around them.
// FLOAT-LABEL: @layers_without_weights
func.func @layers_without_weights(%x: tensor<1x2x2x1xf32>) -> tensor<1x1x1x1xf32> {
  %w = "tosa.const"() {values = dense<1.0> : tensor<1x1x1x1xf32>} : () -> tensor<1x1x1x1xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // FLOAT: lowbit.conv2d {{.*}} -> tensor<1x2x2x1xf32>
  // FLOAT: tosa.clamp
  // FLOAT: tosa.sigmoid
  // FLOAT: tosa.add
  // FLOAT: tosa.max_pool2d
  %0 = calib.observe %x site "a" range [0.0, 1.0] : tensor<1x2x2x1xf32>
  %1 = tosa.conv2d %0, %w, %z, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x1xf32>
  %2 = tosa.clamp %1 {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> loc("relu")
  %3 = calib.observe %2 site "b" range [0.0, 1.0] : tensor<1x2x2x1xf32>
  %4 = tosa.sigmoid %3 : (tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> loc("sigmoid")
  %5 = calib.observe %4 site "c" range [0.0, 1.0] : tensor<1x2x2x1xf32>
  %6 = tosa.add %3, %5 : (tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> loc("sum")
  %7 = calib.observe %6 site "d" range [0.0, 1.0] : tensor<1x2x2x1xf32>
  %8 = tosa.max_pool2d %7 {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x2x2x1xf32>) -> tensor<1x1x1x1xf32> loc("pool")
  return %8 : tensor<1x1x1x1xf32>
}
