//===- Integers.cpp - Exact products of integers --------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Integers.h"

#include "Linear.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

using Places = llvm::SmallVector<AffineExpr>;

/// A result of i32 that sums lhs * rhs over the loops that are reductions.
Value sumOfProducts(NodeContext &node, Value lhs, Value rhs,
                    llvm::ArrayRef<int64_t> shape,
                    llvm::ArrayRef<AffineMap> maps,
                    llvm::ArrayRef<utils::IteratorType> loops) {
  ImplicitLocOpBuilder &b = node.build.ops();
  Value zero = arith::ConstantOp::create(b, b.getI32IntegerAttr(0));
  Value empty = tensor::EmptyOp::create(b, shape, b.getI32Type());
  Value zeros =
      linalg::FillOp::create(b, ValueRange{zero}, ValueRange{empty}).result();
  auto generic = linalg::GenericOp::create(
      b, zeros.getType(), ValueRange{lhs, rhs}, zeros, maps, loops,
      [](OpBuilder &inner, Location loc, ValueRange in) {
        Value product = arith::MulIOp::create(inner, loc, in[0], in[1]);
        Value sum = arith::AddIOp::create(inner, loc, in[2], product);
        linalg::YieldOp::create(inner, loc, sum);
      });
  return generic.getResult(0);
}

/// The places of leading dimensions `from` in those of the result, `batch`
/// loops that come first; one of size 1 stays at 0.
Places batchPlaces(llvm::ArrayRef<int64_t> from, llvm::ArrayRef<int64_t> batch,
                   MLIRContext *context) {
  Places places;
  size_t offset = batch.size() - from.size();
  for (auto [d, size] : llvm::enumerate(from))
    places.push_back(size == batch[offset + d]
                         ? getAffineDimExpr(offset + d, context)
                         : getAffineConstantExpr(0, context));
  return places;
}

} // namespace

LogicalResult quantc::onnx::expectBytes(NodeContext &node, size_t index) {
  Type element = node.element(index);
  if (isCodeInteger(element) && element.getIntOrFloatBitWidth() <= 8)
    return success();
  return node.unsupported("input '" + node.inputName(index) + "' is of type " +
                          typeText(element) + ", not of INT8 or UINT8");
}

FailureOr<Value> quantc::onnx::parameter(NodeContext &node, size_t index,
                                         llvm::ArrayRef<int64_t> shape,
                                         size_t axis) {
  llvm::ArrayRef<int64_t> given = node.shape(index);
  Shape spread(given);
  if (*countElements(given) == 1) {
    spread.clear();
  } else if (given.size() == 1) {
    spread.assign(shape.size(), 1);
    spread[axis] = given[0];
  }
  if (broadcastShapes(shape, spread) == Shape(shape))
    return node.build.reshape(node.input(index), spread);
  node.error() << "expects input '" << node.inputName(index)
               << "' to be one number, or one for each index of dimension "
               << axis << " of shape " << shapeText(shape) << ", but got shape "
               << shapeText(given);
  return failure();
}

FailureOr<Value> quantc::onnx::centredInput(NodeContext &node, size_t codes,
                                            size_t zeroPoint,
                                            llvm::ArrayRef<int64_t> shape,
                                            size_t axis) {
  Type element = node.element(codes);
  llvm::SmallVector<Value> inputs{node.build.reshape(node.input(codes), shape)};
  if (node.hasInput(zeroPoint)) {
    if (node.element(zeroPoint) != element) {
      node.error() << "expects its zero point, input '"
                   << node.inputName(zeroPoint) << "', to be of type "
                   << element << " as its codes, but got "
                   << node.element(zeroPoint);
      return failure();
    }
    FailureOr<Value> zero = parameter(node, zeroPoint, shape, axis);
    if (failed(zero))
      return failure();
    inputs.push_back(*zero);
  }
  return node.build.map(inputs, IntegerType::get(node.context(), 32),
                        [&](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
                          Value code = widen(b, in[0], element);
                          if (in.size() == 1)
                            return code;
                          return arith::SubIOp::create(
                              b, code, widen(b, in[1], element));
                        });
}

FailureOr<MatMulShapes> quantc::onnx::matMulShapes(NodeContext &node,
                                                   size_t lhs, size_t rhs) {
  MatMulShapes shapes{Shape(node.shape(lhs)), Shape(node.shape(rhs)), {}, {}};
  bool isRow = shapes.lhs.size() == 1, isColumn = shapes.rhs.size() == 1;
  if (isRow)
    shapes.lhs.insert(shapes.lhs.begin(), 1);
  if (isColumn)
    shapes.rhs.push_back(1);
  std::optional<Shape> batch;
  if (shapes.lhs.size() > 1 && shapes.rhs.size() > 1)
    batch = broadcastShapes(llvm::ArrayRef(shapes.lhs).drop_back(2),
                            llvm::ArrayRef(shapes.rhs).drop_back(2));
  if (!batch || shapes.lhs.back() != shapes.rhs[shapes.rhs.size() - 2]) {
    node.error() << "expects shapes (.., M, K) and (.., K, N), but got "
                 << shapeText(node.shape(lhs)) << " and "
                 << shapeText(node.shape(rhs));
    return failure();
  }
  shapes.full = *batch;
  shapes.full.append({shapes.lhs[shapes.lhs.size() - 2], shapes.rhs.back()});
  if (failed(node.expectShape(shapes.full)))
    return failure();
  shapes.result = shapes.full;
  if (isColumn)
    shapes.result.pop_back();
  if (isRow)
    shapes.result.erase(shapes.result.end() - (isColumn ? 1 : 2));
  return shapes;
}

