//===- MetricsTest.cpp - How good the outputs are -------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/Metrics.h"

#include "Testing.h"
#include "quantc/Support/Npy.h"
#include <cmath>

using namespace llvm;
using namespace quantc;

TEST(Metrics, KnownDifferences) {
  // x = (3, 4), y = (3, 3): noise 1, signal 25, |y|^2 = 18, x.y = 21.
  Difference difference;
  difference.add(ArrayRef<float>({3, 4}), ArrayRef<float>({3, 3}));
  EXPECT_EQ(difference.count(), 2);
  EXPECT_DOUBLE_EQ(difference.meanSquaredError(), 0.5);
  EXPECT_DOUBLE_EQ(difference.sqnr(), 10 * std::log10(25.0));
  EXPECT_DOUBLE_EQ(difference.cosine(), 21 / std::sqrt(25.0 * 18.0));
  EXPECT_DOUBLE_EQ(difference.largest(), 1);
}

TEST(Metrics, UniformNoiseHasTheTextbookSqnr) {
  // 6.0206 b + 10 log10(12 sigma^2 / range^2) = 6.0206 b for a uniform source:
  // b = 8, midpoints of 256 cells of [-1, 1], by exact means over each cell.
  Difference difference;
  for (int cell = 0; cell < 256; ++cell)
    for (int part = 0; part < 64; ++part) {
      double x = -1 + (cell + (part + 0.5) / 64) * 2 / 256;
      difference.add(x, -1 + (cell + 0.5) * 2 / 256);
    }
  EXPECT_NEAR(difference.sqnr(), 6.0206 * 8, 2e-3);
}

TEST(Metrics, CornerCases) {
  Difference nothing;
  EXPECT_EQ(nothing.meanSquaredError(), 0);
  EXPECT_EQ(nothing.sqnr(), INFINITY);
  EXPECT_EQ(nothing.cosine(), 1);
  Difference toZero;
  toZero.add(2, 0);
  EXPECT_EQ(toZero.sqnr(), 0);
  EXPECT_EQ(toZero.cosine(), 0);
  Difference broken;
  broken.add(1, NAN);
  broken.add(1, 5);
  EXPECT_TRUE(std::isnan(broken.largest()));
}

TEST(Metrics, PredictionsTakeTheFirstOfEquals) {
  Array scores = cantFail(Array::create(ElementType::F32, {3, 1, 3}));
  float values[] = {1, 5, 5, NAN, -2, -1, -3, -3, -4};
  copy(values, scores.as<float>().begin());
  EXPECT_EQ(predictions(scores), (std::vector<int64_t>{1, 2, 0}));
}

TEST(Metrics, Agreement) {
  EXPECT_DOUBLE_EQ(agreement({1, 2, 3, 4}, {1, 0, 3, 4}), 0.75);
  EXPECT_DOUBLE_EQ(agreement({}, {}), 1);
}

TEST(Metrics, Labels) {
  Folder folder;
  std::string path = folder.path("labels.npy");
  Array labels = cantFail(Array::create(ElementType::U8, {3, 1}));
  labels.as<uint8_t>()[2] = 9;
  cantFail(writeNpy(path, labels));
  auto read = readLabels(path, 3, 10);
  ASSERT_TRUE(bool(read)) << toString(read.takeError());
  EXPECT_EQ(*read, (std::vector<int64_t>{0, 0, 9}));
  EXPECT_CONTAINS(messageOf(readLabels(path, 3, 9)),
                  "labels.npy: expects labels from 0 to 8, but sample 2 has 9");
  EXPECT_CONTAINS(messageOf(readLabels(path, 4, 10)),
                  "expects 4 labels, one for each sample, but got shape 3x1");
  cantFail(writeNpy(path, cantFail(Array::create(ElementType::F32, {3}))));
  EXPECT_CONTAINS(messageOf(readLabels(path, 3, 9)),
                  "expects integer labels, but got float32");
}
