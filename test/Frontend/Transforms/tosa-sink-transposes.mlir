// RUN: quant-opt %s -pass-pipeline='builtin.module(func.func(tosa-sink-transposes))' | FileCheck %s

// op(transpose(x)) -> transpose(op(x)), and the two transpositions meet.
// CHECK-LABEL: @unary
// CHECK-SAME:    %[[X:.+]]: tensor<1x4x5x3xf32>
func.func @unary(%x: tensor<1x4x5x3xf32>) -> tensor<1x4x5x3xf32> {
  // CHECK-NEXT: %[[Y:.+]] = tosa.clamp %[[X]]
  // CHECK-NEXT: return %[[Y]]
  %0 = tosa.transpose %x {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x4x5x3xf32>) -> tensor<1x3x4x5xf32>
  %1 = tosa.clamp %0 {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<1x3x4x5xf32>) -> tensor<1x3x4x5xf32>
  %2 = tosa.transpose %1 {perms = array<i32: 0, 2, 3, 1>} : (tensor<1x3x4x5xf32>) -> tensor<1x4x5x3xf32>
  return %2 : tensor<1x4x5x3xf32>
}

// A cast changes the element type.
// CHECK-LABEL: @cast
func.func @cast(%x: tensor<2x3x4xf32>) -> tensor<4x2x3xi32> {
  // CHECK: %[[Y:.+]] = tosa.cast %{{.+}} : (tensor<2x3x4xf32>) -> tensor<2x3x4xi32>
  // CHECK-NEXT: tosa.transpose %[[Y]] {perms = array<i32: 2, 0, 1>} : (tensor<2x3x4xi32>) -> tensor<4x2x3xi32>
  %0 = tosa.transpose %x {perms = array<i32: 2, 0, 1>} : (tensor<2x3x4xf32>) -> tensor<4x2x3xf32>
  %1 = tosa.cast %0 : (tensor<4x2x3xf32>) -> tensor<4x2x3xi32>
  return %1 : tensor<4x2x3xi32>
}

// The constant of each channel moves to the last dimension.
// CHECK-LABEL: @constant_of_each_channel
// CHECK-SAME:    %[[X:.+]]: tensor<1x4x5x3xf32>
func.func @constant_of_each_channel(%x: tensor<1x4x5x3xf32>) -> tensor<1x3x4x5xf32> {
  // CHECK: %[[C:.+]] = "tosa.const"() <{values = dense<{{\[\[\[\[}}1.000000e+00, 2.000000e+00, 3.000000e+00]]]]> : tensor<1x1x1x3xf32>}>
  // CHECK: %[[Y:.+]] = tosa.mul %[[X]], %[[C]], %{{.+}} : (tensor<1x4x5x3xf32>, tensor<1x1x1x3xf32>, tensor<1xi8>) -> tensor<1x4x5x3xf32>
  // CHECK: tosa.transpose %[[Y]] {perms = array<i32: 0, 3, 1, 2>}
  %c = "tosa.const"() {values = dense<[[[[1.0]], [[2.0]], [[3.0]]]]> : tensor<1x3x1x1xf32>} : () -> tensor<1x3x1x1xf32>
  %s = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.transpose %x {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x4x5x3xf32>) -> tensor<1x3x4x5xf32>
  %1 = tosa.mul %0, %c, %s : (tensor<1x3x4x5xf32>, tensor<1x3x1x1xf32>, tensor<1xi8>) -> tensor<1x3x4x5xf32>
  return %1 : tensor<1x3x4x5xf32>
}

// A residual: both sides are transposed alike.
// CHECK-LABEL: @both_sides
func.func @both_sides(%x: tensor<1x4x5x3xf32>, %y: tensor<1x4x5x3xf32>) -> tensor<1x3x4x5xf32> {
  // CHECK-NEXT: %[[S:.+]] = tosa.add %arg0, %arg1
  // CHECK-NEXT: %[[T:.+]] = tosa.transpose %[[S]]
  // CHECK-NEXT: return %[[T]]
  %0 = tosa.transpose %x {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x4x5x3xf32>) -> tensor<1x3x4x5xf32>
  %1 = tosa.transpose %y {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x4x5x3xf32>) -> tensor<1x3x4x5xf32>
  %2 = tosa.add %0, %1 : (tensor<1x3x4x5xf32>, tensor<1x3x4x5xf32>) -> tensor<1x3x4x5xf32>
  return %2 : tensor<1x3x4x5xf32>
}

