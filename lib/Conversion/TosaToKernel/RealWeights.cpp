//===- RealWeights.cpp - Packed weights for kernels of reals --------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "RealWeights.h"

#include "dialects/Kernel/IR/BuildPacked.h"
#include "dialects/Kernel/IR/LevelRule.h"
#include "dialects/LowBit/IR/Coded.h"
#include "dialects/LowBit/IR/Numerics.h"
#include "quantc/Format/Levels.h"
#include "quantc/Format/Quantize.h"
#include "quantc/Format/Scale.h"
#include "quantc/Format/Size.h"
#include "quantc/Support/Constants.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace quantc;
using namespace quantc::tosatokernel;

//===----------------------------------------------------------------------===//
// Levels
//===----------------------------------------------------------------------===//

/// The level of every code, finite or not; none if channels have their own.
static std::optional<std::vector<float>>
levelsOf(const format::Format &format, const format::Encoded &encoded) {
  std::vector<float> levels;
  if (format.levels.decode == format::Decode::Basis)
    return std::nullopt;
  if (format.levels.decode == format::Decode::Codebook) {
    levels.assign(encoded.fitted.begin(), encoded.fitted.end());
    return levels;
  }
  for (unsigned code = 0; code < (1u << format.levels.bits); ++code)
    levels.push_back(static_cast<float>(levelOf(format.levels, code)));
  return levels;
}

/// Renumbers codes so that they and their levels ascend from 0; codes without a
/// level go.
static void sortLevels(RealWeights &weights) {
  std::vector<float> sorted;
  for (float level : weights.levels)
    if (std::isfinite(level))
      sorted.push_back(level);
  llvm::sort(sorted);
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  std::vector<uint8_t> number;
  for (float level : weights.levels)
    number.push_back(static_cast<uint8_t>(
        std::lower_bound(sorted.begin(), sorted.end(), level) -
        sorted.begin()));
  for (uint8_t &code : weights.codes)
    code = number[code];
  weights.levels = std::move(sorted);
}

/// As many levels as codes have values, in steps like those before.
static void fillLevels(std::vector<float> &levels) {
  size_t count = std::max<size_t>(2, llvm::PowerOf2Ceil(levels.size()));
  float step = levels.size() > 1 ? levels[1] - levels[0] : 0;
  while (levels.size() < count)
    levels.push_back(levels.back() + step);
}

/// Numbers of a sign, an exponent and a mantissa keep their codes. Those that
/// the format has for something else get the number that their bits would be.
static bool fillFields(RealWeights &weights, const format::Levels &levels) {
  if (levels.decode != format::Decode::Fields &&
      levels.decode != format::Decode::PowerOfTwo)
    return false;
  format::Levels plain = levels;
  if (levels.decode == format::Decode::PowerOfTwo) {
    // 2^k is the code k + 1: an exponent without a mantissa.
    plain.decode = format::Decode::Fields;
    plain.exponent = levels.bits - 1;
    plain.mantissa = 0;
    plain.bias = 1;
  }
  plain.special = format::Special::None;
  std::vector<float> filled;
  for (unsigned code = 0; code < weights.levels.size(); ++code) {
    filled.push_back(static_cast<float>(levelOf(plain, code)));
    if (std::isfinite(weights.levels[code]) &&
        weights.levels[code] != filled.back())
      return false;
  }
  if (!kernel::LevelRule::of(filled))
    return false;
  weights.levels = std::move(filled);
  return true;
}

