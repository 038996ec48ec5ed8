//===- AttentionMask.cpp - Which keys a query may see ---------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AttentionMask.h"

#include <cmath>

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// The keys that a query at position p = offset + i may see: p - left <= key
/// <= p + right. Negative: no bound.
struct Band {
  int64_t left = -1, right = -1;

  bool isOpen() const { return left < 0 && right < 0; }
  bool sees(int64_t position, int64_t key) const {
    return (left < 0 || key >= position - left) &&
           (right < 0 || key <= position + right);
  }
};

FailureOr<Band> readBand(NodeContext &node) {
  Band band{node.getInt("left_window_size", -1),
            node.getInt("right_window_size", -1)};
  if (band.left < -1 || band.right < -1) {
    node.error() << "expects window sizes of -1 or more, but got " << band.left
                 << " and " << band.right;
    return failure();
  }
  // Causal: nothing to the right.
  if (node.getInt("is_causal", 0))
    band.right = 0;
  return band;
}

/// The band is known now: a constant of zeros and minus infinities.
HostTensor bandMask(NodeContext &node, const AttentionMask &mask, Band band) {
  HostTensor values =
      HostTensor::zeros(node.storage(0), {mask.queries, mask.keys});
  for (int64_t i = 0; i < mask.queries; ++i)
    for (int64_t key = 0; key < mask.keys; ++key)
      if (!band.sees(mask.past + i, key))
        values.set(i * mask.keys + key, -INFINITY);
  return values;
}

bool hidesRow(const HostTensor &mask) {
  int64_t rows = mask.shape()[0], columns = mask.shape()[1];
  for (int64_t row = 0; row < rows; ++row) {
    bool isHidden = true;
    for (int64_t column = 0; column < columns; ++column)
      isHidden &= std::isinf(mask.asDouble(row * columns + column));
    if (isHidden)
      return true;
  }
  return false;
}

/// attn_mask as numbers to add, with keys beyond its end hidden.
FailureOr<Value> readMask(NodeContext &node, const AttentionMask &mask) {
  llvm::ArrayRef<int64_t> shape = node.shape(3);
  bool isBool = node.element(3).isInteger(1);
  Shape full(shape);
  if (!full.empty() && full.back() < mask.keys && full.back() != 1)
    full.back() = mask.keys;
  if (shape.empty() || broadcastShapes(full, mask.shape) != mask.shape ||
      (!isBool && !node.isFloat(3))) {
    node.error() << "expects a mask of BOOL or floats that broadcasts to "
                 << shapeText(mask.shape) << ", but got " << node.element(3)
                 << " of shape " << shapeText(shape);
    return failure();
  }
  Value values = node.input(3);
  Type element = node.storage(0);
  if (isBool)
    values = node.build.map(
        values, element, [&](ImplicitLocOpBuilder &b, ValueRange in) {
          Value zero =
              arith::ConstantOp::create(b, b.getFloatAttr(element, 0.0));
          Value lowest =
              arith::ConstantOp::create(b, b.getFloatAttr(element, -INFINITY));
          return arith::SelectOp::create(b, in[0], zero, lowest).getResult();
        });
  Shape low(full.size(), 0), high(low);
  high.back() = full.back() - shape.back();
  if (high.back() > 0)
    values = node.build.pad(values, low, high,
                            node.build.scalar(element, -INFINITY, 1));
  return values;
}

/// Keys from nonpad_kv_seqlen on are hidden, and the band ends there: each
/// batch has its own offset, which run time tells.
Value lengthMask(NodeContext &node, const AttentionMask &mask, Band band) {
  Value lengths = node.build.reshape(
      node.build.cast(node.input(6), node.build.ops().getI64Type()),
      {mask.shape[0], 1, 1, 1});
  Value keys = node.build.iota(mask.keys, 3, 4);
  Value queries = node.build.iota(mask.queries, 2, 4);
  Type element = node.storage(0);
  int64_t count = mask.queries;
  auto body = [&](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
    Type i64 = b.getI64Type();
    auto number = [&](int64_t value) -> Value {
      return arith::ConstantOp::create(b, IntegerAttr::get(i64, value));
    };
    auto isLess = [&](Value lhs, Value rhs) -> Value {
      return arith::CmpIOp::create(b, arith::CmpIPredicate::slt, lhs, rhs);
    };
    Value length = in[0], key = in[1], query = in[2];
    Value sees = isLess(key, length);
    Value position = arith::AddIOp::create(
        b, arith::SubIOp::create(b, length, number(count)), query);
    if (band.left >= 0) {
      Value first = arith::SubIOp::create(b, position, number(band.left + 1));
      sees = arith::AndIOp::create(b, sees, isLess(first, key));
    }
    if (band.right >= 0) {
      Value end = arith::AddIOp::create(b, position, number(band.right + 1));
      sees = arith::AndIOp::create(b, sees, isLess(key, end));
    }
    Value zero = arith::ConstantOp::create(b, b.getFloatAttr(element, 0.0));
    Value lowest =
        arith::ConstantOp::create(b, b.getFloatAttr(element, -INFINITY));
    return arith::SelectOp::create(b, sees, zero, lowest);
  };
  return node.build.map({lengths, keys, queries}, element, body);
}

} // namespace

FailureOr<Value> quantc::onnx::applyMask(NodeContext &node, Value scores,
                                         AttentionMask &mask) {
  FailureOr<Band> band = readBand(node);
  if (failed(band))
    return failure();
  bool hasLengths = node.hasInput(6);
  if (hasLengths &&
      (node.hasInput(4) || node.shape(6) != llvm::ArrayRef(mask.shape[0]) ||
       node.isFloat(6))) {
    node.error() << "expects nonpad_kv_seqlen of " << mask.shape[0]
                 << " integers and without a cache, but got shape "
                 << shapeText(node.shape(6));
    return failure();
  }
  if (node.hasInput(3)) {
    FailureOr<Value> values = readMask(node, mask);
    if (failed(values))
      return failure();
    scores = node.build.add(scores, *values);
    mask.mayHideRows = true;
  }
  if (hasLengths) {
    mask.mayHideRows = true;
    return node.build.add(scores, lengthMask(node, mask, *band));
  }
  if (band->isOpen())
    return scores;
  if (failed(node.reserve(node.storage(0), {mask.queries, mask.keys})))
    return failure();
  HostTensor values = bandMask(node, mask, *band);
  mask.mayHideRows |= hidesRow(values);
  return node.build.add(scores, node.build.constant(values));
}
