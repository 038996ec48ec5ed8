//===- CellActivation.cpp - Activations of recurrent cells ----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "CellActivation.h"

#include <limits>

using namespace mlir;
using namespace quantc::onnx;

namespace {

constexpr double kLargest = std::numeric_limits<float>::max();

/// An activation, and how many parameters it has.
struct KnownActivation {
  llvm::StringRef name;
  CellActivation activation;
  bool hasAlpha = false, hasBeta = false;
};

Value isAbove(TosaBuilder &build, Value x, double bound) {
  Value number = build.scalar(elementOf(x), bound, shapeOf(x).size());
  return build.binary<tosa::GreaterOp>(x, number, build.ops().getI1Type());
}

/// exp(min(x, 0)) - 1, which does not overflow.
Value expMinusOne(TosaBuilder &build, Value x) {
  Value low = build.clamp(x, -kLargest, 0);
  return build.addScalar(build.unary<tosa::ExpOp>(low), -1);
}

Value affine(TosaBuilder &build, Value x, double alpha, double beta) {
  return build.addScalar(build.mulScalar(x, alpha), beta);
}

Value elu(TosaBuilder &build, Value x, double alpha, double) {
  Value negative = build.mulScalar(expMinusOne(build, x), alpha);
  return build.select(isAbove(build, x, 0), x, negative);
}

Value hardSigmoid(TosaBuilder &build, Value x, double alpha, double beta) {
  return build.clamp(affine(build, x, alpha, beta), 0, 1);
}

Value leakyRelu(TosaBuilder &build, Value x, double alpha, double) {
  return build.select(isAbove(build, x, 0), x, build.mulScalar(x, alpha));
}

Value relu(TosaBuilder &build, Value x, double, double) {
  return build.clamp(x, 0, kLargest);
}

Value scaledTanh(TosaBuilder &build, Value x, double alpha, double beta) {
  Value scaled = build.mulScalar(x, beta);
  return build.mulScalar(build.unary<tosa::TanhOp>(scaled), alpha);
}

Value sigmoid(TosaBuilder &build, Value x, double, double) {
  return build.unary<tosa::SigmoidOp>(x);
}

/// max(x, 0) + log(1 + exp(-|x|)), which does not overflow.
Value softplus(TosaBuilder &build, Value x, double, double) {
  Value small = build.negate(build.unary<tosa::AbsOp>(x));
  Value sum = build.addScalar(build.unary<tosa::ExpOp>(small), 1);
  return build.add(build.clamp(x, 0, kLargest), build.unary<tosa::LogOp>(sum));
}

Value softsign(TosaBuilder &build, Value x, double, double) {
  return build.div(x, build.addScalar(build.unary<tosa::AbsOp>(x), 1));
}

Value tanhOf(TosaBuilder &build, Value x, double, double) {
  return build.unary<tosa::TanhOp>(x);
}

Value thresholdedRelu(TosaBuilder &build, Value x, double alpha, double) {
  return build.select(isAbove(build, x, alpha), x, build.mulScalar(x, 0));
}

const KnownActivation knownActivations[] = {
    {"affine", {affine, 1, 0}, true, true},
    {"elu", {elu, 1, 0}, true},
    {"hardsigmoid", {hardSigmoid, 0.2f, 0.5}, true, true},
    {"leakyrelu", {leakyRelu, 0.01f, 0}, true},
    {"relu", {relu}},
    {"scaledtanh", {scaledTanh, 1, 1}, true, true},
    {"sigmoid", {sigmoid}},
    {"softplus", {softplus}},
    {"softsign", {softsign}},
    {"tanh", {tanhOf}},
    {"thresholdedrelu", {thresholdedRelu, 1, 0}, true},
};

/// Takes the next number of the list, if there is one.
void takeNext(llvm::ArrayRef<float> &numbers, double &parameter) {
  if (numbers.empty())
    return;
  parameter = numbers.front();
  numbers = numbers.drop_front();
}

llvm::ArrayRef<float> floatsOf(const NodeContext &node, llvm::StringRef name) {
  const quantc::onnx::Attribute *attribute = node.attribute(name);
  return attribute ? llvm::ArrayRef<float>(attribute->floats)
                   : llvm::ArrayRef<float>();
}

} // namespace

FailureOr<std::vector<CellActivation>>
quantc::onnx::readActivations(NodeContext &node,
                              llvm::ArrayRef<llvm::StringRef> defaults,
                              int64_t directions) {
  std::vector<llvm::StringRef> names;
  if (const quantc::onnx::Attribute *given = node.attribute("activations"))
    names = given->strings;
  for (int64_t d = 0; names.empty() && d < directions; ++d)
    names.insert(names.end(), defaults.begin(), defaults.end());
  if (names.size() == defaults.size() && directions == 2)
    names.insert(names.end(), names.begin(), names.begin() + defaults.size());
  size_t count = defaults.size() * directions;
  if (names.size() != count) {
    node.error() << "expects " << count << " activations, but got "
                 << names.size();
    return failure();
  }

  llvm::ArrayRef<float> alphas = floatsOf(node, "activation_alpha");
  llvm::ArrayRef<float> betas = floatsOf(node, "activation_beta");
  std::vector<CellActivation> activations;
  for (llvm::StringRef name : names) {
    const auto *known =
        llvm::find_if(knownActivations, [&](const KnownActivation &candidate) {
          return name.equals_insensitive(candidate.name);
        });
    if (known == std::end(knownActivations)) {
      node.error() << "expects an activation of the ONNX specification, but "
                      "got '"
                   << name << "'";
      return failure();
    }
    CellActivation activation = known->activation;
    if (known->hasAlpha)
      takeNext(alphas, activation.alpha);
    if (known->hasBeta)
      takeNext(betas, activation.beta);
    activations.push_back(activation);
  }
  return activations;
}
