//===- QuantizeTest.cpp - Reals to codes of any format --------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Format/Quantize.h"

#include "quantc/Format/Catalog.h"
#include "quantc/Format/KMeans.h"
#include "quantc/Format/Levels.h"
#include "quantc/Format/Scale.h"
#include "quantc/Format/Size.h"
#include "quantc/Format/Spelling.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <cmath>
#include <limits>
#include <random>

using namespace quantc::format;
using testing::ElementsAre;

namespace {

Format formatOf(llvm::StringRef text) {
  llvm::Expected<Format> format = parse(text);
  EXPECT_TRUE(bool(format)) << llvm::toString(format.takeError());
  return format ? *format : Format();
}

std::vector<float> gaussian(size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0.01f, 0.3f);
  std::vector<float> values(count);
  for (float &value : values)
    value = normal(random);
  return values;
}

double errorOf(llvm::ArrayRef<float> a, llvm::ArrayRef<float> b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i)
    sum += (double(a[i]) - b[i]) * (double(a[i]) - b[i]);
  return sum;
}

std::vector<std::string> allExamples() {
  std::vector<std::string> names;
  for (const Family &family : catalog())
    for (const std::string &name : family.examples)
      if (name != "f32")
        names.push_back(name);
  return names;
}

/// The least error over a fine grid of scales; knows nothing of the search.
double gridOptimum(llvm::ArrayRef<float> values, const Rounder &rounder) {
  double amax = 0, best = std::numeric_limits<double>::infinity();
  for (float value : values)
    amax = std::max(amax, std::abs(double(value)));
  double top = std::abs(rounder.levels().back());
  for (int i = 1; i <= 20000; ++i) {
    double scale = amax / top * 2 * i / 20000, error = 0;
    for (float value : values) {
      double d = value - scale * rounder.round(value / scale);
      error += d * d;
    }
    best = std::min(best, error);
  }
  return best;
}

} // namespace

/// Each value is at the nearest level that its scale allows.
TEST(QuantizeTest, EveryValueIsAtItsNearestLevel) {
  for (const std::string &name : allExamples()) {
    Format format = formatOf(name);
    std::vector<float> values = gaussian(5 * 77, 1);
    Encoded encoded = quantize(format, values, 5);
    for (int64_t row = 0; row < 5; ++row)
      for (int64_t k = 0; k < 77; ++k) {
        double value = values[row * 77 + k];
        Encoded other = encoded;
        double scale = effectiveScale(encoded, scaleIndex(format, 77, row, k));
        double error =
            std::abs(value - scale * levelAt(format, encoded, row, k));
        unsigned codes = format.levels.decode == Decode::Codebook
                             ? format.levels.entries
                             : 1u << format.levels.bits;
        for (unsigned code = 0; code < codes; ++code) {
          other.codes[row * 77 + k] = uint8_t(code);
          double level = levelAt(format, other, row, k);
          if (std::isfinite(level))
            EXPECT_LE(error, std::abs(value - scale * level) + 1e-7) << name;
        }
      }
  }
}

TEST(QuantizeTest, CodesComeBackFromTheirBytes) {
  for (const std::string &name : allExamples()) {
    Format format = formatOf(name);
    Encoded encoded = quantize(format, gaussian(3 * 131, 2), 3);
    std::vector<uint8_t> bytes = packedCodes(format, encoded);
    EXPECT_EQ(storedBits(format, encoded).codes, int64_t(8 * bytes.size()));
    EXPECT_EQ(
        unpackedCodes(format, bytes, 3, 131, symbolLengths(format, encoded)),
        encoded.codes)
        << name;
  }
}

TEST(QuantizeTest, ScalesAreOfTheirType) {
  for (const std::string &name : allExamples()) {
    Format format = formatOf(name);
    Encoded encoded = quantize(format, gaussian(4 * 100, 3), 4);
    size_t expected = format.scaling.granularity == Granularity::Tensor ? 1
                      : format.isBlocked()
                          ? size_t(4 * blocksPerRow(format, 100))
                          : 4;
    EXPECT_EQ(encoded.scales.size(), expected) << name;
    for (double scale : encoded.scales)
      EXPECT_EQ(roundScale(format.scaling.type, scale), scale) << name;
  }
}

