//===- ElementDifference.cpp - Do two arrays hold the same ----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/ElementDifference.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/APInt.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include <algorithm>
#include <cmath>
#include <cstring>

using namespace quantc;
using llvm::APFloat;
using llvm::APInt;

/// The bytes of an element, as an integer.
static APInt bitsAt(ElementType type, const void *array, int64_t index) {
  int64_t width = byteWidth(type);
  uint64_t bits = 0;
  // Both this and the programs that we run are little-endian.
  std::memcpy(&bits, static_cast<const char *>(array) + index * width, width);
  return APInt(static_cast<unsigned>(8 * width), bits);
}

static APFloat floatAt(ElementType type, const void *array, int64_t index) {
  APInt bits = bitsAt(type, array, index);
  switch (type) {
  case ElementType::F16:
    return APFloat(APFloat::IEEEhalf(), bits);
  case ElementType::BF16:
    return APFloat(APFloat::BFloat(), bits);
  case ElementType::F64:
    return APFloat(APFloat::IEEEdouble(), bits);
  default:
    return APFloat(APFloat::IEEEsingle(), bits);
  }
}

static double doubleAt(ElementType type, const void *array, int64_t index) {
  APFloat value = floatAt(type, array, index);
  bool losesInfo = false;
  value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven,
                &losesInfo);
  return value.convertToDouble();
}

static bool isSigned(ElementType type) {
  return type == ElementType::I8 || type == ElementType::I16 ||
         type == ElementType::I32 || type == ElementType::I64;
}

static std::string textAt(ElementType type, const void *array, int64_t index) {
  llvm::SmallString<32> text;
  if (isFloat(type))
    floatAt(type, array, index).toString(text);
  else
    bitsAt(type, array, index).toString(text, 10, isSigned(type));
  return std::string(text);
}

/// Counts the elements for which `isSame` is false.
static std::optional<ElementDifference>
compare(ElementType type, const void *actual, const void *expected,
        int64_t count, llvm::function_ref<bool(int64_t)> isSame) {
  ElementDifference difference;
  for (int64_t i = 0; i != count; ++i) {
    if (isSame(i))
      continue;
    if (difference.count++ == 0)
      difference.first = i;
  }
  if (difference.count == 0)
    return std::nullopt;
  difference.actual = textAt(type, actual, difference.first);
  difference.expected = textAt(type, expected, difference.first);
  return difference;
}

std::optional<ElementDifference> quantc::compareEqual(ElementType type,
                                                      const void *actual,
                                                      const void *expected,
                                                      int64_t count) {
  if (count == 0 || std::memcmp(actual, expected, count * byteWidth(type)) == 0)
    return std::nullopt;
  return compare(type, actual, expected, count, [&](int64_t i) {
    if (bitsAt(type, actual, i) == bitsAt(type, expected, i))
      return true;
    return isFloat(type) && floatAt(type, actual, i).isNaN() &&
           floatAt(type, expected, i).isNaN();
  });
}

static bool isClose(double actual, double expected, double tolerance) {
  if (std::isnan(actual) || std::isnan(expected))
    return std::isnan(actual) && std::isnan(expected);
  if (std::isinf(actual) || std::isinf(expected))
    return actual == expected;
  return std::fabs(actual - expected) <=
         tolerance * std::max(1.0, std::fabs(expected));
}

std::optional<ElementDifference>
quantc::compareClose(ElementType type, const void *actual, const void *expected,
                     int64_t count, double tolerance) {
  return compare(type, actual, expected, count, [&](int64_t i) {
    return isClose(doubleAt(type, actual, i), doubleAt(type, expected, i),
                   tolerance);
  });
}

std::string quantc::toString(const ElementDifference &difference,
                             int64_t count) {
  return llvm::itostr(difference.count) + " of " + llvm::itostr(count) +
         " elements differ; the first is element " +
         llvm::itostr(difference.first) + ": got " + difference.actual +
         ", expected " + difference.expected;
}
