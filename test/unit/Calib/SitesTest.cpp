//===- SitesTest.cpp - The places that calibration looks at ---------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Calib/IR/Sites.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace quantc;

namespace {

struct Sites : testing::Test {
  Sites() {
    context.loadDialect<calib::CalibDialect, func::FuncDialect>();
    module = parseSourceString<ModuleOp>(R"(
      func.func @first(%x: tensor<4xf32>) -> tensor<4xf32> {
        %0 = calib.observe %x site "b" : tensor<4xf32>
        %1 = calib.observe %0 site "a" range [0.0, 1.0] : tensor<4xf32>
        return %1 : tensor<4xf32>
      }
      func.func @second(%x: tensor<4xf32>) -> tensor<4xf32> {
        %0 = calib.observe %x site "c" : tensor<4xf32>
        return %0 : tensor<4xf32>
      })",
                                         &context);
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

} // namespace

TEST_F(Sites, InTheOrderOfAWalk) {
  EXPECT_EQ(calib::sitesOf(*module), (SmallVector<std::string>{"b", "a", "c"}));
}

TEST_F(Sites, RangesAreWrittenInOrder) {
  ASSERT_TRUE(succeeded(calib::setRanges(*module, {{-1, 2}, {-3, 4}, {5, 5}})));
  SmallVector<calib::ObserveOp> observers = calib::observersOf(*module);
  EXPECT_EQ(*observers[0].getRange(), (ArrayRef<double>{-1, 2}));
  EXPECT_EQ(*observers[1].getRange(), (ArrayRef<double>{-3, 4}));
  EXPECT_EQ(*observers[2].getRange(), (ArrayRef<double>{5, 5}));
}

TEST_F(Sites, WrongNumberOfRanges) {
  std::string message;
  ScopedDiagnosticHandler handler(
      &context, [&](Diagnostic &diagnostic) { message = diagnostic.str(); });
  EXPECT_TRUE(failed(calib::setRanges(*module, {{0, 9}, {0, 9}})));
  EXPECT_EQ(message, "expects a range for each of the 3 sites, but got 2");
  EXPECT_FALSE(calib::observersOf(*module)[0].getRange());
}
