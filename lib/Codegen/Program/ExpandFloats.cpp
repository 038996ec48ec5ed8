//===- ExpandFloats.cpp - Casts of 16-bit floats in integer arithmetic ----===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An f32 has 23 bits of fraction and the exponent bias 127, an f16 has 10 and
// 15, so that fractions shift by 13 and biases differ by 112.
#include "quantc/Codegen/Program/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace quantc::codegen {
#define GEN_PASS_DEF_EXPANDFLOATS
#include "lib/Codegen/Program/Passes.h.inc"
} // namespace quantc::codegen

using namespace mlir;

namespace {

/// Arithmetic on the bits of an f32.
struct Bits {
  ImplicitLocOpBuilder &builder;

  Value number(uint32_t value) {
    return arith::ConstantOp::create(builder,
                                     builder.getI32IntegerAttr(int32_t(value)));
  }
  Value of(Value x) {
    return arith::BitcastOp::create(builder, builder.getI32Type(), x);
  }
  Value real(Value bits) {
    return arith::BitcastOp::create(builder, builder.getF32Type(), bits);
  }
  Value mask(Value x, uint32_t bits) {
    return arith::AndIOp::create(builder, x, number(bits));
  }
  Value join(Value x, Value y) { return arith::OrIOp::create(builder, x, y); }
  Value left(Value x, uint32_t by) {
    return arith::ShLIOp::create(builder, x, number(by));
  }
  Value right(Value x, uint32_t by) {
    return arith::ShRUIOp::create(builder, x, number(by));
  }
  Value add(Value x, Value y) { return arith::AddIOp::create(builder, x, y); }
  Value isBelow(Value x, uint32_t limit) {
    return arith::CmpIOp::create(builder, arith::CmpIPredicate::ult, x,
                                 number(limit));
  }
  Value select(Value condition, Value ifTrue, Value ifFalse) {
    return arith::SelectOp::create(builder, condition, ifTrue, ifFalse);
  }
};

/// The f32 with the value of a half.
Value widenHalf(ImplicitLocOpBuilder &builder, Value half) {
  Bits b{builder};
  Value narrow = arith::BitcastOp::create(builder, builder.getI16Type(), half);
  Value code = arith::ExtUIOp::create(builder, builder.getI32Type(), narrow);
  Value magnitude = b.mask(code, 0x7fff), shifted = b.left(magnitude, 13);
  Value normal = b.add(shifted, b.number(112u << 23));
  // Infinity, and NaN, which becomes quiet.
  Value special = b.join(shifted, b.number(0x7f800000));
  Value quiet = b.join(special, b.number(0x400000));
  special = b.select(b.isBelow(magnitude, 0x7c01), special, quiet);
  // A subnormal number counts steps of 2^-24.
  Value count =
      arith::UIToFPOp::create(builder, builder.getF32Type(), magnitude);
  Value step =
      arith::ConstantOp::create(builder, builder.getF32FloatAttr(0x1p-24f));
  Value subnormal = b.of(arith::MulFOp::create(builder, count, step));
  Value bits = b.select(b.isBelow(magnitude, 0x7c00), normal, special);
  bits = b.select(b.isBelow(magnitude, 0x400), subnormal, bits);
  return b.real(b.join(bits, b.left(b.mask(code, 0x8000), 16)));
}

/// The half nearest to an f32, ties to even.
Value narrowToHalf(ImplicitLocOpBuilder &builder, Value x) {
  Bits b{builder};
  Value bits = b.of(x), magnitude = b.mask(bits, 0x7fffffff);
  // Half a step up, less one for an even result; a carry raises the exponent.
  Value biased = b.add(magnitude, b.number(0u - (112u << 23)));
  Value isOdd = b.mask(b.right(biased, 13), 1);
  Value normal = b.right(b.add(b.add(biased, b.number(0xfff)), isOdd), 13);
  // In [0.5, 1) an f32 counts steps of 2^-24, as a subnormal half does.
  Value half =
      arith::ConstantOp::create(builder, builder.getF32FloatAttr(0.5f));
  Value counted = arith::AddFOp::create(builder, b.real(magnitude), half);
  Value subnormal = b.add(b.of(counted), b.number(0u - 0x3f000000));
  Value nan = b.join(b.mask(b.right(magnitude, 13), 0x3ff), b.number(0x7e00));
  Value large =
      b.select(b.isBelow(magnitude, 0x7f800001), b.number(0x7c00), nan);
  Value code = b.select(b.isBelow(magnitude, 0x47800000), normal, large);
  code = b.select(b.isBelow(magnitude, 0x38800000), subnormal, code);
  code = b.join(code, b.right(b.mask(bits, 0x80000000), 16));
  Value narrow = arith::TruncIOp::create(builder, builder.getI16Type(), code);
  return arith::BitcastOp::create(builder, builder.getF16Type(), narrow);
}

/// f64 to f32 with the last bit set where that is inexact (round to odd), so
/// that rounding the result to 16 bits rounds the f64 once.
Value narrowToOdd(ImplicitLocOpBuilder &builder, Value x) {
  Bits b{builder};
  Value near = arith::TruncFOp::create(builder, builder.getF32Type(), x);
  Value back = arith::ExtFOp::create(builder, x.getType(), near);
  auto isAbove = [&](Value lhs, Value rhs) -> Value {
    return arith::CmpFOp::create(builder, arith::CmpFPredicate::OGT, lhs, rhs);
  };
  Value zero = arith::ConstantOp::create(builder, builder.getF64FloatAttr(0));
  // Rounding went away from zero: one step back.
  Value isFar = b.select(isAbove(x, zero), isAbove(back, x), isAbove(x, back));
  Value bits = b.of(near);
  Value cut = b.select(isFar, b.add(bits, b.number(0xffffffff)), bits);
  Value isInexact =
      arith::CmpFOp::create(builder, arith::CmpFPredicate::ONE, x, back);
  return b.real(b.select(isInexact, b.join(cut, b.number(1)), bits));
}

bool isNarrow(Type type) { return type.isF16() || type.isBF16(); }

/// extf(f16) -> shifts and a select by kind
struct ExpandExtend : OpRewritePattern<arith::ExtFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::ExtFOp op,
                                PatternRewriter &rewriter) const override {
    Type from = op.getIn().getType(), to = op.getType();
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    Type f32 = builder.getF32Type();
    if (isNarrow(from) && to.isF64()) {
      Value wide = arith::ExtFOp::create(builder, f32, op.getIn());
      rewriter.replaceOpWithNewOp<arith::ExtFOp>(op, to, wide);
      return success();
    }
    if (!from.isF16() || to != f32)
      return rewriter.notifyMatchFailure(op, "not from f16 to f32");
    rewriter.replaceOp(op, widenHalf(builder, op.getIn()));
    return success();
  }
};

