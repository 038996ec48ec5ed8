//===- Rearrange.cpp - CenterCropPad, ReverseSequence, Col2Im, caches -----===//
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

/// Crops or pads each axis around its middle.
LogicalResult convertCenterCropPad(NodeContext &node) {
  if (failed(node.expectInputs(2, 2)))
    return failure();
  FailureOr<Shape> sizes = node.constantInts(1, "shape");
  if (failed(sizes))
    return failure();
  Shape all;
  for (int64_t d = 0; d < node.rank(0); ++d)
    all.push_back(d);
  FailureOr<Shape> axes =
      node.normalizeAxes(node.getInts("axes", all), node.rank(0));
  if (failed(axes))
    return failure();
  if (axes->size() != sizes->size())
    return node.error() << "expects one size per axis, but got "
                        << sizes->size() << " for " << axes->size() << " axes";
  Shape begin(node.rank(0), 0), kept(node.shape(0)), low(begin), high(begin),
      result(kept);
  for (auto [d, size] : llvm::zip(*axes, *sizes)) {
    if (size < 1)
      return node.error() << "expects sizes of 1 or more, but got " << size;
    int64_t dim = kept[d];
    result[d] = size;
    begin[d] = std::max<int64_t>(dim - size, 0) / 2;
    kept[d] = std::min(dim, size);
    int64_t missing = std::max<int64_t>(size - dim, 0);
    low[d] = missing / 2;
    high[d] = missing - low[d];
  }
  if (failed(node.expectShape(result)))
    return failure();
  Value x = node.build.slice(node.input(0), begin, kept);
  if (Shape(shapeOf(x)) != result)
    x = node.build.pad(x, low, high, node.build.scalar(elementOf(x), 0, 1));
  return node.set(x);
}

/// The first lengths[b] steps of each batch, backwards.
LogicalResult convertReverseSequence(NodeContext &node) {
  if (failed(node.expectInputs(2, 2)))
    return failure();
  int64_t time = node.getInt("time_axis", 0),
          batch = node.getInt("batch_axis", 1), rank = node.rank(0);
  if (rank < 2 || time < 0 || time > 1 || batch != 1 - time ||
      node.shape(1) != node.shape(0).slice(batch, 1) || node.isFloat(1))
    return node.error() << "expects axes 0 and 1 for time and batch, and a "
                           "length per batch, but got "
                        << shapeText(node.shape(1)) << " for "
                        << shapeText(node.shape(0));
  Type i64 = node.build.ops().getI64Type();
  llvm::ArrayRef<int64_t> shape = node.shape(0);
  Shape lengthShape(rank, 1);
  lengthShape[batch] = shape[batch];
  Value lengths =
      node.build.reshape(node.build.cast(node.input(1), i64), lengthShape);
  Value steps = node.build.iota(shape[time], time, rank);
  Value from = node.build.map(
      {steps, lengths}, i64,
      [](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
        Value one = arith::ConstantOp::create(b, b.getI64IntegerAttr(1));
        Value last = arith::SubIOp::create(b, in[1], one);
        Value isInside =
            arith::CmpIOp::create(b, arith::CmpIPredicate::slt, in[0], in[1]);
        return arith::SelectOp::create(
            b, isInside, arith::SubIOp::create(b, last, in[0]), in[0]);
      });
  llvm::SmallVector<Value> indices;
  for (int64_t d = 0; d < rank; ++d)
    indices.push_back(d == time ? from : node.build.iota(shape[d], d, rank));
  return node.set(
      node.build.lookUp(node.input(0), node.build.placeOf(indices, shape)));
}

