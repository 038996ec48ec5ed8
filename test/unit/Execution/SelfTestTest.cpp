//===- SelfTestTest.cpp - The self-test can fail --------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "CompileShift.h"
#include "quantc/Execution/Model.h"
#include "gtest/gtest.h"

using namespace quantc;
using quantc::testing::compileShift;
using quantc::testing::Edit;

static int32_t selfTest(llvm::ArrayRef<Edit> edits = {}) {
  std::unique_ptr<Model> model =
      llvm::cantFail(Model::link(llvm::cantFail(compileShift(edits))));
  return model->descriptor().selftest();
}

TEST(SelfTest, PassesOnTheRightVectors) { EXPECT_EQ(selfTest(), 0); }

TEST(SelfTest, CountsADifferentNumberAtEachLevel) {
  EXPECT_EQ(selfTest(Edit{"11, 13, 15", "11, 13, 16"}), 2);
}

TEST(SelfTest, CountsALevelThatDiffers) {
  EXPECT_EQ(selfTest(Edit{"llvm.add %kept, %shift", "llvm.sub %kept, %shift"}),
            1);
}

TEST(SelfTest, OutputThatIsNotWrittenDiffers) {
  EXPECT_EQ(selfTest(Edit{"llvm.store %sum, %y {alignment = 4 : i64} : "
                          "vector<8xi32>, !llvm.ptr",
                          ""}),
            1);
}

TEST(SelfTest, PassesWithoutVectors) {
  EXPECT_EQ(selfTest(Edit{"quantc.golden", "quantc.other"}), 0);
}

TEST(SelfTest, VectorsOfOneValueAreWrittenOut) {
  EXPECT_EQ(selfTest({{"dense<[[0, 1, 2, 3, 4, 5, 6, 7]]>", "dense<9>"},
                      {"[[1, 3, 5, 7, 9, 11, 13, 15]]",
                       "[[10, 11, 12, 13, 14, 15, 16, 17]]"}}),
            0);
}
