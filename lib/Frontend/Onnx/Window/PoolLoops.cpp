//===- PoolLoops.cpp - Pools that TOSA does not have, as plain loops ------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "PoolLoops.h"

#include "mlir/Dialect/Affine/Utils.h"
#include <limits>

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// The loops of a pool: (N, C, out...) around (kernel...).
struct Loops {
  llvm::SmallVector<AffineMap> maps; // Of the padded input and the kernel.
  Value kernel;                      // Without content: its shape is the point.
  Shape shape;                       // Of the result.
};

Loops loopsOf(NodeContext &node, const Window &window, Value padded) {
  MLIRContext *context = node.context();
  size_t spatial = window.size(), rank = spatial + 2;
  Loops loops;
  Shape kernel;
  llvm::SmallVector<AffineExpr> from{getAffineDimExpr(0, context),
                                     getAffineDimExpr(1, context)},
      inner;
  loops.shape.assign(shapeOf(padded).begin(), shapeOf(padded).begin() + 2);
  for (auto [d, axis] : llvm::enumerate(window)) {
    AffineExpr out = getAffineDimExpr(2 + d, context);
    AffineExpr in = getAffineDimExpr(rank + d, context);
    from.push_back(out * axis.stride + in * axis.dilation);
    inner.push_back(in);
    kernel.push_back(axis.kernel);
    loops.shape.push_back(axis.out);
  }
  loops.maps = {AffineMap::get(rank + spatial, 0, from, context),
                AffineMap::get(rank + spatial, 0, inner, context)};
  loops.kernel = tensor::EmptyOp::create(node.build.ops(), kernel,
                                         node.build.ops().getI8Type());
  return loops;
}

/// The input with padding in it, of the size that the windows reach.
FailureOr<Value> padInput(NodeContext &node, const Window &window,
                          TypedAttr fill) {
  Value x = node.input(0);
  Shape shape(shapeOf(x)), low(shape.size(), 0), high(low);
  for (auto [d, axis] : llvm::enumerate(window)) {
    low[2 + d] = axis.padLow;
    int64_t reach = (axis.out - 1) * axis.stride + axis.extent();
    high[2 + d] = std::max<int64_t>(reach - axis.padLow - axis.in, 0);
    shape[2 + d] += low[2 + d] + high[2 + d];
  }
  if (failed(node.expectShape(shape)))
    return failure();
  auto one =
      DenseElementsAttr::get(RankedTensorType::get({1}, fill.getType()), fill);
  Value value = tosa::ConstOp::create(
      node.build.ops(), RankedTensorType::get({1}, fill.getType()), one);
  return node.build.pad(x, low, high, value);
}

TypedAttr lowest(Type type, bool isUnsigned) {
  if (auto number = dyn_cast<FloatType>(type))
    return FloatAttr::get(
        type, llvm::APFloat::getInf(number.getFloatSemantics(), true));
  unsigned width = type.getIntOrFloatBitWidth();
  return IntegerAttr::get(type, isUnsigned
                                    ? llvm::APInt::getZero(width)
                                    : llvm::APInt::getSignedMinValue(width));
}

/// For each window the smallest place of its largest element, counted in the
/// input without padding, row-major or column-major.
Value indicesOf(NodeContext &node, const Window &window, const Loops &loops,
                Value padded, Value largest) {
  MLIRContext *context = node.context();
  unsigned spatial = window.size(), rank = spatial + 2;
  bool isColumnMajor = node.getInt("storage_order", 0);
  llvm::SmallVector<AffineMap> maps(loops.maps);
  maps.push_back(AffineMap::getMultiDimIdentityMap(rank + spatial, context)
                     .getMajorSubMap(rank));
  AffineExpr place = getAffineConstantExpr(0, context);
  auto addAxis = [&](unsigned d) {
    const WindowAxis &axis = window[d];
    AffineExpr at = getAffineDimExpr(2 + d, context) * axis.stride +
                    getAffineDimExpr(rank + d, context) * axis.dilation -
                    axis.padLow;
    place = place * axis.in + at;
  };
  int64_t plane = 1;
  for (unsigned d = 0; d < spatial; ++d) {
    addAxis(isColumnMajor ? spatial - 1 - d : d);
    plane *= window[d].in;
  }
  int64_t channels = shapeOf(padded)[1];
  place =
      (getAffineDimExpr(0, context) * channels + getAffineDimExpr(1, context)) *
          plane +
      place;
  Type i64 = node.build.ops().getI64Type();
  auto body = [&](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
    llvm::SmallVector<Value> indices;
    for (unsigned d = 0; d < rank + spatial; ++d)
      indices.push_back(linalg::IndexOp::create(b, d));
    Value at = affine::expandAffineExpr(b, b.getLoc(), place, indices, {});
    at = arith::IndexCastOp::create(b, i64, at);
    Value isLargest;
    if (isa<FloatType>(in[0].getType()))
      isLargest =
          arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, in[0], in[2]);
    else
      isLargest =
          arith::CmpIOp::create(b, arith::CmpIPredicate::eq, in[0], in[2]);
    Value smaller = arith::MinSIOp::create(b, at, in[3]);
    return arith::SelectOp::create(b, isLargest, smaller, in[3]);
  };
  auto start = IntegerAttr::get(i64, INT64_MAX);
  return node.build.fold({padded, loops.kernel, largest}, maps, loops.shape,
                         spatial, start, body);
}

