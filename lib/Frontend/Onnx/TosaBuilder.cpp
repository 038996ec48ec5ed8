//===- TosaBuilder.cpp - Short names for the ops that importing creates ---===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "TosaBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"
#include "quantc/Support/Constants.h"

using namespace mlir;
using namespace quantc::onnx;

RankedTensorType quantc::onnx::typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

llvm::ArrayRef<int64_t> quantc::onnx::shapeOf(Value value) {
  return typeOf(value).getShape();
}

Type quantc::onnx::elementOf(Value value) {
  return typeOf(value).getElementType();
}

std::optional<Shape>
quantc::onnx::broadcastShapes(llvm::ArrayRef<int64_t> lhs,
                              llvm::ArrayRef<int64_t> rhs) {
  if (lhs.size() < rhs.size())
    std::swap(lhs, rhs);
  Shape result(lhs);
  size_t offset = lhs.size() - rhs.size();
  for (auto [d, dim] : llvm::enumerate(rhs)) {
    int64_t &other = result[offset + d];
    if (other == 1)
      other = dim;
    else if (dim != 1 && dim != other)
      return std::nullopt;
  }
  if (!countElements(result))
    return std::nullopt;
  return result;
}

RankedTensorType TosaBuilder::withShape(Value value,
                                        llvm::ArrayRef<int64_t> shape) {
  return RankedTensorType::get(shape, elementOf(value));
}

Value TosaBuilder::constant(const HostTensor &tensor) {
  ElementsAttr values = inStorage(tensor).toAttribute();
  return tosa::ConstOp::create(builder, values.getShapedType(), values);
}

Value TosaBuilder::scalar(Type element, double value, int64_t rank) {
  HostTensor tensor = HostTensor::zeros(element, Shape(rank, 1));
  tensor.set(0, value);
  return constant(tensor);
}

Value TosaBuilder::constShape(llvm::ArrayRef<int64_t> values) {
  return tosa::getTosaConstShape(builder, values);
}

Value TosaBuilder::reshape(Value value, llvm::ArrayRef<int64_t> shape) {
  if (shapeOf(value) == shape)
    return value;
  RankedTensorType type = withShape(value, shape);
  if (auto constant = value.getDefiningOp<tosa::ConstOp>())
    if (ElementsAttr values = reshapeElements(constant.getValues(), type))
      return tosa::ConstOp::create(builder, type, values);
  return tosa::ReshapeOp::create(builder, type, value, constShape(shape));
}

Value TosaBuilder::transpose(Value value, llvm::ArrayRef<int64_t> permutation) {
  llvm::ArrayRef<int64_t> shape = shapeOf(value);
  Shape newShape;
  llvm::SmallVector<int32_t> perms;
  bool isIdentity = true;
  for (auto [to, from] : llvm::enumerate(permutation)) {
    newShape.push_back(shape[from]);
    perms.push_back(from);
    isIdentity &= int64_t(to) == from;
  }
  if (isIdentity)
    return value;
  return tosa::TransposeOp::create(builder, withShape(value, newShape), value,
                                   perms);
}

Value TosaBuilder::slice(Value value, llvm::ArrayRef<int64_t> begin,
                         llvm::ArrayRef<int64_t> size) {
  if (shapeOf(value) == size)
    return value;
  return tosa::SliceOp::create(builder, withShape(value, size), value,
                               constShape(begin), constShape(size));
}

Value TosaBuilder::sliceAxis(Value value, int64_t axis, int64_t begin,
                             int64_t size) {
  Shape starts(shapeOf(value).size(), 0), sizes(shapeOf(value));
  starts[axis] = begin;
  sizes[axis] = size;
  return slice(value, starts, sizes);
}

Value TosaBuilder::pad(Value value, llvm::ArrayRef<int64_t> low,
                       llvm::ArrayRef<int64_t> high, Value fill) {
  Shape shape(shapeOf(value)), amounts;
  for (size_t d = 0; d < shape.size(); ++d) {
    shape[d] += low[d] + high[d];
    amounts.append({low[d], high[d]});
  }
  if (llvm::all_of(amounts, [](int64_t amount) { return amount == 0; }))
    return value;
  return tosa::PadOp::create(builder, withShape(value, shape), value,
                             constShape(amounts), reshape(fill, {1}));
}

Value TosaBuilder::concat(ValueRange values, int64_t axis) {
  if (values.size() == 1)
    return values.front();
  Shape shape(shapeOf(values.front()));
  shape[axis] = 0;
  for (Value value : values)
    shape[axis] += shapeOf(value)[axis];
  return tosa::ConcatOp::create(builder, withShape(values.front(), shape),
                                values, uint32_t(axis));
}

