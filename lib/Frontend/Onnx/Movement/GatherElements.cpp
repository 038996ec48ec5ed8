//===- GatherElements.cpp - Gathering and scattering by index tensors -----===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

LogicalResult expectIndices(NodeContext &node, size_t index) {
  Type element = node.element(index);
  if (element.isSignlessInteger(32) || element.isSignlessInteger(64))
    return success();
  return node.error() << "expects INT32 or INT64 indices, but got " << element;
}

/// Indices that reach along one axis, with those of all other axes beside them.
llvm::SmallVector<Value> alongAxis(NodeContext &node, Value indices,
                                   int64_t axis) {
  Shape shape(shapeOf(indices));
  llvm::SmallVector<Value> places;
  for (int64_t d = 0, rank = shape.size(); d < rank; ++d)
    places.push_back(d == axis ? indices : node.build.iota(shape[d], d, rank));
  return places;
}

/// result[i][j] = data[indices[i][j]][j] for axis 0
LogicalResult convertGatherElements(NodeContext &node) {
  if (failed(node.expectInputs(2, 2)) || failed(expectIndices(node, 1)))
    return failure();
  FailureOr<int64_t> axis =
      node.normalizeAxis(node.getInt("axis", 0), node.rank(0));
  if (failed(axis))
    return failure();
  bool fits = node.rank(1) == node.rank(0);
  for (int64_t d = 0; fits && d < node.rank(0); ++d)
    fits = d == *axis || node.shape(1)[d] <= node.shape(0)[d];
  if (!fits)
    return node.error() << "expects indices that fit data of shape "
                        << shapeText(node.shape(0)) << ", but got shape "
                        << shapeText(node.shape(1));
  Value indices = node.build.wrap(node.input(1), node.shape(0)[*axis]);
  Value places =
      node.build.placeOf(alongAxis(node, indices, *axis), node.shape(0));
  return node.set(node.build.lookUp(node.input(0), places));
}

/// The part of indices (..., K) that stands for dimension `k`, of shape
/// (..., 1 times `trailing`).
Value component(NodeContext &node, Value indices, int64_t k, int64_t trailing) {
  Shape shape(shapeOf(indices));
  int64_t last = shape.size() - 1;
  Value part = node.build.sliceAxis(indices, last, k, 1);
  shape.pop_back();
  shape.append(trailing, 1);
  return node.build.reshape(part, shape);
}

LogicalResult convertGatherNd(NodeContext &node) {
  if (failed(node.expectInputs(2, 2)) || failed(expectIndices(node, 1)))
    return failure();
  llvm::ArrayRef<int64_t> data = node.shape(0), shape = node.shape(1);
  int64_t batch = node.getInt("batch_dims", 0);
  int64_t count = shape.empty() ? 0 : shape.back();
  int64_t rank = data.size(), lead = int64_t(shape.size()) - 1;
  if (batch < 0 || batch > lead || count < 1 || batch + count > rank ||
      data.take_front(batch) != shape.take_front(batch))
    return node.error() << "expects indices (..., K) with K of 1 to "
                        << rank - batch << " behind " << batch
                        << " batch dimensions, but got shapes "
                        << shapeText(data) << " and " << shapeText(shape);
  Shape result(shape.drop_back());
  result.append(data.begin() + batch + count, data.end());
  if (failed(node.expectShape(result)))
    return failure();
  int64_t trailing = rank - batch - count, size = result.size();
  llvm::SmallVector<Value> places;
  for (int64_t d = 0; d < batch; ++d)
    places.push_back(node.build.iota(data[d], d, size));
  for (int64_t k = 0; k < count; ++k)
    places.push_back(node.build.wrap(
        component(node, node.input(1), k, trailing), data[batch + k]));
  for (int64_t d = 0; d < trailing; ++d)
    places.push_back(node.build.iota(data[batch + count + d], lead + d, size));
  return node.set(
      node.build.lookUp(node.input(0), node.build.placeOf(places, data)));
}

/// How an update meets the element that is there.
using Meet = Value (*)(ImplicitLocOpBuilder &b, Value old, Value update);

template <typename FloatOp, typename IntOp>
Value meet(ImplicitLocOpBuilder &b, Value old, Value update) {
  if (isa<FloatType>(old.getType()))
    return FloatOp::create(b, old, update);
  return IntOp::create(b, old, update);
}

FailureOr<Meet> readReduction(NodeContext &node) {
  llvm::StringRef name = node.getString("reduction", "none");
  bool isUnsigned = node.element(0).isUnsignedInteger();
  if (name == "none")
    return Meet(
        [](ImplicitLocOpBuilder &, Value, Value update) { return update; });
  if (name == "add")
    return Meet(meet<arith::AddFOp, arith::AddIOp>);
  if (name == "mul")
    return Meet(meet<arith::MulFOp, arith::MulIOp>);
  if (name == "max")
    return Meet(isUnsigned ? meet<arith::MaximumFOp, arith::MaxUIOp>
                           : meet<arith::MaximumFOp, arith::MaxSIOp>);
  if (name == "min")
    return Meet(isUnsigned ? meet<arith::MinimumFOp, arith::MinUIOp>
                           : meet<arith::MinimumFOp, arith::MinSIOp>);
  node.error() << "expects reduction none, add, mul, max or min, but got '"
               << name << "'";
  return failure();
}

