//===- Perplexity.h - How well tokens are predicted -------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_EXECUTION_PERPLEXITY_H
#define QUANTC_EXECUTION_PERPLEXITY_H

#include "quantc/Support/Npy.h"
#include "quantc/Support/SampleSet.h"
#include <optional>

namespace quantc {

/// How a language model predicts each token from those before it.
struct NextTokenScore {
  /// exp of the mean of -log softmax(scores[n, t])[tokens[n, t + 1]] over all
  /// sequences n and places t but the last.
  double perplexity = 0;
  /// The most likely token at each of these places, of equal ones the first.
  std::vector<int64_t> predicted;
};

/// Scores the outputs that `evaluate` gave for `samples`. None if this is not
/// a language model, which is one with a single input, tokens of type i32 or
/// i64, T of them in a sequence, and a first output of T rows of V floats, one
/// for each token of the vocabulary; or if a token is not in [0, V).
std::optional<NextTokenScore>
scoreNextTokens(const SampleSet &samples, llvm::ArrayRef<NamedArray> outputs);

} // namespace quantc

#endif // QUANTC_EXECUTION_PERPLEXITY_H
