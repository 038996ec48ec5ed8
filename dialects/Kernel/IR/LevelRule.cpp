//===- LevelRule.cpp - How codes of weights become reals ------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Kernel/IR/LevelRule.h"

#include "llvm/ADT/bit.h"
#include <cmath>

using namespace quantc::kernel;

/// Mantissa bits of an f32.
static constexpr int32_t kMantissa = 23;

/// Equal with the sign of zero.
static bool isSame(float lhs, float rhs) {
  return llvm::bit_cast<uint32_t>(lhs) == llvm::bit_cast<uint32_t>(rhs);
}

static std::optional<LevelRule> affine(llvm::ArrayRef<float> levels) {
  LevelRule rule;
  rule.kind = LevelRule::Kind::Affine;
  rule.first = levels[0];
  rule.step = levels[1] - levels[0];
  for (size_t code = 0; code < levels.size(); ++code) {
    double product = double(code) * double(rule.step);
    float rounded = static_cast<float>(product);
    double level = product + double(rule.first);
    if (double(rounded) != product || double(levels[code]) != level ||
        !isSame(levels[code], rounded + rule.first))
      return std::nullopt;
  }
  return rule;
}

/// The number whose bits are those of `code`, moved up; the topmost one is the
/// sign.
static float fieldsLevel(const LevelRule &rule, uint32_t code, size_t count) {
  auto half = static_cast<uint32_t>(count / 2);
  float level = llvm::bit_cast<float>((code % half) << rule.shift) * rule.power;
  return code < half ? level : -level;
}

static std::optional<LevelRule> fields(llvm::ArrayRef<float> levels,
                                       int32_t mantissa) {
  LevelRule rule;
  rule.kind = LevelRule::Kind::Fields;
  rule.shift = kMantissa - mantissa;
  float unit = llvm::bit_cast<float>(1u << rule.shift);
  rule.power = static_cast<float>(double(levels[1]) / double(unit));
  if (!std::isnormal(rule.power))
    return std::nullopt;
  for (uint32_t code = 0; code < levels.size(); ++code)
    if (!isSame(levels[code], fieldsLevel(rule, code, levels.size())))
      return std::nullopt;
  return rule;
}

std::optional<LevelRule> LevelRule::of(llvm::ArrayRef<float> levels) {
  if (levels.size() <= kTable)
    return LevelRule();
  if (std::optional<LevelRule> rule = affine(levels))
    return rule;
  for (int32_t mantissa = 0; mantissa < 7; ++mantissa)
    if (std::optional<LevelRule> rule = fields(levels, mantissa))
      return rule;
  return std::nullopt;
}
