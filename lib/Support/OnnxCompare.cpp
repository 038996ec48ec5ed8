//===- OnnxCompare.cpp - ONNX's rule for equal outputs --------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/OnnxCompare.h"

#include "quantc/Support/TensorProto.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/APInt.h"
#include "llvm/ADT/SmallString.h"
#include <cmath>
#include <cstring>

using namespace quantc;
using llvm::APFloat;
using llvm::APInt;
using onnx::DataType;

static constexpr double relative = 1e-3;
static constexpr double absolute = 1e-7;

/// Null for integers.
static const llvm::fltSemantics *semanticsOf(DataType type) {
  switch (type) {
  case DataType::Float:
    return &APFloat::IEEEsingle();
  case DataType::Double:
    return &APFloat::IEEEdouble();
  case DataType::Float16:
    return &APFloat::IEEEhalf();
  case DataType::Bfloat16:
    return &APFloat::BFloat();
  case DataType::Float8E4M3FN:
    return &APFloat::Float8E4M3FN();
  case DataType::Float8E4M3FNUZ:
    return &APFloat::Float8E4M3FNUZ();
  case DataType::Float8E5M2:
    return &APFloat::Float8E5M2();
  case DataType::Float8E5M2FNUZ:
    return &APFloat::Float8E5M2FNUZ();
  case DataType::Float8E8M0:
    return &APFloat::Float8E8M0FNU();
  case DataType::Float4E2M1:
    return &APFloat::Float4E2M1FN();
  default:
    return nullptr;
  }
}

namespace {

/// Elements of one array.
class Elements {
public:
  Elements(DataType type, const void *data)
      : semantics(semanticsOf(type)), data(static_cast<const char *>(data)),
        width(byteWidth(*storedAs(type))),
        isSigned(type == DataType::Int2 || type == DataType::Int4 ||
                 type == DataType::Int8 || type == DataType::Int16 ||
                 type == DataType::Int32 || type == DataType::Int64) {}

  bool areFloats() const { return semantics; }
  int64_t bytesEach() const { return width; }

  /// Both this and the programs that we run are little-endian.
  uint64_t bits(int64_t index) const {
    uint64_t bits = 0;
    std::memcpy(&bits, data + index * width, size_t(width));
    return bits;
  }

  APFloat real(int64_t index) const {
    unsigned size = APFloat::getSizeInBits(*semantics);
    return APFloat(*semantics, APInt(64, bits(index)).zextOrTrunc(size));
  }

  double number(int64_t index) const {
    APFloat value = real(index);
    bool losesInfo = false;
    value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven,
                  &losesInfo);
    return value.convertToDouble();
  }

  std::string text(int64_t index) const {
    llvm::SmallString<32> text;
    if (!semantics)
      APInt(unsigned(8 * width), bits(index)).toString(text, 10, isSigned);
    else if (width == 1) // In its own precision, 1.25 would be 1.3.
      APFloat(number(index)).toString(text);
    else
      real(index).toString(text);
    return std::string(text);
  }

private:
  const llvm::fltSemantics *semantics;
  const char *data;
  int64_t width;
  bool isSigned;
};

} // namespace

static bool isNear(double actual, double expected) {
  if (std::isnan(actual) || std::isnan(expected))
    return std::isnan(actual) && std::isnan(expected);
  if (std::isinf(actual) || std::isinf(expected))
    return actual == expected;
  return std::fabs(actual - expected) <=
         absolute + relative * std::fabs(expected);
}

OnnxComparison quantc::compareLikeOnnx(DataType type, const void *actual,
                                       const void *expected, int64_t count) {
  OnnxComparison result;
  Elements got(type, actual), want(type, expected);
  if (count == 0 ||
      std::memcmp(actual, expected, size_t(count * got.bytesEach())) == 0)
    return result;
  ElementDifference difference;
  for (int64_t i = 0; i < count; ++i) {
    if (got.bits(i) == want.bits(i))
      continue;
    if (got.areFloats() && got.real(i).isNaN() && want.real(i).isNaN())
      continue;
    result.isExact = false;
    if (got.areFloats() && isNear(got.number(i), want.number(i)))
      continue;
    if (difference.count++ == 0)
      difference.first = i;
  }
  if (difference.count == 0)
    return result;
  difference.actual = got.text(difference.first);
  difference.expected = want.text(difference.first);
  result.difference = difference;
  return result;
}

OnnxComparison quantc::compareStrings(const Array &actual,
                                      const Array &expected) {
  OnnxComparison result;
  ElementDifference difference;
  int64_t count = actual.size() / actual.shape().back();
  for (int64_t i = 0; i < count; ++i)
    if (actual.text(i) != expected.text(i) && difference.count++ == 0)
      difference.first = i;
  if (difference.count == 0)
    return result;
  difference.actual = ("'" + actual.text(difference.first) + "'").str();
  difference.expected = ("'" + expected.text(difference.first) + "'").str();
  result.difference = difference;
  result.isExact = false;
  return result;
}
