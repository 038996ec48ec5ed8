//===- Cast.cpp - From one element type to another ------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Cast.h"
#include "../ConversionTable.h"

#include "../NarrowFloat.h"
#include "../TensorReader.h"
#include "../Text/StringCast.h"
#include "ScalarBuilder.h"

#include <cmath>

using namespace mlir;
using namespace quantc::onnx;

namespace {

bool isNarrow(Type element) {
  return isa<FloatType>(element) && element.getIntOrFloatBitWidth() == 16;
}

/// The integer type whose limits a float saturates at on its way to `to`.
IntegerType landingType(Type to) {
  unsigned width = to.getIntOrFloatBitWidth();
  bool isWide = width == 64 || (width == 32 && to.isUnsignedInteger());
  return IntegerType::get(to.getContext(), isWide ? 64 : 32,
                          width == 64 && to.isUnsignedInteger()
                              ? IntegerType::Unsigned
                              : IntegerType::Signless);
}

/// A float as an integer of `landing`, which is i32, i64 or ui64. A negative
/// number for ui64 saturates at the lowest i64, and keeps its bits.
Value floatToInteger(ImplicitLocOpBuilder &ops, Value x, IntegerType landing) {
  ScalarBuilder f(ops, x.getType());
  unsigned width = landing.getWidth();
  auto storage = ops.getIntegerType(width);
  ScalarBuilder s(ops, storage);
  double above = std::ldexp(1.0, width - 1);
  Value low = f.real(-above), high = f.real(above);
  Value isLow = f.less(x, low);
  Value fits =
      arith::AndIOp::create(ops, f.lessOrEqual(low, x), f.less(x, high));
  // What is out of range must not reach the conversion.
  Value safe = f.select(fits, x, f.zero());
  Value number = arith::FPToSIOp::create(ops, storage, safe);
  if (!landing.isUnsigned()) {
    Value top = s.integer(int64_t(~uint64_t(0) >> (65 - width)));
    number = s.select(f.lessOrEqual(high, x), top, number);
    return s.select(isLow, s.lowest(), number);
  }
  // The upper half of ui64: without the top bit, which is put back.
  Value rest = f.sub(x, high);
  Value isHigh =
      arith::AndIOp::create(ops, f.lessOrEqual(high, x), f.less(rest, high));
  Value half =
      arith::FPToSIOp::create(ops, storage, f.select(isHigh, rest, f.zero()));
  half = arith::XOrIOp::create(ops, half, s.lowest());
  number = s.select(isHigh, half, number);
  number = s.select(f.lessOrEqual(high, rest), s.integer(-1), number);
  return s.select(isLow, s.lowest(), number);
}

/// Keeps the bits of 2- and 4-bit integers and extends them to the byte.
Value extendNarrow(ImplicitLocOpBuilder &ops, Value byte, Type to) {
  unsigned width = to.getIntOrFloatBitWidth();
  if (width >= 8)
    return byte;
  ScalarBuilder s(ops, byte.getType());
  Value free = s.integer(8 - width);
  Value top = arith::ShLIOp::create(ops, byte, free);
  if (to.isUnsignedInteger())
    return arith::ShRUIOp::create(ops, top, free);
  return arith::ShRSIOp::create(ops, top, free);
}

Value resizeInteger(ImplicitLocOpBuilder &ops, Value x, bool isUnsigned,
                    Type storage) {
  unsigned from = x.getType().getIntOrFloatBitWidth();
  unsigned to = storage.getIntOrFloatBitWidth();
  if (from == to)
    return x;
  if (from > to)
    return arith::TruncIOp::create(ops, storage, x);
  if (isUnsigned)
    return arith::ExtUIOp::create(ops, storage, x);
  return arith::ExtSIOp::create(ops, storage, x);
}

/// A float as the storage of `to`, which for 16 bits is an f32 with a number
/// that fits into them.
Value resizeFloat(ImplicitLocOpBuilder &ops, Value x, Type to) {
  Type storage = storageOf(to);
  if (isNarrow(to))
    x = arith::TruncFOp::create(ops, to, x);
  if (x.getType() == storage)
    return x;
  if (storage.isF64() || isNarrow(x.getType()))
    return arith::ExtFOp::create(ops, storage, x);
  return arith::TruncFOp::create(ops, storage, x);
}

Value integerToFloat(ImplicitLocOpBuilder &ops, Value x, bool isUnsigned,
                     Type to) {
  Type type = isNarrow(to) ? to : storageOf(to);
  Value number = isUnsigned ? Value(arith::UIToFPOp::create(ops, type, x))
                            : Value(arith::SIToFPOp::create(ops, type, x));
  if (isNarrow(to))
    return arith::ExtFOp::create(ops, ops.getF32Type(), number);
  return number;
}

} // namespace

