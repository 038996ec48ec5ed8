//===- NarrowFloat.cpp - Floats of 4, 8 and 16 bits as integers -----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "NarrowFloat.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

constexpr uint32_t kInfinity = 0x7f800000;
constexpr uint32_t kNan = 0x7fc00000;
constexpr uint32_t kMagnitude = 0x7fffffff;

/// How the magnitude of a narrow float is laid out: `mantissa` low bits below
/// an exponent of offset `bias`, and codes above `largest` that are not finite.
struct Layout {
  explicit Layout(FloatType type)
      : semantics(type.getFloatSemantics()), width(type.getWidth()),
        mantissa(llvm::APFloat::semanticsPrecision(semantics) - 1),
        bias(1 - llvm::APFloat::semanticsMinExponent(semantics)),
        largest(codeOf(llvm::APFloat::getLargest(semantics))),
        hasInfinity(llvm::APFloat::semanticsHasInf(semantics)),
        hasNan(llvm::APFloat::semanticsHasNaN(semantics)),
        hasNegativeZero(llvm::APFloat::semanticsHasSignedRepr(semantics) &&
                        !hasOneNan(semantics)) {
    if (hasNan)
      nan = codeOf(llvm::APFloat::getQNaN(semantics));
  }

  /// In the FNUZ types the code of -0 is the only NaN.
  static bool hasOneNan(const llvm::fltSemantics &semantics) {
    return llvm::APFloat::getZero(semantics, /*Negative=*/true)
               .bitcastToAPInt() == 0;
  }
  static uint32_t codeOf(const llvm::APFloat &number) {
    return number.bitcastToAPInt().getZExtValue();
  }
  uint32_t sign() const { return 1u << (width - 1); }
  unsigned shift() const { return 23 - mantissa; }
  /// The integer type that a code has.
  unsigned storage() const { return std::max(width, 8u); }

  const llvm::fltSemantics &semantics;
  unsigned width, mantissa;
  int bias;
  uint32_t largest, nan = 0;
  bool hasInfinity, hasNan, hasNegativeZero;
};

/// Short names for arithmetic on i32 and f32.
struct Scalars {
  explicit Scalars(ImplicitLocOpBuilder &builder) : builder(builder) {}

  Value i32(uint32_t value) {
    return arith::ConstantOp::create(
        builder, builder.getI32IntegerAttr(static_cast<int32_t>(value)));
  }
  Value f32(double value) {
    return arith::ConstantOp::create(builder, builder.getF32FloatAttr(value));
  }
  template <typename Op>
  Value apply(Value lhs, Value rhs) {
    return Op::create(builder, lhs, rhs);
  }
  template <typename Op>
  Value apply(Value lhs, uint32_t rhs) {
    return Op::create(builder, lhs, i32(rhs));
  }
  /// lhs > rhs, unsigned.
  Value isAbove(Value lhs, uint32_t rhs) {
    return arith::CmpIOp::create(builder, arith::CmpIPredicate::ugt, lhs,
                                 i32(rhs));
  }
  Value isEqual(Value lhs, uint32_t rhs) {
    return arith::CmpIOp::create(builder, arith::CmpIPredicate::eq, lhs,
                                 i32(rhs));
  }
  Value select(Value condition, Value ifTrue, Value ifFalse) {
    return arith::SelectOp::create(builder, condition, ifTrue, ifFalse);
  }
  Value toBits(Value real) {
    return arith::BitcastOp::create(builder, builder.getI32Type(), real);
  }
  Value toReal(Value bits) {
    return arith::BitcastOp::create(builder, builder.getF32Type(), bits);
  }
  Value widen(Value code) {
    if (code.getType().isInteger(32))
      return code;
    return arith::ExtUIOp::create(builder, builder.getI32Type(), code);
  }
  Value narrow(Value bits, unsigned width) {
    return arith::TruncIOp::create(builder, builder.getIntegerType(width),
                                   bits);
  }

  ImplicitLocOpBuilder &builder;
};

/// The mantissa's upper bits below the new exponent. A carry out of the
/// mantissa raises the exponent, as it should.
Value roundNormal(Scalars &scalars, Value magnitude, const Layout &layout) {
  unsigned shift = layout.shift();
  Value isOdd = scalars.apply<arith::AndIOp>(
      scalars.apply<arith::ShRUIOp>(magnitude, shift), 1);
  Value sum = scalars.apply<arith::AddIOp>(
      scalars.apply<arith::AddIOp>(magnitude, (1u << (shift - 1)) - 1), isOdd);
  uint32_t rebias = static_cast<uint32_t>(127 - layout.bias) << layout.mantissa;
  return scalars.apply<arith::SubIOp>(scalars.apply<arith::ShRUIOp>(sum, shift),
                                      rebias);
}

/// Subnormals are multiples of one step. Next to `magic` the step of f32 is the
/// same one, so the sum rounds, and its low bits count the steps.
Value roundSubnormal(Scalars &scalars, Value magnitude, const Layout &layout) {
  float magic = std::ldexp(1.0f, 1 - layout.bias + layout.shift());
  Value sum = scalars.apply<arith::AddFOp>(scalars.toReal(magnitude),
                                           scalars.f32(magic));
  return scalars.apply<arith::SubIOp>(scalars.toBits(sum),
                                      llvm::bit_cast<uint32_t>(magic));
}

