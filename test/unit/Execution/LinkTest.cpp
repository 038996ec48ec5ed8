//===- LinkTest.cpp - Object files run in this process --------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "CompileShift.h"
#include "lib/Execution/CheckModel.h"
#include "quantc/Execution/Model.h"
#include "gtest/gtest.h"
#include <array>

using namespace quantc;
using quantc::testing::compileShift;
using quantc::testing::Edit;

static std::unique_ptr<Model> link() {
  return llvm::cantFail(Model::link(llvm::cantFail(compileShift())));
}

TEST(Link, DescribesTheModel) {
  std::unique_ptr<Model> model = link();
  const quantc_model &descriptor = model->descriptor();
  EXPECT_EQ(descriptor.abi_version, QUANTC_ABI_VERSION);
  EXPECT_STREQ(descriptor.name, "shift");
  EXPECT_EQ(descriptor.arena_bytes, 64 + 64);
  EXPECT_EQ(descriptor.weight_bytes, 32);
  ASSERT_EQ(descriptor.level_count, 2);
  EXPECT_STREQ(descriptor.levels[0], "sse4");
  EXPECT_STREQ(descriptor.levels[1], "avx2");
  ASSERT_EQ(descriptor.input_count, 1);
  const quantc_tensor &x = descriptor.inputs[0];
  EXPECT_STREQ(x.name, "x");
  EXPECT_EQ(x.type, QUANTC_I32);
  EXPECT_EQ(x.bytes, 32);
  ASSERT_EQ(x.rank, 2);
  EXPECT_EQ(x.shape[0], 1);
  EXPECT_EQ(x.shape[1], 8);
  ASSERT_EQ(descriptor.output_count, 1);
  EXPECT_STREQ(descriptor.outputs[0].name, "y");
}

TEST(Link, RunsEveryLevel) {
  std::unique_ptr<Model> model = link();
  for (llvm::StringRef level : {"", "sse4", "avx2"}) {
    llvm::Expected<Context> context = Context::create(*model, level);
    ASSERT_TRUE(static_cast<bool>(context)) << level.str();
    std::array<int32_t, 8> x = {10, 20, 30, 40, 50, 60, 70, -80}, y = {};
    context->run({x.data()}, {y.data()});
    EXPECT_EQ(y, (std::array<int32_t, 8>{11, 22, 33, 44, 55, 66, 77, -72}));
  }
}

/// The level sse4 tells what it reads.
static const Edit kObserves[] = {
    {"  llvm.func @quantc_run_sse4",
     "  llvm.func @quantc_observe(i64, i64, i64)\n  llvm.func "
     "@quantc_run_sse4"},
    {"    %low = ",
     "    %site = llvm.mlir.constant(7 : i64) : i64\n"
     "    %count = llvm.mlir.constant(8 : i64) : i64\n"
     "    %address = llvm.ptrtoint %x : !llvm.ptr to i64\n"
     "    llvm.call @quantc_observe(%site, %address, %count) : (i64, i64, i64) "
     "-> ()\n"
     "    %low = "}};

static int64_t observedSite, observedCount;
static void *observedValues;

static void observe(int64_t site, void *values, int64_t count) {
  observedSite = site;
  observedValues = values;
  observedCount = count;
}

TEST(Link, CallsTheHostsSymbols) {
  std::unique_ptr<Model> model = llvm::cantFail(
      Model::link(llvm::cantFail(compileShift(kObserves)),
                  {{"quantc_observe", reinterpret_cast<void *>(&observe)}}));
  Context context = llvm::cantFail(Context::create(*model, "sse4"));
  std::array<int32_t, 8> x = {}, y = {};
  context.run({x.data()}, {y.data()});
  EXPECT_EQ(observedSite, 7);
  EXPECT_EQ(observedValues, x.data());
  EXPECT_EQ(observedCount, 8);
}

TEST(Link, NamesTheSymbolThatIsMissing) {
  auto model = Model::link(llvm::cantFail(compileShift(kObserves)));
  std::string message = llvm::toString(model.takeError());
  EXPECT_NE(message.find("cannot link the compiled model"), std::string::npos)
      << message;
  EXPECT_NE(message.find("quantc_observe"), std::string::npos) << message;
}

TEST(Link, RefusesWhatIsNoObject) {
  auto model = Model::link(llvm::MemoryBuffer::getMemBufferCopy("garbage"));
  EXPECT_NE(llvm::toString(model.takeError()).find("cannot link"),
            std::string::npos);
}

TEST(Link, TwoModelsLiveSideBySide) {
  std::unique_ptr<Model> one = link();
  std::unique_ptr<Model> other = llvm::cantFail(Model::link(llvm::cantFail(
      compileShift(Edit{"dense<[1, 2, 3, 4, 5, 6, 7, 8]>", "dense<100>"}))));
  std::array<int32_t, 8> x = {}, y = {}, z = {};
  llvm::cantFail(Context::create(*one)).run({x.data()}, {y.data()});
  llvm::cantFail(Context::create(*other)).run({x.data()}, {z.data()});
  EXPECT_EQ(y[0], 1);
  EXPECT_EQ(z[0], 100);
}

TEST(Link, OtherVersionsAreRefused) {
  quantc_model model = {};
  model.abi_version = QUANTC_ABI_VERSION + 1;
  std::string message = llvm::toString(checkModel(&model, "m.so"));
  EXPECT_EQ(message, "'m.so' has version 2 of the model interface, but this "
                     "program speaks version 1: compile the model again with "
                     "this version of quantc");
}
