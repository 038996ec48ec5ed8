//===- Normalization.cpp - Batch, instance, layer, group and RMS normalization ===//
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

/// [1, C, 1, ...] of the given rank.
Shape channelShape(int64_t channels, int64_t rank) {
  Shape shape(rank, 1);
  shape[1] = channels;
  return shape;
}

LogicalResult expectChannels(NodeContext &node, size_t first, size_t last) {
  llvm::ArrayRef<int64_t> channels(node.shape(0)[1]);
  for (size_t i = first; i <= last; ++i)
    if (node.shape(i) != channels || node.element(i) != node.element(0))
      return node.error() << "expects '" << node.inputName(i)
                          << "' to have shape [" << channels[0]
                          << "] and its input's type, but got "
                          << shapeText(node.shape(i)) << " of "
                          << node.element(i);
  return success();
}

/// The parameters of a BatchNormalization as one factor and one shift:
///   x * s + (B - mean * s), s = scale / sqrt(var + epsilon)
LogicalResult foldBatchNorm(NodeContext &node, HostTensor &factor,
                            HostTensor &shift) {
  double epsilon = node.getFloat("epsilon", 1e-5f);
  for (int64_t c = 0, e = factor.count(); c < e; ++c) {
    auto parameter = [&](size_t i) { return node.constant(i)->asDouble(c); };
    double variance = parameter(4) + epsilon;
    if (!(variance > 0))
      return node.error() << "expects variance + epsilon > 0 in tensor '"
                          << node.inputName(4) << "', but got " << variance
                          << " at element " << c;
    double s = parameter(1) / std::sqrt(variance);
    factor.set(c, s);
    shift.set(c, parameter(2) - parameter(3) * s);
  }
  return success();
}

/// The same with parameters of run time.
Value computeBatchNorm(NodeContext &node, llvm::ArrayRef<int64_t> shape) {
  auto parameter = [&](size_t index) {
    return node.build.reshape(node.input(index), shape);
  };
  Value variance =
      node.build.addScalar(parameter(4), node.getFloat("epsilon", 1e-5f));
  Value factor =
      node.build.mul(parameter(1), node.build.unary<tosa::RsqrtOp>(variance));
  Value centered = node.build.sub(node.input(0), parameter(3));
  return node.build.add(node.build.mul(centered, factor), parameter(2));
}

LogicalResult convertBatchNorm(NodeContext &node) {
  if (failed(node.expectInputs(5, 5)))
    return failure();
  if (!node.isFloat(0) || node.rank(0) < 2)
    return node.unsupported("its input is not a float of rank 2 or more");
  if (node.getInt("training_mode", 0) || node.usesOutput(1))
    return node.unsupported("it is in training mode");
  if (failed(expectChannels(node, 1, 4)))
    return failure();
  Shape shape = channelShape(node.shape(0)[1], node.rank(0));
  bool isConstant = true;
  for (size_t i = 1; i <= 4; ++i) {
    isConstant &= node.constant(i) != nullptr;
    if (failed(node.expectFinite(i)))
      return failure();
  }
  if (!isConstant)
    return node.set(computeBatchNorm(node, shape));
  if (failed(node.reserve(node.element(0), {2 * node.shape(0)[1]})))
    return failure();
  HostTensor factor = HostTensor::zeros(node.element(0), shape);
  HostTensor shift = HostTensor::zeros(node.element(0), shape);
  if (failed(foldBatchNorm(node, factor, shift)))
    return failure();
  Value scaled = node.build.mul(node.input(0), node.build.constant(factor));
  return node.set(node.build.add(scaled, node.build.constant(shift)));
}

/// (x - mean(x)) / sqrt(var(x) + epsilon) over axes
struct Standardized {
  Value result, mean, inverseDeviation;
};

Standardized standardize(NodeContext &node, Value x,
                         llvm::ArrayRef<int64_t> axes, double epsilon) {
  Value mean = node.build.mean(x, axes);
  Value centered = node.build.sub(x, mean);
  Value variance = node.build.mean(node.build.mul(centered, centered), axes);
  Value inverse =
      node.build.unary<tosa::RsqrtOp>(node.build.addScalar(variance, epsilon));
  return {node.build.mul(centered, inverse), mean, inverse};
}