/// What is decoded is what is encoded again.
TEST(QuantizeTest, DecodedValuesKeepTheirValue) {
  for (const char *name : {"i4:absmax", "i8", "mxfp4", "mxint8", "nf4:f32"}) {
    Format format = formatOf(name);
    std::vector<float> once =
        dequantize(format, quantize(format, gaussian(256, 4), 2));
    std::vector<float> twice = dequantize(format, quantize(format, once, 2));
    for (size_t i = 0; i < once.size(); ++i)
      EXPECT_NEAR(once[i], twice[i], 1e-6 * std::abs(once[i])) << name;
  }
}

TEST(QuantizeTest, TheLeastErrorIsFound) {
  for (const char *name : {"i2", "i3", "i4", "ternary", "i2:full", "i3:midrise",
                           "fp4", "fp6e2m3", "binary"}) {
    Format format = formatOf(name);
    Rounder rounder(format.levels);
    for (unsigned seed = 0; seed < 6; ++seed) {
      std::vector<float> values = gaussian(40 + 13 * seed, 10 + seed);
      std::vector<float> decoded =
          dequantize(format, quantize(format, values, 1));
      double found = errorOf(values, decoded);
      double grid = gridOptimum(values, rounder);
      EXPECT_LE(found, grid * (1 + 1e-5)) << name;
      EXPECT_GE(found, grid * (1 - 2e-3)) << name;
    }
  }
}

/// Ternary weights: every threshold is tried.
TEST(QuantizeTest, TernaryIsTheOptimumOfTwn) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::vector<float> values = gaussian(37, 100 + seed), sorted = values;
    std::sort(sorted.begin(), sorted.end(),
              [](float a, float b) { return std::abs(a) > std::abs(b); });
    double all = 0, sum = 0, gain = 0;
    for (float value : values)
      all += double(value) * value;
    for (size_t i = 0; i < sorted.size(); ++i) {
      sum += std::abs(double(sorted[i]));
      gain = std::max(gain, sum * sum / double(i + 1));
    }
    Format format = formatOf("ternary");
    double error =
        errorOf(values, dequantize(format, quantize(format, values, 1)));
    EXPECT_NEAR(error, all - gain, 1e-6 * all);
  }
}

TEST(QuantizeTest, BinaryIsTheMeanMagnitude) {
  std::vector<float> values = {0.5f, -1.5f, 0.25f, 0.0f, -0.75f};
  Format format = formatOf("binary");
  Encoded encoded = quantize(format, values, 1);
  EXPECT_THAT(encoded.codes, ElementsAre(1, 0, 1, 1, 0));
  EXPECT_NEAR(encoded.scales[0], 0.6, 1e-7);
}

TEST(QuantizeTest, OcpFloorSaturates) {
  std::vector<float> values(32, 0.0f);
  values[0] = 7.9f; // 2^2 is the largest power of two: scale 1.
  values[1] = 0.25f;
  values[2] = -5.0f;
  Format format = formatOf("mxfp4");
  Encoded encoded = quantize(format, values, 1);
  EXPECT_THAT(encoded.scales, ElementsAre(1.0));
  std::vector<float> decoded = dequantize(format, encoded);
  EXPECT_EQ(decoded[0], 6);
  EXPECT_EQ(decoded[1], 0);
  EXPECT_EQ(decoded[2], -4);
}

TEST(QuantizeTest, ZerosStayZeros) {
  for (const std::string &name : allExamples()) {
    Format format = formatOf(name);
    Encoded encoded = quantize(format, std::vector<float>(3 * 40, 0.0f), 3);
    for (float value : dequantize(format, encoded))
      EXPECT_LE(std::abs(value), 1e-6) << name;
  }
  EXPECT_THAT(
      quantize(formatOf("mxfp4"), std::vector<float>(32, 0.0f), 1).scales,
      ElementsAre(0x1p-127));
}

