//===- RotaryEmbedding.cpp - Rotary positions -----------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../ConversionTable.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// What is rotated, as (batch, sequence, heads, head size).
struct Rotation {
  Value x;
  int64_t size = 0; // The part of the head that turns.
};

FailureOr<Rotation> readInput(NodeContext &node) {
  llvm::ArrayRef<int64_t> shape = node.shape(0);
  int64_t heads = node.getInt("num_heads", 0);
  if (!node.isFloat(0))
    return node.unsupported("its input is not a float");
  if (shape.size() != 4 &&
      (shape.size() != 3 || heads < 1 || shape[2] % heads != 0)) {
    node.error() << "expects an input of rank 4, or of rank 3 with num_heads "
                    "that divide it, but got shape "
                 << shapeText(shape) << " and num_heads " << heads;
    return failure();
  }
  Rotation result;
  result.x = shape.size() == 4
                 ? node.build.transpose(node.input(0), {0, 2, 1, 3})
                 : node.build.reshape(node.input(0), {shape[0], shape[1], heads,
                                                      shape[2] / heads});
  int64_t headSize = shapeOf(result.x)[3];
  result.size = node.getInt("rotary_embedding_dim", 0);
  if (result.size == 0)
    result.size = headSize;
  if (result.size < 2 || result.size % 2 != 0 || result.size > headSize) {
    node.error() << "expects an even rotary_embedding_dim of at most "
                 << headSize << ", but got " << result.size;
    return failure();
  }
  return result;
}

/// Cosines or sines as (batch, sequence, 1, size / 2).
FailureOr<Value> readAngles(NodeContext &node, size_t index,
                            const Rotation &rotation) {
  llvm::ArrayRef<int64_t> x = shapeOf(rotation.x), shape = node.shape(index);
  int64_t half = rotation.size / 2;
  Shape whole{x[0], x[1], 1, half};
  if (!node.hasInput(3)) {
    if (shape.size() == 3 && shape[2] == half &&
        broadcastShapes(shape, {x[0], x[1], half}) == Shape{x[0], x[1], half})
      return node.build.reshape(node.input(index),
                                {shape[0], shape[1], 1, half});
  } else if (shape.size() == 2 && shape[1] == half &&
             node.shape(3) == llvm::ArrayRef<int64_t>({x[0], x[1]})) {
    Value positions = node.build.reshape(
        node.build.cast(node.input(3), node.build.ops().getI64Type()),
        {x[0], x[1], 1, 1});
    Value places = node.build.placeOf({positions, node.build.iota(half, 3, 4)},
                                      {shape[0], half});
    return node.build.lookUp(node.input(index), places);
  }
  node.error() << "expects '" << node.inputName(index) << "' of shape "
               << shapeText({x[0], x[1], half}) << ", or of 2 dimensions with "
               << half << " columns beside position_ids of shape "
               << shapeText({x[0], x[1]}) << ", but got " << shapeText(shape);
  return failure();
}

LogicalResult convertRotaryEmbedding(NodeContext &node) {
  if (failed(node.expectInputs(3, 4)))
    return failure();
  FailureOr<Rotation> rotation = readInput(node);
  if (failed(rotation))
    return failure();
  FailureOr<Value> cos = readAngles(node, 1, *rotation);
  if (failed(cos))
    return failure();
  FailureOr<Value> sin = readAngles(node, 2, *rotation);
  if (failed(sin))
    return failure();

  TosaBuilder &build = node.build;
  Shape shape(shapeOf(rotation->x)), pairs(shape);
  int64_t half = rotation->size / 2;
  bool isInterleaved = node.getInt("interleaved", 0);
  Value turned = build.sliceAxis(rotation->x, 3, 0, rotation->size);
  // Pairs lie next to each other, or half a head apart.
  int64_t axis = isInterleaved ? 4 : 3;
  pairs.back() = half;
  pairs.insert(pairs.begin() + axis, 2);
  turned = build.reshape(turned, pairs);
  Value x = build.reshape(build.sliceAxis(turned, axis, 0, 1),
                          {shape[0], shape[1], shape[2], half});
  Value y = build.reshape(build.sliceAxis(turned, axis, 1, 1),
                          {shape[0], shape[1], shape[2], half});
  Value real = build.sub(build.mul(*cos, x), build.mul(*sin, y));
  Value imaginary = build.add(build.mul(*sin, x), build.mul(*cos, y));
  pairs[axis] = 1;
  Value joined = build.concat(
      {build.reshape(real, pairs), build.reshape(imaginary, pairs)}, axis);
  Value result =
      build.reshape(joined, {shape[0], shape[1], shape[2], rotation->size});
  if (rotation->size < shape[3])
    result =
        build.concat({result, build.sliceAxis(rotation->x, 3, rotation->size,
                                              shape[3] - rotation->size)},
                     3);
  if (node.rank(0) == 4)
    return node.set(build.transpose(result, {0, 2, 1, 3}));
  return node.set(build.reshape(result, node.shape(0)));
}

} // namespace

void quantc::onnx::addRotaryEmbeddings(ConversionTable &table) {
  table.conversions["RotaryEmbedding"] = convertRotaryEmbedding;
}
