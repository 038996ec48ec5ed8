//===- PoolTest.cpp - Pooling against exact arithmetic --------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Oracle.h"
#include "Program.h"
#include "gtest/gtest.h"

using namespace quantc;
using namespace quantc::oracle;

namespace {

struct Pool {
  int64_t height, width, kernel[2], pad[4], stride[2];
  bool isSigned;

  int64_t rows() const {
    return (height + pad[0] + pad[1] - kernel[0]) / stride[0] + 1;
  }
  int64_t columns() const {
    return (width + pad[2] + pad[3] - kernel[1]) / stride[1] + 1;
  }
};

constexpr int64_t channels = 3;

std::string source(const Pool &p, const std::string &op, const std::string &in,
                   const std::string &out) {
  auto list = [](llvm::ArrayRef<int64_t> values) {
    std::string result;
    for (int64_t value : values)
      result += (result.empty() ? "" : ", ") + std::to_string(value);
    return "[" + result + "]";
  };
  std::string x = tensor({1, p.height, p.width, channels}, in);
  std::string y = tensor({1, p.rows(), p.columns(), channels}, out);
  return "func.func @f(%x: " + x + ") -> " + y + " {\n %y = lowbit." + op +
         " %x kernel " + list(p.kernel) + " pad " + list(p.pad) + " stride " +
         list(p.stride) + " : " + x + " to " + y + "\n return %y : " + y +
         "\n}";
}

/// Calls `visit(codes of the window that lie inside)` for each result.
template <typename Visit>
void forEachWindow(const Pool &p, const std::vector<int8_t> &input,
                   Visit visit) {
  int64_t index = 0;
  for (int64_t row = 0; row < p.rows(); ++row)
    for (int64_t column = 0; column < p.columns(); ++column)
      for (int64_t c = 0; c < channels; ++c) {
        std::vector<int64_t> codes;
        for (int64_t kh = 0; kh < p.kernel[0]; ++kh)
          for (int64_t kw = 0; kw < p.kernel[1]; ++kw) {
            int64_t h = row * p.stride[0] + kh - p.pad[0];
            int64_t w = column * p.stride[1] + kw - p.pad[2];
            if (h < 0 || h >= p.height || w < 0 || w >= p.width)
              continue;
            int8_t byte = input[(h * p.width + w) * channels + c];
            codes.push_back(p.isSigned ? byte : static_cast<uint8_t>(byte));
          }
        visit(index++, codes);
      }
}

const Pool pools[] = {
    {4, 4, {2, 2}, {0, 0, 0, 0}, {2, 2}, false},
    {5, 6, {3, 3}, {1, 1, 1, 1}, {1, 2}, true},
    {7, 7, {7, 7}, {0, 0, 0, 0}, {1, 1}, false},
    {5, 4, {3, 2}, {2, 1, 0, 1}, {2, 3}, false},
};

} // namespace

TEST(Pool, MeanCountsOnlyWhatLiesInside) {
  uint32_t seed = 1;
  for (const Pool &p : pools) {
    Random random(seed++);
    float sx = random.scale(-4), sy = random.scale(-4);
    int64_t low = p.isSigned ? -128 : 0;
    Program program(source(p, "avg_pool2d", perTensor(p.isSigned, sx, low + 40),
                           perTensor(p.isSigned, sy, low + 90)));
    auto input =
        random.vector<int8_t>(p.height * p.width * channels, -128, 127);
    std::vector<int8_t> out(p.rows() * p.columns() * channels);
    program.run({input.data(), out.data()});
    forEachWindow(p, input, [&](int64_t i, const std::vector<int64_t> &codes) {
      int64_t total = 0;
      for (int64_t code : codes)
        total += code - (low + 40);
      Exact factor =
          quotient(exact(sx), product(exact(sy), exact(int64_t(codes.size()))));
      EXPECT_EQ(out[i], static_cast<int8_t>(
                            code(f32(product(f32(exact(total)), factor)),
                                 low + 90, low, low + 255)))
          << i;
    });
  }
}

TEST(Pool, MaximumIgnoresPadding) {
  uint32_t seed = 11;
  for (const Pool &p : pools) {
    Random random(seed++);
    std::string type = perTensor(p.isSigned, 0.5f, p.isSigned ? 100 : 200);
    Program program(source(p, "max_pool2d", type, type));
    auto input =
        random.vector<int8_t>(p.height * p.width * channels, -128, 127);
    std::vector<int8_t> out(p.rows() * p.columns() * channels);
    program.run({input.data(), out.data()});
    forEachWindow(p, input, [&](int64_t i, const std::vector<int64_t> &codes) {
      EXPECT_EQ(out[i], static_cast<int8_t>(
                            *std::max_element(codes.begin(), codes.end())))
          << i;
    });
  }
}
