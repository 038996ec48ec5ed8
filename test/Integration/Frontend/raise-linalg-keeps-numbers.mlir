// The same numbers before and after, for linalg as torch-mlir and IREE write it.
// All of them are small integers or halves, so that f32 is exact in whatever
// order it adds.

// DEFINE: %{lower} = -pass-pipeline='builtin.module(func.func(tosa-infer-shapes,tosa-make-broadcastable,tosa-to-linalg-named,canonicalize,tosa-layerwise-constant-fold,tosa-make-broadcastable,tosa-to-linalg,tosa-to-tensor,tosa-to-arith),one-shot-bufferize{bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map},canonicalize,convert-linalg-to-loops,convert-scf-to-cf,expand-strided-metadata,lower-affine,convert-to-llvm,reconcile-unrealized-casts)'
// DEFINE: %{run} = mlir-runner -e main -entry-point-result=void -shared-libs=%mlir_lib_dir/libmlir_runner_utils.so,%mlir_lib_dir/libmlir_c_runner_utils.so
// DEFINE: %{clean} = -pass-pipeline='builtin.module(func.func(tosa-arith-const-to-tosa-const,raise-linalg-to-tosa,tosa-fold-constants,canonicalize,tosa-sink-transposes,tosa-sink-reshapes,tosa-fold-transpose-into-matmul,tosa-fold-pad,tosa-fold-affine-into-weights,tosa-form-clamp,canonicalize,cse))'

// RUN: quant-opt %s %{lower} -o %t.before.mlir
// RUN: %{run} %t.before.mlir | grep -v 'base@' > %t.before
// RUN: quant-opt %s %{clean} -o %t.clean.mlir
// RUN: FileCheck %s --check-prefix=CLEAN < %t.clean.mlir
// RUN: quant-opt %t.clean.mlir %{lower} -o %t.after.mlir
// RUN: %{run} %t.after.mlir | grep -v 'base@' > %t.after
// RUN: diff %t.before %t.after
// RUN: FileCheck %s < %t.after

func.func private @printMemrefF32(%x: tensor<*xf32>) attributes {llvm.emit_c_interface}

/// x[i] = (7 * i) mod 11 - 5, over the row-major index i.
func.func private @numbers() -> tensor<1x2x6x7xf32> {
  %0 = tensor.generate {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    %c7 = arith.constant 7 : index
    %c6 = arith.constant 6 : index
    %c11 = arith.constant 11 : index
    %five = arith.constant 5.0 : f32
    %1 = arith.muli %c, %c6 : index
    %2 = arith.addi %1, %h : index
    %3 = arith.muli %2, %c7 : index
    %4 = arith.addi %3, %w : index
    %5 = arith.muli %4, %c7 : index
    %6 = arith.remui %5, %c11 : index
    %7 = arith.index_cast %6 : index to i32
    %8 = arith.sitofp %7 : i32 to f32
    %9 = arith.subf %8, %five : f32
    tensor.yield %9 : f32
  } : tensor<1x2x6x7xf32>
  return %0 : tensor<1x2x6x7xf32>
}

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>