Value TosaBuilder::place(Value value, int64_t axis, int64_t begin,
                         int64_t stride, int64_t size, Value fill) {
  Shape shape(shapeOf(value));
  int64_t rank = shape.size(), count = shape[axis];
  if (stride > 1) {
    // (..., n, 1, ...) padded to (..., n, stride, ...)
    Shape split(shape), low(rank + 1, 0), high(low), joined(shape);
    split.insert(split.begin() + axis + 1, 1);
    high[axis + 1] = stride - 1;
    joined[axis] = count * stride;
    value = reshape(pad(reshape(value, split), low, high, fill), joined);
    count = (count - 1) * stride + 1;
  }
  int64_t first = std::max<int64_t>(-begin, 0);
  int64_t last = std::min(count, size - begin);
  Shape low(rank, 0), high(rank, 0);
  if (first >= last) {
    Shape whole(shape), ones(rank, 1);
    whole[axis] = size;
    return broadcastTo(reshape(fill, ones), whole);
  }
  value = sliceAxis(value, axis, first, last - first);
  low[axis] = begin + first;
  high[axis] = size - begin - last;
  if (low[axis] == 0 && high[axis] == 0)
    return value;
  return pad(value, low, high, fill);
}

Value TosaBuilder::tile(Value value, llvm::ArrayRef<int64_t> multiples) {
  Shape shape(shapeOf(value));
  for (auto [dim, multiple] : llvm::zip(shape, multiples))
    dim *= multiple;
  if (llvm::all_of(multiples, [](int64_t multiple) { return multiple == 1; }))
    return value;
  return tosa::TileOp::create(builder, withShape(value, shape), value,
                              constShape(multiples));
}

Value TosaBuilder::reverse(Value value, int64_t axis) {
  return tosa::ReverseOp::create(builder, value.getType(), value,
                                 uint32_t(axis));
}

Value TosaBuilder::take(Value value, int64_t axis,
                        llvm::ArrayRef<int64_t> indices) {
  // tosa.gather takes [1, K, C] and [1, W]: the axis goes to the front.
  Shape shape(shapeOf(value)), front{axis}, back(shape.size(), 0);
  int64_t rest = 1;
  for (size_t d = 0; d < shape.size(); ++d) {
    if (int64_t(d) == axis)
      continue;
    back[d] = front.size();
    front.push_back(d);
    rest *= shape[d];
  }
  int64_t count = indices.size();
  HostTensor list = HostTensor::zeros(builder.getI32Type(), {1, count});
  for (auto [i, index] : llvm::enumerate(indices))
    list.set(i, index);
  Value rows = transpose(value, front);
  Shape taken(shapeOf(rows));
  taken[0] = count;
  rows = reshape(rows, {1, shape[axis], rest});
  rows = tosa::GatherOp::create(builder, withShape(rows, {1, count, rest}),
                                rows, constant(list));
  return transpose(reshape(rows, taken), back);
}

Value TosaBuilder::cast(Value value, Type element) {
  return castExactly(value, storageOf(element));
}

Value TosaBuilder::castExactly(Value value, Type element) {
  if (elementOf(value) == element)
    return value;
  auto type = RankedTensorType::get(shapeOf(value), element);
  // MLIR folds the cast of a constant i1 to a float as if true were -1.
  if (elementOf(value).isInteger(1) && llvm::isa<FloatType>(element)) {
    int64_t rank = type.getRank();
    return tosa::SelectOp::create(builder, type, value,
                                  scalar(element, 1, rank),
                                  scalar(element, 0, rank));
  }
  return tosa::CastOp::create(builder, type, value);
}

Value TosaBuilder::broadcastTo(Value value, llvm::ArrayRef<int64_t> shape) {
  value = withRank(value, shape.size());
  Shape multiples;
  for (auto [from, to] : llvm::zip(shapeOf(value), shape))
    multiples.push_back(from == to ? 1 : to);
  return tile(value, multiples);
}

Value TosaBuilder::withRank(Value value, int64_t rank) {
  Shape shape(shapeOf(value));
  shape.insert(shape.begin(), rank - int64_t(shape.size()), 1);
  return reshape(value, shape);
}

