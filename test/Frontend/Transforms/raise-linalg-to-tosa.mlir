// RUN: quant-opt %s -pass-pipeline='builtin.module(func.func(raise-linalg-to-tosa))' | FileCheck %s

// conv(x, w) onto 0 -> tosa.conv2d(x, w')
// CHECK-LABEL: @nhwc_hwcf
func.func @nhwc_hwcf(%x: tensor<1x6x6x3xf32>, %w: tensor<3x2x3x4xf32>) -> tensor<1x4x5x4xf32> {
  // CHECK: %[[W:.+]] = tosa.transpose %arg1 {perms = array<i32: 3, 0, 1, 2>} : (tensor<3x2x3x4xf32>) -> tensor<4x3x2x3xf32>
  // CHECK: %[[Y:.+]] = tosa.conv2d %arg0, %[[W]], {{.*}}pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>
  // CHECK-NEXT: return %[[Y]]
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x4x5x4xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<1x4x5x4xf32>) -> tensor<1x4x5x4xf32>
  %0 = linalg.conv_2d_nhwc_hwcf {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
    ins(%x, %w : tensor<1x6x6x3xf32>, tensor<3x2x3x4xf32>) outs(%f : tensor<1x4x5x4xf32>) -> tensor<1x4x5x4xf32>
  return %0 : tensor<1x4x5x4xf32>
}

// Windows that leave a row over: the input is cropped. Dilations stay.
// CHECK-LABEL: @nhwc_fhwc_cropped
func.func @nhwc_fhwc_cropped(%x: tensor<1x8x8x3xf32>, %w: tensor<4x2x2x3xf32>, %init: tensor<1x3x6x4xf32>) -> tensor<1x3x6x4xf32> {
  // CHECK: %[[SIZE:.+]] = tosa.const_shape {values = dense<[1, 7, 8, 3]>
  // CHECK: %[[X:.+]] = tosa.slice %arg0, %{{.+}}, %[[SIZE]]
  // CHECK: %[[Y:.+]] = tosa.conv2d %[[X]], %arg1, {{.*}}dilation = array<i64: 2, 2>, {{.*}}stride = array<i64: 2, 1>
  // CHECK: tosa.add %[[Y]], %arg2
  %0 = linalg.conv_2d_nhwc_fhwc {dilations = dense<2> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>}
    ins(%x, %w : tensor<1x8x8x3xf32>, tensor<4x2x2x3xf32>) outs(%init : tensor<1x3x6x4xf32>) -> tensor<1x3x6x4xf32>
  return %0 : tensor<1x3x6x4xf32>
}