/// truncf(f32) -> rounding in integers
struct ExpandTruncate : OpRewritePattern<arith::TruncFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::TruncFOp op,
                                PatternRewriter &rewriter) const override {
    Type from = op.getIn().getType(), to = op.getType();
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    if (from.isF64() && isNarrow(to)) {
      Value odd = narrowToOdd(builder, op.getIn());
      rewriter.replaceOpWithNewOp<arith::TruncFOp>(op, to, odd);
      return success();
    }
    if (!from.isF32() || !to.isF16())
      return rewriter.notifyMatchFailure(op, "not from f32 to f16");
    rewriter.replaceOp(op, narrowToHalf(builder, op.getIn()));
    return success();
  }
};

/// A 64-bit integer of at most 53 significant bits that lies on the same side
/// of every float of 16 bits as x: what is cut off is kept as the last bit.
Value withSticky(ImplicitLocOpBuilder &builder, Value x, bool isSigned) {
  auto number = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(builder, builder.getI64IntegerAttr(value));
  };
  constexpr int64_t limit = int64_t(1) << 53, low = 0x7ff;
  Value shifted = arith::AddIOp::create(builder, x, number(limit));
  Value isExact = arith::CmpIOp::create(builder, arith::CmpIPredicate::ult,
                                        isSigned ? shifted : x,
                                        number(isSigned ? 2 * limit : limit));
  Value high = arith::AndIOp::create(builder, x, number(~low));
  Value rest = arith::AndIOp::create(builder, x, number(low));
  Value isRest =
      arith::CmpIOp::create(builder, arith::CmpIPredicate::ne, rest, number(0));
  Value odd = arith::OrIOp::create(builder, high, number(low + 1));
  Value cut = arith::SelectOp::create(builder, isRest, odd, high);
  return arith::SelectOp::create(builder, isExact, x, cut);
}

/// sitofp(x) : f16 -> truncf(sitofp(x) : f64), rounded once
template <typename Op>
struct ExpandFromInteger : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op,
                                PatternRewriter &rewriter) const override {
    if (!isNarrow(op.getType()) || !op.getIn().getType().isIntOrFloat())
      return rewriter.notifyMatchFailure(op, "not to 16 bits");
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    Value x = op.getIn();
    if (x.getType().isInteger(64))
      x = withSticky(builder, x, std::is_same_v<Op, arith::SIToFPOp>);
    Value wide = Op::create(builder, builder.getF64Type(), x);
    Value odd = narrowToOdd(builder, wide);
    rewriter.replaceOpWithNewOp<arith::TruncFOp>(op, op.getType(), odd);
    return success();
  }
};

struct ExpandFloats : quantc::codegen::impl::ExpandFloatsBase<ExpandFloats> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ExpandExtend, ExpandFromInteger<arith::SIToFPOp>,
                 ExpandFromInteger<arith::UIToFPOp>, ExpandTruncate>(
        &getContext());
    arith::populateExpandBFloat16Patterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
