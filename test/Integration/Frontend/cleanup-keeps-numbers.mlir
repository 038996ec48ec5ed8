// The same numbers before and after. All of them are small integers or halves,
// so that f32 is exact in whatever order it adds.

// DEFINE: %{lower} = -pass-pipeline='builtin.module(func.func(tosa-infer-shapes,tosa-make-broadcastable,tosa-to-linalg-named,canonicalize,tosa-layerwise-constant-fold,tosa-make-broadcastable,tosa-to-linalg,tosa-to-tensor,tosa-to-arith),one-shot-bufferize{bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map},canonicalize,convert-linalg-to-loops,convert-scf-to-cf,expand-strided-metadata,lower-affine,convert-to-llvm,reconcile-unrealized-casts)'
// DEFINE: %{run} = mlir-runner -e main -entry-point-result=void -shared-libs=%mlir_lib_dir/libmlir_runner_utils.so,%mlir_lib_dir/libmlir_c_runner_utils.so
// DEFINE: %{clean} = -pass-pipeline='builtin.module(func.func(tosa-sink-transposes,tosa-sink-reshapes,tosa-fold-transpose-into-matmul,canonicalize,tosa-fold-affine-into-weights,tosa-form-clamp,canonicalize,cse))'

// RUN: quant-opt %s %{lower} -o %t.before.mlir
// RUN: %{run} %t.before.mlir | grep -v 'base@' > %t.before
// RUN: quant-opt %s %{clean} -o %t.clean.mlir
// RUN: FileCheck %s --check-prefix=CLEAN < %t.clean.mlir
// RUN: quant-opt %t.clean.mlir %{lower} -o %t.after.mlir
// RUN: %{run} %t.after.mlir | grep -v 'base@' > %t.after
// RUN: diff %t.before %t.after
// RUN: FileCheck %s < %t.after

func.func private @printMemrefF32(%x: tensor<*xf32>) attributes {llvm.emit_c_interface}

/// x[i] = (7 * i + seed) mod 11 - 5, over the row-major index i.
func.func private @numbers_1x5x6x3(%seed: index) -> tensor<1x5x6x3xf32> {
  %flat = tensor.generate {
  ^bb0(%n: index, %h: index, %w: index, %c: index):
    %c6 = arith.constant 6 : index
    %c3 = arith.constant 3 : index
    %c7 = arith.constant 7 : index
    %c11 = arith.constant 11 : index
    %five = arith.constant 5.0 : f32
    %0 = arith.muli %h, %c6 : index
    %1 = arith.addi %0, %w : index
    %2 = arith.muli %1, %c3 : index
    %3 = arith.addi %2, %c : index
    %4 = arith.muli %3, %c7 : index
    %5 = arith.addi %4, %seed : index
    %6 = arith.remui %5, %c11 : index
    %7 = arith.index_cast %6 : index to i32
    %8 = arith.sitofp %7 : i32 to f32
    %9 = arith.subf %8, %five : f32
    tensor.yield %9 : f32
  } : tensor<1x5x6x3xf32>
  return %flat : tensor<1x5x6x3xf32>
}

