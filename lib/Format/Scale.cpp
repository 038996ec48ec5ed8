//===- Scale.cpp - Scales as they are stored ------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Format/Scale.h"

#include "llvm/ADT/APFloat.h"
#include <algorithm>
#include <cmath>
#include <limits>

using namespace quantc;
using namespace quantc::format;

static const llvm::fltSemantics &semanticsOf(ScaleType type) {
  switch (type) {
  case ScaleType::F32:
    return llvm::APFloat::IEEEsingle();
  case ScaleType::F16:
    return llvm::APFloat::IEEEhalf();
  case ScaleType::BF16:
    return llvm::APFloat::BFloat();
  case ScaleType::E4M3:
    return llvm::APFloat::Float8E4M3FN();
  case ScaleType::E8M0:
  case ScaleType::PowerOfTwo:
    break;
  }
  return llvm::APFloat::Float8E8M0FNU();
}

static bool isPower(ScaleType type) {
  return type == ScaleType::E8M0 || type == ScaleType::PowerOfTwo;
}

/// The smallest and the largest scale of a type.
static std::pair<double, double> rangeOf(ScaleType type) {
  switch (type) {
  case ScaleType::F32:
    return {0x1p-126, std::numeric_limits<float>::max()};
  case ScaleType::F16:
    return {0x1p-24, 65504};
  case ScaleType::BF16:
    return {0x1p-126, 0x1.fep127};
  case ScaleType::E8M0:
    return {0x1p-127, 0x1p127};
  case ScaleType::E4M3:
    return {0x1p-9, 448};
  case ScaleType::PowerOfTwo:
    return {0x1p-126, 0x1p127};
  }
  return {0, 0};
}

unsigned format::scaleBits(ScaleType type) {
  return llvm::APFloat::getSizeInBits(semanticsOf(type));
}

double format::roundScale(ScaleType type, double scale) {
  auto [lowest, highest] = rangeOf(type);
  scale = std::clamp(scale, lowest, highest);
  if (isPower(type))
    return std::clamp(std::exp2(std::nearbyint(std::log2(scale))), lowest,
                      highest);
  llvm::APFloat value(scale);
  bool losesInfo = false;
  value.convert(semanticsOf(type), llvm::APFloat::rmNearestTiesToEven,
                &losesInfo);
  value.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven,
                &losesInfo);
  return std::clamp(value.convertToDouble(), lowest, highest);
}

uint32_t format::encodeScale(ScaleType type, double scale) {
  if (isPower(type))
    return uint32_t(std::ilogb(scale) + 127);
  llvm::APFloat value(scale);
  bool losesInfo = false;
  value.convert(semanticsOf(type), llvm::APFloat::rmNearestTiesToEven,
                &losesInfo);
  return uint32_t(value.bitcastToAPInt().getZExtValue());
}

double format::decodeScale(ScaleType type, uint32_t bits) {
  if (isPower(type))
    return bits == 0xFF ? std::numeric_limits<double>::quiet_NaN()
                        : std::ldexp(1.0, int(bits) - 127);
  llvm::APFloat value(semanticsOf(type), llvm::APInt(scaleBits(type), bits));
  bool losesInfo = false;
  value.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven,
                &losesInfo);
  return value.convertToDouble();
}

double format::neighbour(ScaleType type, double scale, int steps) {
  auto [lowest, highest] = rangeOf(type);
  // Positive floats are ordered as their bits are.
  int64_t bits = int64_t(encodeScale(type, scale)) + steps;
  bits = std::clamp<int64_t>(bits, encodeScale(type, lowest),
                             encodeScale(type, highest));
  return decodeScale(type, uint32_t(bits));
}
