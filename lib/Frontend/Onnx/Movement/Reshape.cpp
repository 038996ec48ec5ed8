//===- Reshape.cpp - Ops that change a shape or an order, not the elements ===//
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

int64_t product(llvm::ArrayRef<int64_t> shape) {
  int64_t result = 1;
  for (int64_t dim : shape)
    result *= dim;
  return result;
}

/// Replaces 0 by the input's dimension and -1 by what is left.
FailureOr<Shape> resolveTarget(NodeContext &node, Shape target) {
  llvm::ArrayRef<int64_t> shape = node.shape(0);
  Shape given = target;
  int64_t free = -1;
  for (auto [d, dim] : llvm::enumerate(target)) {
    if (dim == 0 && !node.getInt("allowzero", 0) && d < shape.size())
      dim = shape[d];
    if (dim != -1)
      continue;
    if (free >= 0) {
      node.error() << "expects at most one -1 in its target shape, but got "
                   << shapeText(given);
      return failure();
    }
    free = d;
    dim = 1;
  }
  std::optional<int64_t> known = countElements(target);
  int64_t count = product(shape);
  if (known && free >= 0 && *known != 0 && count % *known == 0) {
    target[free] = count / *known;
    known = count;
  }
  if (known != count) {
    node.error() << "expects a target shape for the " << count
                 << " elements of its input " << shapeText(shape)
                 << ", but got " << shapeText(given);
    return failure();
  }
  return target;
}

LogicalResult convertReshape(NodeContext &node) {
  if (failed(node.expectInputs(node.opset() < 5 ? 1 : 2, 2)))
    return failure();
  FailureOr<std::optional<Shape>> target =
      node.intsFromAttributeOrInput("shape", 1, 5);
  if (failed(target))
    return failure();
  if (!*target)
    return node.error() << "expects a target shape";
  FailureOr<Shape> shape = resolveTarget(node, **target);
  if (failed(shape))
    return failure();
  return node.setReshaped(*shape);
}

LogicalResult convertFlatten(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  int64_t rank = node.rank(0), axis = node.getInt("axis", 1);
  if (axis < -rank || axis > rank)
    return node.error() << "expects an axis in [" << -rank << ", " << rank
                        << "], but got " << axis;
  axis += axis < 0 ? rank : 0;
  llvm::ArrayRef<int64_t> shape = node.shape(0);
  return node.setReshaped(
      {product(shape.take_front(axis)), product(shape.drop_front(axis))});
}

LogicalResult convertSqueeze(NodeContext &node) {
  if (failed(node.expectInputs(1, node.opset() < 13 ? 1 : 2)))
    return failure();
  FailureOr<std::optional<Shape>> given =
      node.intsFromAttributeOrInput("axes", 1, 13);
  if (failed(given))
    return failure();
  Shape shape, axes;
  if (*given) {
    FailureOr<Shape> normal = node.normalizeAxes(**given, node.rank(0));
    if (failed(normal))
      return failure();
    axes = *normal;
  }
  for (auto [d, dim] : llvm::enumerate(node.shape(0))) {
    bool isNamed = llvm::is_contained(axes, int64_t(d));
    if (isNamed && dim != 1)
      return node.error() << "expects to remove dimensions of size 1, but got "
                          << dim << " in dimension " << d;
    if (*given ? !isNamed : dim != 1)
      shape.push_back(dim);
  }
  return node.setReshaped(shape);
}

LogicalResult convertUnsqueeze(NodeContext &node) {
  if (failed(node.expectInputs(node.opset() < 13 ? 1 : 2, 2)))
    return failure();
  FailureOr<std::optional<Shape>> given =
      node.intsFromAttributeOrInput("axes", 1, 13);
  if (failed(given))
    return failure();
  if (!*given)
    return node.error() << "expects axes";
  int64_t rank = node.rank(0) + (*given)->size();
  FailureOr<Shape> axes = node.normalizeAxes(**given, rank);
  if (failed(axes))
    return failure();
  Shape shape;
  const int64_t *next = node.shape(0).begin();
  for (int64_t d = 0; d < rank; ++d)
    shape.push_back(llvm::is_contained(*axes, d) ? 1 : *next++);
  return node.setReshaped(shape);
}

LogicalResult convertTranspose(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  Shape reversed;
  for (int64_t d = node.rank(0) - 1; d >= 0; --d)
    reversed.push_back(d);
  Shape given = node.getInts("perm", reversed);
  FailureOr<Shape> permutation = node.normalizeAxes(given, node.rank(0));
  if (failed(permutation))
    return failure();
  if (int64_t(permutation->size()) != node.rank(0))
    return node.error() << "expects a permutation of " << node.rank(0)
                        << " dimensions, but got " << shapeText(given);
  const HostTensor *constant = node.constant(0);
  if (!constant)
    return node.set(node.build.transpose(node.input(0), *permutation));
  if (failed(node.reserve(constant->elementType(), constant->shape())))
    return failure();
  return node.set(constant->transposed(*permutation));
}

