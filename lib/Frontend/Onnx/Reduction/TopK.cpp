//===- TopK.cpp - TopK and other orderings --------------------------------===//
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

/// Whether x stands in front of y in the order that is asked for.
Value precedes(ImplicitLocOpBuilder &b, Value x, Value y, bool isLargest,
               bool isUnsigned) {
  if (isa<FloatType>(x.getType()))
    return arith::CmpFOp::create(
        b, isLargest ? arith::CmpFPredicate::OGT : arith::CmpFPredicate::OLT, x,
        y);
  auto predicate =
      isUnsigned
          ? (isLargest ? arith::CmpIPredicate::ugt : arith::CmpIPredicate::ult)
          : (isLargest ? arith::CmpIPredicate::sgt : arith::CmpIPredicate::slt);
  return arith::CmpIOp::create(b, predicate, x, y);
}

/// How many elements of its row stand in front of each; of equal ones the first
/// does. Rows (R, N).
Value ranksOf(NodeContext &node, Value rows, bool isLargest) {
  MLIRContext *context = node.context();
  Type i64 = node.build.ops().getI64Type();
  bool isUnsigned = node.element(0).isUnsignedInteger();
  AffineExpr r = getAffineDimExpr(0, context), i = getAffineDimExpr(1, context),
             j = getAffineDimExpr(2, context);
  return node.build.fold(
      {rows, rows},
      {AffineMap::get(3, 0, {r, i}, context),
       AffineMap::get(3, 0, {r, j}, context)},
      shapeOf(rows), 1, IntegerAttr::get(i64, 0),
      [&](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
        Value isBefore = precedes(b, in[1], in[0], isLargest, isUnsigned);
        Value isAfter = precedes(b, in[0], in[1], isLargest, isUnsigned);
        Value isEarlier = arith::CmpIOp::create(b, arith::CmpIPredicate::ult,
                                                linalg::IndexOp::create(b, 2),
                                                linalg::IndexOp::create(b, 1));
        // Of neither: they are equal, and the place decides.
        Value zero = arith::ConstantOp::create(b, b.getBoolAttr(false));
        Value tie = arith::SelectOp::create(b, isAfter, zero, isEarlier);
        Value counts = arith::SelectOp::create(b, isBefore, isBefore, tie);
        return arith::AddIOp::create(b, in[2],
                                     arith::ExtUIOp::create(b, i64, counts));
      });
}

/// The place in its row of the element with each rank below k.
Value placesOf(NodeContext &node, Value ranks, int64_t k) {
  MLIRContext *context = node.context();
  Type i64 = node.build.ops().getI64Type();
  AffineExpr r = getAffineDimExpr(0, context), j = getAffineDimExpr(2, context);
  return node.build.fold(
      {ranks}, {AffineMap::get(3, 0, {r, j}, context)}, {shapeOf(ranks)[0], k},
      1, IntegerAttr::get(i64, 0),
      [&](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
        Value rank =
            arith::IndexCastOp::create(b, i64, linalg::IndexOp::create(b, 1));
        Value place =
            arith::IndexCastOp::create(b, i64, linalg::IndexOp::create(b, 2));
        Value isIt =
            arith::CmpIOp::create(b, arith::CmpIPredicate::eq, in[0], rank);
        return arith::SelectOp::create(b, isIt, place, in[1]);
      });
}

LogicalResult convertTopK(NodeContext &node) {
  bool isOld = node.opset() < 10;
  if (failed(node.expectInputs(isOld ? 1 : 2, 2)))
    return failure();
  int64_t k = node.getInt("k", 0);
  if (!isOld) {
    FailureOr<Shape> given = node.constantInts(1, "k");
    if (failed(given))
      return failure();
    if (given->size() != 1)
      return node.error() << "expects one k, but got " << given->size();
    k = given->front();
  }
  FailureOr<int64_t> axis =
      node.normalizeAxis(node.getInt("axis", -1), node.rank(0));
  if (failed(axis))
    return failure();
  int64_t size = node.shape(0)[*axis];
  if (k < 1 || k > size)
    return node.error() << "expects k from 1 to " << size << ", but got " << k;
  // The axis goes to the end.
  Shape forth, back(node.rank(0), 0);
  for (int64_t d = 0; d < node.rank(0); ++d)
    if (d != *axis)
      forth.push_back(d);
  forth.push_back(*axis);
  for (auto [to, from] : llvm::enumerate(forth))
    back[from] = to;
  Value moved = node.build.transpose(node.input(0), forth);
  Shape result(shapeOf(moved));
  int64_t rows = *countElements(result) / size;
  result.back() = k;
  Value list = node.build.reshape(moved, {rows, size});
  Value places =
      placesOf(node, ranksOf(node, list, node.getInt("largest", 1)), k);
  Value values = node.build.lookUp(
      list,
      node.build.placeOf({node.build.iota(rows, 0, 2), places}, {rows, size}));
  auto restore = [&](Value x) {
    return node.build.transpose(node.build.reshape(x, result), back);
  };
  (void)node.set(restore(places), 1, node.build.ops().getI64Type());
  return node.set(restore(values), 0, node.element(0));
}

} // namespace

void quantc::onnx::addTopK(ConversionTable &table) {
  table.conversions["TopK"] = convertTopK;
}