/// Which element of an input belongs to an element of the result: dimensions
/// are aligned at the end, and one of size 1 stays at 0.
static AffineMap broadcastMap(llvm::ArrayRef<int64_t> from,
                              llvm::ArrayRef<int64_t> to,
                              MLIRContext *context) {
  llvm::SmallVector<AffineExpr> places;
  size_t offset = to.size() - from.size();
  for (auto [d, dim] : llvm::enumerate(from))
    places.push_back(dim == to[offset + d]
                         ? getAffineDimExpr(offset + d, context)
                         : getAffineConstantExpr(0, context));
  return AffineMap::get(to.size(), 0, places, context);
}

Value TosaBuilder::map(ValueRange inputs, Type element, ScalarBody body) {
  MLIRContext *context = builder.getContext();
  Shape shape;
  for (Value input : inputs)
    shape = *broadcastShapes(shape, shapeOf(input));
  llvm::SmallVector<AffineMap> maps;
  for (Value input : inputs)
    maps.push_back(broadcastMap(shapeOf(input), shape, context));
  maps.push_back(AffineMap::getMultiDimIdentityMap(shape.size(), context));
  llvm::SmallVector<utils::IteratorType> loops(shape.size(),
                                               utils::IteratorType::parallel);
  Value empty = tensor::EmptyOp::create(builder, shape, storageOf(element));
  auto generic = linalg::GenericOp::create(
      builder, empty.getType(), inputs, empty, maps, loops,
      [&](OpBuilder &inner, Location loc, ValueRange elements) {
        ImplicitLocOpBuilder scalars(loc, inner);
        Value result = body(scalars, elements.drop_back());
        linalg::YieldOp::create(scalars, result);
      });
  return generic.getResult(0);
}

Value TosaBuilder::foldInto(Value initial, ValueRange inputs,
                            llvm::ArrayRef<AffineMap> maps, unsigned reduced,
                            ScalarBody body) {
  MLIRContext *context = builder.getContext();
  unsigned rank = shapeOf(initial).size();
  llvm::SmallVector<AffineMap> all(maps);
  llvm::SmallVector<AffineExpr> places;
  for (unsigned d = 0; d < rank; ++d)
    places.push_back(getAffineDimExpr(d, context));
  all.push_back(AffineMap::get(rank + reduced, 0, places, context));
  llvm::SmallVector<utils::IteratorType> loops(rank,
                                               utils::IteratorType::parallel);
  loops.append(reduced, utils::IteratorType::reduction);
  auto generic = linalg::GenericOp::create(
      builder, initial.getType(), inputs, initial, all, loops,
      [&](OpBuilder &inner, Location loc, ValueRange elements) {
        ImplicitLocOpBuilder scalars(loc, inner);
        Value result = body(scalars, elements);
        linalg::YieldOp::create(scalars, result);
      });
  return generic.getResult(0);
}

Value TosaBuilder::fold(ValueRange inputs, llvm::ArrayRef<AffineMap> maps,
                        llvm::ArrayRef<int64_t> shape, unsigned reduced,
                        TypedAttr initial, ScalarBody body) {
  Value empty = tensor::EmptyOp::create(builder, shape, initial.getType());
  Value start = arith::ConstantOp::create(builder, initial);
  Value filled =
      linalg::FillOp::create(builder, ValueRange{start}, ValueRange{empty})
          .getResult(0);
  return foldInto(filled, inputs, maps, reduced, body);
}

Value TosaBuilder::wrap(Value indices, int64_t dim) {
  return map(
      cast(indices, builder.getI64Type()), builder.getI64Type(),
      [&](ImplicitLocOpBuilder &scalars, ValueRange elements) -> Value {
        Value index = elements.front();
        Value zero =
            arith::ConstantOp::create(scalars, scalars.getI64IntegerAttr(0));
        Value size =
            arith::ConstantOp::create(scalars, scalars.getI64IntegerAttr(dim));
        Value isNegative = arith::CmpIOp::create(
            scalars, arith::CmpIPredicate::slt, index, zero);
        Value moved = arith::AddIOp::create(scalars, index, size);
        return arith::SelectOp::create(scalars, isNegative, moved, index);
      });
}

Value TosaBuilder::lookUp(Value data, Value places) {
  int64_t count = *countElements(shapeOf(data));
  Value list = reshape(data, {count});
  return map(
      places, elementOf(data),
      [&](ImplicitLocOpBuilder &scalars, ValueRange elements) -> Value {
        Value place = elements.front();
        Type type = place.getType();
        auto constant = [&](int64_t number) -> Value {
          return arith::ConstantOp::create(scalars,
                                           IntegerAttr::get(type, number));
        };
        place = arith::MaxSIOp::create(scalars, place, constant(0));
        place = arith::MinSIOp::create(scalars, place, constant(count - 1));
        Value index =
            arith::IndexCastOp::create(scalars, scalars.getIndexType(), place);
        return tensor::ExtractOp::create(scalars, list, index);
      });
}

