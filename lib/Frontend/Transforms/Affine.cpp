//===- Affine.cpp - x * scale + shift, channel by channel -----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Transforms/Affine.h"

#include "lib/Frontend/Transforms/Constants.h"

using namespace mlir;

namespace quantc::frontend {

bool Affine::isScaled() const {
  return llvm::any_of(scale, [](double s) { return s != 1.0; });
}

bool Affine::isShifted() const {
  return llvm::any_of(shift, [](double s) { return s != 0.0; });
}

/// One number per channel, or one for all: a constant of shape [1, .., 1, C],
/// or one that holds nothing but one number.
static std::optional<SmallVector<double>> perChannel(Value value,
                                                     int64_t channels) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (std::optional<float> splat = splatOf(value))
    return SmallVector<double>(channels, *splat);
  if (!type || type.getRank() == 0 ||
      llvm::any_of(type.getShape().drop_back(),
                   [](int64_t size) { return size != 1; }))
    return std::nullopt;
  if (type.getShape().back() != channels)
    return std::nullopt;
  SmallVector<char> storage;
  std::optional<ArrayRef<float>> numbers = floatsOf(constantOf(value), storage);
  if (!numbers)
    return std::nullopt;
  return SmallVector<double>(numbers->begin(), numbers->end());
}

namespace {

/// One op of a chain: y = x * scale + shift.
struct Link {
  Value input;
  SmallVector<double> scale;
  SmallVector<double> shift;
};

} // namespace

/// Reads `op` as a link, if it is one that keeps the shape of its input.
static std::optional<Link> readLink(Operation *op) {
  if (!isa<tosa::MulOp, tosa::AddOp, tosa::SubOp>(op))
    return std::nullopt;
  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  if (!type || !type.hasStaticShape() || type.getRank() == 0 ||
      !type.getElementType().isF32())
    return std::nullopt;
  int64_t channels = type.getShape().back();
  for (unsigned constant : {1u, 0u}) {
    Value input = op->getOperand(1 - constant);
    std::optional<SmallVector<double>> numbers =
        perChannel(op->getOperand(constant), channels);
    if (!numbers || input.getType() != type)
      continue;
    Link link{input, SmallVector<double>(channels, 1.0),
              SmallVector<double>(channels, 0.0)};
    if (isa<tosa::MulOp>(op)) {
      link.scale = *numbers;
      return link;
    }
    link.shift = *numbers;
    if (!isa<tosa::SubOp>(op))
      return link;
    // x - c, or c - x.
    for (double &number : constant == 1 ? link.shift : link.scale)
      number = -number;
    return link;
  }
  return std::nullopt;
}

static Affine identityFor(Value value) {
  return Affine(cast<RankedTensorType>(value.getType()).getShape().back());
}

Affine affineBehind(Value value, Value &end) {
  Affine affine = identityFor(value);
  end = value;
  while (end.hasOneUse()) {
    Operation *user = *end.user_begin();
    std::optional<Link> link = readLink(user);
    if (!link || link->input != end)
      break;
    for (size_t c = 0; c < affine.scale.size(); ++c) {
      affine.scale[c] *= link->scale[c];
      affine.shift[c] = affine.shift[c] * link->scale[c] + link->shift[c];
    }
    ++affine.length;
    end = user->getResult(0);
  }
  return affine;
}

Affine affineInFront(Value value, bool scaleOnly, Value &start) {
  Affine affine = identityFor(value);
  start = value;
  while (start.hasOneUse() && start.getDefiningOp()) {
    std::optional<Link> link = readLink(start.getDefiningOp());
    if (!link || (scaleOnly &&
                  llvm::any_of(link->shift, [](double s) { return s != 0.0; })))
      break;
    for (size_t c = 0; c < affine.scale.size(); ++c) {
      affine.shift[c] += affine.scale[c] * link->shift[c];
      affine.scale[c] *= link->scale[c];
    }
    ++affine.length;
    start = link->input;
  }
  return affine;
}

} // namespace quantc::frontend
