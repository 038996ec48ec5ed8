//===- RaiseElementwise.cpp - linalg.generic without reductions becomes TOSA -===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Transforms/Layout.h"
#include "lib/Frontend/Transforms/RaiseLinalg.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::frontend;

namespace {

/// max(x, y) or min(x, y), spelt as a comparison and a selection.
struct Extremum {
  Value lhs, rhs;
  bool isMaximum, ignoresNan;
};

/// select(x > y, x, y) and the like. With an ordered comparison NaN gives y,
/// with an unordered one it gives x.
std::optional<Extremum> readExtremum(arith::SelectOp op) {
  auto compare = op.getCondition().getDefiningOp<arith::CmpFOp>();
  if (!compare || compare.getLhs() != op.getTrueValue() ||
      compare.getRhs() != op.getFalseValue())
    return std::nullopt;
  Extremum extremum{op.getTrueValue(), op.getFalseValue(), true, true};
  switch (compare.getPredicate()) {
  case arith::CmpFPredicate::UGT:
  case arith::CmpFPredicate::UGE:
    extremum.ignoresNan = false;
    return extremum;
  case arith::CmpFPredicate::OGT:
  case arith::CmpFPredicate::OGE:
    return extremum;
  case arith::CmpFPredicate::ULT:
  case arith::CmpFPredicate::ULE:
    extremum.ignoresNan = false;
    extremum.isMaximum = false;
    return extremum;
  case arith::CmpFPredicate::OLT:
  case arith::CmpFPredicate::OLE:
    extremum.isMaximum = false;
    return extremum;
  default:
    return std::nullopt;
  }
}

/// True for the ops of a body that `ElementwiseBuilder` can write as TOSA.
bool isKnown(Operation *op) {
  if (auto select = dyn_cast<arith::SelectOp>(op))
    return readExtremum(select).has_value();
  if (isa<arith::CmpFOp>(op))
    return llvm::all_of(op->getUsers(), [](Operation *user) {
      return isa<arith::SelectOp>(user);
    });
  return isa<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::DivFOp,
             arith::MaximumFOp, arith::MaxNumFOp, arith::MinimumFOp,
             arith::MinNumFOp, arith::NegFOp, arith::ConstantOp, math::AbsFOp,
             math::ErfOp, math::ExpOp, math::LogOp, math::RsqrtOp,
             math::TanhOp>(op);
}

/// The operand of a generic op, in the layout of its iterations.
struct Spread {
  SmallVector<int32_t> perms;
  SmallVector<int64_t> shape;
};

/// A map of distinct iterations and zeros: the operand's dimensions sorted by
/// iteration, and its shape with ones where it broadcasts.
std::optional<Spread> readMap(AffineMap map, ArrayRef<int64_t> operandShape) {
  SmallVector<int64_t> dimensionOf(map.getNumDims(), -1);
  Spread spread;
  for (auto [i, expr] : llvm::enumerate(map.getResults())) {
    if (auto zero = dyn_cast<AffineConstantExpr>(expr)) {
      if (zero.getValue() != 0 || operandShape[i] != 1)
        return std::nullopt;
      continue;
    }
    auto dimension = dyn_cast<AffineDimExpr>(expr);
    if (!dimension || dimensionOf[dimension.getPosition()] != -1)
      return std::nullopt;
    dimensionOf[dimension.getPosition()] = i;
  }
  SmallVector<bool> taken(operandShape.size(), false);
  for (int64_t i : dimensionOf) {
    spread.shape.push_back(i == -1 ? 1 : operandShape[i]);
    if (i == -1)
      continue;
    spread.perms.push_back(i);
    taken[i] = true;
  }
  // Dimensions of one that no iteration runs over: anywhere.
  for (auto [i, isTaken] : llvm::enumerate(taken))
    if (!isTaken)
      spread.perms.push_back(i);
  return spread;
}

/// Writes the body of a generic op as TOSA ops on whole tensors.
class ElementwiseBuilder {
public:
  ElementwiseBuilder(PatternRewriter &rewriter, linalg::GenericOp op)
      : rewriter(rewriter), op(op),
        type(cast<RankedTensorType>(op.getResultTypes().front())) {}

