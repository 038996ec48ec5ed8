//===- LinkTest.cpp - Object files run in this process --------------------===//
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

using namespace quantc;
using quantc::testing::compileShift;

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