Value quantc::onnx::multiplyIntegers(NodeContext &node, Value lhs, Value rhs,
                                     const MatMulShapes &shapes) {
  MLIRContext *context = node.context();
  // Columns are the innermost loop: both operands that it walks are rows.
  size_t rank = shapes.full.size(), loops = rank + 1;
  llvm::ArrayRef<int64_t> batch = llvm::ArrayRef(shapes.full).drop_back(2);
  AffineExpr m = getAffineDimExpr(rank - 2, context);
  AffineExpr k = getAffineDimExpr(rank - 1, context);
  AffineExpr n = getAffineDimExpr(rank, context);
  Places left =
      batchPlaces(llvm::ArrayRef(shapes.lhs).drop_back(2), batch, context);
  Places right =
      batchPlaces(llvm::ArrayRef(shapes.rhs).drop_back(2), batch, context);
  Places result = batchPlaces(batch, batch, context);
  left.append({m, k});
  right.append({k, n});
  result.append({m, n});
  llvm::SmallVector<utils::IteratorType> kinds(loops,
                                               utils::IteratorType::parallel);
  kinds[rank - 1] = utils::IteratorType::reduction;
  llvm::SmallVector<AffineMap> maps;
  for (const Places &places : {left, right, result})
    maps.push_back(AffineMap::get(loops, 0, places, context));
  return sumOfProducts(node, node.build.reshape(lhs, shapes.lhs),
                       node.build.reshape(rhs, shapes.rhs), shapes.full, maps,
                       kinds);
}

FailureOr<Window> quantc::onnx::integerWindow(NodeContext &node, size_t x,
                                              size_t w, int64_t groups) {
  llvm::ArrayRef<int64_t> input = node.shape(x), weights = node.shape(w);
  if (input.size() < 3 || weights.size() != input.size()) {
    node.error() << "expects an input of rank 3 or more and weights of as "
                    "many dimensions, but got "
                 << shapeText(input) << " and " << shapeText(weights);
    return failure();
  }
  if (groups < 1 || weights[0] < 1 || weights[1] < 1 ||
      weights[0] % groups != 0 || input[1] % groups != 0 ||
      input[1] / groups != weights[1]) {
    node.error() << "expects weights for " << input[1] << " input channels in "
                 << groups << " groups, but got " << shapeText(weights);
    return failure();
  }
  llvm::ArrayRef<int64_t> kernel = weights.drop_front(2);
  if (Shape given = node.getInts("kernel_shape", kernel); given != kernel) {
    node.error() << "expects kernel_shape " << shapeText(kernel)
                 << " as its weights have, but got " << shapeText(given);
    return failure();
  }
  FailureOr<Window> window = readWindow(node, input.drop_front(2), kernel);
  if (failed(window))
    return failure();
  Shape result{input[0], weights[0]};
  for (const WindowAxis &axis : *window)
    result.push_back(axis.out);
  if (failed(node.expectShape(result)))
    return failure();
  return window;
}

Value quantc::onnx::convolveIntegers(NodeContext &node, Value x, Value w,
                                     const Window &window, int64_t groups) {
  MLIRContext *context = node.context();
  size_t rank = window.size();
  Shape low{0, 0}, high{0, 0};
  for (const WindowAxis &axis : window) {
    low.push_back(axis.padLow);
    high.push_back(axis.padHigh);
  }
  Value zero = node.build.zeroPoint(elementOf(x));
  x = node.build.pad(x, low, high, zero);
  // Groups are a dimension of their own: (N, G, C, ...) and (G, M, C, ...).
  auto split = [&](Value value, size_t axis) {
    Shape shape(shapeOf(value));
    shape[axis] /= groups;
    shape.insert(shape.begin() + axis, groups);
    return node.build.reshape(value, shape);
  };
  x = split(x, 1);
  w = split(w, 0);

  // Loops: n, g, m, the places of the result, c, the places of the window.
  size_t loops = 4 + 2 * rank;
  auto loop = [&](size_t index) { return getAffineDimExpr(index, context); };
  AffineExpr n = loop(0), g = loop(1), m = loop(2), c = loop(3 + rank);
  Places input{n, g, c}, weights{g, m, c}, result{n, g, m};
  Shape shape{shapeOf(x)[0], groups, shapeOf(w)[1]};
  for (auto [d, axis] : llvm::enumerate(window)) {
    AffineExpr out = loop(3 + d), tap = loop(4 + rank + d);
    input.push_back(out * axis.stride + tap * axis.dilation);
    weights.push_back(tap);
    result.push_back(out);
    shape.push_back(axis.out);
  }
  llvm::SmallVector<utils::IteratorType> kinds(loops,
                                               utils::IteratorType::parallel);
  for (size_t d = 3 + rank; d < loops; ++d)
    kinds[d] = utils::IteratorType::reduction;
  llvm::SmallVector<AffineMap> maps;
  for (const Places &places : {input, weights, result})
    maps.push_back(AffineMap::get(loops, 0, places, context));
  Value sums = sumOfProducts(node, x, w, shape, maps, kinds);
  shape.erase(shape.begin() + 1);
  shape[1] *= groups;
  return node.build.reshape(sums, shape);
}