// A gate [1, C, 1, 1] has only ones to move: a reshape.
// CHECK-LABEL: @gate
func.func @gate(%x: tensor<1x4x5x3xf32>, %g: tensor<1x3x1x1xf32>) -> tensor<1x3x4x5xf32> {
  // CHECK: %[[G:.+]] = tosa.reshape %arg1, %{{.+}} : (tensor<1x3x1x1xf32>, !tosa.shape<4>) -> tensor<1x1x1x3xf32>
  // CHECK: %[[Y:.+]] = tosa.mul %arg0, %[[G]], %{{.+}}
  // CHECK: tosa.transpose %[[Y]]
  %s = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.transpose %x {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x4x5x3xf32>) -> tensor<1x3x4x5xf32>
  %1 = tosa.mul %0, %g, %s : (tensor<1x3x4x5xf32>, tensor<1x3x1x1xf32>, tensor<1xi8>) -> tensor<1x3x4x5xf32>
  return %1 : tensor<1x3x4x5xf32>
}

// One transposition comes, two go.
// CHECK-LABEL: @ends_in_inverse
func.func @ends_in_inverse(%x: tensor<1x4x5x3xf32>, %y: tensor<1x3x4x5xf32>) -> tensor<1x4x5x3xf32> {
  // CHECK-NEXT: %[[Y:.+]] = tosa.transpose %arg1 {perms = array<i32: 0, 2, 3, 1>}
  // CHECK-NEXT: %[[S:.+]] = tosa.add %arg0, %[[Y]]
  // CHECK-NEXT: return %[[S]]
  %0 = tosa.transpose %x {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x4x5x3xf32>) -> tensor<1x3x4x5xf32>
  %1 = tosa.add %0, %y : (tensor<1x3x4x5xf32>, tensor<1x3x4x5xf32>) -> tensor<1x3x4x5xf32>
  %2 = tosa.transpose %1 {perms = array<i32: 0, 2, 3, 1>} : (tensor<1x3x4x5xf32>) -> tensor<1x4x5x3xf32>
  return %2 : tensor<1x4x5x3xf32>
}

// Not here: one would come and one go.
// CHECK-LABEL: @other_side_is_not_transposed
func.func @other_side_is_not_transposed(%x: tensor<1x4x5x3xf32>, %y: tensor<1x3x4x5xf32>) -> tensor<1x3x4x5xf32> {
  // CHECK-NEXT: %[[T:.+]] = tosa.transpose %arg0
  // CHECK-NEXT: tosa.add %[[T]], %arg1
  %0 = tosa.transpose %x {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x4x5x3xf32>) -> tensor<1x3x4x5xf32>
  %1 = tosa.add %0, %y : (tensor<1x3x4x5xf32>, tensor<1x3x4x5xf32>) -> tensor<1x3x4x5xf32>
  return %1 : tensor<1x3x4x5xf32>
}

// Not here: the two sides are transposed differently.
// CHECK-LABEL: @transposed_differently
func.func @transposed_differently(%x: tensor<2x3x4xf32>, %y: tensor<4x3x2xf32>) -> tensor<3x4x2xf32> {
  // CHECK-COUNT-2: tosa.transpose
  // CHECK-NEXT: tosa.add
  %0 = tosa.transpose %x {perms = array<i32: 1, 2, 0>} : (tensor<2x3x4xf32>) -> tensor<3x4x2xf32>
  %1 = tosa.transpose %y {perms = array<i32: 1, 0, 2>} : (tensor<4x3x2xf32>) -> tensor<3x4x2xf32>
  %2 = tosa.add %0, %1 : (tensor<3x4x2xf32>, tensor<3x4x2xf32>) -> tensor<3x4x2xf32>
  return %2 : tensor<3x4x2xf32>
}

// CHECK-LABEL: @concat
func.func @concat(%x: tensor<1x4x5x3xf32>, %y: tensor<1x4x5x2xf32>) -> tensor<1x5x4x5xf32> {
  // CHECK-NEXT: tosa.concat %arg0, %arg1 {axis = 3 : i32} : (tensor<1x4x5x3xf32>, tensor<1x4x5x2xf32>) -> tensor<1x4x5x5xf32>
  %0 = tosa.transpose %x {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x4x5x3xf32>) -> tensor<1x3x4x5xf32>
  %1 = tosa.transpose %y {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x4x5x2xf32>) -> tensor<1x2x4x5xf32>
  %2 = tosa.concat %0, %1 {axis = 1 : i32} : (tensor<1x3x4x5xf32>, tensor<1x2x4x5xf32>) -> tensor<1x5x4x5xf32>
  return %2 : tensor<1x5x4x5xf32>
}

