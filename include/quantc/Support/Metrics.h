//===- Metrics.h - How good the outputs are ---------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_SUPPORT_METRICS_H
#define QUANTC_SUPPORT_METRICS_H

#include "quantc/Support/Array.h"
#include "llvm/ADT/StringRef.h"
#include <vector>

namespace quantc {

/// Compares values with a reference, in f64 and piece by piece.
class Difference {
public:
  /// The two have the same number of elements.
  void add(llvm::ArrayRef<float> reference, llvm::ArrayRef<float> value);
  void add(const Array &reference, const Array &value);
  void add(double reference, double value);

  int64_t count() const { return elements; }
  /// (1/n) sum (x - y)^2; 0 for nothing.
  double meanSquaredError() const;
  /// 10 log10(sum x^2 / sum (x - y)^2) in dB, x the reference; infinity if the
  /// two are equal.
  double sqnr() const;
  /// x.y / (|x| |y|); 1 if both are zero, 0 if one is.
  double cosine() const;
  /// max |x - y|.
  double largest() const { return maximum; }

private:
  int64_t elements = 0;
  double signal = 0, value = 0, product = 0, noise = 0, maximum = 0;
};

/// The index of the largest element of every row of [N, ...]; the first of
/// equals; NaN never wins.
std::vector<int64_t> predictions(const Array &scores);

/// The part of entries that two lists of one length have in common: 0 to 1.
double agreement(llvm::ArrayRef<int64_t> first, llvm::ArrayRef<int64_t> second);

/// Reads integer labels, [N] or [N, 1]. Fails if there are not `samples` of
/// them, or one is not between 0 and `classes` - 1.
llvm::Expected<std::vector<int64_t>>
readLabels(llvm::StringRef path, int64_t samples, int64_t classes);

} // namespace quantc

#endif // QUANTC_SUPPORT_METRICS_H
