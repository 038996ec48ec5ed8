//===- MovementDerivatives.cpp - Derivatives of data movement -------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Distill/Transforms/Models.h"
#include "dialects/Distill/Transforms/Real.h"
#include "dialects/Distill/Transforms/Structured.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace mlir;
using namespace quantc::distill;

namespace {

llvm::Error done() { return llvm::Error::success(); }

llvm::Expected<Shape> constantShape(Value value, llvm::StringRef what) {
  Shape numbers;
  Operation *op = value.getDefiningOp();
  if (!op || !tosa::getConstShapeValues(op, numbers))
    return llvm::createStringError("its " + what + " is not constant");
  return numbers;
}

/// Moves numbers without changing how many there are.
struct ReshapeRules {
  static llvm::Error derive(Operation *op, Derivation &d) {
    auto type = dyn_cast<RankedTensorType>(op->getOperand(0).getType());
    if (!type || !type.hasStaticShape() ||
        !cast<ShapedType>(d.adjoint().getType()).hasStaticShape())
      return llvm::createStringError("its shape is not static");
    d.set(0, reshape(d.ops(), d.adjoint(), type.getShape()));
    return done();
  }
};

struct MovementRules {
  static llvm::Error derive(tosa::ConcatOp op, Derivation &d) {
    int64_t axis = op.getAxis(), begin = 0;
    int64_t size = shapeOf(op.getOutput())[axis];
    for (auto [i, input] : llvm::enumerate(op.getInput1())) {
      Shape low(shapeOf(input).size(), 0), high(low);
      int64_t own = shapeOf(input)[axis];
      low[axis] = -begin;
      high[axis] = begin + own - size;
      d.set(i, padOrCrop(d.ops(), d.adjoint(), low, high));
      begin += own;
    }
    return done();
  }

  static llvm::Error derive(tosa::IdentityOp, Derivation &d) {
    d.set(0, d.adjoint());
    return done();
  }

  /// What was taken away is zero; what was put around it is dropped.
  static llvm::Error derive(tosa::PadOp op, Derivation &d) {
    llvm::Expected<Shape> padding = constantShape(op.getPadding(), "padding");
    if (!padding)
      return padding.takeError();
    Shape low, high;
    for (size_t i = 0; i < padding->size(); i += 2) {
      low.push_back(-(*padding)[i]);
      high.push_back(-(*padding)[i + 1]);
    }
    Value inner = padOrCrop(d.ops(), d.adjoint(), low, high);
    d.set(0, inner);
    if (d.isWanted(2))
      d.set(2, borderSum(d, low, high, op.getPadConst()));
    return done();
  }

  static llvm::Error derive(tosa::ReverseOp op, Derivation &d) {
    d.set(0, reverse(d.ops(), d.adjoint(), op.getAxis()));
    return done();
  }

  static llvm::Error derive(tosa::SliceOp op, Derivation &d) {
    llvm::Expected<Shape> low = constantShape(op.getStart(), "start");
    if (!low)
      return low.takeError();
    Shape high;
    for (auto [begin, size, whole] : llvm::zip_equal(
             *low, shapeOf(op.getOutput()), shapeOf(op.getInput1())))
      high.push_back(whole - begin - size);
    d.set(0, padOrCrop(d.ops(), d.adjoint(), *low, high));
    return done();
  }

  /// (m * n) as (m, n), summed over m.
  static llvm::Error derive(tosa::TileOp op, Derivation &d) {
    Shape split;
    SmallVector<int64_t> copies;
    for (auto [from, to] :
         llvm::zip_equal(shapeOf(op.getInput1()), shapeOf(op.getOutput()))) {
      copies.push_back(split.size());
      split.append({to / from, from});
    }
    Value parts = reshape(d.ops(), d.adjoint(), split);
    d.set(0, reshape(d.ops(), sumOver(d.ops(), parts, copies),
                     shapeOf(op.getInput1())));
    return done();
  }

