//===- PerplexityTest.cpp - Known perplexities ----------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Execution/Perplexity.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace quantc;

namespace {

/// Samples for one input `tokens` of type i64 and shape [1, T].
SampleSet samplesFor(llvm::ArrayRef<int64_t> tokens, int64_t length) {
  llvm::SmallString<128> path;
  EXPECT_FALSE(llvm::sys::fs::createTemporaryFile("quantc", "npy", path));
  llvm::FileRemover remover(path);
  int64_t count = int64_t(tokens.size()) / length;
  Array array = cantFail(Array::create(ElementType::I64, {count, length}));
  llvm::copy(tokens, array.as<int64_t>().begin());
  cantFail(writeNpy(path, array));
  return cantFail(SampleSet::load(
      path, TensorInfo{"tokens", ElementType::I64, {1, length}}));
}

/// The outputs of a model, one array of the given shape.
std::vector<NamedArray> outputsOf(llvm::ArrayRef<float> scores,
                                  llvm::ArrayRef<int64_t> shape) {
  Array array = cantFail(Array::create(ElementType::F32, shape));
  llvm::copy(scores, array.as<float>().begin());
  std::vector<NamedArray> outputs;
  outputs.push_back({"logits", std::move(array)});
  return outputs;
}

} // namespace

TEST(Perplexity, EqualScoresAreAsGoodAsGuessing) {
  auto score = scoreNextTokens(samplesFor({1, 2, 3}, 3),
                               outputsOf(std::vector<float>(15, 7), {1, 3, 5}));
  ASSERT_TRUE(score);
  EXPECT_DOUBLE_EQ(score->perplexity, 5);
  EXPECT_EQ(score->predicted, (std::vector<int64_t>{0, 0}));
}

TEST(Perplexity, TakesTheTokenBehindOfTheSameSequence) {
  // Softmax of (log 3, 0) is (3/4, 1/4). The tokens behind are 0 in the first
  // sequence and 1 in the second: (3/4 * 1/4)^(-1/2). What the last place of a
  // sequence says would change that if it counted.
  float l = std::log(3.0f);
  auto score =
      scoreNextTokens(samplesFor({1, 0, 0, 1}, 2),
                      outputsOf({l, 0, -90, 90, l, 0, 50, -50}, {2, 2, 2}));
  ASSERT_TRUE(score);
  EXPECT_NEAR(score->perplexity, 1 / std::sqrt(3.0 / 16), 1e-6);
  EXPECT_EQ(score->predicted, (std::vector<int64_t>{0, 0}));
}

TEST(Perplexity, LargeScoresDoNotOverflow) {
  auto score = scoreNextTokens(samplesFor({0, 1}, 2),
                               outputsOf({1e6f, 1e6f, 0, 0}, {1, 2, 2}));
  ASSERT_TRUE(score);
  EXPECT_DOUBLE_EQ(score->perplexity, 2);
}

TEST(Perplexity, NoneWithoutTokensOrScoresForEachOfThem) {
  std::vector<float> scores(15, 0);
  auto outputs = outputsOf(scores, {1, 3, 5});
  // A token that the vocabulary lacks, and a negative one.
  EXPECT_FALSE(scoreNextTokens(samplesFor({1, 2, 5}, 3), outputs));
  EXPECT_FALSE(scoreNextTokens(samplesFor({1, -1, 3}, 3), outputs));
  // One class for the whole sequence; another length; a sequence of one.
  EXPECT_FALSE(
      scoreNextTokens(samplesFor({1, 2, 3}, 3), outputsOf(scores, {1, 15})));
  EXPECT_FALSE(scoreNextTokens(samplesFor({1, 2}, 2), outputs));
  EXPECT_FALSE(
      scoreNextTokens(samplesFor({1, 2, 3}, 1), outputsOf(scores, {3, 1, 5})));
}
