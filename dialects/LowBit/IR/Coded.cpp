//===- Coded.cpp - Packed weights in the program --------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/IR/Coded.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/Builders.h"
#include "quantc/Format/Levels.h"
#include "quantc/Format/Packing.h"
#include "quantc/Format/Scale.h"
#include "quantc/Format/Size.h"
#include "quantc/Format/Spelling.h"
#include "quantc/Support/Constants.h"
#include <cmath>

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbit;

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

LogicalResult CodedType::verify(function_ref<InFlightDiagnostic()> emitError,
                                StringRef format) {
  llvm::Expected<format::Format> parsed = format::parse(format);
  if (!parsed)
    return emitError() << llvm::toString(parsed.takeError());
  if (parsed->isReal())
    return emitError() << "expects a format with codes, but got '" << format
                       << "'";
  if (parsed->name != format)
    return emitError() << "expects the spelling '" << parsed->name
                       << "', but got '" << format << "'";
  return success();
}

format::Format lowbit::descriptionOf(CodedType type) {
  return llvm::cantFail(format::parse(type.getFormat()));
}

static CodedType codedType(CodedConstantOp constant) {
  return cast<CodedType>(constant.getType().getElementType());
}

static Type scaleElement(MLIRContext *context, format::ScaleType type) {
  switch (type) {
  case format::ScaleType::F32:
    return Float32Type::get(context);
  case format::ScaleType::F16:
    return Float16Type::get(context);
  case format::ScaleType::BF16:
    return BFloat16Type::get(context);
  case format::ScaleType::E4M3:
    return Float8E4M3FNType::get(context);
  case format::ScaleType::E8M0:
  case format::ScaleType::PowerOfTwo:
    break;
  }
  return Float8E8M0FNUType::get(context);
}

//===----------------------------------------------------------------------===//
// Numbers as bytes of an attribute
//===----------------------------------------------------------------------===//

static SmallVector<char> toBytes(ArrayRef<uint32_t> words, unsigned bits) {
  SmallVector<char> bytes;
  for (uint32_t word : words)
    for (unsigned byte = 0; byte < bits / 8; ++byte)
      bytes.push_back(static_cast<char>(word >> (8 * byte)));
  return bytes;
}

static SmallVector<uint32_t> fromBytes(ElementsAttr attribute, unsigned bits) {
  SmallVector<char> storage;
  std::optional<ArrayRef<char>> bytes = bytesOf(attribute, storage);
  SmallVector<uint32_t> words;
  for (size_t i = 0; bytes && i < bytes->size(); i += bits / 8) {
    uint32_t word = 0;
    for (unsigned byte = 0; byte < bits / 8; ++byte)
      word |= static_cast<uint32_t>(static_cast<uint8_t>((*bytes)[i + byte]))
              << (8 * byte);
    words.push_back(word);
  }
  return words;
}

static ElementsAttr elements(Type element, ArrayRef<char> bytes) {
  int64_t count =
      static_cast<int64_t>(bytes.size()) * 8 / element.getIntOrFloatBitWidth();
  return createElements(RankedTensorType::get({count}, element), bytes);
}

/// The bits of an f16 of either sign.
static uint32_t halfBits(double value) {
  if (value == 0)
    return 0;
  return format::encodeScale(format::ScaleType::F16, std::abs(value)) |
         (value < 0 ? 0x8000u : 0u);
}

static double halfOf(uint32_t bits) {
  double value = format::decodeScale(format::ScaleType::F16, bits & 0x7FFF);
  return bits & 0x8000 ? -value : value;
}

static Type fittedElement(MLIRContext *context, const format::Format &format) {
  if (format.levels.entryBits == 16)
    return Float16Type::get(context);
  return IntegerType::get(context, 8);
}

//===----------------------------------------------------------------------===//
// To and from constants
//===----------------------------------------------------------------------===//