Value quantc::onnx::convertScalar(ImplicitLocOpBuilder &ops, Value x, Type from,
                                  Type to) {
  ScalarBuilder s(ops, from);
  if (to.isInteger(1))
    return from.isInteger(1) ? x : s.notEqual(x, s.zero());
  if (isa<FloatType>(to))
    return s.isFloat() ? resizeFloat(ops, x, to)
                       : integerToFloat(ops, x, s.isUnsigned(), to);
  bool isUnsigned = s.isUnsigned();
  if (s.isFloat()) {
    IntegerType landing = landingType(to);
    x = floatToInteger(ops, x, landing);
    isUnsigned = landing.isUnsigned();
  }
  return extendNarrow(ops, resizeInteger(ops, x, isUnsigned, storageOf(to)),
                      to);
}

/// Where tosa.cast means the same: to BOOL, and exactly to f32.
static bool isTosaCast(Type from, Type to) {
  Type storage = storageOf(from);
  bool isSigned = storage.isInteger(1) || !from.isUnsignedInteger();
  return storage.isF32() ? to.isInteger(1)
                         : to.isF32() && isSigned && !from.isF64();
}

Value quantc::onnx::convertElements(NodeContext &node, Value x, Type from,
                                    Type to) {
  if (from == to || (to.isF32() && isNarrow(from)))
    return x;
  if (isTosaCast(from, to))
    return node.build.cast(x, to);
  return node.build.map(x, to, [&](ImplicitLocOpBuilder &ops, ValueRange each) {
    return convertScalar(ops, each[0], from, to);
  });
}

namespace {

/// The same as floatToInteger.
int64_t toInteger(double value, IntegerType landing) {
  double above = std::ldexp(1.0, landing.getWidth() - 1);
  if (std::isnan(value))
    return 0;
  if (value < -above)
    return int64_t(uint64_t(-1) << (landing.getWidth() - 1));
  if (value < above)
    return int64_t(value);
  if (!landing.isUnsigned())
    return int64_t(~uint64_t(0) >> (65 - landing.getWidth()));
  return value < 2 * above ? int64_t(uint64_t(value)) : -1;
}

/// An integer of 64 bits as a float, rounded once.
double roundInteger(int64_t value, bool isUnsigned, FloatType to) {
  llvm::APFloat result(to.getFloatSemantics());
  result.convertFromAPInt(llvm::APInt(64, uint64_t(value)), !isUnsigned,
                          llvm::APFloat::rmNearestTiesToEven);
  return result.convertToDouble();
}

} // namespace

HostTensor quantc::onnx::convertConstant(const HostTensor &tensor, Type to) {
  if (tensor.isSplat())
    return convertConstant(tensor.dense(), to);
  HostTensor result = HostTensor::zeros(to, tensor.shape());
  for (int64_t i = 0, e = result.count(); i < e; ++i) {
    if (to.isInteger(1))
      result.set(i, int64_t(tensor.isFloat() ? tensor.asDouble(i) != 0
                                             : tensor.asInt(i) != 0));
    else if (result.isFloat())
      result.set(i, tensor.isFloat()
                        ? tensor.asDouble(i)
                        : roundInteger(tensor.asInt(i),
                                       tensor.elementType().isUnsignedInteger(),
                                       cast<FloatType>(to)));
    else if (tensor.isFloat())
      result.set(i, toInteger(tensor.asDouble(i), landingType(to)));
    else
      result.set(i, tensor.asInt(i));
  }
  return result;
}

