//===- ElementDifference.h - Do two arrays hold the same --------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_SUPPORT_ELEMENTDIFFERENCE_H
#define QUANTC_SUPPORT_ELEMENTDIFFERENCE_H

#include "quantc/Support/ElementType.h"
#include <cstdint>
#include <optional>
#include <string>

namespace quantc {

/// How two arrays differ.
struct ElementDifference {
  /// How many elements differ, and the first of them.
  int64_t count = 0;
  int64_t first = 0;
  /// That element in either array, as text.
  std::string actual;
  std::string expected;
};

/// Compares element by element: integers by their bytes; floats by value, where
/// NaN equals NaN and -0.0 does not equal 0.0. None if all are equal.
std::optional<ElementDifference> compareEqual(ElementType type,
                                              const void *actual,
                                              const void *expected,
                                              int64_t count);

/// Compares floats: `|actual - expected| <= tolerance * max(1, |expected|)`.
/// NaN is close to NaN only, an infinity to itself only. None if all are close.
std::optional<ElementDifference> compareClose(ElementType type,
                                              const void *actual,
                                              const void *expected,
                                              int64_t count, double tolerance);

/// "3 of 12 elements differ; the first is element 5: got 0.25, expected 0.5".
std::string toString(const ElementDifference &difference, int64_t count);

} // namespace quantc

#endif // QUANTC_SUPPORT_ELEMENTDIFFERENCE_H