/// A block far smaller than the rest keeps a scale above 0.
TEST(QuantizeTest, Nvfp4HasAScaleForSmallBlocks) {
  std::vector<float> values(32, 1e-7f);
  values[0] = 6;
  Encoded encoded = quantize(formatOf("nvfp4"), values, 1);
  EXPECT_THAT(encoded.scales, ElementsAre(448, 0x1p-9));
  EXPECT_FLOAT_EQ(float(encoded.second), 6.0f / 6 / 448);
}

TEST(QuantizeTest, Extremes) {
  float most = std::numeric_limits<float>::max();
  std::vector<float> values = {most, -most, 1e-45f, 0, most / 2, 1, -1, 1e-38f};
  for (const std::string &name : allExamples()) {
    Format format = formatOf(name);
    for (float value : dequantize(format, quantize(format, values, 1)))
      EXPECT_FALSE(std::isnan(value)) << name;
  }
}

/// A single number is a level, or nearly one where scales are powers of two.
TEST(QuantizeTest, OneNumber) {
  for (const std::string &name : allExamples()) {
    Format format = formatOf(name);
    std::vector<float> decoded =
        dequantize(format, quantize(format, {-3.5f}, 1));
    bool isCoarse = format.scaling.type == ScaleType::E8M0 ||
                    format.scaling.type == ScaleType::PowerOfTwo ||
                    format.search == Search::Aciq;
    EXPECT_NEAR(decoded[0], -3.5, isCoarse ? 0.6 : 0.02) << name;
  }
}

TEST(QuantizeTest, SizesCountEverything) {
  struct {
    const char *name;
    int64_t bits; ///< Of 64 rows of 256.
  } cases[] = {
      {"i8", 64 * (256 * 8 + 32)},
      {"i4", 64 * (256 * 4 + 32)},
      {"i4:tensor", 64 * 256 * 4 + 32},
      {"i4:b32", 64 * 256 * 9 / 2},
      {"i4:b128", 64 * 256 * 33 / 8},
      {"u4:b32", 64 * 256 * 4 + 64 * 8 * (16 + 4)},
      {"ternary", 64 * (256 * 2 + 32)},
      {"ternary:base3", 64 * (52 * 8 + 32)},
      {"binary", 64 * (256 + 32)},
      {"nf4", 64 * 256 * 4 + 64 * 4 * 16},
      {"mxfp4", 64 * 256 * 17 / 4},
      {"mxfp6e2m3", 64 * 256 * 25 / 4},
      {"mxint8", 64 * 256 * 33 / 4},
      {"nvfp4", 64 * 256 * 9 / 2 + 32},
      {"kmeans16", 64 * (256 * 4 + 32) + 16 * 8},
      {"kmeans256", 64 * (256 * 8 + 32) + 256 * 16},
      {"lqnets2", 64 * (256 * 2 + 32 + 2 * 8)},
      {"pow2", 64 * (256 * 4 + 8)},
      {"u4:b64:hqq", 64 * 256 * 4 + 64 * 4 * (16 + 16)},
  };
  std::vector<float> values = gaussian(64 * 256, 5);
  for (const auto &c : cases) {
    Format format = formatOf(c.name);
    EXPECT_EQ(storedBits(format, quantize(format, values, 64)).total(), c.bits)
        << c.name;
  }
}

TEST(QuantizeTest, RowsMayHaveLeastScales) {
  std::vector<float> values = {0.5f, -0.25f, 0, 0};
  double least[] = {1.0, 0.0}, ifEmpty[] = {0, 0.125};
  Encoded encoded = quantize(formatOf("i4"), values, 2, {least, ifEmpty});
  EXPECT_THAT(encoded.scales, ElementsAre(1.0, 0.125));
}

