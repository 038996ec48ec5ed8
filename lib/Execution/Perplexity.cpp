//===- Perplexity.cpp - How well tokens are predicted ---------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Execution/Perplexity.h"

#include <cmath>

using namespace llvm;
using namespace quantc;

/// All samples of the only input, row after row; none if they are no tokens.
static std::optional<std::vector<int64_t>> tokensOf(const SampleSet &samples) {
  if (samples.inputs().size() != 1)
    return std::nullopt;
  const TensorInfo &input = samples.inputs().front();
  if (input.type != ElementType::I32 && input.type != ElementType::I64)
    return std::nullopt;
  Expected<TensorBuffers> buffers = TensorBuffers::create(input);
  if (!buffers) {
    consumeError(buffers.takeError());
    return std::nullopt;
  }
  std::vector<int64_t> tokens;
  for (int64_t run = 0; run < samples.runs(); ++run) {
    samples.gather(run, buffers->pointers());
    const Array &array = (*buffers)[0];
    int64_t each = array.size() / samples.batch();
    for (int64_t i = 0; i < samples.validIn(run) * each; ++i)
      tokens.push_back(array.integer(i));
  }
  return tokens;
}

/// -log softmax(row)[token], and the place of the largest element.
static std::pair<double, int64_t> scoreOne(const Array &scores, int64_t first,
                                           int64_t vocabulary, int64_t token) {
  int64_t best = 0;
  double largest = -INFINITY;
  for (int64_t i = 0; i < vocabulary; ++i)
    if (double score = scores.number(first + i); score > largest) {
      largest = score;
      best = i;
    }
  double sum = 0;
  for (int64_t i = 0; i < vocabulary; ++i)
    sum += std::exp(scores.number(first + i) - largest);
  return {std::log(sum) + (largest - scores.number(first + token)), best};
}

std::optional<NextTokenScore>
quantc::scoreNextTokens(const SampleSet &samples,
                        ArrayRef<NamedArray> outputs) {
  if (outputs.empty() || samples.size() == 0)
    return std::nullopt;
  const Array &scores = outputs.front().array;
  if (!isFloat(scores.type()) || scores.rank() < 3)
    return std::nullopt;
  std::optional<std::vector<int64_t>> tokens = tokensOf(samples);
  if (!tokens)
    return std::nullopt;
  int64_t vocabulary = scores.shape().back();
  int64_t length = int64_t(tokens->size()) / samples.size();
  if (length < 2 || vocabulary < 2 ||
      scores.size() != int64_t(tokens->size()) * vocabulary)
    return std::nullopt;
  for (int64_t token : *tokens)
    if (token < 0 || token >= vocabulary)
      return std::nullopt;

  NextTokenScore result;
  double total = 0;
  for (size_t place = 0; place + 1 < tokens->size(); ++place) {
    if (int64_t(place + 1) % length == 0)
      continue; // Nothing follows the last token of a sequence.
    auto [surprise, best] = scoreOne(scores, int64_t(place) * vocabulary,
                                     vocabulary, (*tokens)[place + 1]);
    total += surprise;
    result.predicted.push_back(best);
  }
  result.perplexity = std::exp(total / double(result.predicted.size()));
  return result;
}
