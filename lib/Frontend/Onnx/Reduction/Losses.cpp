//===- Losses.cpp - Negative log likelihood and cross-entropy -------------===//
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

/// Labels (N, d...) that choose among scores (N, C, d...), by weights (C).
struct Labels {
  Value classes;   // i64
  Value isIgnored; // i1; null if nothing can be
  Value weights;   // Of the label's class, 0 where it is ignored.
};

LogicalResult checkLabels(NodeContext &node) {
  llvm::ArrayRef<int64_t> scores = node.shape(0);
  if (!node.isFloat(0) || node.isFloat(1))
    return node.unsupported("its scores are not floats, or its labels are");
  Shape expected(scores);
  if (scores.size() >= 2)
    expected.erase(expected.begin() + 1);
  if (scores.size() < 2 || node.shape(1) != llvm::ArrayRef(expected))
    return node.error() << "expects scores (N, C, ...) and labels (N, ...), "
                           "but got shapes "
                        << shapeText(scores) << " and "
                        << shapeText(node.shape(1));
  if (node.hasInput(2) && node.shape(2) != scores.slice(1, 1))
    return node.error() << "expects " << scores[1] << " weights, but got shape "
                        << shapeText(node.shape(2));
  return success();
}

Labels readLabels(NodeContext &node) {
  TosaBuilder &build = node.build;
  Type i64 = build.ops().getI64Type(), element = node.storage(0);
  Labels labels;
  labels.classes = build.cast(node.input(1), i64);
  int64_t rank = node.rank(1);
  labels.weights =
      node.hasInput(2)
          ? build.lookUp(node.input(2), labels.classes)
          : build.broadcastTo(build.scalar(element, 1, rank), node.shape(1));
  if (!node.attribute("ignore_index"))
    return labels;
  Value ignored = build.scalar(i64, 0, rank);
  HostTensor index = HostTensor::zeros(i64, Shape(rank, 1));
  index.set(0, node.getInt("ignore_index", 0));
  ignored = build.constant(index);
  labels.isIgnored = build.map(
      {labels.classes, ignored}, build.ops().getI1Type(),
      [](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
        return arith::CmpIOp::create(b, arith::CmpIPredicate::eq, in[0], in[1]);
      });
  labels.weights = build.select(labels.isIgnored,
                                build.scalar(element, 0, rank), labels.weights);
  return labels;
}

/// The score of each label's class.
Value scoreOf(NodeContext &node, Value scores, const Labels &labels) {
  llvm::ArrayRef<int64_t> shape = node.shape(1);
  llvm::SmallVector<Value> indices;
  int64_t rank = shape.size();
  for (int64_t d = 0; d < rank; ++d) {
    indices.push_back(node.build.iota(shape[d], d, rank));
    if (d == 0)
      indices.push_back(labels.classes);
  }
  return node.build.lookUp(scores,
                           node.build.placeOf(indices, shapeOf(scores)));
}

Value sumAll(NodeContext &node, Value x) {
  Shape axes;
  for (size_t d = 0; d < shapeOf(x).size(); ++d)
    axes.push_back(d);
  return node.build.reshape(node.build.reduce<tosa::ReduceSumOp>(x, axes), {});
}

/// -w[label] * logProbability[label]; the mean is over the weights.
LogicalResult setLoss(NodeContext &node, Value logProbabilities) {
  Labels labels = readLabels(node);
  Value score = scoreOf(node, logProbabilities, labels);
  Value loss = node.build.negate(node.build.mul(score, labels.weights));
  if (labels.isIgnored)
    // The score of an ignored label may be anything, infinity too.
    loss = node.build.select(
        labels.isIgnored, node.build.scalar(elementOf(loss), 0, node.rank(1)),
        loss);
  llvm::StringRef reduction = node.getString("reduction", "mean");
  if (reduction == "none")
    return node.set(loss, 0, node.element(0));
  if (reduction != "sum" && reduction != "mean")
    return node.error() << "expects reduction none, sum or mean, but got '"
                        << reduction << "'";
  Value sum = sumAll(node, loss);
  if (reduction == "mean")
    sum = node.build.map({sum, sumAll(node, labels.weights)}, elementOf(sum),
                         [](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
                           return arith::DivFOp::create(b, in[0], in[1]);
                         });
  return node.set(sum, 0, node.element(0));
}

LogicalResult convertLikelihood(NodeContext &node) {
  if (failed(node.expectInputs(2, 3)) || failed(checkLabels(node)))
    return failure();
  return setLoss(node, node.input(0));
}

/// log(softmax(x)) over the classes
Value logSoftmax(NodeContext &node, Value x) {
  Value largest = node.build.reduce<tosa::ReduceMaxOp>(x, {1});
  Value shifted = node.build.sub(x, largest);
  Value sum = node.build.reduce<tosa::ReduceSumOp>(
      node.build.unary<tosa::ExpOp>(shifted), {1});
  return node.build.sub(shifted, node.build.unary<tosa::LogOp>(sum));
}

LogicalResult convertCrossEntropy(NodeContext &node) {
  if (failed(node.expectInputs(2, 3)) || failed(checkLabels(node)))
    return failure();
  Value logProbabilities = logSoftmax(node, node.input(0));
  (void)node.set(logProbabilities, 1, node.element(0));
  return setLoss(node, logProbabilities);
}

} // namespace

void quantc::onnx::addLosses(ConversionTable &table) {
  table.conversions["NegativeLogLikelihoodLoss"] = convertLikelihood;
  table.conversions["SoftmaxCrossEntropyLoss"] = convertCrossEntropy;
}
