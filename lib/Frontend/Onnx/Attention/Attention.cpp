//===- Attention.cpp - Scaled dot product attention -----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../ConversionTable.h"
#include "AttentionMask.h"

#include <cmath>

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// Q, K and V as (batch, heads, sequence, head size).
struct Heads {
  Value q, k, v;
  bool isPacked = false; // The model's are (batch, sequence, heads * size).
};

Value unpack(NodeContext &node, Value x, int64_t heads) {
  llvm::ArrayRef<int64_t> shape = shapeOf(x);
  Value split =
      node.build.reshape(x, {shape[0], shape[1], heads, shape[2] / heads});
  return node.build.transpose(split, {0, 2, 1, 3});
}

Value pack(NodeContext &node, Value x) {
  Value moved = node.build.transpose(x, {0, 2, 1, 3});
  llvm::ArrayRef<int64_t> shape = shapeOf(moved);
  return node.build.reshape(moved, {shape[0], shape[1], shape[2] * shape[3]});
}

FailureOr<Heads> readHeads(NodeContext &node) {
  int64_t rank = node.rank(0);
  if (rank != 3 && rank != 4) {
    node.error() << "expects queries of rank 3 or 4, but got shape "
                 << shapeText(node.shape(0));
    return failure();
  }
  for (size_t i = 0; i < 3; ++i) {
    if (node.rank(i) != rank || node.shape(i)[0] != node.shape(0)[0]) {
      node.error() << "expects '" << node.inputName(i) << "' of rank " << rank
                   << " and batch " << node.shape(0)[0] << ", but got shape "
                   << shapeText(node.shape(i));
      return failure();
    }
    if (!node.isFloat(i))
      return node.unsupported("its inputs are not floats");
  }
  Heads heads{node.input(0), node.input(1), node.input(2), rank == 3};
  if (rank == 4)
    return heads;
  int64_t counts[] = {node.getInt("q_num_heads", 0),
                      node.getInt("kv_num_heads", 0),
                      node.getInt("kv_num_heads", 0)};
  for (size_t i = 0; i < 3; ++i)
    if (counts[i] < 1 || node.shape(i)[2] % counts[i] != 0) {
      node.error() << "expects q_num_heads and kv_num_heads that divide the "
                      "hidden sizes, but got "
                   << counts[0] << " and " << counts[1] << " for "
                   << shapeText(node.shape(i));
      return failure();
    }
  heads.q = unpack(node, heads.q, counts[0]);
  heads.k = unpack(node, heads.k, counts[1]);
  heads.v = unpack(node, heads.v, counts[2]);
  return heads;
}

/// Puts the cache in front of the new keys and values.
LogicalResult joinPast(NodeContext &node, Heads &heads, int64_t &past) {
  if (node.hasInput(4) != node.hasInput(5))
    return node.error() << "expects past_key and past_value together";
  if (!node.hasInput(4))
    return success();
  for (auto [index, value] :
       {std::pair<size_t, Value *>(4, &heads.k), {5, &heads.v}}) {
    Shape expected(shapeOf(*value)), got(node.shape(index));
    if (got.size() == 4)
      expected[2] = got[2];
    if (got != expected)
      return node.error() << "expects '" << node.inputName(index)
                          << "' of shape " << shapeText(expected)
                          << ", but got " << shapeText(got);
    // A cache may be empty.
    if (got[2] > 0)
      *value = node.build.concat({node.input(index), *value}, 2);
    past = got[2];
  }
  return success();
}

LogicalResult checkSizes(NodeContext &node, const Heads &heads) {
  llvm::ArrayRef<int64_t> q = shapeOf(heads.q), k = shapeOf(heads.k),
                          v = shapeOf(heads.v);
  if (q[3] != k[3] || k[2] != v[2] || k[1] != v[1] || q[1] % k[1] != 0)
    return node.error() << "expects keys and values that fit the queries, but "
                           "got "
                        << shapeText(q) << ", " << shapeText(k) << " and "
                        << shapeText(v);
  return success();
}