/// Writes `update` into a cache from a position on, which each batch has of its
/// own. Each element of the cache asks whether it is written to.
LogicalResult convertTensorScatter(NodeContext &node) {
  if (failed(node.expectInputs(2, 3)))
    return failure();
  llvm::ArrayRef<int64_t> cache = node.shape(0), update = node.shape(1);
  int64_t rank = cache.size();
  FailureOr<int64_t> axis = node.normalizeAxis(node.getInt("axis", -2), rank);
  if (failed(axis))
    return failure();
  Shape expected(cache);
  if (update.size() == cache.size())
    expected[*axis] = update[*axis];
  bool isCircular = node.getString("mode", "linear") == "circular";
  if (*axis == 0 || update != llvm::ArrayRef(expected) ||
      update[*axis] > cache[*axis] || node.element(1) != node.element(0))
    return node.error() << "expects an update that fits into "
                        << shapeText(cache) << ", but got "
                        << shapeText(update);
  Type i64 = node.build.ops().getI64Type();
  Shape perBatch(rank, 1);
  perBatch[0] = cache[0];
  Value begin;
  if (!node.hasInput(2)) {
    begin = node.build.constant(HostTensor::zeros(i64, Shape(rank, 1)));
  } else if (node.shape(2) == cache.take_front(1)) {
    begin = node.build.reshape(node.build.cast(node.input(2), i64), perBatch);
  } else {
    return node.error() << "expects a write index per batch, but got shape "
                        << shapeText(node.shape(2));
  }
  int64_t size = cache[*axis], count = update[*axis];
  // Which step of the update is meant for each place; others are outside.
  Value step = node.build.map(
      {node.build.iota(size, *axis, rank), begin}, i64,
      [&](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
        Value from = arith::SubIOp::create(b, in[0], in[1]);
        if (!isCircular)
          return from;
        Value n = arith::ConstantOp::create(b, b.getI64IntegerAttr(size));
        Value rest = arith::RemSIOp::create(b, from, n);
        Value moved = arith::AddIOp::create(b, rest, n);
        return arith::RemSIOp::create(b, moved, n);
      });
  Value isWritten = node.build.map(
      step, node.build.ops().getI1Type(),
      [&](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
        Value n = arith::ConstantOp::create(b, b.getI64IntegerAttr(count));
        return arith::CmpIOp::create(b, arith::CmpIPredicate::ult, in[0], n);
      });
  llvm::SmallVector<Value> indices;
  for (int64_t d = 0; d < rank; ++d)
    indices.push_back(d == *axis ? step : node.build.iota(cache[d], d, rank));
  Value written =
      node.build.lookUp(node.input(1), node.build.placeOf(indices, update));
  return node.set(
      node.build.map({isWritten, written, node.input(0)}, node.storage(0),
                     [](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
                       return arith::SelectOp::create(b, in[0], in[1], in[2]);
                     }));
}

/// Rows of an axis that a constant condition keeps.
LogicalResult convertCompress(NodeContext &node) {
  if (failed(node.expectInputs(2, 2)))
    return failure();
  const HostTensor *condition = node.constant(1);
  if (!condition)
    return node.needsConstant(1, "condition, which decides its size");
  Value x = node.input(0);
  int64_t axis = 0;
  if (node.attribute("axis")) {
    FailureOr<int64_t> given =
        node.normalizeAxis(node.getInt("axis", 0), node.rank(0));
    if (failed(given))
      return failure();
    axis = *given;
  } else {
    x = node.build.reshape(x, {*countElements(node.shape(0))});
  }
  Shape kept;
  int64_t size = std::min(condition->count(), shapeOf(x)[axis]);
  for (int64_t i = 0; i < size; ++i)
    if (condition->asInt(i))
      kept.push_back(i);
  if (kept.empty())
    return node.unsupported("its result has no elements");
  return node.set(node.build.take(x, axis, kept));
}

/// One axis of Col2Im: blocks of `block` elements, `count` of them.
struct BlockAxis {
  int64_t image, block, stride, dilation, padLow, padHigh, count;
};