// CHECK-LABEL: @depthwise
func.func @depthwise(%x: tensor<1x4x4x3xf32>, %w: tensor<2x2x3xf32>, %init: tensor<1x3x3x3xf32>) -> tensor<1x3x3x3xf32> {
  // CHECK: %[[W:.+]] = tosa.reshape %arg1, %{{.+}} -> tensor<2x2x3x1xf32>
  // CHECK: tosa.depthwise_conv2d %arg0, %[[W]]
  %0 = linalg.depthwise_conv_2d_nhwc_hwc {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
    ins(%x, %w : tensor<1x4x4x3xf32>, tensor<2x2x3xf32>) outs(%init : tensor<1x3x3x3xf32>) -> tensor<1x3x3x3xf32>
  return %0 : tensor<1x3x3x3xf32>
}

// CHECK-LABEL: @batch_matmul
func.func @batch_matmul(%a: tensor<2x3x4xf32>, %b: tensor<2x4x5xf32>, %init: tensor<2x3x5xf32>) -> tensor<2x3x5xf32> {
  // CHECK: %[[Y:.+]] = tosa.matmul %arg0, %arg1
  // CHECK: tosa.add %[[Y]], %arg2
  %0 = linalg.batch_matmul ins(%a, %b : tensor<2x3x4xf32>, tensor<2x4x5xf32>) outs(%init : tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  return %0 : tensor<2x3x5xf32>
}

// A bias that is broadcast into the init is added as it is.
// CHECK-LABEL: @bias
func.func @bias(%a: tensor<3x4xf32>, %b: tensor<4x5xf32>, %bias: tensor<5xf32>) -> tensor<3x5xf32> {
  // CHECK-DAG: %[[B:.+]] = tosa.reshape %arg2, %{{.+}} -> tensor<1x5xf32>
  // CHECK-DAG: %[[M:.+]] = tosa.matmul
  // CHECK-DAG: %[[Y:.+]] = tosa.reshape %[[M]], %{{.+}} -> tensor<3x5xf32>
  // CHECK: tosa.add %[[Y]], %[[B]] : (tensor<3x5xf32>, tensor<1x5xf32>) -> tensor<3x5xf32>
  // CHECK-NEXT: return
  %e = tensor.empty() : tensor<3x5xf32>
  %init = linalg.broadcast ins(%bias : tensor<5xf32>) outs(%e : tensor<3x5xf32>) dimensions = [0]
  %0 = linalg.matmul ins(%a, %b : tensor<3x4xf32>, tensor<4x5xf32>) outs(%init : tensor<3x5xf32>) -> tensor<3x5xf32>
  return %0 : tensor<3x5xf32>
}

// A sum over windows alone: the mean times their size.
// CHECK-LABEL: @sum
func.func @sum(%x: tensor<1x4x4x3xf32>) -> tensor<1x3x3x3xf32> {
  // CHECK: %[[FOUR:.+]] = "tosa.const"() <{values = dense<4.000000e+00> : tensor<1x1x1x1xf32>}>
  // CHECK: %[[M:.+]] = tosa.avg_pool2d %arg0
  // CHECK: tosa.mul %[[M]], %[[FOUR]]
  %zero = arith.constant 0.0 : f32
  %k = tensor.empty() : tensor<2x2xf32>
  %e = tensor.empty() : tensor<1x3x3x3xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<1x3x3x3xf32>) -> tensor<1x3x3x3xf32>
  %0 = linalg.pooling_nhwc_sum {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
    ins(%x, %k : tensor<1x4x4x3xf32>, tensor<2x2xf32>) outs(%f : tensor<1x3x3x3xf32>) -> tensor<1x3x3x3xf32>
  return %0 : tensor<1x3x3x3xf32>
}

// Operands that are transposed, broadcast along a dimension of one, or lack a
// dimension.
#id = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-LABEL: @maps
func.func @maps(%x: tensor<3x2xf32>, %y: tensor<2x1xf32>, %z: tensor<3xf32>) -> tensor<2x3xf32> {
  // CHECK-DAG: %[[X:.+]] = tosa.transpose %arg0 {perms = array<i32: 1, 0>}
  // CHECK-DAG: %[[Z:.+]] = tosa.reshape %arg2, %{{.+}} -> tensor<1x3xf32>
  // CHECK: %[[S:.+]] = tosa.sub %[[X]], %arg1
  // CHECK: tosa.mul %[[S]], %[[Z]]
  %e = tensor.empty() : tensor<2x3xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (d0, 0)>, affine_map<(d0, d1) -> (d1)>, #id], iterator_types = ["parallel", "parallel"]}
    ins(%x, %y, %z : tensor<3x2xf32>, tensor<2x1xf32>, tensor<3xf32>) outs(%e : tensor<2x3xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %1 = arith.subf %a, %b : f32
    %2 = arith.mulf %1, %c : f32
    linalg.yield %2 : f32
  } -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// NaN passes `ugt`, and `ogt` drops it.
// CHECK-LABEL: @compare_and_select
func.func @compare_and_select(%x: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>) {
  // CHECK: tosa.maximum %arg0, %{{.+}} :
  // CHECK: tosa.minimum %arg0, %{{.+}} {nan_mode = IGNORE}
  %six = arith.constant 6.0 : f32
  %e = tensor.empty() : tensor<2x3xf32>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<2x3xf32>) outs(%e : tensor<2x3xf32>) {
  ^bb0(%a: f32, %out: f32):
    %1 = arith.cmpf ugt, %a, %six : f32
    %2 = arith.select %1, %a, %six : f32
    linalg.yield %2 : f32
  } -> tensor<2x3xf32>
  %3 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<2x3xf32>) outs(%e : tensor<2x3xf32>) {
  ^bb0(%a: f32, %out: f32):
    %1 = arith.cmpf olt, %a, %six : f32
    %2 = arith.select %1, %a, %six : f32
    linalg.yield %2 : f32
  } -> tensor<2x3xf32>
  return %0, %3 : tensor<2x3xf32>, tensor<2x3xf32>
}

// CHECK-LABEL: @movement
func.func @movement(%x: tensor<2x6xf32>) -> (tensor<3x4xf32>, tensor<6xf32>) {
  // CHECK: tosa.slice
  // CHECK: tosa.reshape {{.*}} -> tensor<6xf32>
  // CHECK-NOT: tensor.
  %0 = tensor.collapse_shape %x [[0, 1]] : tensor<2x6xf32> into tensor<12xf32>
  %1 = tensor.expand_shape %0 [[0, 1]] output_shape [3, 4] : tensor<12xf32> into tensor<3x4xf32>
  %2 = tensor.extract_slice %x[1, 0] [1, 6] [1, 1] : tensor<2x6xf32> to tensor<6xf32>
  return %1, %2 : tensor<3x4xf32>, tensor<6xf32>
}

// Not here: shapes that are not known, a body with an unknown op, a reduction, a
// pool that starts at zero, every second element.
// CHECK-LABEL: @left_alone
func.func @left_alone(%x: tensor<?x?xf32>, %y: tensor<2x3xf32>, %v: tensor<2xf32>, %z: tensor<1x4x4x3xf32>) -> (tensor<?x?xf32>, tensor<2x3xf32>, tensor<2xf32>, tensor<1x3x3x3xf32>, tensor<2x2xf32>) {
  // CHECK: linalg.matmul
  %0 = linalg.matmul ins(%x, %x : tensor<?x?xf32>, tensor<?x?xf32>) outs(%x : tensor<?x?xf32>) -> tensor<?x?xf32>
  // CHECK: math.sin
  %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%y : tensor<2x3xf32>) outs(%y : tensor<2x3xf32>) {
  ^bb0(%a: f32, %out: f32):
    %s = math.sin %a : f32
    linalg.yield %s : f32
  } -> tensor<2x3xf32>
  // CHECK: "reduction"
  %2 = linalg.generic {indexing_maps = [#id, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%y : tensor<2x3xf32>) outs(%v : tensor<2xf32>) {
  ^bb0(%a: f32, %out: f32):
    %s = arith.addf %a, %out : f32
    linalg.yield %s : f32
  } -> tensor<2xf32>
  // CHECK: linalg.pooling_nhwc_max
  %zero = arith.constant 0.0 : f32
  %k = tensor.empty() : tensor<2x2xf32>
  %e = tensor.empty() : tensor<1x3x3x3xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<1x3x3x3xf32>) -> tensor<1x3x3x3xf32>
  %3 = linalg.pooling_nhwc_max {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
    ins(%z, %k : tensor<1x4x4x3xf32>, tensor<2x2xf32>) outs(%f : tensor<1x3x3x3xf32>) -> tensor<1x3x3x3xf32>
  // CHECK: tensor.extract_slice
  %4 = tensor.extract_slice %y[0, 0] [2, 2] [1, 2] : tensor<2x3xf32> to tensor<2x2xf32>
  return %0, %1, %2, %3, %4 : tensor<?x?xf32>, tensor<2x3xf32>, tensor<2xf32>, tensor<1x3x3x3xf32>, tensor<2x2xf32>
}