namespace {

/// How a Cast to a float of 8 bits or fewer rounds, from its attributes.
struct CodeRounding {
  bool saturates;
  PowerRounding power;
};

FailureOr<CodeRounding> readRounding(NodeContext &node) {
  CodeRounding rounding{node.getInt("saturate", 1) != 0, PowerRounding::Up};
  llvm::StringRef mode = node.getString("round_mode", "up");
  if (mode == "down")
    rounding.power = PowerRounding::Down;
  else if (mode == "nearest")
    rounding.power = PowerRounding::Nearest;
  else if (mode != "up") {
    node.error() << "expects the round_mode up, down or nearest, but got '"
                 << mode << "'";
    return failure();
  }
  return rounding;
}

/// f64 to f32 with the last bit set where that is inexact (round to odd), so
/// that rounding the result to fewer bits rounds the f64 once.
Value roundToOdd(ImplicitLocOpBuilder &ops, Value x) {
  ScalarBuilder wide(ops, x.getType()), s(ops, ops.getI32Type());
  Value near = arith::TruncFOp::create(ops, ops.getF32Type(), x);
  Value back = arith::ExtFOp::create(ops, x.getType(), near);
  Value bits = arith::BitcastOp::create(ops, ops.getI32Type(), near);
  // Rounding went away from zero: one step back.
  Value isFar = wide.less(wide.abs(x), wide.abs(back));
  Value cut = s.select(isFar, s.sub(bits, s.one()), bits);
  Value odd = arith::OrIOp::create(ops, cut, s.one());
  Value isInexact =
      arith::CmpFOp::create(ops, arith::CmpFPredicate::ONE, x, back);
  return arith::BitcastOp::create(ops, ops.getF32Type(),
                                  s.select(isInexact, odd, bits));
}

/// An element as the code of a float of 8 bits or fewer.
Value encodeScalar(ImplicitLocOpBuilder &ops, Value x, Type from, FloatType to,
                   CodeRounding rounding) {
  if (!from.isF64() && !isa<FloatType>(from))
    x = convertScalar(ops, x, from, ops.getF64Type());
  if (x.getType().isF64())
    x = roundToOdd(ops, x);
  if (isa<Float8E8M0FNUType>(to))
    return encodePower(ops, x, rounding.power, rounding.saturates);
  return encodeFloat(ops, x, to, rounding.saturates);
}

/// The type that a Cast or CastLike casts to; null if it cannot.
Type targetOf(NodeContext &node) {
  if (node.node().opType == "CastLike")
    return node.hasInput(1) ? node.element(1) : node.element(0);
  Type to = elementTypeOf(node.getInt("to", 0), node.context());
  if (node.getInt("to", 0) == int64_t(DataType::String))
    return stringType(node.context());
  if (!to)
    (void)node.unsupported("it casts to " + dataTypeName(node.getInt("to", 0)));
  return to;
}

bool isCode(Type element) {
  return isa<FloatType>(element) && element.getIntOrFloatBitWidth() <= 8;
}

/// Results of earlier nodes are not rounded to 16 bits yet.
Value roundNarrow(NodeContext &node, Value x, Type from) {
  if (!isNarrow(from) || x.getDefiningOp<tosa::ConstOp>())
    return x;
  if (auto cast = x.getDefiningOp<tosa::CastOp>())
    if (elementOf(cast.getInput()) == from)
      return x;
  return node.build.cast(node.build.castExactly(x, from), from);
}

LogicalResult convertCast(NodeContext &node) {
  if (failed(node.expectInputs(1, node.node().opType == "CastLike" ? 2 : 1)))
    return failure();
  Type from = node.element(0), to = targetOf(node);
  if (!to)
    return failure();
  if (from == to)
    return node.forward();
  if (isString(from) || isString(to))
    return convertStringCast(node, to);
  FailureOr<CodeRounding> rounding = readRounding(node);
  if (failed(rounding))
    return failure();
  const HostTensor *constant = node.constant(0);
  if (constant && !isCode(to)) {
    if (failed(node.reserve(to, node.shape(0))))
      return failure();
    return node.set(convertConstant(*constant, to));
  }
  Value x = roundNarrow(node, node.input(0), from);
  if (!isCode(from) && !isCode(to))
    return node.set(convertElements(node, x, from, to), 0, to);
  Type f32 = node.build.ops().getF32Type();
  auto body = [&](ImplicitLocOpBuilder &ops, ValueRange each) {
    Value value = each[0];
    Type type = from;
    if (isCode(from)) {
      value = decodeFloat(ops, value, cast<FloatType>(from));
      type = f32;
    }
    if (isCode(to))
      return encodeScalar(ops, value, type, cast<FloatType>(to), *rounding);
    return convertScalar(ops, value, type, to);
  };
  return node.set(node.build.map(x, to, body), 0, to);
}

/// A byte of BOOL is 0 or 1.
Value bitcastScalar(ImplicitLocOpBuilder &ops, Value x, Type from, Type to) {
  if (from.isInteger(1) || to.isInteger(1))
    return convertScalar(ops, x, from, to);
  if (isNarrow(from))
    x = arith::TruncFOp::create(ops, from, x);
  Type bits = isNarrow(to) ? to : storageOf(to);
  if (x.getType() != bits)
    x = arith::BitcastOp::create(ops, bits, x);
  if (isNarrow(to))
    x = arith::ExtFOp::create(ops, ops.getF32Type(), x);
  return isa<FloatType>(to) ? x : extendNarrow(ops, x, to);
}

LogicalResult convertBitCast(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  Type from = node.element(0), to = targetOf(node);
  if (!to)
    return failure();
  if (isString(to))
    return node.error() << "expects a type of numbers, but got STRING";
  auto bitsOf = [](Type type) {
    return type.isInteger(1) ? 8 : type.getIntOrFloatBitWidth();
  };
  if (bitsOf(from) != bitsOf(to))
    return node.error() << "expects a type of " << bitsOf(from)
                        << " bits, but got " << to;
  Value x = node.build.map(node.input(0), to,
                           [&](ImplicitLocOpBuilder &ops, ValueRange each) {
                             return bitcastScalar(ops, each[0], from, to);
                           });
  return node.set(x, 0, to);
}

} // namespace

void quantc::onnx::addCasts(ConversionTable &table) {
  table.conversions["BitCast"] = convertBitCast;
  table.conversions["Cast"] = convertCast;
  table.conversions["CastLike"] = convertCast;
  table.onStrings["Cast"] = {StringInputs::Computes, 0b01};
  table.onStrings["CastLike"] = {StringInputs::Computes, 0b11};
}