/// Each element goes through all updates that could be meant for it, in order,
/// so that the last one wins: loops without data-dependent stores.
Value takeUpdates(NodeContext &node, Value data, ValueRange inputs,
                  llvm::ArrayRef<AffineMap> maps, Meet meet, unsigned axis) {
  return node.build.foldInto(
      data, inputs, maps, 1,
      [&](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
        Value place = arith::IndexCastOp::create(
            b, in[0].getType(), linalg::IndexOp::create(b, axis));
        Value isMeant =
            arith::CmpIOp::create(b, arith::CmpIPredicate::eq, in[0], place);
        return arith::SelectOp::create(b, isMeant, meet(b, in[2], in[1]),
                                       in[2]);
      });
}

LogicalResult convertScatterElements(NodeContext &node) {
  if (failed(node.expectInputs(3, 3)) || failed(expectIndices(node, 1)))
    return failure();
  FailureOr<int64_t> axis =
      node.normalizeAxis(node.getInt("axis", 0), node.rank(0));
  if (failed(axis))
    return failure();
  FailureOr<Meet> meet = readReduction(node);
  if (failed(meet))
    return failure();
  llvm::ArrayRef<int64_t> data = node.shape(0), shape = node.shape(1);
  bool fits = shape == node.shape(2) && shape.size() == data.size() &&
              node.element(2) == node.element(0);
  for (size_t d = 0; fits && d < data.size(); ++d)
    fits = int64_t(d) == *axis || shape[d] <= data[d];
  if (!fits)
    return node.error() << "expects indices and updates of one shape that "
                           "fits data of shape "
                        << shapeText(data) << ", but got " << shapeText(shape)
                        << " and " << shapeText(node.shape(2));
  // Where there are no updates, an index that is no place.
  Shape low(data.size(), 0), high(low);
  for (size_t d = 0; d < data.size(); ++d)
    high[d] = int64_t(d) == *axis ? 0 : data[d] - shape[d];
  Value indices = node.build.wrap(node.input(1), data[*axis]);
  Value updates = node.input(2);
  if (llvm::any_of(high, [](int64_t amount) { return amount > 0; })) {
    indices = node.build.pad(indices, low, high,
                             node.build.scalar(elementOf(indices), -1, 1));
    updates = node.build.pad(updates, low, high,
                             node.build.scalar(elementOf(updates), 0, 1));
  }
  MLIRContext *context = node.context();
  llvm::SmallVector<AffineExpr> from;
  for (size_t d = 0; d < data.size(); ++d)
    from.push_back(
        getAffineDimExpr(int64_t(d) == *axis ? data.size() : d, context));
  auto map = AffineMap::get(data.size() + 1, 0, from, context);
  return node.set(takeUpdates(node, node.input(0), {indices, updates},
                              {map, map}, *meet, *axis));
}

LogicalResult convertScatterNd(NodeContext &node) {
  if (failed(node.expectInputs(3, 3)) || failed(expectIndices(node, 1)))
    return failure();
  FailureOr<Meet> meet = readReduction(node);
  if (failed(meet))
    return failure();
  llvm::ArrayRef<int64_t> data = node.shape(0), shape = node.shape(1);
  int64_t count = shape.empty() ? 0 : shape.back(), rank = data.size();
  Shape expected(shape.drop_back(shape.empty() ? 0 : 1));
  if (count >= 1 && count <= rank)
    expected.append(data.begin() + count, data.end());
  if (count < 1 || count > rank || node.shape(2) != llvm::ArrayRef(expected) ||
      node.element(2) != node.element(0))
    return node.error() << "expects indices (..., K) and updates that fit data "
                           "of shape "
                        << shapeText(data) << ", but got " << shapeText(shape)
                        << " and " << shapeText(node.shape(2));
  // Data as (places, rest), updates as (updates, rest).
  int64_t places = *countElements(data.take_front(count));
  int64_t rest = *countElements(data.drop_front(count));
  int64_t updates = *countElements(shape.drop_back());
  llvm::SmallVector<Value> parts;
  for (int64_t k = 0; k < count; ++k)
    parts.push_back(
        node.build.wrap(component(node, node.input(1), k, 0), data[k]));
  Value place = node.build.reshape(
      node.build.placeOf(parts, data.take_front(count)), {updates});
  MLIRContext *context = node.context();
  AffineExpr r = getAffineDimExpr(1, context), u = getAffineDimExpr(2, context);
  Value result = takeUpdates(
      node, node.build.reshape(node.input(0), {places, rest}),
      {place, node.build.reshape(node.input(2), {updates, rest})},
      {AffineMap::get(3, 0, u, context), AffineMap::get(3, 0, {u, r}, context)},
      *meet, 0);
  return node.set(node.build.reshape(result, data));
}

} // namespace

void quantc::onnx::addGatherElements(ConversionTable &table) {
  auto &conversions = table.conversions;
  conversions["GatherElements"] = convertGatherElements;
  conversions["GatherND"] = convertGatherNd;
  conversions["Scatter"] = convertScatterElements;
  conversions["ScatterElements"] = convertScatterElements;
  conversions["ScatterND"] = convertScatterNd;
}
