//===- ReductionDerivatives.cpp - Derivatives of reductions and pools -----===//
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
#include <limits>

using namespace mlir;
using namespace quantc::distill;

namespace {

/// A fold of its first input by `Op`.
template <typename Op>
Structured foldOf(ImplicitLocOpBuilder &ops, SmallVector<Indexed> inputs,
                  Indexed result) {
  Structured computation;
  computation.storage = std::make_unique<Region>();
  computation.body = &computation.storage->emplaceBlock();
  computation.accumulators = 1;
  computation.inputs = std::move(inputs);
  computation.results.push_back(result);
  for (const Indexed &input : computation.inputs)
    computation.body->addArgument(getElementTypeOrSelf(input.tensor),
                                  ops.getLoc());
  Value last = computation.body->addArgument(
      getElementTypeOrSelf(result.tensor), ops.getLoc());
  ImplicitLocOpBuilder inside(ops.getLoc(), ops.getContext());
  inside.setInsertionPointToEnd(computation.body);
  Value next =
      Op::create(inside, last, computation.body->getArgument(0))->getResult(0);
  linalg::YieldOp::create(inside, next);
  return computation;
}

/// The map to a tensor of that shape with size 1 in `axis`.
AffineMap mapWithout(ArrayRef<int64_t> shape, int64_t axis,
                     MLIRContext *context) {
  SmallVector<AffineExpr> places;
  for (int64_t i = 0, rank = shape.size(); i < rank; ++i)
    places.push_back(i == axis ? getAffineConstantExpr(0, context)
                               : getAffineDimExpr(i, context));
  return AffineMap::get(shape.size(), 0, places, context);
}

template <typename Fold, typename OpT>
llvm::Error deriveExtremum(OpT op, Derivation &d) {
  ArrayRef<int64_t> shape = shapeOf(op.getInput());
  Structured fold = foldOf<Fold>(
      d.ops(), {{op.getInput(), d.ops().getMultiDimIdentityMap(shape.size())}},
      {op.getOutput(), mapWithout(shape, op.getAxis(), d.ops().getContext())});
  llvm::Expected<Value> adjoint = adjointOf(fold, 0, d.adjoint(), d.ops());
  if (!adjoint)
    return adjoint.takeError();
  d.set(0, *adjoint);
  return llvm::Error::success();
}

struct ReductionRules {
  static llvm::Error derive(tosa::ReduceMaxOp op, Derivation &d) {
    return deriveExtremum<arith::MaximumFOp>(op, d);
  }
  static llvm::Error derive(tosa::ReduceMinOp op, Derivation &d) {
    return deriveExtremum<arith::MinimumFOp>(op, d);
  }

  /// g times the product of all others, which a division by the number itself
  /// would not give where that is 0.
  static llvm::Error derive(tosa::ReduceProductOp op, Derivation &d) {
    ImplicitLocOpBuilder &ops = d.ops();
    RankedTensorType type = typeOf(op.getInput());
    unsigned rank = type.getRank(), axis = op.getAxis();
    SmallVector<AffineExpr> all, own;
    for (unsigned i = 0; i < rank; ++i) {
      own.push_back(ops.getAffineDimExpr(i));
      all.push_back(ops.getAffineDimExpr(i == axis ? rank : i));
    }
    auto map = [&](ArrayRef<AffineExpr> places) {
      return AffineMap::get(rank + 1, 0, places, ops.getContext());
    };
    auto body = [&](ImplicitLocOpBuilder &b,
                    ValueRange x) -> llvm::Expected<Value> {
      Value here = linalg::IndexOp::create(b, axis);
      Value there = linalg::IndexOp::create(b, rank);
      Value isSelf =
          arith::CmpIOp::create(b, arith::CmpIPredicate::eq, here, there);
      Real other{&b, x[0]};
      return Value(select(isSelf, other.constant(1), other));
    };
    llvm::Expected<Value> others = accumulate(
        ops, {{op.getInput(), map(all)}}, type, map(own), body, Fold::Product);
    if (!others)
      return others.takeError();
    Shape multiples(rank, 1);
    multiples[axis] = type.getDimSize(axis);
    Value g = tile(ops, d.adjoint(), multiples);
    d.set(0, mapElements(ops, {g, *others},
                         [](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
                           return Real{&b, x[0]} * Real{&b, x[1]};
                         }));
    return llvm::Error::success();
  }