/// Scale, convolution with uneven padding, batch norm in NCHW, depthwise with two
/// results a channel, concat, flatten from NCHW, fully connected with scale.
// CLEAN-LABEL: func.func private @network
// CLEAN-NOT:     tosa.transpose
// CLEAN-NOT:     tosa.pad
// CLEAN-NOT:     tosa.mul
// CLEAN:         tosa.conv2d {{.*}}pad = array<i64: 1, 2, 0, 1>
// CLEAN-NOT:     tosa.mul
// CLEAN-NOT:     tosa.transpose
// CLEAN:         tosa.clamp
// CLEAN-NOT:     tosa.add
// CLEAN:         tosa.depthwise_conv2d
// CLEAN-NOT:     tosa.mul
// CLEAN-NOT:     tosa.transpose
// CLEAN:         tosa.concat
// CLEAN-NOT:     tosa.transpose
// CLEAN:         tosa.matmul
// CLEAN-NEXT:    tosa.add
// CLEAN-NEXT:    tosa.clamp
// CLEAN-NOT:     tosa.mul
func.func private @network(%x: tensor<1x5x6x3xf32>) -> tensor<1x2xf32> {
  %f0 = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %s = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>

  // In front: a scale for each channel, which padding allows.
  %in = "tosa.const"() {values = dense<[[[[2.0, -1.0, 0.5]]]]> : tensor<1x1x1x3xf32>} : () -> tensor<1x1x1x3xf32>
  %x1 = tosa.mul %x, %in, %s : (tensor<1x5x6x3xf32>, tensor<1x1x1x3xf32>, tensor<1xi8>) -> tensor<1x5x6x3xf32>
  %pads = tosa.const_shape {values = dense<[0, 0, 1, 2, 0, 1, 0, 0]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %x2 = tosa.pad %x1, %pads, %f0 : (tensor<1x5x6x3xf32>, !tosa.shape<8>, tensor<1xf32>) -> tensor<1x8x7x3xf32>
  %w = "tosa.const"() {values = dense<[
    [[[1.0, 2.0, 0.0], [0.0, -1.0, 2.0]], [[3.0, 0.0, 2.0], [1.0, 1.0, 0.0]]],
    [[[0.0, 1.0, -2.0], [2.0, 0.0, 4.0]], [[1.0, -3.0, 2.0], [0.0, 2.0, 2.0]]]]> : tensor<2x2x2x3xf32>} : () -> tensor<2x2x2x3xf32>
  %b = "tosa.const"() {values = dense<[1.0, -2.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %y0 = tosa.conv2d %x2, %w, %b, %f0, %f0 {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 1>, dilation = array<i64: 1, 1>} : (tensor<1x8x7x3xf32>, tensor<2x2x2x3xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x6x2xf32>

  // Batch norm and ReLU, channels first.
  %y1 = tosa.transpose %y0 {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x4x6x2xf32>) -> tensor<1x2x4x6xf32>
  %mean = "tosa.const"() {values = dense<[[[[3.0]], [[-1.0]]]]> : tensor<1x2x1x1xf32>} : () -> tensor<1x2x1x1xf32>
  %scale = "tosa.const"() {values = dense<[[[[0.5]], [[2.0]]]]> : tensor<1x2x1x1xf32>} : () -> tensor<1x2x1x1xf32>
  %shift = "tosa.const"() {values = dense<[[[[1.0]], [[4.0]]]]> : tensor<1x2x1x1xf32>} : () -> tensor<1x2x1x1xf32>
  %y2 = tosa.sub %y1, %mean : (tensor<1x2x4x6xf32>, tensor<1x2x1x1xf32>) -> tensor<1x2x4x6xf32>
  %y3 = tosa.mul %y2, %scale, %s : (tensor<1x2x4x6xf32>, tensor<1x2x1x1xf32>, tensor<1xi8>) -> tensor<1x2x4x6xf32>
  %y4 = tosa.add %y3, %shift : (tensor<1x2x4x6xf32>, tensor<1x2x1x1xf32>) -> tensor<1x2x4x6xf32>
  %zero = "tosa.const"() {values = dense<0.0> : tensor<1x1x1x1xf32>} : () -> tensor<1x1x1x1xf32>
  %y5 = tosa.maximum %y4, %zero : (tensor<1x2x4x6xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x4x6xf32>

  // Depthwise, two results for each channel; shifts in front, since no padding.
  %y6 = tosa.sub %shift, %y5 : (tensor<1x2x1x1xf32>, tensor<1x2x4x6xf32>) -> tensor<1x2x4x6xf32>
  %y7 = tosa.transpose %y6 {perms = array<i32: 0, 2, 3, 1>} : (tensor<1x2x4x6xf32>) -> tensor<1x4x6x2xf32>
  %dw = "tosa.const"() {values = dense<[
    [[[1.0, 2.0], [3.0, -4.0]], [[0.0, 1.0], [-2.0, 1.0]]],
    [[[2.0, 0.0], [1.0, 1.0]], [[-1.0, 3.0], [0.0, 2.0]]]]> : tensor<2x2x2x2xf32>} : () -> tensor<2x2x2x2xf32>
  %db = "tosa.const"() {values = dense<[1.0]> : tensor<1xf32>} : () -> tensor<1xf32>
  %z0 = tosa.depthwise_conv2d %y7, %dw, %db, %f0, %f0 {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 1>, dilation = array<i64: 1, 1>} : (tensor<1x4x6x2xf32>, tensor<2x2x2x2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x5x4xf32>
  %behind = "tosa.const"() {values = dense<[[[[1.0, 2.0, -1.0, 0.5]]]]> : tensor<1x1x1x4xf32>} : () -> tensor<1x1x1x4xf32>
  %z1 = tosa.mul %behind, %z0, %s : (tensor<1x1x1x4xf32>, tensor<1x2x5x4xf32>, tensor<1xi8>) -> tensor<1x2x5x4xf32>
  %z2 = tosa.add %z1, %behind : (tensor<1x2x5x4xf32>, tensor<1x1x1x4xf32>) -> tensor<1x2x5x4xf32>

  // Join in NCHW, flatten in NCHW.
  %z3 = tosa.transpose %z2 {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x2x5x4xf32>) -> tensor<1x4x2x5xf32>
  %z4 = tosa.concat %z3, %z3 {axis = 2 : i32} : (tensor<1x4x2x5xf32>, tensor<1x4x2x5xf32>) -> tensor<1x4x4x5xf32>
  %start = tosa.const_shape {values = dense<[0, 1, 1, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %size = tosa.const_shape {values = dense<[1, 3, 2, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %z5 = tosa.slice %z4, %start, %size : (tensor<1x4x4x5xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x3x2x2xf32>
  %flat = tosa.const_shape {values = dense<[1, 12]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %flat3 = tosa.const_shape {values = dense<[1, 1, 12]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %z6 = tosa.reshape %z5, %flat : (tensor<1x3x2x2xf32>, !tosa.shape<2>) -> tensor<1x12xf32>
  %z7 = tosa.reshape %z6, %flat3 : (tensor<1x12xf32>, !tosa.shape<3>) -> tensor<1x1x12xf32>
  %fc = "tosa.const"() {values = dense<[[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0], [-1.0, 0.0], [1.0, -2.0], [2.0, 1.0], [0.0, 3.0], [4.0, -4.0], [-3.0, 1.0], [2.0, 2.0], [1.0, -1.0]]]> : tensor<1x12x2xf32>} : () -> tensor<1x12x2xf32>
  %p0 = tosa.matmul %z7, %fc, %f0, %f0 : (tensor<1x1x12xf32>, tensor<1x12x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x2xf32>
  %two = tosa.const_shape {values = dense<[1, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %p1 = tosa.reshape %p0, %two : (tensor<1x1x2xf32>, !tosa.shape<2>) -> tensor<1x2xf32>
  %fs = "tosa.const"() {values = dense<[[2.0, -0.5]]> : tensor<1x2xf32>} : () -> tensor<1x2xf32>
  %fb = "tosa.const"() {values = dense<[[1.0, 3.0]]> : tensor<1x2xf32>} : () -> tensor<1x2xf32>
  %p2 = tosa.add %p1, %fb : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  %p3 = tosa.mul %p2, %fs, %s : (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xi8>) -> tensor<1x2xf32>
  %top = "tosa.const"() {values = dense<1000.0> : tensor<1x1xf32>} : () -> tensor<1x1xf32>
  %p4 = tosa.minimum %top, %p3 : (tensor<1x1xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  return %p4 : tensor<1x2xf32>
}

// CHECK: {{\[\[}}-1514, 384]]
// CHECK: {{\[\[}}-3658, 1000]]
func.func @main() {
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : index
  %x0 = call @numbers_1x5x6x3(%c0) : (index) -> tensor<1x5x6x3xf32>
  %y0 = call @network(%x0) : (tensor<1x5x6x3xf32>) -> tensor<1x2xf32>
  %z0 = tensor.cast %y0 : tensor<1x2xf32> to tensor<*xf32>
  call @printMemrefF32(%z0) : (tensor<*xf32>) -> ()
  %x1 = call @numbers_1x5x6x3(%c3) : (index) -> tensor<1x5x6x3xf32>
  %y1 = call @network(%x1) : (tensor<1x5x6x3xf32>) -> tensor<1x2xf32>
  %z1 = tensor.cast %y1 : tensor<1x2xf32> to tensor<*xf32>
  call @printMemrefF32(%z1) : (tensor<*xf32>) -> ()
  return
}