static void arrangeLevels(RealWeights &weights, const format::Levels &levels) {
  size_t finite = llvm::count_if(
      weights.levels, [](float level) { return std::isfinite(level); });
  if (finite <= kernel::LevelRule::kTable || !fillFields(weights, levels)) {
    sortLevels(weights);
    fillLevels(weights.levels);
  }
  weights.hasRule = kernel::LevelRule::of(weights.levels).has_value();
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

/// A block of a whole row, if all of it has one scale.
static int64_t wholeRow(int64_t depth) {
  return static_cast<int64_t>(llvm::alignTo(depth, kernel::kStep));
}

/// (level * 2^p) * scale = level * (scale * 2^p): the exponent that a rule puts
/// right becomes a part of the factor, if no scale leaves the normal range.
static void moveExponent(RealWeights &weights, format::ScaleType type) {
  std::optional<kernel::LevelRule> rule = kernel::LevelRule::of(weights.levels);
  if (!rule || rule->kind != kernel::LevelRule::Kind::Fields ||
      !weights.zeros.empty())
    return;
  double factor = double(weights.factor) * double(rule->power);
  auto isNormal = [](double value) {
    return std::isnormal(static_cast<float>(value));
  };
  if (!isNormal(factor) || !llvm::all_of(weights.scales, [&](uint32_t bits) {
        return isNormal(format::decodeScale(type, bits) * factor);
      }))
    return;
  weights.factor = static_cast<float>(factor);
  for (float &level : weights.levels)
    level /= rule->power;
}

static std::optional<RealWeights> ofCoded(lowbit::CodedConstantOp constant,
                                          StringRef &reason) {
  auto type = cast<lowbit::CodedType>(constant.getType().getElementType());
  format::Format format = lowbit::descriptionOf(type);
  format::Encoded encoded = lowbit::encodedOf(constant);
  RealWeights weights;
  weights.rows = encoded.rows;
  weights.depth = encoded.depth;
  std::optional<std::vector<float>> levels = levelsOf(format, encoded);
  reason = "each of its channels has numbers of its own";
  if (!levels)
    return std::nullopt;
  weights.levels = std::move(*levels);
  weights.codes = encoded.codes;
  arrangeLevels(weights, format.levels);

  int64_t row = wholeRow(encoded.depth), blocks = 1;
  weights.block = row;
  if (format.isBlocked()) {
    weights.block = std::min(format.scaling.block, row);
    blocks = format::blocksPerRow(format, encoded.depth);
  }
  reason = "its blocks are no multiple of a step of four taps";
  if (weights.block % kernel::kStep != 0)
    return std::nullopt;
  weights.scaleType = kernel::storedAs(format.scaling.type);
  weights.factor = static_cast<float>(encoded.second);
  for (int64_t r = 0; r < encoded.rows; ++r)
    for (int64_t b = 0; b < blocks; ++b) {
      size_t index =
          format::scaleIndex(format, encoded.depth, r, b * weights.block);
      weights.scales.push_back(
          format::encodeScale(format.scaling.type, encoded.scales[index]));
      if (format.zeroPoint != format::ZeroPoint::None)
        weights.zeros.push_back(encoded.zeroPoints[index]);
    }
  moveExponent(weights, format.scaling.type);
  return weights;
}

/// Codes of 8 bits, all of whose scales belong to channels.
static std::optional<RealWeights> ofCodes(lowbit::ConstantOp constant,
                                          bool isLast, StringRef &reason) {
  auto tensor = cast<RankedTensorType>(constant.getType());
  auto type = cast<quant::QuantizedType>(tensor.getElementType());
  SmallVector<char> storage;
  auto codes = numbersOf<int8_t>(constant.getCodes(), storage);
  auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(type);
  reason = "its scales do not belong to channels";
  if (!codes || tensor.getRank() == 0 || codes->empty() ||
      (perAxis &&
       perAxis.getQuantizedDimension() != (isLast ? tensor.getRank() - 1 : 0)))
    return std::nullopt;
  lowbit::Format format(type);
  RealWeights weights;
  weights.rows = isLast ? tensor.getShape().back() : tensor.getShape().front();
  weights.depth = tensor.getNumElements() / weights.rows;
  weights.block = wholeRow(weights.depth);
  int lowest = format.isSigned ? -128 : 0;
  for (int8_t code : lowbit::toRows(*codes, weights.rows, isLast))
    weights.codes.push_back(
        static_cast<uint8_t>(static_cast<uint8_t>(code) - lowest));
  for (int level = lowest; level < lowest + 256; ++level)
    weights.levels.push_back(static_cast<float>(level));
  weights.hasRule = true;
  bool hasZeros = false;
  for (int64_t row = 0; row < weights.rows; ++row) {
    weights.scales.push_back(llvm::bit_cast<uint32_t>(format.scale(row)));
    weights.zeros.push_back(static_cast<float>(format.zeroPoint(row)));
    hasZeros |= weights.zeros.back() != 0;
  }
  if (!hasZeros)
    weights.zeros.clear();
  return weights;
}

std::optional<RealWeights> tosatokernel::realWeights(Value value,
                                                     StringRef &reason) {
  auto type = cast<RankedTensorType>(value.getType());
  // [1, depth, rows] of a matmul, or [rows, 1, 1, depth] of a convolution.
  bool isLast = type.getRank() == 3;
  if (auto decode = value.getDefiningOp<lowbit::DecodeOp>()) {
    auto constant = decode.getInput().getDefiningOp<lowbit::CodedConstantOp>();
    if (constant && (constant.getAxis() != 0) == isLast)
      return ofCoded(constant, reason);
  }
  if (auto dequantize = value.getDefiningOp<lowbit::DequantizeOp>())
    if (auto constant =
            dequantize.getInput().getDefiningOp<lowbit::ConstantOp>())
      return ofCodes(constant, isLast, reason);
  reason = "";
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Kernel
//===----------------------------------------------------------------------===//

Value tosatokernel::buildCodedMatmul(
    OpBuilder &builder, Location loc, Value input, const RealWeights &weights,
    ArrayRef<float> bias, std::optional<std::pair<float, float>> bounds) {
  auto blocks =
      static_cast<int64_t>(llvm::divideCeil(weights.depth, weights.block));
  Type real = builder.getF32Type();
  Value codes =
      kernel::buildPlanes(builder, loc, weights.codes, weights.rows,
                          weights.depth, weights.block, weights.levels.size());
  Value scales = kernel::buildScales(builder, loc, weights.scales,
                                     weights.scaleType, weights.rows, blocks);
  Value zeros, table;
  if (!weights.zeros.empty())
    zeros = kernel::buildPerBlock(builder, loc, ArrayRef(weights.zeros),
                                  weights.rows, blocks);
  if (!weights.hasRule) {
    auto type = RankedTensorType::get(
        {static_cast<int64_t>(weights.levels.size())}, real);
    table = arith::ConstantOp::create(
        builder, loc, type,
        cast<TypedAttr>(createElements(type, ArrayRef(weights.levels))));
  }
  Value start = kernel::buildPerRow(builder, loc, bias);
  int64_t rows = cast<RankedTensorType>(input.getType()).getDimSize(0);
  auto type = RankedTensorType::get({rows, weights.rows}, real);
  Value output = tensor::EmptyOp::create(builder, loc, type.getShape(), real);
  DenseF32ArrayAttr clamp;
  if (bounds)
    clamp = builder.getDenseF32ArrayAttr({bounds->first, bounds->second});
  return kernel::CodedMatmulOp::create(
             builder, loc, TypeRange(type), input, codes, scales, zeros, table,
             start, output, builder.getDenseF32ArrayAttr(weights.levels),
             builder.getI64IntegerAttr(weights.block),
             kernel::ScaleTypeAttr::get(builder.getContext(),
                                        weights.scaleType),
             builder.getF32FloatAttr(weights.factor), clamp)
      .getResult(0);
}
