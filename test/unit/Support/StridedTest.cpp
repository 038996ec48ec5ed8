//===- StridedTest.cpp - Gathering against the definition -----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/Strided.h"

#include <gtest/gtest.h>
#include <numeric>
#include <random>

using namespace llvm;
using namespace quantc;

namespace {

/// Every permutation of every shape gives what the definition says, element by
/// element: result[i] = source[sum of i[d] * strides[d]].
template <typename T>
void expectPermuted(ArrayRef<int64_t> shape, ArrayRef<int64_t> order) {
  SmallVector<int64_t> plain = rowMajorStrides(shape), strides, sizes;
  for (int64_t d : order) {
    strides.push_back(plain[d]);
    sizes.push_back(shape[d]);
  }
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  std::vector<T> source(count), target(count, T(0));
  std::iota(source.begin(), source.end(), T(1));
  gatherStrided(reinterpret_cast<const char *>(source.data()),
                reinterpret_cast<char *>(target.data()), sizeof(T), strides,
                sizes);
  for (int64_t at = 0; at < count; ++at) {
    int64_t rest = at, from = 0;
    for (int64_t d = int64_t(sizes.size()) - 1; d >= 0; --d) {
      from += rest % sizes[d] * strides[d];
      rest /= sizes[d];
    }
    ASSERT_EQ(target[at], source[from]) << "element " << at;
  }
}

TEST(StridedTest, AllPermutationsOfRandomShapes) {
  std::mt19937 random(11);
  for (int trial = 0; trial < 40; ++trial) {
    SmallVector<int64_t> shape, order;
    for (int64_t d = 0, rank = 1 + trial % 4; d < rank; ++d) {
      shape.push_back(1 + int64_t(random() % 9));
      order.push_back(d);
    }
    do {
      expectPermuted<uint8_t>(shape, order);
      expectPermuted<uint16_t>(shape, order);
      expectPermuted<uint32_t>(shape, order);
      expectPermuted<uint64_t>(shape, order);
    } while (std::next_permutation(order.begin(), order.end()));
  }
}

TEST(StridedTest, MatricesOfSeveralBlocks) {
  expectPermuted<uint32_t>({100, 70}, {1, 0});
  expectPermuted<uint16_t>({33, 65, 3}, {1, 0, 2});
  expectPermuted<uint32_t>({5, 64, 33}, {2, 0, 1});
}

TEST(StridedTest, NegativeStridesAndSteps) {
  std::vector<int32_t> source(20), target(6);
  std::iota(source.begin(), source.end(), 0);
  // Rows 3 and 1 of five columns, columns 4, 2, 0.
  gatherStrided(reinterpret_cast<const char *>(source.data() + 19),
                reinterpret_cast<char *>(target.data()), 4, {-10, -2}, {2, 3});
  EXPECT_EQ(target, (std::vector<int32_t>{19, 17, 15, 9, 7, 5}));
}

TEST(StridedTest, Scalar) {
  int64_t source = 42, target = 0;
  gatherStrided(reinterpret_cast<const char *>(&source),
                reinterpret_cast<char *>(&target), 8, {}, {});
  EXPECT_EQ(target, 42);
}

} // namespace
