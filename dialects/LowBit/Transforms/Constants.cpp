//===- Constants.cpp - Constants of the imported program ------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/Transforms/Constants.h"

#include "dialects/LowBit/IR/Channels.h"

#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace quantc;

static ElementsAttr constantElements(Value value) {
  while (auto reshape = value.getDefiningOp<tosa::ReshapeOp>())
    value = reshape.getInput1();
  ElementsAttr elements;
  if (!matchPattern(value, m_Constant(&elements)))
    return {};
  return elements;
}

std::optional<float> lowbit::constantSplat(Value value) {
  ElementsAttr elements = constantElements(value);
  if (!elements || !elements.getElementType().isF32() ||
      elements.getNumElements() == 0)
    return std::nullopt;
  if (elements.isSplat())
    return elements.getSplatValue<APFloat>().convertToFloat();
  if (elements.getNumElements() > 1)
    return std::nullopt;
  return constantFloats(value)->front();
}

bool lowbit::isZero(Value value) {
  return matchPattern(value, m_AnyZeroFloat()) || matchPattern(value, m_Zero());
}

std::optional<SmallVector<float>> lowbit::constantReals(Value value) {
  if (std::optional<SmallVector<float>> reals = constantFloats(value))
    return reals;
  while (auto reshape = value.getDefiningOp<tosa::ReshapeOp>())
    value = reshape.getInput1();
  auto dequantize = value.getDefiningOp<DequantizeOp>();
  auto constant = dequantize ? dequantize.getInput().getDefiningOp<ConstantOp>()
                             : ConstantOp();
  return constant ? decode(constant) : std::nullopt;
}

std::optional<SmallVector<float>> lowbit::decode(ConstantOp constant) {
  RankedTensorType type = constant.getType();
  Format format(cast<quant::QuantizedType>(type.getElementType()));
  ChannelIndex channel(type, format);
  SmallVector<float> reals;
  reals.reserve(type.getNumElements());
  SmallVector<char> storage;
  if (auto bytes = numbersOf<int8_t>(constant.getCodes(), storage)) {
    for (int8_t code : *bytes)
      reals.push_back(dequantize(format.isSigned ? code : uint8_t(code), format,
                                 channel.of(reals.size())));
    return reals;
  }
  if (auto words = numbersOf<int32_t>(constant.getCodes(), storage)) {
    // Of a bias.
    for (int32_t code : *words)
      reals.push_back(dequantize(code, format, channel.of(reals.size())));
    return reals;
  }
  // Codes of less than a byte.
  auto codes = dyn_cast<DenseIntElementsAttr>(constant.getCodes());
  if (!codes)
    return std::nullopt;
  for (const APInt &code : codes.getValues<APInt>()) {
    int64_t value =
        format.isSigned ? code.getSExtValue() : int64_t(code.getZExtValue());
    reals.push_back(dequantize(value, format, channel.of(reals.size())));
  }
  return reals;
}

Value lowbit::constantShape(OpBuilder &builder, Location loc,
                            ArrayRef<int64_t> shape) {
  return tosa::ConstShapeOp::create(
      builder, loc, tosa::shapeType::get(builder.getContext(), shape.size()),
      builder.getIndexTensorAttr(shape));
}

template <typename T>
static Value constantCodes(OpBuilder &builder, Location loc,
                           ArrayRef<int64_t> shape, quant::QuantizedType format,
                           ArrayRef<T> codes) {
  auto storage = RankedTensorType::get(shape, format.getStorageType());
  auto type = RankedTensorType::get(shape, format);
  return lowbit::ConstantOp::create(builder, loc, type,
                                    createElements(storage, codes));
}

Value lowbit::createCodes(OpBuilder &builder, Location loc,
                          ArrayRef<int64_t> shape, quant::QuantizedType format,
                          ArrayRef<int8_t> codes) {
  return constantCodes(builder, loc, shape, format, codes);
}

Value lowbit::createCodes(OpBuilder &builder, Location loc,
                          ArrayRef<int64_t> shape, quant::QuantizedType format,
                          ArrayRef<int32_t> codes) {
  return constantCodes(builder, loc, shape, format, codes);
}

quant::UniformQuantizedType lowbit::activationFormat(MLIRContext *context,
                                                     bool isSigned,
                                                     double scale,
                                                     int64_t zeroPoint) {
  return quant::UniformQuantizedType::get(
      isSigned ? quant::QuantizationFlags::Signed : 0,
      IntegerType::get(context, 8), Float32Type::get(context), scale, zeroPoint,
      isSigned ? -128 : 0, isSigned ? 127 : 255);
}

quant::QuantizedType lowbit::weightFormat(MLIRContext *context,
                                          ArrayRef<double> scales,
                                          std::optional<int32_t> axis) {
  unsigned flags = quant::QuantizationFlags::Signed;
  Type storage = IntegerType::get(context, 8);
  Type real = Float32Type::get(context);
  if (!axis)
    return quant::UniformQuantizedType::get(flags, storage, real, scales[0], 0,
                                            -127, 127);
  SmallVector<int64_t> zeroPoints(scales.size(), 0);
  return quant::UniformQuantizedPerAxisType::get(flags, storage, real, scales,
                                                 zeroPoints, *axis, -127, 127);
}

std::optional<SmallVector<int8_t>> lowbit::constantBytes(Value value) {
  ElementsAttr elements;
  if (!matchPattern(value, m_Constant(&elements)) ||
      !elements.getElementType().isInteger(8))
    return std::nullopt;
  SmallVector<char> storage;
  std::optional<ArrayRef<int8_t>> bytes = numbersOf<int8_t>(elements, storage);
  if (!bytes)
    return std::nullopt;
  return SmallVector<int8_t>(*bytes);
}

SmallVector<int8_t> lowbit::codesOf(lowbit::ConstantOp constant) {
  SmallVector<char> storage;
  if (auto codes = numbersOf<int8_t>(constant.getCodes(), storage))
    return SmallVector<int8_t>(*codes);
  auto codes = cast<DenseIntElementsAttr>(constant.getCodes());
  bool isSigned =
      Format(cast<quant::QuantizedType>(constant.getType().getElementType()))
          .isSigned;
  return SmallVector<int8_t>(
      llvm::map_range(codes.getValues<APInt>(), [&](const APInt &code) {
        return static_cast<int8_t>(isSigned ? code.getSExtValue()
                                            : code.getZExtValue());
      }));
}

SmallVector<int32_t> lowbit::biasCodesOf(lowbit::ConstantOp constant) {
  return SmallVector<int32_t>(
      cast<DenseIntElementsAttr>(constant.getCodes()).getValues<int32_t>());
}
