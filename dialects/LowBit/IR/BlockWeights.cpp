//===- BlockWeights.cpp - Packed weights as integers ----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/IR/BlockWeights.h"

#include "dialects/LowBit/IR/Coded.h"
#include "quantc/Format/Levels.h"
#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbit;

float lowbit::blockFactor(const format::Encoded &encoded, double unit) {
  return static_cast<float>(unit * encoded.second);
}

std::optional<BlockWeights> lowbit::blockWeights(CodedConstantOp constant) {
  format::Format format =
      descriptionOf(cast<CodedType>(constant.getType().getElementType()));
  StringRef reason;
  std::optional<double> unit = format::blockUnit(format, reason);
  if (!unit)
    return std::nullopt;
  format::Encoded encoded = encodedOf(constant);
  BlockWeights weights;
  weights.outputs = encoded.rows;
  weights.depth = encoded.depth;
  weights.block = format.isBlocked() ? format.scaling.block
                                     : std::max<int64_t>(encoded.depth, 1);
  for (int64_t row = 0; row < encoded.rows; ++row)
    for (int64_t k = 0; k < encoded.depth; ++k) {
      double value = format::levelAt(format, encoded, row, k) / *unit;
      // A code that is not in use has no level.
      weights.values.push_back(std::isnan(value) ? int8_t(0)
                                                 : static_cast<int8_t>(value));
    }
  float factor = blockFactor(encoded, *unit);
  for (int64_t row = 0; row < encoded.rows; ++row)
    for (int64_t b = 0; b < weights.blocks(); ++b) {
      size_t index =
          format::scaleIndex(format, encoded.depth, row, b * weights.block);
      weights.scales.push_back(static_cast<float>(encoded.scales[index]) *
                               factor);
    }
  return weights;
}

SmallVector<float> lowbit::blockStarts(const BlockWeights &weights,
                                       ArrayRef<float> bias, float inputScale,
                                       int64_t zero) {
  SmallVector<float> starts;
  int64_t blocks = weights.blocks();
  for (int64_t n = 0; n < weights.outputs; ++n) {
    double sum = 0;
    for (int64_t b = 0; b < blocks; ++b) {
      int64_t values = 0;
      for (int64_t k = b * weights.block;
           k < std::min(weights.depth, (b + 1) * weights.block); ++k)
        values += weights.values[n * weights.depth + k];
      // Exact: 24 bits times at most 40.
      double product = static_cast<double>(weights.scales[n * blocks + b]) *
                       static_cast<double>(values);
      sum = sum + product;
    }
    double start = bias.empty() ? 0.0
                                : static_cast<double>(bias[n]) /
                                      static_cast<double>(inputScale);
    double correction = static_cast<double>(zero) * sum;
    starts.push_back(static_cast<float>(start - correction));
  }
  return starts;
}

double lowbit::blockBound(const BlockWeights &weights, ArrayRef<float> starts) {
  double bound = 0;
  int64_t blocks = weights.blocks();
  for (int64_t n = 0; n < weights.outputs; ++n) {
    double reach = std::abs(static_cast<double>(starts[n]));
    for (int64_t b = 0; b < blocks; ++b)
      reach += 255.0 * 128.0 * static_cast<double>(weights.block) *
               static_cast<double>(weights.scales[n * blocks + b]);
    bound = std::isfinite(reach) ? std::max(bound, reach) : reach;
    if (!std::isfinite(bound))
      return bound;
  }
  return bound;
}
