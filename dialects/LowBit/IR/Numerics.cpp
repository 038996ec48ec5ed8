//===- Numerics.cpp - The arithmetic of the lowbit dialect ----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/IR/Numerics.h"

#include <cmath>

// The order of roundings is the definition, so no multiply may be fused with
// an addition here.
#pragma STDC FP_CONTRACT OFF

using namespace mlir;
using namespace quantc;

lowbit::Format::Format(quant::QuantizedType type)
    : lowest(type.getStorageTypeMin()), highest(type.getStorageTypeMax()),
      storageLowest(quant::QuantizedType::getDefaultMinimumForInteger(
          type.isSigned(), type.getStorageTypeIntegralWidth())),
      bits(type.getStorageTypeIntegralWidth()), isSigned(type.isSigned()) {
  if (auto perTensor = dyn_cast<quant::UniformQuantizedType>(type)) {
    scales.push_back(static_cast<float>(perTensor.getScale()));
    zeroPoints.push_back(perTensor.getZeroPoint());
    return;
  }
  auto perAxis = cast<quant::UniformQuantizedPerAxisType>(type);
  axis = perAxis.getQuantizedDimension();
  for (double scale : perAxis.getScales())
    scales.push_back(static_cast<float>(scale));
  llvm::append_range(zeroPoints, perAxis.getZeroPoints());
}

/// Per-tensor or per-axis, of f32, and every scale positive and normal.
static bool hasScales(Type type) {
  if (!isa<quant::UniformQuantizedType, quant::UniformQuantizedPerAxisType>(
          type))
    return false;
  auto quantized = cast<quant::QuantizedType>(type);
  return quantized.getExpressedType().isF32() &&
         llvm::all_of(lowbit::Format(quantized).scales,
                      [](float s) { return std::isnormal(s) && s > 0; });
}

bool lowbit::isFormat(Type type) {
  if (!hasScales(type))
    return false;
  auto quantized = cast<quant::QuantizedType>(type);
  Format format(quantized);
  return quantized.getStorageTypeIntegralWidth() <= 8 &&
         llvm::all_of(format.zeroPoints, [&](int64_t z) {
           return format.lowest <= z && z <= format.highest;
         });
}

bool lowbit::isBiasFormat(Type type) {
  if (!hasScales(type))
    return false;
  Format format(cast<quant::QuantizedType>(type));
  return format.bits == 32 && format.isSigned &&
         llvm::all_of(format.zeroPoints, [](int64_t z) { return z == 0; });
}

int64_t lowbit::roundToCode(float real, int64_t zeroPoint, int64_t lowest,
                            int64_t highest) {
  float low = static_cast<float>(lowest - zeroPoint);
  float high = static_cast<float>(highest - zeroPoint);
  float clamped = real > low ? real : low; // NaN gives low.
  clamped = clamped < high ? clamped : high;
  return static_cast<int64_t>(std::nearbyintf(clamped)) + zeroPoint;
}

int64_t lowbit::quantize(float real, const Format &format, int64_t channel) {
  return roundToCode(real / format.scale(channel), format.zeroPoint(channel),
                     format.lowest, format.highest);
}

float lowbit::dequantize(int64_t code, const Format &format, int64_t channel) {
  return static_cast<float>(code - format.zeroPoint(channel)) *
         format.scale(channel);
}

float lowbit::multiplier(float input, float weights, float output) {
  return static_cast<float>(static_cast<double>(input) *
                            static_cast<double>(weights) /
                            static_cast<double>(output));
}

float lowbit::ratio(float from, float to) {
  return static_cast<float>(static_cast<double>(from) /
                            static_cast<double>(to));
}

float lowbit::meanMultiplier(float input, float output, int64_t count) {
  return static_cast<float>(
      static_cast<double>(input) /
      (static_cast<double>(output) * static_cast<double>(count)));
}