Value TosaBuilder::placeOf(ValueRange indices, llvm::ArrayRef<int64_t> shape) {
  llvm::SmallVector<int64_t> dims(shape);
  return map(indices, elementOf(indices.front()),
             [&](ImplicitLocOpBuilder &scalars, ValueRange elements) {
               Value place = elements.front();
               for (size_t d = 1; d < dims.size(); ++d) {
                 Value dim = arith::ConstantOp::create(
                     scalars, IntegerAttr::get(place.getType(), dims[d]));
                 place = arith::MulIOp::create(scalars, place, dim);
                 place = arith::AddIOp::create(scalars, place, elements[d]);
               }
               return place;
             });
}

Value TosaBuilder::iota(int64_t count, int64_t axis, int64_t rank) {
  Shape shape(rank, 1);
  shape[axis] = count;
  HostTensor numbers = HostTensor::zeros(builder.getI64Type(), shape);
  for (int64_t i = 0; i < count; ++i)
    numbers.set(i, i);
  return constant(numbers);
}

RankedTensorType TosaBuilder::equalizeRanks(Value &lhs, Value &rhs,
                                            Type element) {
  Shape shape = *broadcastShapes(shapeOf(lhs), shapeOf(rhs));
  lhs = withRank(lhs, shape.size());
  rhs = withRank(rhs, shape.size());
  return RankedTensorType::get(shape, element ? element : elementOf(lhs));
}

Value TosaBuilder::mul(Value lhs, Value rhs) {
  RankedTensorType type = equalizeRanks(lhs, rhs, nullptr);
  Value shift = zeroPoint(builder.getI8Type());
  return tosa::MulOp::create(builder, type, lhs, rhs, shift);
}

Value TosaBuilder::div(Value lhs, Value rhs) {
  if (!isa<FloatType>(elementOf(lhs)))
    return binary<tosa::IntDivOp>(lhs, rhs);
  return mul(lhs, unary<tosa::ReciprocalOp>(rhs));
}

Value TosaBuilder::select(Value condition, Value ifTrue, Value ifFalse) {
  Shape shape = *broadcastShapes(shapeOf(ifTrue), shapeOf(ifFalse));
  shape = *broadcastShapes(shape, shapeOf(condition));
  condition = withRank(condition, shape.size());
  ifTrue = withRank(ifTrue, shape.size());
  ifFalse = withRank(ifFalse, shape.size());
  return tosa::SelectOp::create(builder, withShape(ifTrue, shape), condition,
                                ifTrue, ifFalse);
}

Value TosaBuilder::addScalar(Value value, double number) {
  return add(value, scalar(elementOf(value), number, shapeOf(value).size()));
}

Value TosaBuilder::mulScalar(Value value, double number) {
  return mul(value, scalar(elementOf(value), number, shapeOf(value).size()));
}

Value TosaBuilder::negate(Value value) {
  Value zero = zeroPoint(elementOf(value));
  return tosa::NegateOp::create(builder, value.getType(), value, zero, zero);
}

Value TosaBuilder::sqrt(Value value) {
  return unary<tosa::ReciprocalOp>(unary<tosa::RsqrtOp>(value));
}

Value TosaBuilder::clamp(Value value, double low, double high) {
  Type element = elementOf(value);
  auto attribute = [&](double bound) -> Attribute {
    // Saturates at the type's own limits.
    HostTensor tensor = HostTensor::zeros(element, {});
    tensor.set(0, bound);
    return isa<FloatType>(element)
               ? Attribute(FloatAttr::get(element, tensor.asDouble(0)))
               : Attribute(IntegerAttr::get(element, tensor.asInt(0)));
  };
  return tosa::ClampOp::create(builder, value.getType(), value, attribute(low),
                               attribute(high));
}

Value TosaBuilder::mean(Value value, llvm::ArrayRef<int64_t> axes) {
  double count = 1;
  for (int64_t axis : axes)
    count *= shapeOf(value)[axis];
  return mulScalar(reduce<tosa::ReduceSumOp>(value, axes), 1.0 / count);
}

Value TosaBuilder::matmul(Value lhs, Value rhs) {
  llvm::ArrayRef<int64_t> left = shapeOf(lhs), right = shapeOf(rhs);
  Value zero = zeroPoint(elementOf(lhs));
  return tosa::MatMulOp::create(builder,
                                withShape(lhs, {left[0], left[1], right[2]}),
                                lhs, rhs, zero, zero);
}
