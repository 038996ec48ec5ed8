//===- Compare.h - Outputs of two programs, sample by sample ----*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_SUPPORT_COMPARE_H
#define QUANTC_SUPPORT_COMPARE_H

#include "quantc/Support/Metrics.h"
#include "quantc/Support/Npy.h"
#include <optional>

namespace quantc {

/// How far the outputs of a program are from those of a reference.
struct Comparison {
  struct Output {
    std::string name;
    Difference difference;
  };

  int64_t samples = 0;
  /// Samples all of whose outputs are the same bytes.
  int64_t identicalSamples = 0;
  std::optional<int64_t> firstDifferent;
  /// The part of samples with the same largest element in the first output that
  /// is not text; without one, of samples that are identical.
  double agreement = 1;
  /// max |x - y| over all outputs but text, which `outputs` does not list.
  double largest = 0;
  std::vector<Output> outputs;
};

/// Compares arrays whose first axis counts samples: by name, or in order if
/// there are as many but no name is known. Dimensions of 1 do not count; types
/// may differ, but then no sample is identical. `where` names the reference in
/// errors.
llvm::Expected<Comparison> compareOutputs(llvm::ArrayRef<NamedArray> reference,
                                          llvm::ArrayRef<NamedArray> outputs,
                                          llvm::StringRef where);

} // namespace quantc

#endif // QUANTC_SUPPORT_COMPARE_H