/// [batch, heads, S, D] x [batch, kv heads, L, D] -> [batch, heads, S, L]. The
/// heads that share a key are rows of one product.
Value scoresOf(NodeContext &node, const Heads &heads, double scale) {
  Shape q(shapeOf(heads.q)), k(shapeOf(heads.k));
  int64_t batch = k[0] * k[1], rows = q[1] / k[1] * q[2];
  Value left = node.build.reshape(node.build.mulScalar(heads.q, scale),
                                  {batch, rows, q[3]});
  Value right = node.build.reshape(node.build.transpose(heads.k, {0, 1, 3, 2}),
                                   {batch, k[3], k[2]});
  return node.build.reshape(node.build.matmul(left, right),
                            {q[0], q[1], q[2], k[2]});
}

Value weighted(NodeContext &node, Value weights, Value v) {
  Shape w(shapeOf(weights)), shape(shapeOf(v));
  int64_t batch = shape[0] * shape[1], rows = w[1] / shape[1] * w[2];
  Value product =
      node.build.matmul(node.build.reshape(weights, {batch, rows, w[3]}),
                        node.build.reshape(v, {batch, shape[2], shape[3]}));
  return node.build.reshape(product, {w[0], w[1], w[2], shape[3]});
}

/// cap * tanh(x / cap)
Value softCap(NodeContext &node, Value x, double cap) {
  Value small = node.build.mulScalar(x, 1 / cap);
  return node.build.mulScalar(node.build.unary<tosa::TanhOp>(small), cap);
}

/// Softmax over the last axis. A row whose scores are all minus infinity gives
/// zeros if `guards`.
Value softmax(NodeContext &node, Value x, bool guards) {
  int64_t axis = shapeOf(x).size() - 1;
  Value largest = node.build.reduce<tosa::ReduceMaxOp>(x, {axis});
  if (guards)
    largest = node.build.map(
        largest, elementOf(x), [](ImplicitLocOpBuilder &b, ValueRange in) {
          Value zero = arith::ConstantOp::create(
              b, b.getFloatAttr(in[0].getType(), 0.0));
          Value lowest = arith::ConstantOp::create(
              b, b.getFloatAttr(in[0].getType(), -INFINITY));
          Value isMasked = arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ,
                                                 in[0], lowest);
          return arith::SelectOp::create(b, isMasked, zero, in[0]).getResult();
        });
  Value exp = node.build.unary<tosa::ExpOp>(node.build.sub(x, largest));
  Value sum = node.build.reduce<tosa::ReduceSumOp>(exp, {axis});
  if (guards)
    // Where something is attended to, the sum is 1 or more.
    sum = node.build.binary<tosa::MaximumOp>(
        sum, node.build.scalar(elementOf(x), 1e-30, axis + 1));
  return node.build.mul(exp, node.build.unary<tosa::ReciprocalOp>(sum));
}

LogicalResult convertAttention(NodeContext &node) {
  if (failed(node.expectInputs(3, 7)))
    return failure();
  FailureOr<Heads> heads = readHeads(node);
  AttentionMask mask;
  if (failed(heads) || failed(joinPast(node, *heads, mask.past)) ||
      failed(checkSizes(node, *heads)))
    return failure();
  llvm::ArrayRef<int64_t> q = shapeOf(heads->q);
  mask.queries = q[2];
  mask.keys = shapeOf(heads->k)[2];
  mask.shape = {q[0], q[1], q[2], mask.keys};
  double scale = node.getFloat("scale", 0);
  int64_t mode = node.getInt("qk_matmul_output_mode", 0);
  double cap = node.getFloat("softcap", 0);
  (void)node.set(heads->k, 1, node.element(1));
  (void)node.set(heads->v, 2, node.element(2));

  Value scores =
      scoresOf(node, *heads, scale ? scale : 1 / std::sqrt(double(q[3])));
  if (mode == 0)
    (void)node.set(scores, 3, node.element(0));
  if (cap > 0)
    scores = softCap(node, scores, cap);
  if (mode == 1)
    (void)node.set(scores, 3, node.element(0));
  FailureOr<Value> masked = applyMask(node, scores, mask);
  if (failed(masked))
    return failure();
  if (mode == 2)
    (void)node.set(*masked, 3, node.element(0));
  Value weights = softmax(node, *masked, mask.mayHideRows);
  if (mode == 3)
    (void)node.set(weights, 3, node.element(0));
  Value result = weighted(node, weights, heads->v);
  return node.set(heads->isPacked ? pack(node, result) : result, 0,
                  node.element(0));
}

} // namespace

void quantc::onnx::addAttention(ConversionTable &table) {
  table.conversions["Attention"] = convertAttention;
}
