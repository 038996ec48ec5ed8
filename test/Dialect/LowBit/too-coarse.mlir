// RUN: quant-opt %s -lowbit-insert-qdq | FileCheck %s
// RUN: quant-opt %s -lowbit-insert-qdq="format-for=outlier=u8" | FileCheck %s --check-prefix=ASKED

// Of 255 steps over [-350, 30], nine in ten values span 1 / 380 * 255 * 5 = 3.4:
// too few, so the layer behind the reshape keeps its weights, and says why.
// CHECK-LABEL: @outlier
// CHECK-NOT: lowbit.
// CHECK: tosa.matmul {{.*}} {lowbit.float_reason = "8 bits have 3.4 codes for nine in ten values of its input 'outlier', because the others reach from -350.0 to 30.0"}
// ASKED-LABEL: @outlier
// ASKED: lowbit.quantize {{.*}} {calib.site = "outlier"}
// ASKED-NOT: lowbit.float_reason
func.func @outlier(%x: tensor<2x2xf32>) -> tensor<1x2x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[0.5, 1.0], [1.5, 2.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  %s = tosa.const_shape {values = dense<[1, 2, 2]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %0 = calib.observe %x site "outlier" range [-350.0, 30.0] {calib.bulk = array<f64: -4.0, 1.0>} : tensor<2x2xf32>
  %1 = tosa.reshape %0, %s : (tensor<2x2xf32>, !tosa.shape<3>) -> tensor<1x2x2xf32>
  %y = tosa.matmul %1, %w, %zero, %zero : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32> loc("fc")
  return %y : tensor<1x2x2xf32>
}

// Nine codes are enough, and a value that is the same everywhere needs but one.
// CHECK-LABEL: @enough
// CHECK: lowbit.quantize {{.*}} {calib.site = "nine"}
// CHECK: lowbit.quantize {{.*}} {calib.site = "same"}
// CHECK: lowbit.quantize {{.*}} {calib.site = "unknown"}
func.func @enough(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %0 = calib.observe %x site "nine" range [0.0, 255.0] {calib.bulk = array<f64: 1.0, 10.0>} : tensor<4xf32>
  %1 = calib.observe %x site "same" range [0.0, 255.0] {calib.bulk = array<f64: 1.0, 1.0>} : tensor<4xf32>
  %2 = calib.observe %x site "unknown" range [0.0, 255.0] : tensor<4xf32>
  return %0, %1, %2 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}