  static llvm::Error derive(tosa::TransposeOp op, Derivation &d) {
    SmallVector<int64_t> from(op.getPerms());
    SmallVector<int32_t> back;
    for (int64_t place : invertPermutationVector(from))
      back.push_back(place);
    d.set(0, transpose(d.ops(), d.adjoint(), back));
    return done();
  }

private:
  /// The sum of the adjoint where the padding is.
  static Value borderSum(Derivation &d, ArrayRef<int64_t> low,
                         ArrayRef<int64_t> high, Value padding) {
    ImplicitLocOpBuilder &ops = d.ops();
    Value g = d.adjoint();
    Value ones = splat(ops, g.getType(), 1);
    Value inside = padOrCrop(ops, ones, low, high);
    Shape back[2];
    for (auto [l, h] : llvm::zip_equal(low, high)) {
      back[0].push_back(-l);
      back[1].push_back(-h);
    }
    inside = padOrCrop(ops, inside, back[0], back[1]);
    Value border = mapElements(
        ops, {g, inside}, [](ImplicitLocOpBuilder &b, ValueRange x) {
          return Value(Real{&b, x[0]} * (1.0 - Real{&b, x[1]}));
        });
    auto axes = llvm::to_vector(llvm::seq<int64_t>(0, shapeOf(g).size()));
    return reshape(ops, sumOver(ops, border, axes), shapeOf(padding));
  }
};

/// [N,K,C] at [N,W] -> [N,W,C], and back: each row asks every place whether it
/// was meant, so that equal indices add up in a fixed order.
struct GatherRules {
  static llvm::Error derive(tosa::GatherOp op, Derivation &d) {
    ImplicitLocOpBuilder &ops = d.ops();
    AffineExpr n = ops.getAffineDimExpr(0), k = ops.getAffineDimExpr(1),
               c = ops.getAffineDimExpr(2), w = ops.getAffineDimExpr(3);
    auto map = [&](ArrayRef<AffineExpr> places) {
      return AffineMap::get(4, 0, places, ops.getContext());
    };
    auto body = [](ImplicitLocOpBuilder &b,
                   ValueRange x) -> llvm::Expected<Value> {
      Value row = linalg::IndexOp::create(b, 1);
      Value index = arith::IndexCastOp::create(b, b.getIndexType(), x[1]);
      Value isMeant =
          arith::CmpIOp::create(b, arith::CmpIPredicate::eq, row, index);
      Real g{&b, x[0]};
      return Value(select(isMeant, g, g.constant(0)));
    };
    llvm::Expected<Value> adjoint = accumulate(
        ops, {{d.adjoint(), map({n, w, c})}, {op.getIndices(), map({n, w})}},
        typeOf(op.getValues()), map({n, k, c}), body);
    if (!adjoint)
      return adjoint.takeError();
    d.set(0, *adjoint);
    return done();
  }

  /// Rows of `input` replace those of `values_in`.
  static llvm::Error derive(tosa::ScatterOp op, Derivation &d) {
    ImplicitLocOpBuilder &ops = d.ops();
    if (d.isWanted(0)) {
      Value zeros = splat(ops, op.getInput().getType(), 0);
      d.set(0, tosa::ScatterOp::create(ops, op.getType(), d.adjoint(),
                                       op.getIndices(), zeros));
    }
    if (d.isWanted(2))
      d.set(2, tosa::GatherOp::create(ops, op.getInput().getType(), d.adjoint(),
                                      op.getIndices()));
    return done();
  }
};

} // namespace

void quantc::distill::attachMovementDerivatives(MLIRContext *context) {
  attachModels<ReshapeRules, tensor::CollapseShapeOp, tensor::ExpandShapeOp,
               tosa::ReshapeOp>(context);
  attachModels<MovementRules, tosa::ConcatOp, tosa::IdentityOp, tosa::PadOp,
               tosa::ReverseOp, tosa::SliceOp, tosa::TileOp, tosa::TransposeOp>(
      context);
  attachModels<GatherRules, tosa::GatherOp, tosa::ScatterOp>(context);
}