  static llvm::Error derive(tosa::ReduceSumOp op, Derivation &d) {
    Shape multiples(shapeOf(op.getInput()).size(), 1);
    multiples[op.getAxis()] = shapeOf(op.getInput())[op.getAxis()];
    d.set(0, tile(d.ops(), d.adjoint(), multiples));
    return llvm::Error::success();
  }
};

/// A pool over the padded input [N,H,W,C], as loops (n, h, w, c, kh, kw).
template <typename Op>
Structured poolOf(ImplicitLocOpBuilder &ops, Value padded, Value result,
                  ArrayRef<int64_t> kernel, ArrayRef<int64_t> stride) {
  AffineExpr dims[6];
  bindDimsList(ops.getContext(), MutableArrayRef<AffineExpr>(dims));
  auto [n, h, w, c, kh, kw] = dims;
  auto map = [&](ArrayRef<AffineExpr> places) {
    return AffineMap::get(6, 0, places, ops.getContext());
  };
  // Nobody reads it; its shape says how large the windows are.
  Value window = tensor::EmptyOp::create(ops, kernel, ops.getI8Type());
  return foldOf<Op>(
      ops,
      {{padded, map({n, h * stride[0] + kh, w * stride[1] + kw, c})},
       {window, map({kh, kw})}},
      {result, map({n, h, w, c})});
}

struct PoolRules {
  static llvm::Error derive(tosa::MaxPool2dOp op, Derivation &d) {
    ImplicitLocOpBuilder &ops = d.ops();
    Value padded = pad(ops, op.getInput(), op.getPad(), 1,
                       -std::numeric_limits<double>::infinity());
    return back(poolOf<arith::MaximumFOp>(ops, padded, op.getOutput(),
                                          op.getKernel(), op.getStride()),
                d.adjoint(), op.getPad(), d);
  }

  /// A sum whose adjoint is divided by how many numbers each window covers.
  static llvm::Error derive(tosa::AvgPool2dOp op, Derivation &d) {
    ImplicitLocOpBuilder &ops = d.ops();
    Value padded = pad(ops, op.getInput(), op.getPad(), 1, 0);
    Value shares =
        tile(ops, sharesOf(op, ops),
             {shapeOf(op.getOutput())[0], 1, 1, shapeOf(op.getOutput())[3]});
    Value share =
        mapElements(ops, {d.adjoint(), shares},
                    [](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
                      return Real{&b, x[0]} * Real{&b, x[1]};
                    });
    return back(poolOf<arith::AddFOp>(ops, padded, op.getOutput(),
                                      op.getKernel(), op.getStride()),
                share, op.getPad(), d);
  }

private:
  /// Adds padding (top, bottom, left, right), or takes it away by -1.
  static Value pad(ImplicitLocOpBuilder &ops, Value value,
                   ArrayRef<int64_t> amounts, int64_t sign, double fill) {
    return padOrCrop(ops, value, {0, sign * amounts[0], sign * amounts[2], 0},
                     {0, sign * amounts[1], sign * amounts[3], 0}, fill);
  }

  static llvm::Error back(const Structured &pool, Value g,
                          ArrayRef<int64_t> padding, Derivation &d) {
    llvm::Expected<Value> adjoint = adjointOf(pool, 0, g, d.ops());
    if (!adjoint)
      return adjoint.takeError();
    d.set(0, pad(d.ops(), *adjoint, padding, -1, 0));
    return llvm::Error::success();
  }

  /// 1 / how many elements of an axis each window covers.
  static SmallVector<double> coverage(int64_t in, int64_t out, int64_t kernel,
                                      int64_t stride, int64_t low) {
    SmallVector<double> counts;
    for (int64_t i = 0; i < out; ++i) {
      int64_t begin = i * stride - low;
      counts.push_back(std::min(begin + kernel, in) -
                       std::max<int64_t>(begin, 0));
    }
    return counts;
  }

  /// [1, H, W, 1]
  static Value sharesOf(tosa::AvgPool2dOp op, ImplicitLocOpBuilder &ops) {
    ArrayRef<int64_t> in = shapeOf(op.getInput()),
                      out = shapeOf(op.getOutput());
    SmallVector<double> rows = coverage(in[1], out[1], op.getKernel()[0],
                                        op.getStride()[0], op.getPad()[0]);
    SmallVector<double> columns = coverage(in[2], out[2], op.getKernel()[1],
                                           op.getStride()[1], op.getPad()[2]);
    RankedTensorType type =
        typeOf(op.getOutput()).clone({1, out[1], out[2], 1});
    SmallVector<Attribute> shares;
    for (double row : rows)
      for (double column : columns)
        shares.push_back(
            ops.getFloatAttr(type.getElementType(), 1 / (row * column)));
    return tosa::ConstOp::create(ops, type,
                                 DenseElementsAttr::get(type, shares));
  }
};

} // namespace

void quantc::distill::attachReductionDerivatives(MLIRContext *context) {
  attachModels<ReductionRules, tosa::ReduceMaxOp, tosa::ReduceMinOp,
               tosa::ReduceProductOp, tosa::ReduceSumOp>(context);
  attachModels<PoolRules, tosa::AvgPool2dOp, tosa::MaxPool2dOp>(context);
}