// CHECK-LABEL: @reduce
func.func @reduce(%x: tensor<1x4x5x3xf32>) -> tensor<1x3x1x5xf32> {
  // CHECK-NEXT: tosa.reduce_sum %arg0 {axis = 1 : i32} : (tensor<1x4x5x3xf32>) -> tensor<1x1x5x3xf32>
  %0 = tosa.transpose %x {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x4x5x3xf32>) -> tensor<1x3x4x5xf32>
  %1 = tosa.reduce_sum %0 {axis = 2 : i32} : (tensor<1x3x4x5xf32>) -> tensor<1x3x1x5xf32>
  return %1 : tensor<1x3x1x5xf32>
}

// Starts and sizes move with their dimensions.
// CHECK-LABEL: @slice
func.func @slice(%x: tensor<1x4x5x3xf32>) -> tensor<1x2x3x4xf32> {
  // CHECK-DAG: %[[START:.+]] = tosa.const_shape {values = dense<[0, 1, 0, 1]>
  // CHECK-DAG: %[[SIZE:.+]] = tosa.const_shape {values = dense<[1, 3, 4, 2]>
  // CHECK: tosa.slice %arg0, %[[START]], %[[SIZE]] : (tensor<1x4x5x3xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x3x4x2xf32>
  %0 = tosa.transpose %x {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x4x5x3xf32>) -> tensor<1x3x4x5xf32>
  %start = tosa.const_shape {values = dense<[0, 1, 1, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %size = tosa.const_shape {values = dense<[1, 2, 3, 4]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %1 = tosa.slice %0, %start, %size : (tensor<1x3x4x5xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x2x3x4xf32>
  return %1 : tensor<1x2x3x4xf32>
}

// Pads move as pairs.
// CHECK-LABEL: @pad
func.func @pad(%x: tensor<1x4x5x3xf32>) -> tensor<1x6x11x16xf32> {
  // CHECK: %[[PAD:.+]] = tosa.const_shape {values = dense<[0, 0, 3, 4, 5, 6, 1, 2]>
  // CHECK: tosa.pad %arg0, %[[PAD]], %{{.+}} -> tensor<1x11x16x6xf32>
  %0 = tosa.transpose %x {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x4x5x3xf32>) -> tensor<1x3x4x5xf32>
  %pad = tosa.const_shape {values = dense<[0, 0, 1, 2, 3, 4, 5, 6]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %zero = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %1 = tosa.pad %0, %pad, %zero : (tensor<1x3x4x5xf32>, !tosa.shape<8>, tensor<1xf32>) -> tensor<1x6x11x16xf32>
  return %1 : tensor<1x6x11x16xf32>
}

// CHECK-LABEL: @tile
func.func @tile(%x: tensor<1x4x5x3xf32>) -> tensor<1x6x12x20xf32> {
  // CHECK: %[[TIMES:.+]] = tosa.const_shape {values = dense<[1, 3, 4, 2]>
  // CHECK: tosa.tile %arg0, %[[TIMES]] : (tensor<1x4x5x3xf32>, !tosa.shape<4>) -> tensor<1x12x20x6xf32>
  %0 = tosa.transpose %x {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x4x5x3xf32>) -> tensor<1x3x4x5xf32>
  %times = tosa.const_shape {values = dense<[1, 2, 3, 4]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %1 = tosa.tile %0, %times : (tensor<1x3x4x5xf32>, !tosa.shape<4>) -> tensor<1x6x12x20xf32>
  return %1 : tensor<1x6x12x20xf32>
}

// transpose(constant) -> constant
// CHECK-LABEL: @constant
func.func @constant() -> tensor<3x2xf32> {
  // CHECK-NEXT: "tosa.const"() <{values = dense<{{\[}}[1.000000e+00, 4.000000e+00], [2.000000e+00, 5.000000e+00], [3.000000e+00, 6.000000e+00]]>
  // CHECK-NEXT: return
  %c = "tosa.const"() {values = dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>} : () -> tensor<2x3xf32>
  %0 = tosa.transpose %c {perms = array<i32: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}

// Bits don't fill bytes: left alone.
// CHECK-LABEL: @constant_of_bits
func.func @constant_of_bits() -> tensor<2x2xi1> {
  // CHECK: tosa.transpose
  %c = "tosa.const"() {values = dense<[[true, false], [true, true]]> : tensor<2x2xi1>} : () -> tensor<2x2xi1>
  %0 = tosa.transpose %c {perms = array<i32: 1, 0>} : (tensor<2x2xi1>) -> tensor<2x2xi1>
  return %0 : tensor<2x2xi1>
}

// CHECK-LABEL: @twice
func.func @twice(%x: tensor<2x3x4xf32>) -> tensor<3x4x2xf32> {
  // CHECK-NEXT: tosa.transpose %arg0 {perms = array<i32: 1, 2, 0>}
  // CHECK-NEXT: return
  %0 = tosa.transpose %x {perms = array<i32: 2, 0, 1>} : (tensor<2x3x4xf32>) -> tensor<4x2x3xf32>
  %1 = tosa.transpose %0 {perms = array<i32: 2, 0, 1>} : (tensor<4x2x3xf32>) -> tensor<3x4x2xf32>
  return %1 : tensor<3x4x2xf32>
}

// CHECK-LABEL: @only_ones_move
func.func @only_ones_move(%x: tensor<1x1x1x10xf32>) -> tensor<1x10x1x1xf32> {
  // CHECK: tosa.reshape %arg0, %{{.+}} : (tensor<1x1x1x10xf32>, !tosa.shape<4>) -> tensor<1x10x1x1xf32>
  %0 = tosa.transpose %x {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x1x1x10xf32>) -> tensor<1x10x1x1xf32>
  return %0 : tensor<1x10x1x1xf32>
}

// A shape that is not known stays.
// CHECK-LABEL: @dynamic
func.func @dynamic(%x: tensor<?x4x5x3xf32>) -> tensor<?x3x4x5xf32> {
  // CHECK-NEXT: tosa.transpose
  // CHECK-NEXT: tosa.abs
  %0 = tosa.transpose %x {perms = array<i32: 0, 3, 1, 2>} : (tensor<?x4x5x3xf32>) -> tensor<?x3x4x5xf32>
  %1 = tosa.abs %0 : (tensor<?x3x4x5xf32>) -> tensor<?x3x4x5xf32>
  return %1 : tensor<?x3x4x5xf32>
}

//===----------------------------------------------------------------------===//
// Codes of a model that is quantized already
//===----------------------------------------------------------------------===//

!xq = !quant.uniform<u8:f32, 1.000000e-01:128>

// quantize(transpose(x)) -> transpose(quantize(x)), and back below dequantize
// CHECK-LABEL: @meets_across_codes
// CHECK-SAME:    %[[X:.+]]: tensor<1x4x5x6xf32>
func.func @meets_across_codes(%x: tensor<1x4x5x6xf32>) -> tensor<1x4x5x6xf32> {
  // CHECK-NEXT: %[[Q:.+]] = lowbit.quantize %[[X]] {lowbit.given}
  // CHECK-NEXT: %[[Y:.+]] = lowbit.dequantize %[[Q]] {lowbit.given}
  // CHECK-NEXT: return %[[Y]]
  %0 = tosa.transpose %x {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x4x5x6xf32>) -> tensor<1x6x4x5xf32>
  %1 = lowbit.quantize %0 {lowbit.given} : tensor<1x6x4x5xf32> to tensor<1x6x4x5x!xq>
  %2 = lowbit.dequantize %1 {lowbit.given} : tensor<1x6x4x5x!xq> to tensor<1x6x4x5xf32>
  %3 = tosa.transpose %2 {perms = array<i32: 0, 2, 3, 1>} : (tensor<1x6x4x5xf32>) -> tensor<1x4x5x6xf32>
  return %3 : tensor<1x4x5x6xf32>
}

// CHECK-LABEL: @integers_of_the_model
// CHECK-SAME:    %[[X:.+]]: tensor<1x4x5x6xf32>
func.func @integers_of_the_model(%x: tensor<1x4x5x6xf32>) -> tensor<1x6x4x5xi8> {
  // CHECK-NEXT: %[[Q:.+]] = lowbit.quantize %[[X]]
  // CHECK-NEXT: %[[S:.+]] = quant.scast %[[Q]]
  // CHECK-NEXT: %[[T:.+]] = tosa.transpose %[[S]]
  // CHECK-NEXT: return %[[T]]
  %0 = tosa.transpose %x {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x4x5x6xf32>) -> tensor<1x6x4x5xf32>
  %1 = lowbit.quantize %0 : tensor<1x6x4x5xf32> to tensor<1x6x4x5x!xq>
  %2 = quant.scast %1 : tensor<1x6x4x5x!xq> to tensor<1x6x4x5xi8>
  return %2 : tensor<1x6x4x5xi8>
}
