//===- Qonnx.cpp - Rounding to few bits as QONNX writes it ----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// QONNX, Brevitas' and FINN's dialect: operators that round reals to those that
// integers of a few bits stand for, and give reals again.
#include "../ConversionTable.h"
#include "Linear.h"
#include "QLinear.h"

#include "dialects/LowBit/IR/LowBit.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

namespace {

//===----------------------------------------------------------------------===//
// Rounding
//===----------------------------------------------------------------------===//

enum class Rounding { HalfEven, Ceil, Floor, Up, Down, HalfUp, HalfDown };

FailureOr<Rounding> readRounding(NodeContext &node, llvm::StringRef otherwise) {
  llvm::StringRef mode = node.getString("rounding_mode", otherwise);
  auto found = llvm::StringSwitch<std::optional<Rounding>>(mode.upper())
                   .Cases({"ROUND", "HALF_EVEN"}, Rounding::HalfEven)
                   .Case("CEIL", Rounding::Ceil)
                   .Case("FLOOR", Rounding::Floor)
                   .Case("UP", Rounding::Up)
                   .Cases({"DOWN", "ROUND_TO_ZERO"}, Rounding::Down)
                   .Case("HALF_UP", Rounding::HalfUp)
                   .Case("HALF_DOWN", Rounding::HalfDown)
                   .Default(std::nullopt);
  if (found)
    return *found;
  node.error() << "expects rounding_mode ROUND, CEIL, FLOOR, UP, DOWN, HALF_UP "
                  "or HALF_DOWN, but got '"
               << mode << "'";
  return failure();
}

Value number(ImplicitLocOpBuilder &b, double value) {
  return arith::ConstantOp::create(b, b.getF32FloatAttr(value));
}

/// Up, Down and their halves are away from zero and towards it.
Value round(ImplicitLocOpBuilder &b, Value x, Rounding rounding) {
  auto magnitude = [&]() -> Value { return math::AbsFOp::create(b, x); };
  auto signed_ = [&](Value real) -> Value {
    return math::CopySignOp::create(b, real, x);
  };
  Value half = number(b, 0.5);
  switch (rounding) {
  case Rounding::HalfEven:
    return math::RoundEvenOp::create(b, x);
  case Rounding::Ceil:
    return math::CeilOp::create(b, x);
  case Rounding::Floor:
    return math::FloorOp::create(b, x);
  case Rounding::Up:
    return signed_(math::CeilOp::create(b, magnitude()));
  case Rounding::Down:
    return signed_(math::FloorOp::create(b, magnitude()));
  case Rounding::HalfUp:
    return signed_(
        math::FloorOp::create(b, arith::AddFOp::create(b, magnitude(), half)));
  case Rounding::HalfDown:
    return signed_(
        math::CeilOp::create(b, arith::SubFOp::create(b, magnitude(), half)));
  }
  llvm_unreachable("all modes are listed");
}

/// min(max(x, low), high); NaN stays.
Value clamp(ImplicitLocOpBuilder &b, Value x, double low, double high) {
  Value least = number(b, low), most = number(b, high);
  Value isBelow = arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, x, least);
  x = arith::SelectOp::create(b, isBelow, least, x);
  Value isAbove = arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, x, most);
  return arith::SelectOp::create(b, isAbove, most, x);
}

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

/// A constant of one number.
FailureOr<double> numberOf(NodeContext &node, size_t index,
                           llvm::StringRef what) {
  const HostTensor *tensor = node.constant(index);
  if (!tensor || tensor->count() != 1) {
    (void)node.unsupported("its " + what + ", input '" + node.inputName(index) +
                           "', is not one constant number");
    return failure();
  }
  return tensor->asDouble(0);
}

/// [low, high] of integers of `bits` bits.
struct Range {
  int64_t low, high;
};

