//===- LinearAttention.cpp - Recurrent attention and its convolution ------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"

#include <cmath>

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// Steps are spelled out, one after the other.
constexpr int64_t kMostSteps = 64;

/// The state S (batch * heads, dk, dv) moves on by one token:
///
///   S = exp(g) S;  v = beta (v - S^T k);  S = S + k v^T;  o = scale q^T S
struct Recurrence {
  int64_t batch, steps, heads, groups, keySize, valueSize;
  bool decays, corrects;
  double scale;
};

/// (B, T, H * D) at one step, as (B * H, rows, D / rows).
Value stepOf(NodeContext &node, Value x, int64_t step,
             llvm::ArrayRef<int64_t> shape) {
  return node.build.reshape(node.build.sliceAxis(x, 1, step, 1), shape);
}

FailureOr<Recurrence> readRecurrence(NodeContext &node) {
  llvm::StringRef rule = node.getString("update_rule", "gated_delta");
  Recurrence r;
  r.decays = rule == "gated" || rule == "gated_delta";
  r.corrects = rule == "delta" || rule == "gated_delta";
  int64_t queryHeads = node.getInt("q_num_heads", 0);
  r.heads = node.getInt("kv_num_heads", 0);
  auto fault = [&](const llvm::Twine &expected) -> FailureOr<Recurrence> {
    node.error() << "expects " << expected.str() << ", but got shapes "
                 << shapeText(node.shape(0)) << ", " << shapeText(node.shape(1))
                 << " and " << shapeText(node.shape(2));
    return failure();
  };
  if (rule != "linear" && !r.decays && !r.corrects)
    return fault("update_rule linear, gated, delta or gated_delta");
  for (size_t i = 0; i < 3; ++i)
    if (node.rank(i) != 3 || !node.isFloat(i))
      return fault("floats (batch, steps, heads * size)");
  if (r.heads < 1 || queryHeads < 1 || queryHeads % r.heads != 0 ||
      node.shape(0)[2] % queryHeads != 0 || node.shape(2)[2] % r.heads != 0)
    return fault("q_num_heads and kv_num_heads that fit");
  r.batch = node.shape(0)[0];
  r.steps = node.shape(0)[1];
  r.groups = queryHeads / r.heads;
  r.keySize = node.shape(0)[2] / queryHeads;
  r.valueSize = node.shape(2)[2] / r.heads;
  for (size_t i = 1; i < 3; ++i)
    if (node.shape(i)[0] != r.batch || node.shape(i)[1] != r.steps)
      return fault("one batch size and number of steps");
  if (node.shape(1)[2] != r.heads * r.keySize)
    return fault("keys of the queries' size");
  if (r.decays != node.hasInput(4) || r.corrects != node.hasInput(5))
    return fault("decay and beta as the update_rule says");
  double scale = node.getFloat("scale", 0);
  r.scale = scale ? scale : 1 / std::sqrt(double(r.keySize));
  if (r.steps > kMostSteps)
    return node.unsupported("it has more than 64 steps");
  return r;
}

/// The factor of the state's rows at one step: (B * H, dk or 1, 1).
FailureOr<Value> decayAt(NodeContext &node, const Recurrence &r, int64_t step) {
  int64_t size = node.shape(4).back();
  if (node.rank(4) != 3 || (size != r.heads && size != r.heads * r.keySize)) {
    node.error() << "expects a decay per head or key, but got shape "
                 << shapeText(node.shape(4));
    return failure();
  }
  Value g =
      stepOf(node, node.input(4), step, {r.batch * r.heads, size / r.heads, 1});
  return node.build.unary<tosa::ExpOp>(g);
}

FailureOr<Value> betaAt(NodeContext &node, const Recurrence &r, int64_t step) {
  int64_t size = node.shape(5).back();
  if (node.rank(5) != 3 || (size != r.heads && size != 1)) {
    node.error() << "expects a beta per head or one, but got shape "
                 << shapeText(node.shape(5));
    return failure();
  }
  Value beta = stepOf(node, node.input(5), step, {r.batch, size, 1});
  beta = node.build.broadcastTo(beta, {r.batch, r.heads, 1});
  return node.build.reshape(beta, {r.batch * r.heads, 1, 1});
}

