//===- AccumulatorTest.cpp - Bounds of accumulators -----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/IR/Accumulator.h"

#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/IR/Builders.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace quantc::lowbit;

static Format u8(MLIRContext &context, int64_t zeroPoint) {
  context.loadDialect<quant::QuantDialect>();
  return Format(quant::UniformQuantizedType::get(
      0, IntegerType::get(&context, 8), Float32Type::get(&context), 1.0,
      zeroPoint, 0, 255));
}

TEST(Accumulator, BoundsBothForms) {
  MLIRContext context;
  // Centred: 7 + (10 + 20) * max(128, 127). Plain: |7 - 128 * 10| + 30 * 255.
  EXPECT_EQ(accumulatorBound({10, -20, 0}, 7, u8(context, 128)),
            uint64_t(1287 + 30 * 255));
  // Without a zero point both forms are the same.
  EXPECT_EQ(accumulatorBound({10, -20, 0}, -7, u8(context, 0)),
            uint64_t(7 + 30 * 255));
}

TEST(Accumulator, BoundsSignedCodesAsUnsignedOnes) {
  MLIRContext context;
  context.loadDialect<quant::QuantDialect>();
  Format i8(quant::UniformQuantizedType::get(
      quant::QuantizationFlags::Signed, IntegerType::get(&context, 8),
      Float32Type::get(&context), 1.0, -100, -128, 127));
  // Centred: 30 * 227. Plain: 100 * 10 + 30 * 128. Unsigned: 28 * 10 + 30 *
  // 255.
  EXPECT_EQ(accumulatorBound({10, -20, 0}, 0, i8), uint64_t(280 + 30 * 255));
}

TEST(Accumulator, KnowsTheLastDepthThatFits) {
  MLIRContext context;
  // 2^31 - 1 = 66311 * 127 * 255 + 162...
  int64_t depth = ((int64_t(1) << 31) - 1) / (127 * 255);
  llvm::SmallVector<int16_t> weights(depth, -127);
  EXPECT_TRUE(fitsAccumulator(accumulatorBound(weights, 0, u8(context, 0))));
  weights.push_back(-127);
  EXPECT_FALSE(fitsAccumulator(accumulatorBound(weights, 0, u8(context, 0))));
}

TEST(Accumulator, CountsTheBias) {
  MLIRContext context;
  int64_t room = (int64_t(1) << 31) - 1 - 255;
  EXPECT_TRUE(fitsAccumulator(accumulatorBound({1}, room, u8(context, 0))));
  EXPECT_FALSE(
      fitsAccumulator(accumulatorBound({1}, room + 1, u8(context, 0))));
  EXPECT_FALSE(
      fitsAccumulator(accumulatorBound({-1}, -room - 1, u8(context, 0))));
}