static ElementsAttr zeroPointElements(OpBuilder &builder,
                                      const format::Format &format,
                                      const format::Encoded &encoded) {
  if (format.zeroPoint == format::ZeroPoint::None)
    return {};
  if (format.zeroPoint == format::ZeroPoint::F16) {
    SmallVector<uint32_t> words;
    for (float zeroPoint : encoded.zeroPoints)
      words.push_back(halfBits(zeroPoint));
    return elements(builder.getF16Type(), toBytes(words, 16));
  }
  std::vector<uint8_t> codes(encoded.zeroPoints.begin(),
                             encoded.zeroPoints.end());
  std::vector<uint8_t> packed = format::packBits(codes, format.levels.bits);
  return elements(builder.getI8Type(),
                  SmallVector<char>(packed.begin(), packed.end()));
}

static ElementsAttr fittedElements(OpBuilder &builder,
                                   const format::Format &format,
                                   const format::Encoded &encoded) {
  if (!format.isFitted())
    return {};
  SmallVector<uint32_t> words;
  for (double level : encoded.fitted)
    words.push_back(format.levels.entryBits == 16
                        ? halfBits(level)
                        : static_cast<uint32_t>(static_cast<int32_t>(level)));
  return elements(fittedElement(builder.getContext(), format),
                  toBytes(words, format.levels.entryBits));
}

CodedConstantOp lowbit::createCoded(OpBuilder &builder, Location loc,
                                    ArrayRef<int64_t> shape, int64_t axis,
                                    const format::Format &format,
                                    const format::Encoded &encoded) {
  std::vector<uint8_t> packed = format::packedCodes(format, encoded);
  SmallVector<uint32_t> scales;
  for (double scale : encoded.scales)
    scales.push_back(format::encodeScale(format.scaling.type, scale));
  SmallVector<char> lengths;
  for (unsigned length : format::symbolLengths(format, encoded))
    lengths.push_back(static_cast<char>(length));
  auto type = RankedTensorType::get(
      shape, CodedType::get(builder.getContext(), format.name));
  return CodedConstantOp::create(
      builder, loc, type, builder.getI64IntegerAttr(axis),
      elements(builder.getI8Type(),
               SmallVector<char>(packed.begin(), packed.end())),
      elements(scaleElement(builder.getContext(), format.scaling.type),
               toBytes(scales, format::scaleBits(format.scaling.type))),
      zeroPointElements(builder, format, encoded),
      format.scaling.second
          ? builder.getF32FloatAttr(static_cast<float>(encoded.second))
          : FloatAttr(),
      fittedElements(builder, format, encoded),
      lengths.empty() ? ElementsAttr()
                      : elements(builder.getI8Type(), lengths));
}

CodedConstantOp lowbit::cloneCoded(OpBuilder &builder, CodedConstantOp constant,
                                   ArrayRef<int64_t> shape, int64_t axis) {
  auto clone = cast<CodedConstantOp>(builder.clone(*constant.getOperation()));
  clone.getOutput().setType(
      RankedTensorType::get(shape, constant.getType().getElementType()));
  clone.setAxis(axis);
  return clone;
}

static int64_t rowsOf(CodedConstantOp constant) {
  return constant.getType().getDimSize(
      static_cast<unsigned>(constant.getAxis()));
}

static bool isLastAxis(CodedConstantOp constant) {
  return constant.getAxis() != 0;
}

format::Encoded lowbit::encodedOf(CodedConstantOp constant) {
  format::Format format = descriptionOf(codedType(constant));
  format::Encoded encoded;
  encoded.rows = rowsOf(constant);
  encoded.depth =
      constant.getType().getNumElements() / std::max<int64_t>(encoded.rows, 1);
  SmallVector<uint32_t> bytes = fromBytes(constant.getCodes(), 8), lengths;
  if (ElementsAttr attribute = constant.getLengthsAttr())
    lengths = fromBytes(attribute, 8);
  encoded.codes = format::unpackedCodes(
      format, std::vector<uint8_t>(bytes.begin(), bytes.end()), encoded.rows,
      encoded.depth, std::vector<unsigned>(lengths.begin(), lengths.end()));
  for (uint32_t bits :
       fromBytes(constant.getScales(), format::scaleBits(format.scaling.type)))
    encoded.scales.push_back(format::decodeScale(format.scaling.type, bits));
  if (ElementsAttr attribute = constant.getZeroPointsAttr()) {
    if (format.zeroPoint == format::ZeroPoint::F16) {
      for (uint32_t bits : fromBytes(attribute, 16))
        encoded.zeroPoints.push_back(static_cast<float>(halfOf(bits)));
    } else {
      SmallVector<uint32_t> packed = fromBytes(attribute, 8);
      for (uint8_t code : format::unpackBits(
               std::vector<uint8_t>(packed.begin(), packed.end()),
               format.levels.bits, encoded.scales.size()))
        encoded.zeroPoints.push_back(code);
    }
  }
  if (std::optional<APFloat> second = constant.getSecond())
    encoded.second = second->convertToFloat();
  if (ElementsAttr attribute = constant.getFittedAttr())
    for (uint32_t bits : fromBytes(attribute, format.levels.entryBits))
      encoded.fitted.push_back(format.levels.entryBits == 16
                                   ? halfOf(bits)
                                   : static_cast<int8_t>(bits));
  return encoded;
}