Value scaleAndShift(NodeContext &node, Value x, llvm::ArrayRef<int64_t> shape,
                    size_t scale, size_t shift) {
  auto parameter = [&](size_t index) {
    Value value = node.input(index);
    return shape.empty() ? value : node.build.reshape(value, shape);
  };
  x = node.build.mul(x, parameter(scale));
  return node.hasInput(shift) ? node.build.add(x, parameter(shift)) : x;
}

LogicalResult convertInstanceNorm(NodeContext &node) {
  if (failed(node.expectInputs(3, 3)))
    return failure();
  if (!node.isFloat(0) || node.rank(0) < 3)
    return node.unsupported("its input is not a float of rank 3 or more");
  if (failed(expectChannels(node, 1, 2)))
    return failure();
  Shape axes;
  for (int64_t d = 2; d < node.rank(0); ++d)
    axes.push_back(d);
  Value x =
      standardize(node, node.input(0), axes, node.getFloat("epsilon", 1e-5f))
          .result;
  return node.set(scaleAndShift(
      node, x, channelShape(node.shape(0)[1], node.rank(0)), 1, 2));
}

/// The groups become a dimension of their own, and vanish again.
LogicalResult convertGroupNorm(NodeContext &node) {
  if (failed(node.expectInputs(3, 3)))
    return failure();
  if (!node.isFloat(0) || node.rank(0) < 3)
    return node.unsupported("its input is not a float of rank 3 or more");
  if (node.opset() < 21)
    return node.unsupported("GroupNormalization before opset 21 has scales per "
                            "group; export with opset 21 or later");
  int64_t groups = node.getInt("num_groups", 0), channels = node.shape(0)[1];
  if (groups < 1 || channels % groups != 0)
    return node.error() << "expects num_groups that divides " << channels
                        << ", but got " << groups;
  if (failed(expectChannels(node, 1, 2)))
    return failure();
  Shape split(node.shape(0)), axes;
  split[1] = channels / groups;
  split.insert(split.begin() + 1, groups);
  for (size_t d = 2; d < split.size(); ++d)
    axes.push_back(d);
  Value x = standardize(node, node.build.reshape(node.input(0), split), axes,
                        node.getFloat("epsilon", 1e-5f))
                .result;
  x = node.build.reshape(x, node.shape(0));
  return node.set(
      scaleAndShift(node, x, channelShape(channels, node.rank(0)), 1, 2));
}

/// LayerNormalization and RMSNormalization, over the dimensions from `axis` on.
LogicalResult convertLayerNorm(NodeContext &node, bool isRms) {
  if (failed(node.expectInputs(2, isRms ? 2 : 3)))
    return failure();
  if (!node.isFloat(0) || node.rank(0) == 0)
    return node.unsupported("its input is not a float of rank 1 or more");
  if (isRms && node.usesOutput(1))
    return node.error() << "expects one output";
  FailureOr<int64_t> axis =
      node.normalizeAxis(node.getInt("axis", -1), node.rank(0));
  if (failed(axis))
    return failure();
  for (size_t i = 1; i < node.numInputs(); ++i)
    if (node.hasInput(i) && (broadcastShapes(node.shape(0), node.shape(i)) !=
                                 Shape(node.shape(0)) ||
                             node.element(i) != node.element(0)))
      return node.error() << "expects '" << node.inputName(i)
                          << "' to broadcast to " << shapeText(node.shape(0))
                          << ", but got " << shapeText(node.shape(i));
  Shape axes;
  for (int64_t d = *axis; d < node.rank(0); ++d)
    axes.push_back(d);
  double epsilon = node.getFloat("epsilon", 1e-5f);
  Value x = node.input(0);
  if (isRms) {
    Value square = node.build.mean(node.build.mul(x, x), axes);
    x = node.build.mul(x, node.build.unary<tosa::RsqrtOp>(
                              node.build.addScalar(square, epsilon)));
  } else {
    Standardized parts = standardize(node, x, axes, epsilon);
    x = parts.result;
    (void)node.set(parts.mean, 1);
    (void)node.set(parts.inverseDeviation, 2);
  }
  return node.set(scaleAndShift(node, x, {}, 1, 2));
}