/// torch-mlir: NCHW, padding as tensor.pad, bias broadcast into the init, ReLU as
/// compare and select, windows that leave a row over, pooling, flatten,
/// transposed weights.
// CLEAN-LABEL: func.func private @torch
// CLEAN-NOT:     linalg
// CLEAN-NOT:     tensor.
// CLEAN:         tosa.transpose
// CLEAN-NOT:     tosa.transpose
// CLEAN:         tosa.conv2d {{.*}}pad = array<i64: 1, 1, 1, 1>
// CLEAN-NOT:     tosa.add
// CLEAN:         tosa.clamp
// CLEAN:         tosa.max_pool2d
// CLEAN-NOT:     tosa.transpose
// CLEAN:         tosa.avg_pool2d
// CLEAN-NOT:     tosa.mul
// CLEAN-NOT:     tosa.transpose
// CLEAN:         tosa.matmul
// CLEAN-NEXT:    tosa.add
// CLEAN-NOT:     linalg
// CLEAN:         return
func.func private @torch(%x: tensor<1x2x6x7xf32>) -> tensor<1x2xf32> {
  %zero = arith.constant 0.0 : f32
  %low = arith.constant 0xFF800000 : f32
  %four = arith.constant 4.0 : f32
  %w = arith.constant dense<[[[[1.0, 2.0, 0.0], [0.0, -1.0, 2.0], [1.0, 0.0, 1.0]], [[3.0, 0.0, 2.0], [1.0, 1.0, 0.0], [0.0, 2.0, -1.0]]],
    [[[0.0, 1.0, -2.0], [2.0, 0.0, 4.0], [0.0, 1.0, 1.0]], [[1.0, -3.0, 2.0], [0.0, 2.0, 2.0], [1.0, 1.0, -2.0]]]]> : tensor<2x2x3x3xf32>
  %b = arith.constant dense<[1.0, -2.0]> : tensor<2xf32>
  %padded = tensor.pad %x low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %v: index):
    tensor.yield %zero : f32
  } : tensor<1x2x6x7xf32> to tensor<1x2x8x9xf32>
  %e0 = tensor.empty() : tensor<1x2x6x4xf32>
  %init = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e0 : tensor<1x2x6x4xf32>) dimensions = [0, 2, 3]
  %conv = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<[1, 2]> : vector<2xi64>}
    ins(%padded, %w : tensor<1x2x8x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<1x2x6x4xf32>) -> tensor<1x2x6x4xf32>
  %relu = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
    ins(%conv : tensor<1x2x6x4xf32>) outs(%e0 : tensor<1x2x6x4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %p = arith.cmpf ugt, %in, %zero : f32
    %s = arith.select %p, %in, %zero : f32
    linalg.yield %s : f32
  } -> tensor<1x2x6x4xf32>

  // 3x2 windows by 2 in a height of 6: the last row is left over.
  %e1 = tensor.empty() : tensor<1x2x2x3xf32>
  %f1 = linalg.fill ins(%low : f32) outs(%e1 : tensor<1x2x2x3xf32>) -> tensor<1x2x2x3xf32>
  %k1 = tensor.empty() : tensor<3x2xf32>
  %max = linalg.pooling_nchw_max {dilations = dense<1> : vector<2xi64>, strides = dense<[2, 1]> : vector<2xi64>}
    ins(%relu, %k1 : tensor<1x2x6x4xf32>, tensor<3x2xf32>) outs(%f1 : tensor<1x2x2x3xf32>) -> tensor<1x2x2x3xf32>
  %e2 = tensor.empty() : tensor<1x2x1x2xf32>
  %f2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<1x2x1x2xf32>) -> tensor<1x2x1x2xf32>
  %k2 = tensor.empty() : tensor<2x2xf32>
  %sum = linalg.pooling_nchw_sum {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
    ins(%max, %k2 : tensor<1x2x2x3xf32>, tensor<2x2xf32>) outs(%f2 : tensor<1x2x1x2xf32>) -> tensor<1x2x1x2xf32>
  %mean = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
    ins(%sum : tensor<1x2x1x2xf32>) outs(%e2 : tensor<1x2x1x2xf32>) {
  ^bb0(%in: f32, %out: f32):
    %q = arith.divf %in, %four : f32
    linalg.yield %q : f32
  } -> tensor<1x2x1x2xf32>

  %flat = tensor.collapse_shape %mean [[0], [1, 2, 3]] : tensor<1x2x1x2xf32> into tensor<1x4xf32>
  %fc = arith.constant dense<[[1.0, 2.0, -1.0, 4.0], [0.0, 3.0, 2.0, -2.0]]> : tensor<2x4xf32>
  %e3 = tensor.empty() : tensor<4x2xf32>
  %fct = linalg.transpose ins(%fc : tensor<2x4xf32>) outs(%e3 : tensor<4x2xf32>) permutation = [1, 0]
  %e4 = tensor.empty() : tensor<1x2xf32>
  %f4 = linalg.fill ins(%zero : f32) outs(%e4 : tensor<1x2xf32>) -> tensor<1x2xf32>
  %mm = linalg.matmul ins(%flat, %fct : tensor<1x4xf32>, tensor<4x2xf32>) outs(%f4 : tensor<1x2xf32>) -> tensor<1x2xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
    ins(%mm, %b : tensor<1x2xf32>, tensor<2xf32>) outs(%e4 : tensor<1x2xf32>) {
  ^bb0(%in: f32, %bias: f32, %out: f32):
    %a = arith.addf %in, %bias : f32
    linalg.yield %a : f32
  } -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}

#nhwc = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#last = affine_map<(d0, d1, d2, d3) -> (d3)>

