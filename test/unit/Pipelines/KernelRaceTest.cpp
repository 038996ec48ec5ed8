//===- KernelRaceTest.cpp - No schedule changes a byte --------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Pipelines/KernelRace.h"

#include "lib/Pipelines/Target.h"
#include "quantc/Codegen/Program/Passes.h"
#include "quantc/Pipelines/Lower.h"
#include "quantc/Pipelines/Register.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/FormatVariadic.h"
#include <gtest/gtest.h>

#include <cstring>
#include <random>

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

namespace {

/// A convolution of codes or reals: `size` pixels wide and high.
std::string convolution(bool codes, int64_t size, int64_t in, int64_t out,
                        int64_t kernel, int64_t stride, int64_t pad = 0) {
  int64_t result = (size + 2 * pad - kernel) / stride + 1,
          panels = (out + 15) / 16;
  int64_t steps = codes ? (kernel * in + 3) / 4 : kernel * in;
  StringRef type = codes ? "i8" : "f32";
  return llvm::formatv(
      R"(func.func private @k(%x: memref<1x{0}x{0}x{1}x{7}>,
    %w: memref<{5}x{3}x{6}x16{8}x{7}>, %b: memref<{9}x{10}>,
    %s: memref<{9}xf32>, %y: memref<1x{4}x{4}x{2}x{7}>) {{
  kernel.conv2d ins(%x, %w, %b{11} : memref<1x{0}x{0}x{1}x{7}>,
      memref<{5}x{3}x{6}x16{8}x{7}>, memref<{9}x{10}>{12})
    outs(%y : memref<1x{4}x{4}x{2}x{7}>) kernel [{3}, {3}]
    stride [{13}, {13}] dilation [1, 1]
    {{bounds = array<f32: 0.0, 255.0>, zero_point = 3 : i64,
     pad = array<i64: {14}, {14}, {14}, {14}>}
  return
})",
      size, in, out, kernel, result, panels, steps, type, codes ? "x4" : "",
      16 * panels, codes ? "i32" : "f32", codes ? ", %s" : "",
      codes ? llvm::formatv(", memref<{0}xf32>", 16 * panels).str() : "",
      stride, pad);
}

std::string depthwise(int64_t size, int64_t channels, int64_t kernel,
                      int64_t stride) {
  int64_t result = (size - kernel) / stride + 1;
  int64_t padded = (channels + 15) / 16 * 16;
  return llvm::formatv(
      R"(func.func private @k(%x: memref<1x{0}x{0}x{1}xi8>,
    %w: memref<{2}x{3}xi8>, %b: memref<{3}xi32>, %s: memref<{3}xf32>,
    %y: memref<1x{4}x{4}x{1}xi8>) {{
  kernel.depthwise_conv2d ins(%x, %w, %b, %s : memref<1x{0}x{0}x{1}xi8>,
      memref<{2}x{3}xi8>, memref<{3}xi32>, memref<{3}xf32>)
    outs(%y : memref<1x{4}x{4}x{1}xi8>) kernel [{5}, {5}]
    stride [{6}, {6}] dilation [1, 1] {{bounds = array<f32: 0.0, 255.0>}
  return
})",
      size, channels, kernel * kernel, padded, result, kernel, stride);
}

/// Codes may be anything; reals and factors are numbers around 0.01.
void fill(KernelRace &race, func::FuncOp function, std::mt19937 &random) {
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes())) {
    MutableArrayRef<std::byte> bytes = race.argument(i);
    Type element = cast<MemRefType>(type).getElementType();
    if (!element.isF32()) {
      for (std::byte &byte : bytes)
        byte = std::byte(element.isInteger(8) ? random() : 0);
      continue;
    }
    for (size_t at = 0; at < bytes.size(); at += sizeof(float)) {
      float value = float(random() % 2001) * 1e-5f;
      std::memcpy(bytes.data() + at, &value, sizeof(value));
    }
  }
}

void expectSameBytes(MLIRContext &context, StringRef text, StringRef level) {
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  ASSERT_TRUE(module) << text.str();
  CloneLevelsOptions clone;
  clone.levels = {level.str()};
  PassManager manager(&context);
  manager.addPass(createCloneLevels(clone));
  ASSERT_TRUE(succeeded(manager.run(*module)));
  auto function = *module->getOps<func::FuncOp>().begin();
  Operation *kernel = &function.getBody().front().front();
  std::vector<Schedule> schedules =
      candidateSchedules(kernel, *findLevel(level));
  // The default, and some of all, since each is compiled.
  std::vector<Schedule> some = {{}};
  for (size_t i = 0; i < schedules.size(); i += 1 + schedules.size() / 8)
    some.push_back(schedules[i]);
  ASSERT_GT(some.size(), 3u);
  schedules = some;
  LowerOptions options;
  options.levels = {level.str()};
  KernelRace race =
      llvm::cantFail(KernelRace::create(function, schedules, options));
  std::mt19937 random(5);
  fill(race, function, random);
  MutableArrayRef<std::byte> output =
      race.argument(function.getNumArguments() - 1);
  std::vector<std::byte> first;
  for (size_t version = 0; version < schedules.size(); ++version) {
    std::memset(output.data(), 0x55, output.size());
    race.call(version);
    std::vector<std::byte> bytes(output.begin(), output.end());
    if (version == 0)
      first = bytes;
    EXPECT_TRUE(bytes == first)
        << level.str() << ", schedule " << version << " of " << text.str();
  }
}

TEST(KernelRace, EveryScheduleGivesTheSameBytes) {
  DialectRegistry registry;
  registerAllDialects(registry);
  MLIRContext context(registry);
  for (StringRef level : {"avx2", "vnni"}) {
    if (!runsHere(*findLevel(level)))
      continue;
    expectSameBytes(context, convolution(true, 9, 8, 24, 3, 1), level);
    expectSameBytes(context, convolution(true, 9, 8, 24, 3, 1, 1), level);
    expectSameBytes(context, convolution(true, 13, 12, 40, 1, 2), level);
    expectSameBytes(context, convolution(false, 7, 5, 33, 3, 1, 1), level);
    expectSameBytes(context, depthwise(11, 20, 3, 2), level);
  }
}

TEST(KernelRace, TimesEveryVersion) {
  DialectRegistry registry;
  registerAllDialects(registry);
  MLIRContext context(registry);
  OwningOpRef<ModuleOp> module =
      parseSourceString<ModuleOp>(convolution(false, 8, 4, 16, 1, 1), &context);
  auto function = *module->getOps<func::FuncOp>().begin();
  function->setAttr("quantc.level", StringAttr::get(&context, "sse4"));
  LowerOptions options;
  options.levels = {"sse4"};
  KernelRace race = llvm::cantFail(
      KernelRace::create(function, {{}, {1, 1, 1, 1, 1}}, options));
  std::vector<double> times = race.run(1);
  ASSERT_EQ(times.size(), 2u);
  EXPECT_GT(times[0], 0);
  EXPECT_GT(times[1], 0);
}

} // namespace