TEST(QuantizeTest, HqqIsNoWorseByItsOwnMeasure) {
  std::vector<float> values = gaussian(64 * 30, 6);
  for (size_t i = 0; i < values.size(); i += 50)
    values[i] *= 6;
  auto measure = [&](const char *name) {
    Format format = formatOf(name);
    std::vector<float> decoded =
        dequantize(format, quantize(format, values, 30));
    double sum = 0;
    for (size_t i = 0; i < values.size(); ++i)
      sum += std::pow(std::abs(double(values[i]) - decoded[i]), 0.7);
    return sum;
  };
  EXPECT_LT(measure("u3:b64:hqq"), measure("u3:b64:absmax"));
}

TEST(QuantizeTest, LeastSquaresBeatTheRange) {
  std::vector<float> values = gaussian(64 * 30, 7);
  for (const char *name : {"u2:b64", "u4", "i3:b64"}) {
    Format mse = formatOf(name),
           range = formatOf(std::string(name) + ":absmax");
    EXPECT_LT(
        errorOf(values, dequantize(mse, quantize(mse, values, 30))),
        0.97 * errorOf(values, dequantize(range, quantize(range, values, 30))))
        << name;
  }
}

/// Against every way to cut the sorted values.
TEST(KMeansTest, IsTheOptimum) {
  std::mt19937 random(9);
  for (int round = 0; round < 50; ++round) {
    std::vector<double> values(12), weights(12);
    for (double &value : values)
      value = double(random() % 1000) / 100;
    for (double &weight : weights)
      weight = 1 + double(random() % 10);
    std::vector<double> centres = kMeans(values, weights, 3);
    auto cost = [&](const std::vector<double> &c) {
      double sum = 0;
      for (size_t i = 0; i < values.size(); ++i) {
        double best = 1e300;
        for (double centre : c)
          best = std::min(best, (values[i] - centre) * (values[i] - centre));
        sum += weights[i] * best;
      }
      return sum;
    };
    std::vector<size_t> order(12);
    for (size_t i = 0; i < 12; ++i)
      order[i] = i;
    std::sort(order.begin(), order.end(),
              [&](size_t a, size_t b) { return values[a] < values[b]; });
    auto mean = [&](size_t from, size_t to) {
      double sum = 0, weight = 0;
      for (size_t i = from; i < to; ++i) {
        sum += values[order[i]] * weights[order[i]];
        weight += weights[order[i]];
      }
      return sum / weight;
    };
    double best = 1e300;
    for (size_t a = 1; a < 11; ++a)
      for (size_t b = a + 1; b < 12; ++b)
        best = std::min(best, cost({mean(0, a), mean(a, b), mean(b, 12)}));
    EXPECT_NEAR(cost(centres), best, 1e-9);
  }
}

/// Trained on one half of a Gaussian sample, scored on the other: the textbook
/// value within four standard errors.
TEST(KMeansTest, FindsLloydMax) {
  std::mt19937_64 random(11);
  std::normal_distribution<double> normal;
  auto draw = [&](size_t count) {
    std::vector<double> values(count);
    for (double &value : values)
      value = normal(random);
    return values;
  };
  std::vector<double> centres = kMeans(draw(400000), {}, 16);
  Rounder rounder{llvm::ArrayRef<double>(centres)};
  double sum = 0, square = 0;
  std::vector<double> held = draw(400000);
  for (double value : held) {
    double e = (value - rounder.round(value)) * (value - rounder.round(value));
    sum += e;
    square += e * e;
  }
  double mean = sum / double(held.size());
  double deviation = std::sqrt((square / double(held.size()) - mean * mean) /
                               double(held.size()));
  EXPECT_NEAR(mean, 0.0095010080082, 4 * deviation);
}

TEST(KMeansTest, FewValues) {
  EXPECT_THAT(kMeans({3, 1}, {}, 4), ElementsAre(1, 3, 3, 3));
  EXPECT_THAT(kMeans({}, {}, 2), ElementsAre(0, 0));
}