int64_t lowbit::storedBits(CodedConstantOp constant) {
  int64_t bits = constant.getSecond() ? 32 : 0;
  for (ElementsAttr part :
       {constant.getCodes(), constant.getScales(), constant.getZeroPointsAttr(),
        constant.getFittedAttr(), constant.getLengthsAttr()})
    if (part)
      bits +=
          part.getNumElements() * part.getElementType().getIntOrFloatBitWidth();
  return bits;
}

SmallVector<float> lowbit::decodeReals(CodedConstantOp constant) {
  format::Encoded encoded = encodedOf(constant);
  std::vector<float> rows =
      format::dequantize(descriptionOf(codedType(constant)), encoded);
  return fromRows<float>(rows, encoded.rows, isLastAxis(constant));
}

std::optional<GridCodes> lowbit::gridCodes(CodedConstantOp constant,
                                           int32_t axis, StringRef &reason) {
  format::Format format = descriptionOf(codedType(constant));
  reason = "each block of its weights has a scale";
  if (format.isBlocked())
    return std::nullopt;
  std::optional<double> unit = format::integerUnit(format);
  reason = "its weights are no multiples of one number in 8 bits";
  if (!unit)
    return std::nullopt;
  format::Encoded encoded = encodedOf(constant);
  bool hasZeros = format.zeroPoint == format::ZeroPoint::Integer;
  GridCodes grid;
  int64_t lowest = 0, highest = hasZeros ? format.levels.highest : 0;
  for (int64_t row = 0; row < encoded.rows; ++row)
    for (int64_t k = 0; k < encoded.depth; ++k) {
      auto code = static_cast<int64_t>(
          hasZeros ? encoded.codes[row * encoded.depth + k]
                   : format::levelAt(format, encoded, row, k) / *unit);
      lowest = std::min(lowest, code);
      highest = std::max(highest, code);
      grid.codes.push_back(static_cast<int8_t>(code));
    }
  SmallVector<double> scales;
  SmallVector<int64_t> zeroPoints;
  reason = "its scales are too far apart for f32";
  for (size_t i = 0; i < encoded.scales.size(); ++i) {
    scales.push_back(static_cast<float>(*unit) *
                     format::effectiveScale(encoded, i));
    if (!std::isnormal(static_cast<float>(scales.back())))
      return std::nullopt;
    zeroPoints.push_back(hasZeros ? static_cast<int64_t>(encoded.zeroPoints[i])
                                  : 0);
  }
  MLIRContext *context = constant.getContext();
  unsigned flags = hasZeros ? 0 : quant::QuantizationFlags::Signed;
  Type storage = IntegerType::get(context, 8), real = Float32Type::get(context);
  // Symmetric, and never empty.
  if (!hasZeros) {
    int64_t reach = std::max<int64_t>({1, highest, -lowest});
    highest = std::min<int64_t>(reach, 127);
    lowest = -reach;
  }
  if (format.scaling.granularity == format::Granularity::Tensor)
    grid.type = quant::UniformQuantizedType::get(
        flags, storage, real, scales[0], zeroPoints[0], lowest, highest);
  else
    grid.type = quant::UniformQuantizedPerAxisType::get(
        flags, storage, real, scales, zeroPoints, axis, lowest, highest);
  return grid;
}

//===----------------------------------------------------------------------===//
// Verifiers
//===----------------------------------------------------------------------===//

