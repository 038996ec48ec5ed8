//===- AbiTest.cpp - What callers get wrong -------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "CompileShift.h"
#include "quantc/Execution/Model.h"
#include "gtest/gtest.h"
#include <array>
#include <thread>

using namespace quantc;
using quantc::testing::compileShift;
using quantc::testing::Edit;

using Row = std::array<int32_t, 8>;

static std::unique_ptr<Model> link(llvm::ArrayRef<Edit> edits = {}) {
  return llvm::cantFail(Model::link(llvm::cantFail(compileShift(edits))));
}

/// No CPU of today has AMD's XOP, so that none runs the level avx2.
static const Edit kNeedsXop = {
    R"(target_cpu = "x86-64-v3")",
    R"(target_cpu = "x86-64", target_features = #llvm.target_features<["+avx2", "+xop"]>)"};

TEST(Abi, NullPointersAreRefused) {
  std::unique_ptr<Model> owner = link();
  const quantc_model &model = owner->descriptor();
  quantc_context *context = model.init(nullptr, -1);
  ASSERT_NE(context, nullptr);
  Row x = {}, y = {};
  const void *inputs[] = {x.data()}, *noInput[] = {nullptr};
  void *outputs[] = {y.data()}, *noOutput[] = {nullptr};
  EXPECT_EQ(model.run(nullptr, inputs, outputs), QUANTC_ERROR_NULL);
  EXPECT_EQ(model.run(context, nullptr, outputs), QUANTC_ERROR_NULL);
  EXPECT_EQ(model.run(context, inputs, nullptr), QUANTC_ERROR_NULL);
  EXPECT_EQ(model.run(context, noInput, outputs), QUANTC_ERROR_NULL);
  EXPECT_EQ(model.run(context, inputs, noOutput), QUANTC_ERROR_NULL);
  EXPECT_EQ(y, Row{});
  EXPECT_EQ(model.run(context, inputs, outputs), QUANTC_OK);
  EXPECT_EQ(y, (Row{1, 2, 3, 4, 5, 6, 7, 8}));
  model.free(context);
  model.free(nullptr);
}

TEST(Abi, GivenArenaIsUsed) {
  std::unique_ptr<Model> owner = link();
  const quantc_model &model = owner->descriptor();
  alignas(64) std::array<char, 192> memory;
  memory.fill(0x5a);
  ASSERT_EQ(model.arena_bytes, 128);
  quantc_context *context = model.init(memory.data(), 0);
  ASSERT_EQ(static_cast<void *>(context), memory.data());
  Row x = {3, 1, 4, 1, 5, 9, 2, 6}, y;
  const void *inputs[] = {x.data()};
  void *outputs[] = {y.data()};
  ASSERT_EQ(model.run(context, inputs, outputs), QUANTC_OK);
  EXPECT_EQ(y, (Row{4, 3, 7, 5, 10, 15, 9, 14}));
  model.free(context); // Does not own the memory.
  // The level sse4 keeps four numbers in its arena, behind the context.
  EXPECT_EQ(memcmp(memory.data() + 64, x.data(), 16), 0);
  for (size_t i = 128; i < memory.size(); ++i)
    EXPECT_EQ(memory[i], 0x5a) << "beyond the arena at " << i;
}

TEST(Abi, MisalignedArenaIsRefused) {
  std::unique_ptr<Model> owner = link();
  const quantc_model &model = owner->descriptor();
  alignas(64) std::array<char, 256> memory;
  for (int offset : {1, 8, 16, 32, 63})
    EXPECT_EQ(model.init(memory.data() + offset, -1), nullptr) << offset;
}

TEST(Abi, NumbersOfThreads) {
  std::unique_ptr<Model> owner = link();
  const quantc_model &model = owner->descriptor();
  quantc_set_threads_function set = owner->threadSetter();
  quantc_context *context = model.init(nullptr, -1);
  for (int32_t threads : {1, 2, 1024, 3, 1})
    EXPECT_EQ(set(context, threads, nullptr), QUANTC_OK) << threads;
  for (int32_t threads : {0, -1, 1025, INT32_MAX, INT32_MIN})
    EXPECT_EQ(set(context, threads, nullptr), QUANTC_ERROR_THREADS) << threads;
  quantc_pool pool = {};
  EXPECT_EQ(set(context, 2, &pool), QUANTC_ERROR_NULL);
  EXPECT_EQ(set(nullptr, 2, nullptr), QUANTC_ERROR_NULL);
  EXPECT_EQ(set(context, 5, nullptr), QUANTC_OK);
  model.free(context); // Ends the threads, too.
}

TEST(Abi, UnknownLevelIsRefused) {
  std::unique_ptr<Model> owner = link();
  const quantc_model &model = owner->descriptor();
  for (int32_t level : {2, 3, 1 << 30, -2, INT32_MIN})
    EXPECT_EQ(model.init(nullptr, level), nullptr) << level;
  llvm::Expected<Context> context = Context::create(*owner, "vnni");
  EXPECT_EQ(llvm::toString(context.takeError()),
            "model 'shift' has no level 'vnni': its levels are sse4, avx2");
}

TEST(Abi, LevelThatTheCpuLacksIsNotChosen) {
  std::unique_ptr<Model> owner = link(kNeedsXop);
  const quantc_model &model = owner->descriptor();
  EXPECT_EQ(model.best_level(), 0);
  EXPECT_EQ(model.init(nullptr, 1), nullptr);
  EXPECT_EQ(model.selftest(), 0); // Only level 0 is tested.
  llvm::Expected<Context> context = Context::create(*owner, "avx2");
  EXPECT_EQ(llvm::toString(context.takeError()),
            "model 'shift' cannot run on this CPU at level 'avx2': its levels "
            "are sse4, avx2");
}

TEST(Abi, CpuWithoutAnyLevel) {
  std::unique_ptr<Model> owner =
      link({kNeedsXop, {R"("+sse4.1")", R"("+sse4.1", "+xop")"}});
  EXPECT_EQ(owner->descriptor().best_level(), -1);
  EXPECT_EQ(owner->descriptor().init(nullptr, -1), nullptr);
  llvm::Expected<Context> context = Context::create(*owner);
  EXPECT_EQ(llvm::toString(context.takeError()),
            "this CPU runs none of the levels of model 'shift': sse4, avx2");
}

TEST(Abi, ContextsAreIndependent) {
  std::unique_ptr<Model> owner = link();
  auto work = [&](int32_t start, int *faults) {
    Context context = llvm::cantFail(Context::create(*owner));
    for (int32_t i = start; i < start + 20000; ++i) {
      Row x = {i, i, i, i, i, i, i, i}, y = {};
      context.run({x.data()}, {y.data()});
      *faults +=
          y != Row{i + 1, i + 2, i + 3, i + 4, i + 5, i + 6, i + 7, i + 8};
    }
  };
  int faults[2] = {};
  std::thread other(work, 1000000, &faults[0]);
  work(0, &faults[1]);
  other.join();
  EXPECT_EQ(faults[0] + faults[1], 0);
}

TEST(Abi, MovedContextsAreFreedOnce) {
  std::unique_ptr<Model> owner = link();
  Context first = llvm::cantFail(Context::create(*owner));
  Context second = std::move(first);
  first = llvm::cantFail(Context::create(*owner, "sse4"));
  first = std::move(second);
  Row x = {}, y = {};
  first.run({x.data()}, {y.data()});
  EXPECT_EQ(y[7], 8);
}