/// x / (sum of |x|^p)^(1/p) along one axis, and 0 where that is 0.
LogicalResult convertLpNormalization(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  int64_t p = node.getInt("p", 2);
  if (!node.isFloat(0) || node.rank(0) == 0 || (p != 1 && p != 2))
    return node.unsupported("only floats and p of 1 or 2 are supported");
  FailureOr<int64_t> axis =
      node.normalizeAxis(node.getInt("axis", -1), node.rank(0));
  if (failed(axis))
    return failure();
  Value x = node.input(0);
  Value size = p == 1 ? node.build.unary<tosa::AbsOp>(x) : node.build.mul(x, x);
  Value norm = node.build.reduce<tosa::ReduceSumOp>(size, {*axis});
  return node.set(node.build.map(
      {x, norm}, node.storage(0),
      [&](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
        Value length = in[1];
        if (p == 2)
          length = math::SqrtOp::create(b, length);
        Value zero =
            arith::ConstantOp::create(b, b.getZeroAttr(in[0].getType()));
        Value isZero =
            arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, length, zero);
        Value ratio = arith::DivFOp::create(b, in[0], length);
        return arith::SelectOp::create(b, isZero, zero, ratio);
      }));
}

/// (x - mean) / (deviation + 1e-9) over some axes.
LogicalResult convertMeanVariance(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  if (!node.isFloat(0))
    return node.unsupported("its input is not a float");
  FailureOr<Shape> axes =
      node.normalizeAxes(node.getInts("axes", {0, 2, 3}), node.rank(0));
  if (failed(axes))
    return failure();
  Value x = node.input(0);
  Value centered = node.build.sub(x, node.build.mean(x, *axes));
  Value variance = node.build.mean(node.build.mul(centered, centered), *axes);
  return node.set(node.build.map(
      {centered, variance}, node.storage(0),
      [](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
        Value tiny =
            arith::ConstantOp::create(b, b.getFloatAttr(in[0].getType(), 1e-9));
        Value deviation = math::SqrtOp::create(b, in[1]);
        return arith::DivFOp::create(b, in[0],
                                     arith::AddFOp::create(b, deviation, tiny));
      }));
}

/// LRN: x / (bias + alpha / size * sum of x^2 over `size` channels)^beta
LogicalResult convertLrn(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  int64_t size = node.getInt("size", 0);
  if (!node.isFloat(0) || node.rank(0) < 2 || size < 1 || size > 64)
    return node.unsupported("only floats of rank 2 or more and sizes from 1 to "
                            "64 are supported");
  Value x = node.input(0), square = node.build.mul(x, x), sum;
  Shape low(node.rank(0), 0), high(low);
  low[1] = (size - 1) / 2;
  high[1] = size - 1 - low[1];
  Value padded = node.build.pad(square, low, high,
                                node.build.scalar(node.element(0), 0, 1));
  for (int64_t i = 0; i < size; ++i) {
    Value part = node.build.sliceAxis(padded, 1, i, node.shape(0)[1]);
    sum = sum ? node.build.add(sum, part) : part;
  }
  Value base = node.build.addScalar(
      node.build.mulScalar(sum, node.getFloat("alpha", 1e-4f) / size),
      node.getFloat("bias", 1));
  Value exponent = node.build.scalar(
      node.element(0), -node.getFloat("beta", 0.75), node.rank(0));
  return node.set(
      node.build.mul(x, node.build.binary<tosa::PowOp>(base, exponent)));
}

} // namespace

void quantc::onnx::addNormalizations(ConversionTable &table) {
  auto &conversions = table.conversions;
  conversions["BatchNormalization"] = convertBatchNorm;
  conversions["GroupNormalization"] = convertGroupNorm;
  conversions["InstanceNormalization"] = convertInstanceNorm;
  conversions["LRN"] = convertLrn;
  conversions["LpNormalization"] = convertLpNormalization;
  conversions["MeanVarianceNormalization"] = convertMeanVariance;
  conversions["LayerNormalization"] = [](NodeContext &node) {
    return convertLayerNorm(node, /*isRms=*/false);
  };
  conversions["RMSNormalization"] = [](NodeContext &node) {
    return convertLayerNorm(node, /*isRms=*/true);
  };
}
