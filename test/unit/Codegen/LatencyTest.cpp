//===- LatencyTest.cpp - Counting work, and pricing it --------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Codegen/Latency.h"

#include "quantc/Pipelines/Lower.h"
#include "quantc/Pipelines/Register.h"

#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include "gtest/gtest.h"

#include <random>

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

namespace {

/// A product of 168 rows of 128 codes by 64 columns, which tiles divide evenly:
/// 168 * 128 / 4 * 64 / 16 dot products of a register.
constexpr const char *kProduct = R"(
!x = !quant.uniform<u8:f32, 0.125:0>
!y = !quant.uniform<u8:f32, 0.25:3>
!w = !quant.uniform<i8<-127:127>:f32, 0.01>
module attributes {quantc.stage = "quantized"} {
  func.func @f(%x: tensor<1x168x1x128x!x>) -> tensor<1x168x1x64x!y> {
    %w = lowbit.constant dense<3> : tensor<64x1x1x128xi8>
      as tensor<64x1x1x128x!w>
    %b = arith.constant dense<1> : tensor<64xi32>
    %y = lowbit.conv2d %x, %w, %b pad [0, 0, 0, 0] stride [1, 1]
      dilation [1, 1]
      : (tensor<1x168x1x128x!x>, tensor<64x1x1x128x!w>, tensor<64xi32>)
        -> tensor<1x168x1x64x!y>
    return %y : tensor<1x168x1x64x!y>
  }
})";

ProgramWork workOf(StringRef text, StringRef level) {
  DialectRegistry registry;
  registerAllDialects(registry);
  MLIRContext context(registry);
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  if (!module) {
    ADD_FAILURE() << "the module does not parse";
    return {};
  }
  LowerOptions options;
  options.levels = {level.str()};
  PassManager manager(&context);
  buildLoopPipeline(manager, options);
  EXPECT_TRUE(succeeded(manager.run(*module)));
  return countWork(*module, level);
}

double countOf(const Work &work, Price price) {
  double sum = work.counts[static_cast<size_t>(price)];
  for (const Work &loop : work.loops)
    sum += countOf(loop, price);
  return work.times * sum;
}

double countOf(const ProgramWork &work, Price price) {
  double sum = 0;
  for (const KernelWork &kernel : work.kernels)
    sum += kernel.times * countOf(kernel.work, price);
  return sum;
}

TEST(Latency, CountsEveryDotProductOnce) {
  EXPECT_EQ(countOf(workOf(kProduct, "vnni"), Price::Dot), 168 * 32 * 4);
  EXPECT_EQ(countOf(workOf(kProduct, "avxvnni"), Price::Dot), 168 * 32 * 8);
  // Two products of 16 bits each.
  EXPECT_EQ(countOf(workOf(kProduct, "avx2"), Price::Dot), 2 * 168 * 32 * 8);
}

TEST(Latency, KnowsTheBytesOfWeightsAndBuffers) {
  ProgramWork work = workOf(kProduct, "vnni");
  ASSERT_EQ(work.kernels.size(), 1u);
  // Codes, sums of 32 bits and scales for 64 channels.
  EXPECT_EQ(work.kernels[0].weightBytes, 64 * 128 + 64 * 4 + 64 * 4);
  EXPECT_EQ(work.kernels[0].bufferBytes, 168 * 128 + 168 * 64);
}

TEST(Latency, TakesWhatLimitsALoopAndAddsLoopsUp) {
  Machine machine = Machine::nominal(*findLevel("vnni"));
  machine.prices.fill(0);
  machine[Price::Dot] = 2;
  machine[Price::Load] = 1;
  machine[Price::Iteration] = 0.5;
  Work loop;
  loop.times = 10;
  loop.counts[size_t(Price::Dot)] = 3;
  loop.counts[size_t(Price::Load)] = 5;
  loop.counts[size_t(Price::Iteration)] = 1;
  EXPECT_DOUBLE_EQ(loop.on(machine), 10 * (6 + 0.5));
  loop.counts[size_t(Price::Load)] = 8;
  EXPECT_DOUBLE_EQ(loop.on(machine), 10 * (8 + 0.5));
  Work twice;
  twice.times = 2;
  twice.loops = {loop, loop};
  EXPECT_DOUBLE_EQ(twice.on(machine), 4 * 10 * (8 + 0.5));
}

TEST(Latency, ReadsWeightsFromTheCacheThatHoldsTheProgram) {
  Machine machine = Machine::nominal(*findLevel("vnni"));
  KernelWork kernel;
  kernel.weightBytes = 1000;
  auto at = [&](int64_t bytes) { return kernel.on(machine, bytes); };
  EXPECT_DOUBLE_EQ(at(machine.cache2), 1000 * machine[Price::Cache2]);
  EXPECT_DOUBLE_EQ(at(machine.cache2 + 1), 1000 * machine[Price::Cache3]);
  EXPECT_DOUBLE_EQ(at(machine.cache3 + 1), 1000 * machine[Price::Memory]);
}

/// Programs of one loop, timed on a machine that is not the nominal one: the
/// fit has to predict others of the kind.
TEST(Latency, FitsAMachineToWhatWasMeasured) {
  std::mt19937 generator(8);
  auto draw = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(generator);
  };
  Machine start = Machine::nominal(*findLevel("vnni")), real = start;
  for (double &price : real.prices)
    price *= draw(0.4, 2.5);
  auto program = [&] {
    ProgramWork work;
    work.bytes = 1000;
    KernelWork kernel;
    kernel.work.times = std::floor(draw(10, 1000));
    for (Price price : {Price::Dot, Price::Simple, Price::Operation,
                        Price::Load, Price::Store})
      kernel.work.counts[size_t(price)] = draw(0, 40);
    kernel.work.counts[size_t(Price::Iteration)] = 1;
    work.kernels.push_back(kernel);
    return work;
  };
  std::vector<Probe> probes;
  for (int i = 0; i < 40; ++i) {
    probes.push_back({program(), 0});
    probes.back().measured = probes.back().work.on(real);
  }
  Machine fitted = fit(start, probes);
  double worst = 0, before = 0;
  for (int i = 0; i < 40; ++i) {
    ProgramWork work = program();
    worst =
        std::max(worst, std::abs(std::log(work.on(fitted) / work.on(real))));
    before =
        std::max(before, std::abs(std::log(work.on(start) / work.on(real))));
  }
  EXPECT_LT(worst, 0.2);
  EXPECT_GT(before, 0.4);
}

} // namespace