  Value build() {
    Block &body = op.getRegion().front();
    for (OpOperand *operand : op.getDpsInputOperands())
      values[body.getArgument(operand->getOperandNumber())] = spread(*operand);
    for (Operation &inner : body.without_terminator())
      if (!isa<arith::CmpFOp>(inner))
        values[inner.getResult(0)] = write(&inner);
    Value result = read(body.getTerminator()->getOperand(0));
    if (result.getType() == type)
      return result;
    // A pure broadcast: add it to zeros.
    Value zeros = tosa::ConstOp::create(rewriter, op.getLoc(), type,
                                        DenseElementsAttr::get(type, 0.0f));
    return tosa::AddOp::create(rewriter, op.getLoc(), type, zeros, result);
  }

private:
  Value spread(OpOperand &operand) {
    auto operandType = dyn_cast<RankedTensorType>(operand.get().getType());
    if (!operandType) { // A scalar that is a constant.
      APFloat number(0.0f);
      matchPattern(operand.get(), m_ConstantFloat(&number));
      return createNumber(rewriter, op.getLoc(), number.convertToFloat(),
                          type.getRank());
    }
    std::optional<Spread> layout =
        readMap(op.getMatchingIndexingMap(&operand), operandType.getShape());
    Value value = operand.get();
    if (!llvm::is_sorted(layout->perms))
      value = transpose(rewriter, op.getLoc(), value, layout->perms);
    return reshape(rewriter, op.getLoc(), value, layout->shape);
  }

  /// The tensor for a value of the body; constants may lie outside.
  Value read(Value value) {
    if (Value known = values.lookup(value))
      return known;
    APFloat number(0.0f);
    matchPattern(value, m_ConstantFloat(&number));
    return createNumber(rewriter, op.getLoc(), number.convertToFloat(),
                        type.getRank());
  }

  /// The shape that two operands broadcast to.
  RankedTensorType joined(Value lhs, Value rhs) {
    SmallVector<int64_t> shape;
    for (auto [a, b] :
         llvm::zip_equal(cast<RankedTensorType>(lhs.getType()).getShape(),
                         cast<RankedTensorType>(rhs.getType()).getShape()))
      shape.push_back(std::max(a, b));
    return type.clone(shape);
  }

  template <typename Op>
  Value unary(Value operand) {
    Value input = read(operand);
    return Op::create(rewriter, op.getLoc(), input.getType(), input);
  }

  template <typename Op>
  Value binary(Value lhs, Value rhs) {
    lhs = read(lhs);
    rhs = read(rhs);
    return Op::create(rewriter, op.getLoc(), joined(lhs, rhs), lhs, rhs);
  }

  Value product(Value lhs, Value rhs) {
    auto shiftType = RankedTensorType::get({1}, rewriter.getI8Type());
    Value shift =
        tosa::ConstOp::create(rewriter, op.getLoc(), shiftType,
                              DenseElementsAttr::get(shiftType, int8_t(0)));
    return tosa::MulOp::create(rewriter, op.getLoc(), joined(lhs, rhs), lhs,
                               rhs, shift);
  }

  Value extremum(const Extremum &e) {
    Value lhs = read(e.lhs), rhs = read(e.rhs);
    auto mode = e.ignoresNan ? tosa::NanPropagationMode::IGNORE
                             : tosa::NanPropagationMode::PROPAGATE;
    if (e.isMaximum)
      return tosa::MaximumOp::create(rewriter, op.getLoc(), joined(lhs, rhs),
                                     lhs, rhs, mode);
    return tosa::MinimumOp::create(rewriter, op.getLoc(), joined(lhs, rhs), lhs,
                                   rhs, mode);
  }

  Value write(Operation *inner) {
    auto lhs = [&] { return inner->getOperand(0); };
    auto rhs = [&] { return inner->getOperand(1); };
    return TypeSwitch<Operation *, Value>(inner)
        .Case([&](arith::ConstantOp c) { return read(c.getResult()); })
        .Case([&](arith::AddFOp) { return binary<tosa::AddOp>(lhs(), rhs()); })
        .Case([&](arith::SubFOp) { return binary<tosa::SubOp>(lhs(), rhs()); })
        .Case([&](arith::MulFOp) { return product(read(lhs()), read(rhs())); })
        .Case([&](arith::DivFOp) {
          Value numerator = read(lhs());
          return product(numerator, unary<tosa::ReciprocalOp>(rhs()));
        })
        .Case([&](arith::MaximumFOp) {
          return extremum({lhs(), rhs(), true, false});
        })
        .Case([&](arith::MaxNumFOp) {
          return extremum({lhs(), rhs(), true, true});
        })
        .Case([&](arith::MinimumFOp) {
          return extremum({lhs(), rhs(), false, false});
        })
        .Case([&](arith::MinNumFOp) {
          return extremum({lhs(), rhs(), false, true});
        })
        .Case([&](arith::SelectOp s) { return extremum(*readExtremum(s)); })
        .Case([&](arith::NegFOp) {
          Value zero = createNumber(rewriter, op.getLoc(), 0.0f);
          Value input = read(lhs());
          return tosa::NegateOp::create(rewriter, op.getLoc(), input.getType(),
                                        input, zero, zero);
        })
        .Case([&](math::AbsFOp) { return unary<tosa::AbsOp>(lhs()); })
        .Case([&](math::ErfOp) { return unary<tosa::ErfOp>(lhs()); })
        .Case([&](math::ExpOp) { return unary<tosa::ExpOp>(lhs()); })
        .Case([&](math::LogOp) { return unary<tosa::LogOp>(lhs()); })
        .Case([&](math::RsqrtOp) { return unary<tosa::RsqrtOp>(lhs()); })
        .Case([&](math::TanhOp) { return unary<tosa::TanhOp>(lhs()); });
  }