FailureOr<llvm::SmallVector<BlockAxis>> readBlocks(NodeContext &node) {
  FailureOr<Shape> image = node.constantInts(1, "image_shape");
  if (failed(image))
    return failure();
  FailureOr<Shape> block = node.constantInts(2, "block_shape");
  if (failed(block))
    return failure();
  size_t rank = image->size();
  Shape strides = node.getInts("strides", Shape(rank, 1));
  Shape dilations = node.getInts("dilations", Shape(rank, 1));
  Shape pads = node.getInts("pads", Shape(2 * rank, 0));
  llvm::SmallVector<BlockAxis> axes;
  bool fits = block->size() == rank && strides.size() == rank &&
              dilations.size() == rank && pads.size() == 2 * rank;
  int64_t blocks = 1, size = 1;
  for (size_t d = 0; fits && d < rank; ++d) {
    BlockAxis axis{(*image)[d], (*block)[d],    strides[d], dilations[d],
                   pads[d],     pads[rank + d], 0};
    int64_t limit = int64_t(1) << 31;
    fits = axis.image >= 1 && axis.image < limit && axis.block >= 1 &&
           axis.block < limit && axis.stride >= 1 && axis.dilation >= 1 &&
           axis.dilation < limit && axis.padLow >= 0 && axis.padLow < limit &&
           axis.padHigh >= 0 && axis.padHigh < limit;
    if (!fits)
      break;
    int64_t span = axis.image + axis.padLow + axis.padHigh -
                   axis.dilation * (axis.block - 1) - 1;
    axis.count = span < 0 ? 0 : span / axis.stride + 1;
    blocks *= axis.count;
    size *= axis.block;
    fits = axis.count >= 1 && blocks < limit && size < limit;
    axes.push_back(axis);
  }
  llvm::ArrayRef<int64_t> shape = node.shape(0);
  if (fits && shape.size() == 3 && shape[2] == blocks && shape[1] % size == 0)
    return axes;
  node.error() << "expects (N, C * block, blocks) for an image "
               << shapeText(*image) << " of blocks " << shapeText(*block)
               << ", but got shape " << shapeText(shape);
  return failure();
}

/// Adds up the blocks where they lie in the image: each element of the image
/// asks every element of a block whether it covers it.
LogicalResult convertCol2Im(NodeContext &node) {
  if (failed(node.expectInputs(3, 3)))
    return failure();
  FailureOr<llvm::SmallVector<BlockAxis>> axes = readBlocks(node);
  if (failed(axes))
    return failure();
  if (!node.isFloat(0))
    return node.unsupported("its input is not a float");
  int64_t size = 1, combinations = 1;
  for (const BlockAxis &axis : *axes)
    size *= axis.block;
  combinations = size;
  if (combinations > 1024)
    return node.unsupported("its blocks have more than 1024 elements");
  llvm::ArrayRef<int64_t> shape = node.shape(0);
  Shape columns{shape[0], shape[1] / size, size},
      result{columns[0], columns[1]};
  for (const BlockAxis &axis : *axes)
    columns.push_back(axis.count);
  for (const BlockAxis &axis : *axes)
    result.push_back(axis.image);
  if (failed(node.expectShape(result)))
    return failure();
  Type element = node.storage(0);
  Value source = node.build.reshape(node.input(0), columns), sum;
  Value zero = node.build.scalar(element, 0, 1);
  for (int64_t k = 0; k < size; ++k) {
    // Spread by the stride, moved to where this element of a block lies.
    Value part = node.build.sliceAxis(source, 2, k, 1);
    Shape spread(result);
    for (size_t d = 0; d < axes->size(); ++d)
      spread[2 + d] = (*axes)[d].count;
    part = node.build.reshape(part, spread);
    int64_t rest = k;
    for (int64_t d = int64_t(axes->size()) - 1; d >= 0; --d) {
      const BlockAxis &axis = (*axes)[d];
      int64_t at = rest % axis.block * axis.dilation - axis.padLow;
      rest /= axis.block;
      part = node.build.place(part, 2 + d, at, axis.stride, axis.image, zero);
    }
    sum = sum ? node.build.add(sum, part) : part;
  }
  return node.set(sum);
}

} // namespace

void quantc::onnx::addRearrangements(ConversionTable &table) {
  auto &conversions = table.conversions;
  conversions["CenterCropPad"] = convertCenterCropPad;
  conversions["Col2Im"] = convertCol2Im;
  conversions["Compress"] = convertCompress;
  conversions["ReverseSequence"] = convertReverseSequence;
  conversions["TensorScatter"] = convertTensorScatter;
}
