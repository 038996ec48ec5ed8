//===- PackingTest.cpp - Codes as bytes -----------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Format/Packing.h"

#include "quantc/Format/Gaussian.h"
#include "quantc/Format/Huffman.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <cmath>
#include <random>

using namespace quantc::format;
using testing::ElementsAre;

TEST(PackingTest, LeastSignificantBitFirst) {
  EXPECT_THAT(packBits({1, 2, 3}, 4), ElementsAre(0x21, 0x03));
  EXPECT_THAT(packBits({1, 0, 1, 1, 0, 0, 0, 1, 1}, 1), ElementsAre(0x8D, 1));
  EXPECT_THAT(packBits({5, 3, 7}, 3), ElementsAre(0b11011101, 0b1));
  EXPECT_THAT(packBits({0xAB, 0xCD}, 8), ElementsAre(0xAB, 0xCD));
  EXPECT_THAT(packBits({33, 2}, 6), ElementsAre(0xA1, 0x00));
}

TEST(PackingTest, EveryWidthAndLengthComesBack) {
  std::mt19937 random(7);
  for (unsigned bits = 1; bits <= 8; ++bits)
    for (size_t count = 0; count < 70; ++count) {
      std::vector<uint8_t> codes(count);
      for (uint8_t &code : codes)
        code = uint8_t(random() & ((1u << bits) - 1));
      std::vector<uint8_t> bytes = packBits(codes, bits);
      EXPECT_EQ(bytes.size(), (count * bits + 7) / 8);
      EXPECT_EQ(unpackBits(bytes, bits, count), codes);
    }
}

TEST(PackingTest, FiveTernaryDigitsInAByte) {
  EXPECT_THAT(packBase3({1, 2, 0, 1, 2}), ElementsAre(1 + 6 + 0 + 27 + 162));
  for (unsigned byte = 0; byte < 243; ++byte) {
    std::vector<uint8_t> digits = unpackBase3({uint8_t(byte)}, 5);
    EXPECT_THAT(packBase3(digits), ElementsAre(byte));
  }
  EXPECT_EQ(packedBytesBase3(11), 3u);
}

TEST(PackingTest, KnownHuffmanLengths) {
  EXPECT_THAT(huffmanLengths({5, 9, 12, 13, 16, 45}),
              ElementsAre(4, 4, 3, 3, 3, 1));
  EXPECT_THAT(huffmanLengths({0, 3, 0}), ElementsAre(0, 1, 0));
  EXPECT_THAT(huffmanLengths({0, 0}), ElementsAre(0, 0));
}

TEST(PackingTest, HuffmanComesBack) {
  std::mt19937 random(3);
  std::vector<double> counts(16, 0.0);
  std::vector<uint8_t> symbols(5000);
  for (uint8_t &symbol : symbols) {
    symbol = uint8_t(
        std::min<unsigned>(15, unsigned(std::log2(1.0 + random() % 60000))));
    ++counts[symbol];
  }
  HuffmanCode code(huffmanLengths(counts));
  std::vector<uint8_t> bytes = code.encode(symbols);
  EXPECT_EQ(bytes.size(), (code.bits(symbols) + 7) / 8);
  EXPECT_EQ(code.decode(bytes, symbols.size()), symbols);
}

/// Mean lengths for the indices of Lloyd-Max quantizers of a Gaussian.
TEST(PackingTest, HuffmanOfLloydMaxIndices) {
  const double lengths[] = {1,        1.989446, 2.884272, 3.809232,
                            4.770893, 5.749560, 6.738044, 7.732074};
  const double entropies[] = {1,        1.911099, 2.824865, 3.765328,
                              4.729784, 5.710078, 6.699583, 7.694119};
  for (unsigned bits = 1; bits <= 8; ++bits) {
    std::vector<double> levels = lloydMax(1u << bits), masses;
    double before = 0;
    for (size_t i = 0; i < levels.size(); ++i) {
      double bound =
          i + 1 < levels.size() ? (levels[i] + levels[i + 1]) / 2 : 40;
      double now = std::erfc(-bound * M_SQRT1_2) / 2;
      masses.push_back(now - before);
      before = now;
    }
    std::vector<unsigned> code = huffmanLengths(masses);
    double mean = 0, entropy = 0;
    for (size_t i = 0; i < masses.size(); ++i) {
      mean += masses[i] * code[i];
      entropy -= masses[i] * std::log2(masses[i]);
    }
    EXPECT_NEAR(entropy, entropies[bits - 1], 1e-6) << bits;
    EXPECT_NEAR(mean, lengths[bits - 1], 1e-6) << bits;
  }
}