FailureOr<Range> readRange(NodeContext &node, size_t bitwidth) {
  FailureOr<double> bits = numberOf(node, bitwidth, "bit width");
  if (failed(bits))
    return failure();
  if (!(*bits >= 1 && *bits <= 24) || std::trunc(*bits) != *bits) {
    node.error() << "expects a bit width from 1 to 24, but got " << *bits;
    return failure();
  }
  bool isSigned = node.getInt("signed", 1), isNarrow = node.getInt("narrow", 0);
  int64_t count = int64_t(1) << int64_t(*bits);
  if (isSigned)
    return Range{-count / 2 + isNarrow, count / 2 - 1};
  return Range{0, count - 1 - isNarrow};
}

/// Everything is f32, and the parameters broadcast over the input.
LogicalResult checkReals(NodeContext &node, llvm::ArrayRef<size_t> parameters) {
  if (!node.element(0).isF32())
    return node.unsupported("its input is of type " +
                            typeText(node.element(0)));
  for (size_t index : parameters) {
    if (!node.element(index).isF32())
      return node.error() << "expects input '" << node.inputName(index)
                          << "' of FLOAT, but got " << node.element(index);
    if (broadcastShapes(node.shape(0), node.shape(index)) !=
        Shape(node.shape(0)))
      return node.error() << "expects input '" << node.inputName(index)
                          << "' to broadcast over shape "
                          << shapeText(node.shape(0)) << ", but got "
                          << shapeText(node.shape(index));
  }
  return expectScale(node, 1);
}

//===----------------------------------------------------------------------===//
// Quant
//===----------------------------------------------------------------------===//

/// The dimension that a tensor of scales goes along; none for a single scale.
/// Fails if there are several.
FailureOr<std::optional<int64_t>> axisOf(NodeContext &node, size_t index) {
  llvm::ArrayRef<int64_t> shape = node.shape(index);
  std::optional<int64_t> axis;
  int64_t offset = node.rank(0) - int64_t(shape.size());
  for (auto [d, size] : llvm::enumerate(shape)) {
    if (size == 1)
      continue;
    if (axis)
      return failure();
    axis = offset + int64_t(d);
  }
  return axis;
}

/// The format of codes that says the same, null if there is none: at most 8
/// bits, constant scales along one dimension, zero point 0, since QONNX adds
/// others before it rounds.
quant::QuantizedType formatOf(NodeContext &node, Range range) {
  const HostTensor *scales = node.constant(1), *zeros = node.constant(2);
  auto axis = axisOf(node, 1);
  if (!scales || !zeros || failed(axis) || range.low < -128 ||
      range.high > (range.low < 0 ? 127 : 255) || range.low == range.high)
    return {};
  for (int64_t i = 0, e = zeros->storedCount(); i < e; ++i)
    if (zeros->asDouble(i) != 0)
      return {};
  unsigned flags = range.low < 0 ? quant::QuantizationFlags::Signed : 0;
  Type storage = IntegerType::get(node.context(), 8);
  Type real = Float32Type::get(node.context());
  quant::QuantizedType format;
  if (*axis) {
    std::vector<double> list = scales->doubles();
    format = quant::UniformQuantizedPerAxisType::get(
        flags, storage, real, list, Shape(list.size(), 0), **axis, range.low,
        range.high);
  } else {
    format = quant::UniformQuantizedType::get(
        flags, storage, real, scales->asDouble(0), 0, range.low, range.high);
  }
  return lowbit::isFormat(format) ? format : quant::QuantizedType();
}