/// A part of a constant has `count` elements of a type; none if that is 0.
static LogicalResult verifyPart(CodedConstantOp op, ElementsAttr part,
                                StringRef what, int64_t count, Type element) {
  auto expected = RankedTensorType::get({count}, element);
  if (count == 0 && !part)
    return success();
  SmallVector<char> storage;
  if (count > 0 && part && part.getType() == expected && bytesOf(part, storage))
    return success();
  InFlightDiagnostic diagnostic = op.emitOpError("expects ");
  if (count == 0)
    diagnostic << "no " << what;
  else
    diagnostic << what << " of type " << expected;
  diagnostic << " for this format, but got ";
  if (part)
    return diagnostic << part.getType();
  return diagnostic << "none";
}

LogicalResult CodedConstantOp::verify() {
  int64_t rank = getType().getRank();
  if (rank == 0 ||
      (getAxis() != 0 && static_cast<int64_t>(getAxis()) != rank - 1))
    return emitOpError(
               "expects channels in the first or the last dimension of ")
           << rank << ", but got dimension " << getAxis();
  format::Format format = descriptionOf(codedType(*this));
  int64_t rows = rowsOf(*this);
  int64_t depth = getType().getNumElements() / std::max<int64_t>(rows, 1);
  int64_t scales = format::scaleCount(format, rows, depth);
  Builder builder(getContext());
  bool isHuffman = format.packing == format::Packing::Huffman;
  std::optional<int64_t> rowBytes = format::rowBytes(format, depth);
  int64_t codes = rowBytes ? rows * *rowBytes : getCodes().getNumElements();
  int64_t zeroPoints = 0;
  if (format.zeroPoint == format::ZeroPoint::F16)
    zeroPoints = scales;
  else if (format.zeroPoint == format::ZeroPoint::Integer)
    zeroPoints = format::packedBytes(scales, format.levels.bits);
  if (failed(
          verifyPart(*this, getCodes(), "codes", codes, builder.getI8Type())) ||
      failed(verifyPart(*this, getScales(), "scales", scales,
                        scaleElement(getContext(), format.scaling.type))) ||
      failed(verifyPart(*this, getZeroPointsAttr(), "zero points", zeroPoints,
                        format.zeroPoint == format::ZeroPoint::F16
                            ? Type(builder.getF16Type())
                            : Type(builder.getI8Type()))) ||
      failed(verifyPart(*this, getFittedAttr(), "fitted levels",
                        format::fittedCount(format, rows),
                        fittedElement(getContext(), format))) ||
      failed(verifyPart(*this, getLengthsAttr(), "lengths",
                        isHuffman ? format.levels.entries : 0,
                        builder.getI8Type())))
    return failure();
  if (getSecond().has_value() != format.scaling.second)
    return emitOpError("expects ") << (format.scaling.second ? "a" : "no")
                                   << " second scale for this format, but got "
                                   << (getSecond() ? "one" : "none");
  for (uint32_t bits :
       fromBytes(getScales(), format::scaleBits(format.scaling.type)))
    if (double scale = format::decodeScale(format.scaling.type, bits);
        !std::isfinite(scale) || !(scale > 0))
      return emitOpError("expects positive, finite scales, but got ") << scale;
  return success();
}

LogicalResult DecodeOp::verify() {
  auto type = dyn_cast<quant::QuantizedType>(
      cast<ShapedType>(getOutput().getType()).getElementType());
  if (!type)
    return success();
  auto coded = cast<CodedType>(getInput().getType().getElementType());
  format::Format format = descriptionOf(coded);
  if (!format::integerUnit(format))
    return emitOpError("expects f32 for numbers that are no multiples of one "
                       "number in 8 bits, but got ")
           << type << " for '" << coded.getFormat() << "'";
  auto constant = getInput().getDefiningOp<CodedConstantOp>();
  if (!constant)
    return success();
  auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(type);
  StringRef reason;
  std::optional<GridCodes> grid = gridCodes(
      constant, perAxis ? perAxis.getQuantizedDimension() : 0, reason);
  if (!grid || grid->type != type)
    return emitOpError("expects the codes ")
           << (grid ? Type(grid->type) : Type(Float32Type::get(getContext())))
           << " of this constant, but got " << type;
  return success();
}
