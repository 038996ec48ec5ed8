//===- Basis.h - Sums of a few numbers, each added or subtracted --*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_FORMAT_BASIS_H
#define QUANTC_LIB_FORMAT_BASIS_H

#include "llvm/ADT/ArrayRef.h"
#include <vector>

namespace quantc::format {

/// Positive numbers b[0] .. b[terms - 1] such that the values are near the sums
/// of +-b[k]. Alternates, from several starts, between the nearest sum of each
/// value and the least-squares b of that assignment (QEM of LQ-Nets).
std::vector<double> fitBasis(llvm::ArrayRef<float> values, unsigned terms);

} // namespace quantc::format

#endif // QUANTC_LIB_FORMAT_BASIS_H