/// Expand: broadcasting in both directions, as NumPy does.
LogicalResult convertExpand(NodeContext &node) {
  if (failed(node.expectInputs(2, 2)))
    return failure();
  FailureOr<Shape> target = node.constantInts(1, "target shape");
  if (failed(target))
    return failure();
  auto shape = broadcastShapes(node.shape(0), *target);
  if (!countElements(*target) || !shape)
    return node.error() << "expects a target shape that "
                        << shapeText(node.shape(0))
                        << " broadcasts to, but got " << shapeText(*target);
  if (failed(node.expectShape(*shape)))
    return failure();
  const HostTensor *constant = node.constant(0);
  if (!constant)
    return node.set(node.build.broadcastTo(node.input(0), *shape));
  if (failed(node.reserve(constant->elementType(), *shape)))
    return failure();
  Shape aligned(constant->shape()), step;
  aligned.insert(aligned.begin(), shape->size() - aligned.size(), 1);
  for (auto [from, to] : llvm::zip(aligned, *shape))
    step.push_back(from == to ? 1 : 0);
  return node.set(
      constant->reshaped(aligned).sliced(Shape(step.size(), 0), step, *shape));
}

LogicalResult convertTile(NodeContext &node) {
  if (failed(node.expectInputs(2, 2)))
    return failure();
  FailureOr<Shape> repeats = node.constantInts(1, "list of repeats");
  if (failed(repeats))
    return failure();
  Shape shape(node.shape(0));
  bool isValid = repeats->size() == shape.size() && countElements(*repeats);
  if (isValid)
    for (auto [dim, repeat] : llvm::zip(shape, *repeats))
      dim *= repeat;
  if (!isValid)
    return node.error() << "expects " << shape.size()
                        << " repeats that are not negative, but got "
                        << shapeText(*repeats);
  if (failed(node.expectShape(shape)))
    return failure();
  return node.set(node.build.tile(node.input(0), *repeats));
}

/// (N, C, H, W) -> (N, C / b^2, H * b, W * b)
LogicalResult convertDepthToSpace(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  int64_t block = node.getInt("blocksize", 0);
  llvm::ArrayRef<int64_t> shape = node.shape(0);
  if (shape.size() != 4 || block < 1 || block > 4096 ||
      shape[1] % (block * block) != 0)
    return node.error() << "expects shape (N, C, H, W) with C divisible by "
                           "blocksize^2, but got "
                        << shapeText(shape) << " and blocksize " << block;
  int64_t depth = shape[1] / (block * block);
  bool isColumnFirst = node.getString("mode", "DCR") == "CRD";
  Value x = node.input(0);
  if (isColumnFirst) {
    x = node.build.reshape(x,
                           {shape[0], depth, block, block, shape[2], shape[3]});
    x = node.build.transpose(x, {0, 1, 4, 2, 5, 3});
  } else {
    x = node.build.reshape(x,
                           {shape[0], block, block, depth, shape[2], shape[3]});
    x = node.build.transpose(x, {0, 3, 4, 1, 5, 2});
  }
  return node.set(node.build.reshape(
      x, {shape[0], depth, shape[2] * block, shape[3] * block}));
}

/// (N, C, H, W) -> (N, C * b^2, H / b, W / b)
LogicalResult convertSpaceToDepth(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  int64_t block = node.getInt("blocksize", 0);
  llvm::ArrayRef<int64_t> shape = node.shape(0);
  if (shape.size() != 4 || block < 1 || block > 4096 || shape[2] % block != 0 ||
      shape[3] % block != 0)
    return node.error() << "expects shape (N, C, H, W) with H and W divisible "
                           "by blocksize, but got "
                        << shapeText(shape) << " and blocksize " << block;
  int64_t height = shape[2] / block, width = shape[3] / block;
  Value x = node.build.reshape(
      node.input(0), {shape[0], shape[1], height, block, width, block});
  x = node.build.transpose(x, {0, 3, 5, 1, 2, 4});
  return node.set(node.build.reshape(
      x, {shape[0], shape[1] * block * block, height, width}));
}

LogicalResult convertIdentity(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  return node.forward();
}

/// At inference Dropout passes its input on, and its mask keeps everything.
LogicalResult convertDropout(NodeContext &node) {
  if (failed(node.expectInputs(1, 3)))
    return failure();
  if (node.hasInput(2)) {
    const HostTensor *training = node.constant(2);
    if (!training || training->count() != 1 || training->asInt(0))
      return node.unsupported("it is in training mode");
  }
  if (node.usesOutput(1)) {
    // A BOOL since version 10.
    mlir::Type element =
        node.opset() < 10 ? node.element(0) : node.build.ops().getI1Type();
    if (failed(node.set(HostTensor::splat(element, node.shape(0), 1), 1)))
      return failure();
  }
  return node.forward();
}

} // namespace

void quantc::onnx::addReshapes(ConversionTable &table) {
  auto &conversions = table.conversions;
  conversions["DepthToSpace"] = convertDepthToSpace;
  conversions["Dropout"] = convertDropout;
  conversions["Expand"] = convertExpand;
  conversions["Flatten"] = convertFlatten;
  table.addForLists("Identity", convertIdentity);
  conversions["Reshape"] = convertReshape;
  conversions["SpaceToDepth"] = convertSpaceToDepth;
  conversions["Squeeze"] = convertSqueeze;
  conversions["Tile"] = convertTile;
  conversions["Transpose"] = convertTranspose;
  conversions["Unsqueeze"] = convertUnsqueeze;
}
