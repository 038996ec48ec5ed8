//===- OnnxCompare.h - ONNX's rule for equal outputs ------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_SUPPORT_ONNXCOMPARE_H
#define QUANTC_SUPPORT_ONNXCOMPARE_H

#include "quantc/Support/Array.h"
#include "quantc/Support/ElementDifference.h"
#include "quantc/Support/OnnxTensor.h"

namespace quantc {

struct OnnxComparison {
  /// The elements that are too far apart; none if the arrays agree.
  std::optional<ElementDifference> difference;
  /// Every element is the same, not only near: the same bits, or both NaN.
  bool isExact = true;
};

/// Compares elements, stored as storedAs(type) says, by the rule of ONNX's
/// backend tests (onnx.backend.test): integers and bools are equal; floats,
/// half and narrower ones too, have |actual - expected| <= 1e-7 + 1e-3 *
/// |expected|, and NaN and the infinities are equal to themselves.
OnnxComparison compareLikeOnnx(onnx::DataType type, const void *actual,
                               const void *expected, int64_t count);

/// The same for two arrays of as many strings, which have to be equal, whatever
/// the arrays' widths are.
OnnxComparison compareStrings(const Array &actual, const Array &expected);

} // namespace quantc

#endif // QUANTC_SUPPORT_ONNXCOMPARE_H