/// The code of a power of two, which has no sign.
Value decodePower(Scalars &scalars, Value code) {
  Value power = scalars.apply<arith::ShLIOp>(code, 23);
  power =
      scalars.select(scalars.isEqual(code, 0), scalars.i32(1u << 22), power);
  return scalars.toReal(
      scalars.select(scalars.isEqual(code, 255), scalars.i32(kNan), power));
}

} // namespace

Value quantc::onnx::decodeFloat(ImplicitLocOpBuilder &builder, Value code,
                                FloatType type) {
  Scalars scalars(builder);
  uint32_t mask = llvm::maskTrailingOnes<uint32_t>(type.getWidth());
  Value bits = scalars.apply<arith::AndIOp>(scalars.widen(code), mask);
  if (isa<Float8E8M0FNUType>(type))
    return decodePower(scalars, bits);
  Layout layout(type);
  // As an f32 the shifted magnitude has the wrong exponent by a constant, also
  // if it is subnormal.
  Value magnitude = scalars.apply<arith::AndIOp>(bits, layout.sign() - 1);
  Value shifted = scalars.apply<arith::ShLIOp>(magnitude, layout.shift());
  Value real = scalars.apply<arith::MulFOp>(
      scalars.toReal(shifted), scalars.f32(std::ldexp(1.0, 127 - layout.bias)));
  Value result = scalars.toBits(real);
  if (layout.hasInfinity)
    result =
        scalars.select(scalars.isAbove(magnitude, layout.largest),
                       scalars.apply<arith::OrIOp>(shifted, kInfinity), result);
  else if (layout.hasNan && layout.hasNegativeZero)
    result = scalars.select(scalars.isAbove(magnitude, layout.largest),
                            scalars.i32(kNan), result);
  Value sign = scalars.apply<arith::ShLIOp>(
      scalars.apply<arith::AndIOp>(bits, layout.sign()), 32 - layout.width);
  result = scalars.apply<arith::OrIOp>(result, sign);
  if (layout.hasNan && !layout.hasNegativeZero)
    result = scalars.select(scalars.isEqual(bits, layout.nan),
                            scalars.i32(kNan), result);
  return scalars.toReal(result);
}

Value quantc::onnx::encodeFloat(ImplicitLocOpBuilder &builder, Value real,
                                FloatType type, bool saturates) {
  Scalars scalars(builder);
  Layout layout(type);
  Value bits = scalars.toBits(real);
  Value magnitude = scalars.apply<arith::AndIOp>(bits, kMagnitude);
  uint32_t smallestNormal = static_cast<uint32_t>(128 - layout.bias) << 23;
  Value code = scalars.select(scalars.isAbove(magnitude, smallestNormal - 1),
                              roundNormal(scalars, magnitude, layout),
                              roundSubnormal(scalars, magnitude, layout));
  uint32_t beyond = layout.nan;
  if (saturates || !layout.hasNan)
    beyond = layout.largest;
  else if (layout.hasInfinity)
    beyond = layout.largest + 1;
  code = scalars.select(scalars.isAbove(code, layout.largest),
                        scalars.i32(beyond), code);
  Value isNan = scalars.isAbove(magnitude, kInfinity);
  Value sign = scalars.apply<arith::AndIOp>(
      scalars.apply<arith::ShRUIOp>(bits, 32 - layout.width), layout.sign());
  if (layout.hasNegativeZero) {
    Value nan = scalars.i32(layout.hasNan ? layout.nan : 0);
    code = scalars.select(isNan, nan, code);
    code = scalars.apply<arith::OrIOp>(code, sign);
    if (!layout.hasNan)
      code = scalars.select(isNan, scalars.i32(layout.sign()), code);
  } else {
    // The sign's bit alone would be NaN, not zero.
    Value isZero = scalars.isEqual(code, 0);
    Value signedCode = scalars.apply<arith::OrIOp>(code, sign);
    code = scalars.select(isZero, code, signedCode);
    code = scalars.select(isNan, scalars.i32(layout.nan), code);
  }
  return scalars.narrow(code, layout.storage());
}

Value quantc::onnx::roundToFloat(ImplicitLocOpBuilder &builder, Value real,
                                 FloatType type) {
  return decodeFloat(builder, encodeFloat(builder, real, type), type);
}

Value quantc::onnx::encodePower(ImplicitLocOpBuilder &builder, Value real,
                                PowerRounding rounding, bool saturates) {
  Scalars scalars(builder);
  Value magnitude =
      scalars.apply<arith::AndIOp>(scalars.toBits(real), kMagnitude);
  // A carry into the exponent takes the next power. 2^-127 is subnormal in f32:
  // what is rounded to it lies below `firstAbove`.
  uint32_t carry = 0, firstAbove = 0;
  if (rounding == PowerRounding::Up) {
    carry = (1u << 23) - 1;
    firstAbove = (1u << 22) + 1;
  } else if (rounding == PowerRounding::Nearest) {
    carry = 1u << 22;
    firstAbove = 3u << 21;
  }
  Value code = scalars.apply<arith::ShRUIOp>(
      scalars.apply<arith::AddIOp>(magnitude, carry), 23);
  if (firstAbove > 0)
    code = scalars.select(scalars.isAbove(magnitude, firstAbove - 1), code,
                          scalars.i32(0));
  code = scalars.select(scalars.isAbove(code, 254),
                        scalars.i32(saturates ? 254 : 255), code);
  code = scalars.select(scalars.isAbove(magnitude, kInfinity), scalars.i32(255),
                        code);
  return scalars.narrow(code, 8);
}
