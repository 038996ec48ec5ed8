// RUN: quant-opt %s -lowbit-insert-qdq="format-for=fc=f32,other=i8" | FileCheck %s
// RUN: quant-opt %s -lowbit-insert-qdq="format-for=x=f32" | FileCheck %s --check-prefix=SITE
// RUN: not quant-opt %s -lowbit-insert-qdq="format-for=fcc=f32" 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: not quant-opt %s -lowbit-insert-qdq="format-for=fc=f16" 2>&1 | FileCheck %s --check-prefix=FORMAT
// RUN: not quant-opt %s -lowbit-insert-qdq="format-for=fc=u8" 2>&1 | FileCheck %s --check-prefix=UNSIGNED
// RUN: not quant-opt %s -lowbit-insert-qdq="format-for=fc" 2>&1 | FileCheck %s --check-prefix=ENTRY
// RUN: not quant-opt %s -lowbit-insert-qdq="activations=i4" 2>&1 | FileCheck %s --check-prefix=ACTIVATIONS
// RUN: not quant-opt %s -lowbit-insert-qdq="weights=u8" 2>&1 | FileCheck %s --check-prefix=WEIGHTS

// NAME: error: expects the name of a layer or a site, but got 'fcc'
// FORMAT: error: expects format f32, i8 or u8 for 'fc', but got 'f16'
// UNSIGNED: error: expects format f32 or i8 for layer 'fc', but got 'u8'
// ENTRY: error: expects NAME=FORMAT, but got 'fc'
// ACTIVATIONS: error: expects activations u8, i8 or f32, but got 'i4'
// WEIGHTS: error: expects weights i8 or f32, but got 'u8'

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