/// As IREE gets it from JAX and TFLite: NHWC, weights HWCF, depthwise with a
/// multiplier, batch norm in one generic, an init that is not zero.
// CLEAN-LABEL: func.func private @iree
// CLEAN-NOT:     linalg
// CLEAN-NOT:     tensor.
// CLEAN:         tosa.conv2d
// CLEAN-NOT:     tosa.mul
// CLEAN:         tosa.depthwise_conv2d
// CLEAN-NOT:     linalg
// CLEAN:         return
func.func private @iree(%x: tensor<1x6x7x2xf32>) -> tensor<1x4x3x2x2xf32> {
  %zero = arith.constant 0.0 : f32
  %w = arith.constant dense<[[[[1.0, 2.0], [0.0, -1.0]], [[3.0, 0.0], [1.0, 1.0]]], [[[0.0, 1.0], [2.0, 0.0]], [[1.0, -3.0], [0.0, 2.0]]]]> : tensor<2x2x2x2xf32>
  %init = arith.constant dense<1.0> : tensor<1x5x6x2xf32>
  %conv = linalg.conv_2d_nhwc_hwcf {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
    ins(%x, %w : tensor<1x6x7x2xf32>, tensor<2x2x2x2xf32>) outs(%init : tensor<1x5x6x2xf32>) -> tensor<1x5x6x2xf32>
  %mean = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %scale = arith.constant dense<[0.5, -2.0]> : tensor<2xf32>
  %e0 = tensor.empty() : tensor<1x5x6x2xf32>
  %norm = linalg.generic {indexing_maps = [#nhwc, #last, #last, #nhwc], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
    ins(%conv, %mean, %scale : tensor<1x5x6x2xf32>, tensor<2xf32>, tensor<2xf32>) outs(%e0 : tensor<1x5x6x2xf32>) {
  ^bb0(%in: f32, %m: f32, %s: f32, %out: f32):
    %0 = arith.subf %in, %m : f32
    %1 = arith.mulf %0, %s : f32
    linalg.yield %1 : f32
  } -> tensor<1x5x6x2xf32>
  %dw = arith.constant dense<[[[[1.0, 2.0], [3.0, -4.0]], [[0.0, 1.0], [-2.0, 1.0]]], [[[2.0, 0.0], [1.0, 1.0]], [[-1.0, 3.0], [0.0, 2.0]]]]> : tensor<2x2x2x2xf32>
  %e1 = tensor.empty() : tensor<1x4x3x2x2xf32>
  %f1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<1x4x3x2x2xf32>) -> tensor<1x4x3x2x2xf32>
  %y = linalg.depthwise_conv_2d_nhwc_hwcm {dilations = dense<1> : tensor<2xi64>, strides = dense<[1, 2]> : tensor<2xi64>}
    ins(%norm, %dw : tensor<1x5x6x2xf32>, tensor<2x2x2x2xf32>) outs(%f1 : tensor<1x4x3x2x2xf32>) -> tensor<1x4x3x2x2xf32>
  return %y : tensor<1x4x3x2x2xf32>
}

func.func @main() {
  %x0 = call @numbers() : () -> tensor<1x2x6x7xf32>
  %y0 = call @torch(%x0) : (tensor<1x2x6x7xf32>) -> tensor<1x2xf32>
  %z0 = tensor.cast %y0 : tensor<1x2xf32> to tensor<*xf32>
  call @printMemrefF32(%z0) : (tensor<*xf32>) -> ()
  %f1 = tensor.collapse_shape %x0 [[0, 1, 2, 3]] : tensor<1x2x6x7xf32> into tensor<84xf32>
  %x1 = tensor.expand_shape %f1 [[0, 1, 2, 3]] output_shape [1, 6, 7, 2] : tensor<84xf32> into tensor<1x6x7x2xf32>
  %y1 = call @iree(%x1) : (tensor<1x6x7x2xf32>) -> tensor<1x4x3x2x2xf32>
  %z1 = tensor.cast %y1 : tensor<1x4x3x2x2xf32> to tensor<*xf32>
  call @printMemrefF32(%z1) : (tensor<*xf32>) -> ()
  return
}

// CHECK: {{\[\[}}137.75, 75.25]]
// CHECK: {{\[\[\[\[\[}}-6.5, -7],
// CHECK: [-210, 218]]]]]