  PatternRewriter &rewriter;
  linalg::GenericOp op;
  RankedTensorType type;
  DenseMap<Value, Value> values;
};

/// generic {parallel, f32, known ops} -> TOSA ops on whole tensors
struct RaiseGeneric : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::GenericOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.hasPureTensorSemantics() || op.getNumResults() != 1 ||
        op.getNumLoops() == 0 || op.getNumParallelLoops() != op.getNumLoops())
      return rewriter.notifyMatchFailure(op, "not elementwise on tensors");
    auto type = dyn_cast<RankedTensorType>(op.getResultTypes().front());
    if (!type || !type.hasStaticShape() || !type.getElementType().isF32() ||
        !op.getMatchingIndexingMap(op.getDpsInitOperand(0)).isIdentity())
      return rewriter.notifyMatchFailure(op, "result is not f32 in order");
    for (OpOperand *operand : op.getDpsInputOperands())
      if (!canSpread(op, *operand))
        return rewriter.notifyMatchFailure(op, "an operand cannot be spread");
    if (!isBodyKnown(op))
      return rewriter.notifyMatchFailure(op, "the body has an unknown op");
    Value result = ElementwiseBuilder(rewriter, op).build();
    rewriter.replaceOp(op, result);
    return success();
  }

private:
  static bool canSpread(linalg::GenericOp op, OpOperand &operand) {
    if (operand.get().getType().isF32())
      return matchPattern(operand.get(), m_Constant());
    auto type = dyn_cast<RankedTensorType>(operand.get().getType());
    return type && type.hasStaticShape() && type.getElementType().isF32() &&
           readMap(op.getMatchingIndexingMap(&operand), type.getShape());
  }

  /// All ops have a counterpart, the old result is not read, and what comes
  /// from outside is a constant.
  static bool isBodyKnown(linalg::GenericOp op) {
    Block &body = op.getRegion().front();
    if (!body.getArguments().back().use_empty())
      return false;
    auto isReadable = [&](Value value) {
      if (!value.getType().isF32() && !value.getType().isInteger(1))
        return false;
      return value.getParentBlock() == &body ||
             matchPattern(value, m_Constant());
    };
    for (Operation &inner : body)
      if ((!isa<linalg::YieldOp>(inner) && !isKnown(&inner)) ||
          !llvm::all_of(inner.getOperands(), isReadable))
        return false;
    return true;
  }
};

/// op(x, 0 + y) -> op(x, y)   if the sum only spreads y to the shape of x
struct DropSpread : RewritePattern {
  DropSpread(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), /*benefit=*/1, context) {}

  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    if (!isa<tosa::AddOp, tosa::SubOp, tosa::MulOp, tosa::MaximumOp,
             tosa::MinimumOp>(op))
      return failure();
    for (unsigned i : {0u, 1u}) {
      auto sum = op->getOperand(i).getDefiningOp<tosa::AddOp>();
      if (!sum || !isFilledWith(sum.getInput1(), 0.0f) ||
          op->getOperand(1 - i).getType() != op->getResult(0).getType())
        continue;
      rewriter.modifyOpInPlace(op, [&] { op->setOperand(i, sum.getInput2()); });
      return success();
    }
    return rewriter.notifyMatchFailure(op, "no operand is spread");
  }
};

} // namespace

void frontend::populateRaiseElementwise(RewritePatternSet &patterns) {
  patterns.add<DropSpread, RaiseGeneric>(patterns.getContext());
}
