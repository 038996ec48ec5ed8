//===- OnnxTest.cpp - ONNX models in two files ----------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Target/Onnx.h"
#include "dialects/LowBit/IR/LowBit.h"
#include "lib/Target/Onnx/Bytes.h"
#include "lib/Target/Onnx/Conversions.h"
#include "quantc/Support/OnnxTensor.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace quantc;

namespace {

/// x + [1, 2, 3, 4] * 5, with the second constant small.
constexpr char kProgram[] = R"(
func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  %c = "tosa.const"() <{values = dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>}> : () -> tensor<4xf32>
  %s = "tosa.const"() <{values = dense<5.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %0 = tosa.add %x, %c : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = tosa.add %0, %s : (tensor<4xf32>, tensor<1xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
})";

class OnnxExport : public testing::Test {
protected:
  void SetUp() override {
    context.loadDialect<func::FuncDialect, tosa::TosaDialect>();
    module = parseSourceString<ModuleOp>(kProgram, &context);
    ASSERT_TRUE(module);
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("onnx-export", folder));
    options.mostInline = 16;
    options.leastExternal = 16;
  }
  void TearDown() override { llvm::sys::fs::remove_directories(folder); }

  std::string at(llvm::StringRef file) {
    llvm::SmallString<128> path(folder);
    llvm::sys::path::append(path, file);
    return path.str().str();
  }
  static std::string read(const std::string &path) {
    auto buffer = llvm::MemoryBuffer::getFile(path);
    return buffer ? (*buffer)->getBuffer().str() : "absent";
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  llvm::SmallString<128> folder;
  OnnxExportOptions options;
};

TEST_F(OnnxExport, LargeConstantsGoIntoASecondFile) {
  ASSERT_FALSE(bool(exportOnnx(*module, at("m.onnx"), options)));
  const float expected[] = {1, 2, 3, 4};
  EXPECT_EQ(read(at("m.onnx.data")),
            std::string(reinterpret_cast<const char *>(expected), 16));
  std::string model = read(at("m.onnx"));
  EXPECT_NE(model.find("m.onnx.data"), std::string::npos);
  const float small = 5;
  EXPECT_NE(model.find(std::string(reinterpret_cast<const char *>(&small), 4)),
            std::string::npos);
}

TEST_F(OnnxExport, OneFileIfTheyFit) {
  options.mostInline = 20;
  ASSERT_FALSE(bool(exportOnnx(*module, at("m.onnx"), options)));
  EXPECT_EQ(read(at("m.onnx.data")), "absent");
}

TEST_F(OnnxExport, AStreamHasNoSecondFile) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  llvm::Error error = exportOnnx(*module, stream, options);
  ASSERT_TRUE(bool(error));
  EXPECT_EQ(
      llvm::toString(std::move(error)),
      "export to ONNX: expects at most 16 B of constants in one file, but "
      "got 20 B; use quantc -o model.onnx, which puts them into a second "
      "file");
  EXPECT_TRUE(text.empty());
}

TEST(OnnxConversions, KnowEveryOpOnCodes) {
  MLIRContext context;
  context.loadDialect<lowbit::LowBitDialect>();
  auto ops = context.getRegisteredOperationsByDialect("lowbit");
  EXPECT_FALSE(ops.empty());
  for (RegisteredOperationName op : ops)
    EXPECT_TRUE(onnx_export::conversionTable().contains(op.getStringRef()))
        << op.getStringRef().str();
}

TEST(OnnxBytes, DimensionsChangePlaces) {
  // [[a b c], [d e f]] -> [[a d], [b e], [c f]], elements of two bytes.
  EXPECT_EQ(onnx_export::permuteBytes("a.b.c.d.e.f.", {2, 3}, {1, 0}),
            "a.d.b.e.c.f.");
  EXPECT_EQ(onnx_export::permuteBytes("abcdefgh", {2, 2, 2}, {2, 0, 1}),
            "acegbdfh");
}

TEST(OnnxBytes, NibblesLowHalfFirst) {
  EXPECT_EQ(onnx_export::packNibbles(llvm::StringRef("\x01\xFF\x07", 3)),
            std::string("\xF1\x07", 2));
}

} // namespace