LogicalResult convertLinearAttention(NodeContext &node) {
  if (failed(node.expectInputs(3, 6)))
    return failure();
  FailureOr<Recurrence> r = readRecurrence(node);
  if (failed(r))
    return failure();
  TosaBuilder &build = node.build;
  int64_t all = r->batch * r->heads;
  Shape stateShape{r->batch, r->heads, r->keySize, r->valueSize};
  Value state;
  if (node.hasInput(3)) {
    if (node.shape(3) != llvm::ArrayRef(stateShape))
      return node.error() << "expects a state of shape "
                          << shapeText(stateShape) << ", but got "
                          << shapeText(node.shape(3));
    state = build.reshape(node.input(3), {all, r->keySize, r->valueSize});
  } else {
    state = build.constant(
        HostTensor::splat(node.storage(0), {all, r->keySize, r->valueSize}, 0));
  }
  llvm::SmallVector<Value> outputs;
  for (int64_t step = 0; step < r->steps; ++step) {
    Value k = stepOf(node, node.input(1), step, {all, r->keySize, 1});
    Value v = stepOf(node, node.input(2), step, {all, 1, r->valueSize});
    if (r->decays) {
      FailureOr<Value> decay = decayAt(node, *r, step);
      if (failed(decay))
        return failure();
      state = build.mul(state, *decay);
    }
    if (r->corrects) {
      FailureOr<Value> beta = betaAt(node, *r, step);
      if (failed(beta))
        return failure();
      Value row = build.reshape(k, {all, 1, r->keySize});
      v = build.mul(build.sub(v, build.matmul(row, state)), *beta);
    }
    state = build.add(state, build.mul(k, v));
    // The query heads that share a state are rows of one product.
    Value q = stepOf(node, node.input(0), step, {all, r->groups, r->keySize});
    Value read = build.mulScalar(build.matmul(q, state), r->scale);
    outputs.push_back(build.reshape(
        read, {r->batch, 1, r->heads * r->groups * r->valueSize}));
  }
  (void)node.set(build.reshape(state, stateShape), 1,
                 node.element(node.hasInput(3) ? 3 : 0));
  return node.set(outputs.size() == 1 ? outputs.front()
                                      : build.concat(outputs, 1),
                  0, node.element(0));
}

/// A causal depthwise convolution whose past is a state.
LogicalResult convertCausalConv(NodeContext &node) {
  if (failed(node.expectInputs(2, 4)))
    return failure();
  llvm::ArrayRef<int64_t> x = node.shape(0), weights = node.shape(1);
  bool fits = x.size() == 3 && weights.size() == 3 && weights[0] == x[1] &&
              weights[1] == 1 && weights[2] >= 1;
  if (!fits || !node.isFloat(0) || !node.isFloat(1))
    return node.error() << "expects (N, C, L) and weights (C, 1, K), but got "
                        << shapeText(x) << " and " << shapeText(weights);
  if (node.hasInput(2) && node.shape(2) != x.slice(1, 1))
    return node.error() << "expects a bias per channel, but got shape "
                        << shapeText(node.shape(2));
  TosaBuilder &build = node.build;
  int64_t past = weights[2] - 1, channels = x[1], length = x[2];
  Value input = node.input(0);
  if (node.hasInput(3) && past > 0) {
    if (node.shape(3) != llvm::ArrayRef<int64_t>({x[0], channels, past}))
      return node.error() << "expects a state of " << past
                          << " positions, but got shape "
                          << shapeText(node.shape(3));
    input = build.concat({node.input(3), input}, 2);
  } else if (past > 0) {
    input = build.pad(input, {0, 0, past}, {0, 0, 0},
                      build.scalar(node.storage(0), 0, 1));
  }
  if (past > 0)
    (void)node.set(build.sliceAxis(input, 2, length, past), 1, node.element(0));
  else
    (void)node.set(HostTensor::zeros(node.element(0), {x[0], channels, 0}), 1);
  // NHWC with a width of 1: (N, L, 1, C) and weights (K, 1, C, 1).
  Value nhwc = build.reshape(build.transpose(input, {0, 2, 1}),
                             {x[0], length + past, 1, channels});
  Value kernel;
  if (const HostTensor *constant = node.constant(1))
    kernel = build.constant(
        constant->transposed({2, 1, 0}).reshaped({past + 1, 1, channels, 1}));
  else
    kernel = build.reshape(build.transpose(node.input(1), {2, 1, 0}),
                           {past + 1, 1, channels, 1});
  Value bias =
      node.hasInput(2)
          ? node.input(2)
          : build.constant(HostTensor::splat(node.storage(0), {channels}, 0));
  Value zero = build.zeroPoint(node.storage(0));
  Value y = tosa::DepthwiseConv2DOp::create(
      build.ops(), TosaBuilder::withShape(nhwc, {x[0], length, 1, channels}),
      nhwc, kernel, bias, zero, zero, Shape(4, 0), Shape(2, 1), Shape(2, 1),
      node.storage(0));
  y = build.transpose(build.reshape(y, {x[0], length, channels}), {0, 2, 1});
  llvm::StringRef activation = node.getString("activation", "none");
  if (activation == "silu" || activation == "swish")
    y = build.mul(y, build.unary<tosa::SigmoidOp>(y));
  else if (activation != "none")
    return node.error() << "expects activation silu, swish or none, but got '"
                        << activation << "'";
  return node.set(y, 0, node.element(0));
}

} // namespace

void quantc::onnx::addLinearAttention(ConversionTable &table) {
  table.conversions["CausalConvWithState"] = convertCausalConv;
  table.conversions["LinearAttention"] = convertLinearAttention;
}
