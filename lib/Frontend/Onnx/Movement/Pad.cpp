//===- Pad.cpp - Pad ------------------------------------------------------===//
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

/// Edge and reflect: one slice per row that is added.
Value padByCopies(NodeContext &node, Value x, int64_t axis, int64_t low,
                  int64_t high, bool isReflected) {
  int64_t dim = shapeOf(x)[axis];
  llvm::SmallVector<Value> parts;
  for (int64_t i = -low; i < dim + high; ++i) {
    if (i == 0) {
      parts.push_back(x);
      i = dim - 1;
      continue;
    }
    int64_t edge = i < 0 ? 0 : dim - 1;
    int64_t from = isReflected ? 2 * edge - i : edge;
    parts.push_back(node.build.sliceAxis(x, axis, from, 1));
  }
  return node.build.concat(parts, axis);
}

/// Wrap: the tensor repeats in both directions.
Value padByWrapping(NodeContext &node, Value x, int64_t axis, int64_t low,
                    int64_t high) {
  int64_t dim = shapeOf(x)[axis];
  Shape indices;
  for (int64_t i = -low; i < dim + high; ++i)
    indices.push_back((i % dim + dim) % dim);
  return node.build.take(x, axis, indices);
}

/// A fill of run time: blocks of it around the tensor, axis by axis.
Value padByBlocks(NodeContext &node, Value x, llvm::ArrayRef<int64_t> low,
                  llvm::ArrayRef<int64_t> high, Value fill) {
  auto block = [&](size_t axis, int64_t size) {
    Shape shape(shapeOf(x));
    shape[axis] = size;
    return node.build.broadcastTo(node.build.reshape(fill, {}), shape);
  };
  for (size_t axis = 0; axis < low.size(); ++axis) {
    llvm::SmallVector<Value> parts;
    if (low[axis])
      parts.push_back(block(axis, low[axis]));
    parts.push_back(x);
    if (high[axis])
      parts.push_back(block(axis, high[axis]));
    x = node.build.concat(parts, axis);
  }
  return x;
}

/// The fill of a constant Pad.
FailureOr<Value> padValue(NodeContext &node) {
  if (node.opset() < 11)
    return node.build.scalar(node.element(0), node.getFloat("value", 0), 1);
  if (!node.hasInput(2))
    return node.build.scalar(node.element(0), 0, 1);
  if (*countElements(node.shape(2)) != 1 ||
      node.element(2) != node.element(0)) {
    node.error() << "expects a fill of one element of its input's type, but "
                    "got shape "
                 << shapeText(node.shape(2)) << " of " << node.element(2);
    return failure();
  }
  if (const HostTensor *fill = node.constant(2))
    return node.build.constant(fill->reshaped({1}));
  return node.input(2);
}

/// pads = low ends, then high ends, of all axes or of those in `axes`.
FailureOr<std::pair<Shape, Shape>> readPads(NodeContext &node) {
  FailureOr<std::optional<Shape>> given =
      node.intsFromAttributeOrInput("pads", 1, 11);
  FailureOr<std::optional<Shape>> some =
      node.intsFromAttributeOrInput("axes", 3, 18);
  if (failed(given) || failed(some))
    return failure();
  Shape all;
  for (int64_t d = 0; d < node.rank(0); ++d)
    all.push_back(d);
  FailureOr<Shape> axes = node.normalizeAxes(
      node.opset() < 18 ? all : some->value_or(all), node.rank(0));
  if (failed(axes))
    return failure();
  Shape pads = given->value_or(Shape());
  Shape low(node.rank(0), 0), high(low);
  if (pads.size() != 2 * axes->size()) {
    node.error() << "expects " << 2 * axes->size() << " pads, but got "
                 << shapeText(pads);
    return failure();
  }
  for (auto [i, axis] : llvm::enumerate(*axes)) {
    low[axis] = pads[i];
    high[axis] = pads[axes->size() + i];
    for (int64_t pad : {low[axis], high[axis]})
      if (pad > kMaxElements || pad < -kMaxElements) {
        node.error() << "expects pads of at most 2^31, but got " << pad;
        return failure();
      }
  }
  return std::make_pair(low, high);
}

LogicalResult convertPad(NodeContext &node) {
  if (failed(node.expectInputs(1, node.opset() < 11 ? 1 : 4)))
    return failure();
  FailureOr<std::pair<Shape, Shape>> pads = readPads(node);
  if (failed(pads))
    return failure();
  auto [low, high] = *pads;
  Shape begin(node.rank(0), 0), size(node.shape(0)), result(size);
  for (int64_t d = 0; d < node.rank(0); ++d) {
    // A negative pad cuts off.
    begin[d] = std::max<int64_t>(-low[d], 0);
    size[d] += std::min<int64_t>(low[d], 0) + std::min<int64_t>(high[d], 0);
    result[d] += low[d] + high[d];
    low[d] = std::max<int64_t>(low[d], 0);
    high[d] = std::max<int64_t>(high[d], 0);
    if (size[d] < 1)
      return node.error() << "expects pads that leave elements, but got "
                          << size[d] << " in dimension " << d;
  }
  if (failed(node.expectShape(result)))
    return failure();
  llvm::StringRef mode = node.getString("mode", "constant");
  bool isReflected = mode == "reflect";
  if (mode == "constant") {
    FailureOr<Value> fill = padValue(node);
    if (failed(fill))
      return failure();
    Value x = node.build.slice(node.input(0), begin, size);
    bool isKnown = node.opset() < 11 || !node.hasInput(2) || node.constant(2);
    return node.set(isKnown ? node.build.pad(x, low, high, *fill)
                            : padByBlocks(node, x, low, high, *fill));
  }
  bool isWrapped = mode == "wrap";
  if (!isReflected && !isWrapped && mode != "edge")
    return node.unsupported("its mode is '" + mode + "'");
  Value x = node.build.slice(node.input(0), begin, size);
  for (int64_t d = 0; d < node.rank(0); ++d) {
    if (isWrapped) {
      if (low[d] || high[d])
        x = padByWrapping(node, x, d, low[d], high[d]);
      continue;
    }
    if (low[d] > 256 || high[d] > 256)
      return node.unsupported("it has more than 256 rows of " + mode +
                              " padding");
    if (isReflected && std::max(low[d], high[d]) >= size[d])
      return node.error() << "expects reflected pads below " << size[d]
                          << ", but got " << std::max(low[d], high[d]);
    if (low[d] || high[d])
      x = padByCopies(node, x, d, low[d], high[d], isReflected);
  }
  return node.set(x);
}

} // namespace

void quantc::onnx::addPads(ConversionTable &table) {
  table.conversions["Pad"] = convertPad;
}
