//===- Scaling.cpp - Scales and zero points of codes ----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Scaling.h"

#include "dialects/LowBit/IR/LowBit.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include <cmath>

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

std::pair<int64_t, int64_t> quantc::onnx::codeRange(Type element) {
  unsigned width = element.getIntOrFloatBitWidth();
  if (element.isUnsignedInteger())
    return {0, (int64_t(1) << width) - 1};
  return {-(int64_t(1) << (width - 1)), (int64_t(1) << (width - 1)) - 1};
}

std::string quantc::onnx::typeText(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

bool quantc::onnx::isCodeInteger(Type element) {
  unsigned width = element.getIntOrFloatBitWidth();
  return isa<IntegerType>(element) && width > 1 && width <= 16;
}

bool quantc::onnx::isCodeFloat(Type element) {
  return isa<FloatType>(element) && element.getIntOrFloatBitWidth() <= 8 &&
         !isa<Float8E8M0FNUType>(element);
}

namespace {

/// "its scale, input 'NAME',"
std::string nameOf(const NodeContext &node, size_t index,
                   llvm::StringRef what) {
  return ("its " + what + ", input '" + node.inputName(index) + "',").str();
}

LogicalResult checkScales(const NodeContext &node, size_t index) {
  const HostTensor *scales = node.constant(index);
  if (!scales)
    return success();
  for (int64_t i = 0, e = scales->storedCount(); i < e; ++i)
    if (double scale = scales->asDouble(i); !(scale > 0) || std::isinf(scale))
      return node.error() << "expects " << nameOf(node, index, "scale")
                          << " to be positive and finite, but got " << scale
                          << " at element " << i;
  return success();
}

/// The shape that the scales of a blocked tensor have.
Shape blockedShape(llvm::ArrayRef<int64_t> shape, int64_t axis, int64_t block) {
  Shape result(shape);
  result[axis] = (shape[axis] + block - 1) / block;
  return result;
}

LogicalResult checkShape(NodeContext &node, llvm::ArrayRef<int64_t> shape,
                         Scaling &scaling, int64_t axis, int64_t block) {
  llvm::ArrayRef<int64_t> scales = node.shape(scaling.scale);
  if (block == 0 && *countElements(scales) == 1)
    return success();
  FailureOr<int64_t> normal = node.normalizeAxis(axis, shape.size());
  if (failed(normal))
    return failure();
  scaling.axis = *normal;
  Shape expected{shape[*normal]};
  if (block != 0) {
    expected = blockedShape(shape, *normal, block);
    scaling.block = block;
  }
  if (scales == llvm::ArrayRef(expected))
    return success();
  return node.error() << "expects " << nameOf(node, scaling.scale, "scale")
                      << " to be of shape " << shapeText(expected)
                      << " for codes of shape " << shapeText(shape)
                      << (block ? " in blocks of " + std::to_string(block) : "")
                      << " along axis " << *normal << ", but got "
                      << shapeText(scales);
}

LogicalResult checkZeroPoint(NodeContext &node, const Scaling &scaling) {
  if (!scaling.zeroPoint)
    return success();
  size_t index = *scaling.zeroPoint;
  if (node.element(index) != scaling.codes)
    return node.error() << "expects " << nameOf(node, index, "zero point")
                        << " to be of type " << scaling.codes
                        << " as its codes, but got " << node.element(index);
  bool isSingle = *countElements(node.shape(index)) == 1;
  if (node.shape(index) != node.shape(scaling.scale) &&
      (scaling.axis || !isSingle))
    return node.error() << "expects " << nameOf(node, index, "zero point")
                        << " to be of shape "
                        << shapeText(node.shape(scaling.scale))
                        << " as its scale, but got "
                        << shapeText(node.shape(index));
  return success();
}

} // namespace

FailureOr<Scaling> quantc::onnx::readScaling(NodeContext &node, size_t scale,
                                             size_t zeroPoint, Type codes,
                                             llvm::ArrayRef<int64_t> shape,
                                             int64_t axis, int64_t block) {
  Scaling scaling;
  scaling.scale = scale;
  scaling.codes = codes;
  if (node.hasInput(zeroPoint))
    scaling.zeroPoint = zeroPoint;
  if (!isa<FloatType>(node.element(scale)) || node.element(scale).isF64()) {
    node.error() << "expects " << nameOf(node, scale, "scale")
                 << " to be a float, but got " << node.element(scale);
    return failure();
  }
  if (block < 0) {
    node.error() << "expects a block_size of 0 or more, but got " << block;
    return failure();
  }
  if (failed(checkScales(node, scale)) ||
      failed(checkShape(node, shape, scaling, axis, block)) ||
      failed(checkZeroPoint(node, scaling)))
    return failure();
  return scaling;
}

quant::QuantizedType quantc::onnx::formatOf(const NodeContext &node,
                                            const Scaling &scaling) {
  const HostTensor *scales = node.constant(scaling.scale);
  const HostTensor *zeros =
      scaling.zeroPoint ? node.constant(*scaling.zeroPoint) : nullptr;
  unsigned width = scaling.codes.getIntOrFloatBitWidth();
  bool isBias = scaling.codes.isSignlessInteger(32);
  if (!scales || (scaling.zeroPoint && !zeros) || scaling.block != 1 ||
      (scaling.axis && scales->rank() != 1) || !scales->elementType().isF32() ||
      !(isBias || (isa<IntegerType>(scaling.codes) && width <= 8)))
    return {};

  auto [low, high] = codeRange(scaling.codes);
  unsigned flags =
      scaling.codes.isUnsignedInteger() ? 0 : quant::QuantizationFlags::Signed;
  // Narrow integers lie extended in a byte.
  Type storage = IntegerType::get(node.context(), std::max(width, 8u));
  Type real = Float32Type::get(node.context());
  quant::QuantizedType format;
  if (!scaling.axis) {
    int64_t zero = zeros ? zeros->asInt(0) : 0;
    format = quant::UniformQuantizedType::get(
        flags, storage, real, scales->asDouble(0), zero, low, high);
  } else {
    std::vector<double> list = scales->doubles();
    Shape zeroPoints = zeros ? zeros->ints() : Shape(list.size(), 0);
    format = quant::UniformQuantizedPerAxisType::get(
        flags, storage, real, list, zeroPoints, *scaling.axis, low, high);
  }
  bool isKnown =
      isBias ? lowbit::isBiasFormat(format) : lowbit::isFormat(format);
  return isKnown ? format : quant::QuantizedType();
}

/// True if no block is cut off at the end of the axis.
static bool hasWholeBlocks(const Scaling &scaling,
                           llvm::ArrayRef<int64_t> shape) {
  return scaling.block > 1 && shape[*scaling.axis] % scaling.block == 0;
}

Shape quantc::onnx::viewOf(const Scaling &scaling,
                           llvm::ArrayRef<int64_t> shape) {
  Shape view(shape);
  if (!hasWholeBlocks(scaling, shape))
    return view;
  view[*scaling.axis] /= scaling.block;
  view.insert(view.begin() + *scaling.axis + 1, scaling.block);
  return view;
}

Value quantc::onnx::spread(NodeContext &node, size_t index,
                           const Scaling &scaling,
                           llvm::ArrayRef<int64_t> shape) {
  Value value = node.input(index);
  if (!scaling.axis)
    return node.build.reshape(value, {});
  int64_t axis = *scaling.axis;
  if (shapeOf(value).size() == 1 && scaling.block == 1) {
    Shape places(shape.size(), 1);
    places[axis] = shape[axis];
    return node.build.reshape(value, places);
  }
  if (scaling.block == 1)
    return value;
  if (hasWholeBlocks(scaling, shape)) {
    Shape view(shapeOf(value));
    view.insert(view.begin() + axis + 1, 1);
    return node.build.reshape(value, view);
  }
  llvm::SmallVector<int64_t> blocks;
  for (int64_t i = 0; i < shape[axis]; ++i)
    blocks.push_back(i / scaling.block);
  return node.build.take(value, axis, blocks);
}

Value quantc::onnx::toCodes(NodeContext &node, Value integers,
                            quant::QuantizedType format) {
  return quant::StorageCastOp::create(
      node.build.ops(), RankedTensorType::get(shapeOf(integers), format),
      integers);
}

Value quantc::onnx::toIntegers(NodeContext &node, Value codes) {
  auto format = cast<quant::QuantizedType>(elementOf(codes));
  return quant::StorageCastOp::create(
      node.build.ops(),
      RankedTensorType::get(shapeOf(codes), format.getStorageType()), codes);
}
