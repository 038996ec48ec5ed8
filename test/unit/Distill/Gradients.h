//===- Gradients.h - Gradients against central differences ------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_TEST_UNIT_DISTILL_GRADIENTS_H
#define QUANTC_TEST_UNIT_DISTILL_GRADIENTS_H

#include <string>
#include <vector>

namespace quantc {

/// Where the arguments of a function are drawn from.
struct Interval {
  double low = -2, high = 2;
};

/// `source` holds a function `@f` of tensors of f32 (and i32: indices from
/// [low, high)) with one result. Differentiates it `order` times, lowers both
/// to scalar loops in f64, and expects each derivative to be the central
/// difference at a random place, to a part in a million. Each argument needs a
/// derivative that is not zero.
void expectGradients(const std::string &source,
                     std::vector<Interval> intervals = {}, int order = 1);

/// The gradients of `@f` at the given arguments, of which the last is the seed.
std::vector<std::vector<double>>
gradientsAt(const std::string &source,
            const std::vector<std::vector<double>> &arguments);

/// The error of `distill-derive-gradients` on `source`; empty if there is none.
std::string gradientError(const std::string &source);

/// `@f` of one op: expression "tosa.add %0, %1" on types such as "2x3xf32",
/// the last of which is the result's.
std::string function(const std::string &op,
                     const std::vector<std::string> &types);

} // namespace quantc

#endif // QUANTC_TEST_UNIT_DISTILL_GRADIENTS_H