/// Quant: x, scale, zero point, bit width.
///
///   (round(clamp(x / scale + zero point)) - zero point) * scale
LogicalResult convertQuant(NodeContext &node) {
  if (failed(node.expectInputs(4, 4)) || failed(checkReals(node, {1, 2})))
    return failure();
  FailureOr<Range> range = readRange(node, 3);
  FailureOr<Rounding> rounding = readRounding(node, "ROUND");
  if (failed(range) || failed(rounding))
    return failure();
  quant::QuantizedType format;
  if (*rounding == Rounding::HalfEven)
    format = formatOf(node, *range);
  if (format) {
    ImplicitLocOpBuilder &b = node.build.ops();
    Value codes = lowbit::QuantizeOp::create(
        b, RankedTensorType::get(node.shape(0), format), node.input(0));
    return node.set(
        lowbit::DequantizeOp::create(b, typeOf(node.input(0)), codes));
  }
  return node.set(node.build.map(
      {node.input(0), node.input(1), node.input(2)}, node.element(0),
      [&](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
        Value y = arith::DivFOp::create(b, in[0], in[1]);
        y = arith::AddFOp::create(b, y, in[2]);
        y = round(b, clamp(b, y, range->low, range->high), *rounding);
        y = arith::SubFOp::create(b, y, in[2]);
        return arith::MulFOp::create(b, y, in[1]);
      }));
}

/// BipolarQuant: scale for x >= 0, else -scale.
LogicalResult convertBipolarQuant(NodeContext &node) {
  if (failed(node.expectInputs(2, 2)) || failed(checkReals(node, {1})))
    return failure();
  return node.set(node.build.map(
      {node.input(0), node.input(1)}, node.element(0),
      [](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
        Value isPositive = arith::CmpFOp::create(b, arith::CmpFPredicate::OGE,
                                                 in[0], number(b, 0));
        Value negative = arith::NegFOp::create(b, in[1]);
        return arith::SelectOp::create(b, isPositive, in[1], negative);
      }));
}

//===----------------------------------------------------------------------===//
// Trunc
//===----------------------------------------------------------------------===//

/// Trunc of version 1: x, scale, zero point, bit widths before and after. Codes
/// lose their low bits, and what they stand for shrinks with them:
///
///   (round(half_even(x / scale + zero point) / 2^(before - after)) - zero
///   point) * scale
LogicalResult convertTrunc(NodeContext &node) {
  if (node.numInputs() != 5)
    return node.unsupported("only Trunc of version 1, with 5 inputs, is "
                            "supported, but it has " +
                            llvm::Twine(node.numInputs()));
  if (failed(node.expectInputs(5, 5)) || failed(checkReals(node, {1, 2})))
    return failure();
  FailureOr<Rounding> rounding = readRounding(node, "FLOOR");
  FailureOr<double> before = numberOf(node, 3, "bit width of the input");
  FailureOr<double> after = numberOf(node, 4, "bit width of the output");
  if (failed(rounding) || failed(before) || failed(after))
    return failure();
  if (!(*after >= 1 && *after <= *before && *before <= 64))
    return node.error() << "expects bit widths that do not grow, but got "
                        << *before << " and " << *after;
  double step = std::exp2(*before - *after);
  return node.set(node.build.map(
      {node.input(0), node.input(1), node.input(2)}, node.element(0),
      [&](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
        Value y = arith::DivFOp::create(b, in[0], in[1]);
        y = round(b, arith::AddFOp::create(b, y, in[2]), Rounding::HalfEven);
        y = arith::DivFOp::create(b, y, number(b, step));
        y = arith::SubFOp::create(b, round(b, y, *rounding), in[2]);
        return arith::MulFOp::create(b, y, in[1]);
      }));
}

//===----------------------------------------------------------------------===//
// FloatQuant
//===----------------------------------------------------------------------===//

/// A float of any layout: exponents from `least`, `mantissa` bits behind the
/// first one, numbers up to `largest`; what becomes of greater ones.
struct MiniFloat {
  int64_t mantissa, least;
  double largest;
  std::optional<double> beyond;
};

