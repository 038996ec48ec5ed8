//===- Random.h - Numbers that are the same everywhere ----------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_TEST_UNIT_CALIBRATION_RANDOM_H
#define QUANTC_TEST_UNIT_CALIBRATION_RANDOM_H

#include "llvm/ADT/bit.h"
#include <cmath>
#include <random>
#include <vector>

namespace quantc::test {

/// Uniform in (0, 1). The engine is defined by the standard; its distributions
/// are not, so they are written out here.
inline double uniform(std::mt19937_64 &engine) {
  return (static_cast<double>(engine() >> 12) + 0.5) * 0x1p-52;
}

/// Standard normal, by the method of Box and Muller.
inline std::vector<float> normal(size_t count, uint64_t seed) {
  std::mt19937_64 engine(seed);
  std::vector<float> values(count);
  for (float &value : values)
    value = static_cast<float>(std::sqrt(-2 * std::log(uniform(engine))) *
                               std::cos(6.283185307179586 * uniform(engine)));
  return values;
}

/// A finite float of any sign and exponent.
inline float anyFloat(std::mt19937_64 &engine) {
  while (true) {
    float value = llvm::bit_cast<float>(static_cast<uint32_t>(engine()));
    if (std::isfinite(value))
      return value;
  }
}

} // namespace quantc::test

#endif // QUANTC_TEST_UNIT_CALIBRATION_RANDOM_H