/// How many elements each window averages over: what it covers of the input,
/// and of the padding if that counts, but nothing beyond.
HostTensor countsOf(NodeContext &node, const Window &window,
                    bool countsPadding) {
  Shape shape{1, 1};
  for (const WindowAxis &axis : window)
    shape.push_back(axis.out);
  HostTensor counts = HostTensor::zeros(node.storage(0), shape);
  auto covered = [&](const WindowAxis &axis, int64_t out) {
    int64_t low = countsPadding ? -axis.padLow : 0;
    int64_t high = axis.in + (countsPadding ? axis.padHigh : 0), count = 0;
    for (int64_t k = 0; k < axis.kernel; ++k) {
      int64_t at = out * axis.stride - axis.padLow + k * axis.dilation;
      count += at >= low && at < high;
    }
    return count;
  };
  for (int64_t i = 0, e = counts.count(); i < e; ++i) {
    int64_t rest = i, count = 1;
    for (const WindowAxis &axis : llvm::reverse(window)) {
      count *= covered(axis, rest % axis.out);
      rest /= axis.out;
    }
    counts.set(i, double(count));
  }
  return counts;
}

} // namespace

LogicalResult quantc::onnx::poolMax(NodeContext &node, const Window &window) {
  Type element = node.storage(0);
  bool isUnsigned = node.element(0).isUnsignedInteger();
  TypedAttr start = lowest(element, isUnsigned);
  FailureOr<Value> padded = padInput(node, window, start);
  if (failed(padded))
    return failure();
  Loops loops = loopsOf(node, window, *padded);
  Value largest = node.build.fold(
      {*padded, loops.kernel}, loops.maps, loops.shape, window.size(), start,
      [&](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
        if (isa<FloatType>(element))
          return arith::MaximumFOp::create(b, in[0], in[2]);
        if (isUnsigned)
          return arith::MaxUIOp::create(b, in[0], in[2]);
        return arith::MaxSIOp::create(b, in[0], in[2]);
      });
  if (node.usesOutput(1))
    (void)node.set(indicesOf(node, window, loops, *padded, largest), 1,
                   node.build.ops().getI64Type());
  return node.set(largest);
}

LogicalResult quantc::onnx::poolAverage(NodeContext &node, const Window &window,
                                        bool countsPadding) {
  Type element = node.storage(0);
  TypedAttr zero = node.build.ops().getZeroAttr(element);
  FailureOr<Value> padded = padInput(node, window, zero);
  Shape counts{1, 1};
  for (const WindowAxis &axis : window)
    counts.push_back(axis.out);
  if (failed(padded) || failed(node.reserve(element, counts)))
    return failure();
  Loops loops = loopsOf(node, window, *padded);
  Value sum = node.build.fold(
      {*padded, loops.kernel}, loops.maps, loops.shape, window.size(), zero,
      [](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
        return arith::AddFOp::create(b, in[2], in[0]);
      });
  Value count = node.build.constant(countsOf(node, window, countsPadding));
  return node.set(
      node.build.map({sum, count}, element,
                     [](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
                       return arith::DivFOp::create(b, in[0], in[1]);
                     }));
}

/// (sum of |x|^p)^(1/p)
LogicalResult quantc::onnx::poolNorm(NodeContext &node, const Window &window,
                                     double p) {
  Type element = node.storage(0);
  TypedAttr zero = node.build.ops().getZeroAttr(element);
  FailureOr<Value> padded = padInput(node, window, zero);
  if (failed(padded))
    return failure();
  Loops loops = loopsOf(node, window, *padded);
  auto raise = [&](ImplicitLocOpBuilder &b, Value x, double power) -> Value {
    if (power == 1)
      return x;
    if (power == 2)
      return arith::MulFOp::create(b, x, x);
    if (power == 0.5)
      return math::SqrtOp::create(b, x);
    Value exponent =
        arith::ConstantOp::create(b, b.getFloatAttr(element, power));
    return math::PowFOp::create(b, x, exponent);
  };
  Value sum = node.build.fold(
      {*padded, loops.kernel}, loops.maps, loops.shape, window.size(), zero,
      [&](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
        Value size = math::AbsFOp::create(b, in[0]);
        return arith::AddFOp::create(b, in[2], raise(b, size, p));
      });
  return node.set(node.build.map(
      sum, element, [&](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
        return raise(b, in[0], 1 / p);
      }));
}