FailureOr<MiniFloat> readMiniFloat(NodeContext &node) {
  FailureOr<double> exponent = numberOf(node, 2, "bit width of the exponent");
  FailureOr<double> mantissa = numberOf(node, 3, "bit width of the mantissa");
  FailureOr<double> bias = numberOf(node, 4, "exponent bias");
  if (failed(exponent) || failed(mantissa) || failed(bias))
    return failure();
  double least = 1 - *bias;
  double greatest = std::exp2(*exponent) - 1 - *bias;
  if (!(*exponent >= 1 && *exponent <= 8 && *mantissa >= 0 && *mantissa <= 23 &&
        least - *mantissa >= -126 && greatest <= 127)) {
    node.error() << "expects a float that f32 can say, but got " << *exponent
                 << " bits of exponent with bias " << *bias << " and "
                 << *mantissa << " of mantissa";
    return failure();
  }
  MiniFloat result{int64_t(*mantissa), int64_t(least),
                   (2 - std::exp2(-*mantissa)) * std::exp2(greatest),
                   std::nullopt};
  if (node.hasInput(5)) {
    FailureOr<double> given = numberOf(node, 5, "largest number");
    if (failed(given))
      return failure();
    result.largest = std::min(result.largest, *given);
  }
  if (node.getInt("saturation", 1))
    return result;
  if (!node.getInt("has_inf", 0) && !node.getInt("has_nan", 0)) {
    node.error() << "expects infinities or NaN for numbers that do not "
                    "saturate, but has_inf and has_nan are 0";
    return failure();
  }
  result.beyond = node.getInt("has_inf", 0)
                      ? std::numeric_limits<double>::infinity()
                      : std::numeric_limits<double>::quiet_NaN();
  return result;
}

/// The step between the numbers of a mini float around an f32, as an f32.
Value stepAround(ImplicitLocOpBuilder &b, Value x, const MiniFloat &format) {
  auto i32 = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(b, b.getI32IntegerAttr(value));
  };
  Value bits = arith::BitcastOp::create(b, b.getI32Type(), x);
  Value exponent = arith::AndIOp::create(
      b, arith::ShRUIOp::create(b, bits, i32(23)), i32(255));
  exponent = arith::MaxSIOp::create(b, exponent, i32(format.least + 127));
  // An infinity has a finite step.
  exponent = arith::MinSIOp::create(b, exponent, i32(254));
  exponent = arith::SubIOp::create(b, exponent, i32(format.mantissa));
  return arith::BitcastOp::create(b, b.getF32Type(),
                                  arith::ShLIOp::create(b, exponent, i32(23)));
}

/// FloatQuant: x, scale, bit widths of exponent and mantissa, exponent bias,
/// largest number. Rounds x / scale to the float that they describe.
LogicalResult convertFloatQuant(NodeContext &node) {
  if (failed(node.expectInputs(5, 6)) || failed(checkReals(node, {1})))
    return failure();
  FailureOr<MiniFloat> format = readMiniFloat(node);
  FailureOr<Rounding> rounding = readRounding(node, "ROUND");
  if (failed(format) || failed(rounding))
    return failure();
  return node.set(node.build.map(
      {node.input(0), node.input(1)}, node.element(0),
      [&](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
        Value x = arith::DivFOp::create(b, in[0], in[1]);
        Value step = stepAround(b, x, *format);
        Value y = round(b, arith::DivFOp::create(b, x, step), *rounding);
        y = arith::MulFOp::create(b, y, step);
        Value kept = clamp(b, y, -format->largest, format->largest);
        if (format->beyond) {
          Value isBeyond =
              arith::CmpFOp::create(b, arith::CmpFPredicate::ONE, y, kept);
          Value beyond =
              math::CopySignOp::create(b, number(b, *format->beyond), y);
          kept = arith::SelectOp::create(b, isBeyond, beyond, kept);
        }
        return arith::MulFOp::create(b, kept, in[1]);
      }));
}

} // namespace

void quantc::onnx::addQonnxOperators(ConversionTable &table) {
  for (llvm::StringRef domain :
       {"qonnx.custom_op.general", "onnx.brevitas", "finn.custom_op.general"}) {
    auto add = [&](llvm::StringRef op, Conversion conversion) {
      table.conversions[(domain + "." + op).str()] = conversion;
    };
    add("BipolarQuant", convertBipolarQuant);
    add("FloatQuant", convertFloatQuant);
    add("IntQuant", convertQuant);
    add("Quant", convertQuant);
    add("Trunc", convertTrunc);
  }
}
