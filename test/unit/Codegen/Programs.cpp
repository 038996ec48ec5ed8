//===- Programs.cpp - Programs that are run at every level ----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Programs.h"

#include "quantc/Execution/Model.h"
#include "quantc/Pipelines/Lower.h"
#include "quantc/Pipelines/Register.h"
#include "quantc/Target/Object.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"
#include <cstring>

using namespace mlir;
using namespace quantc;

namespace {

template <typename T>
std::string dense(ArrayRef<T> values) {
  std::string text = "dense<[";
  llvm::raw_string_ostream stream(text);
  llvm::interleaveComma(values, stream);
  stream << "]>";
  return text;
}

std::unique_ptr<Model> compile(StringRef text, std::vector<std::string> levels,
                               bool contract) {
  static bool initialized = !llvm::InitializeNativeTarget() &&
                            !llvm::InitializeNativeTargetAsmPrinter() &&
                            !llvm::InitializeNativeTargetAsmParser();
  EXPECT_TRUE(initialized);
  DialectRegistry registry;
  registerAllDialects(registry);
  MLIRContext context(registry);
  auto module = parseSourceString<ModuleOp>(text, &context);
  EXPECT_TRUE(module) << text.str();
  if (!module)
    return nullptr;
  PassManager manager(&context);
  LowerOptions options;
  options.levels = std::move(levels);
  options.contract = contract;
  buildLowerPipeline(manager, options);
  if (failed(manager.run(*module))) {
    ADD_FAILURE() << "does not lower:\n" << text.str();
    return nullptr;
  }
  auto object = compileObject(*module);
  EXPECT_TRUE(static_cast<bool>(object));
  auto model = Model::link(std::move(*object));
  EXPECT_TRUE(static_cast<bool>(model));
  return std::move(*model);
}

/// The input lies at the very end of a page's worth of other data, as a user's
/// may: what a kernel reads beyond it must not matter.
std::vector<float> run(const Model &model, StringRef level,
                       ArrayRef<float> input) {
  auto context = Context::create(model, level);
  if (!context) {
    llvm::consumeError(context.takeError());
    return {};
  }
  std::vector<float> output(model.descriptor().outputs[0].bytes / sizeof(float),
                            -1.0f);
  context->run({input.data()}, {output.data()});
  return output;
}

} // namespace

static std::string denseBytes(ArrayRef<uint8_t> bytes, StringRef dimensions) {
  return ("dense<\"0x" + llvm::toHex(bytes) + "\"> : tensor<" + dimensions +
          "i8>")
      .str();
}

std::string Draw::codes(int64_t count, StringRef dimensions) {
  SmallVector<uint8_t> bytes;
  for (int64_t i = 0; i < count; ++i)
    bytes.push_back(between(0, 3) == 0 ? (coin() ? 127 : -127)
                                       : between(-127, 127));
  return denseBytes(bytes, dimensions);
}

std::string Draw::extremes(int64_t count, StringRef dimensions) {
  SmallVector<uint8_t> bytes;
  for (int64_t i = 0; i < count; ++i)
    bytes.push_back(coin() ? 127 : -128);
  return denseBytes(bytes, dimensions);
}

std::string Draw::table() {
  SmallVector<uint8_t> bytes;
  for (int64_t i = 0; i < 256; ++i)
    bytes.push_back(between(0, 255));
  return "dense<\"0x" + llvm::toHex(bytes) + "\">";
}

std::string Draw::biases(int64_t count) {
  SmallVector<int64_t> values;
  for (int64_t i = 0; i < count; ++i)
    values.push_back(between(-100000, 100000));
  return dense<int64_t>(values);
}

std::vector<float> Draw::reals(int64_t count) {
  std::vector<float> values;
  for (int64_t i = 0; i < count; ++i)
    values.push_back(between(0, 9) == 0 ? (coin() ? 1000.0f : -1000.0f)
                                        : between(-200, 200) * 0.0625f);
  return values;
}

std::vector<float> Draw::extremeReals(int64_t count) {
  std::vector<float> values;
  for (int64_t i = 0; i < count; ++i)
    values.push_back(between(0, 3) == 0 ? -1000.0f : 1000.0f);
  return values;
}

std::string quantc::dimensions(ArrayRef<int64_t> shape) {
  std::string text;
  for (int64_t size : shape)
    text += std::to_string(size) + "x";
  return text;
}

std::vector<float> quantc::runProgram(StringRef text, StringRef level,
                                      ArrayRef<float> input, bool contract) {
  auto model = compile(text, {level.str()}, contract);
  return model ? run(*model, level, input) : std::vector<float>();
}

std::vector<std::vector<float>>
quantc::runProgram(StringRef text, StringRef level,
                   ArrayRef<std::vector<float>> inputs) {
  std::vector<std::vector<float>> outputs;
  auto model = compile(text, {level.str()}, /*contract=*/false);
  for (const std::vector<float> &input : inputs) {
    std::vector<float> output;
    if (model)
      output = run(*model, level, input);
    if (output.empty())
      return {};
    outputs.push_back(std::move(output));
  }
  return outputs;
}

void quantc::expectSameBytes(StringRef text, ArrayRef<float> input) {
  expectBytes(text, input, runProgram(text, "reference", input, false));
}

void quantc::expectBytes(StringRef text, ArrayRef<float> input,
                         ArrayRef<float> expected) {
  auto model =
      compile(text, {"sse4", "avx2", "avx512", "avxvnni", "vnni"}, false);
  ASSERT_TRUE(model);
  int levels = 0;
  for (const char *level : {"sse4", "avx2", "avx512", "avxvnni", "vnni"}) {
    std::vector<float> actual = run(*model, level, input);
    if (actual.empty())
      continue; // This machine does not run the level.
    ++levels;
    ASSERT_EQ(actual.size(), expected.size());
    for (size_t i = 0; i < actual.size(); ++i)
      ASSERT_EQ(std::memcmp(&actual[i], &expected[i], sizeof(float)), 0)
          << level << " differs at element " << i << ": " << actual[i]
          << " instead of " << expected[i] << "\n"
          << text.str();
  }
  EXPECT_GT(levels, 0);
}
