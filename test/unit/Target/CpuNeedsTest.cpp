//===- CpuNeedsTest.cpp - CPUID bits of features --------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Abi/CpuNeeds.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace quantc;

static CpuNeeds needs(StringRef attributes) {
  MLIRContext context;
  context.loadDialect<LLVM::LLVMDialect>();
  std::string text =
      ("llvm.func @f() attributes {" + attributes + "} { llvm.return }").str();
  auto module = parseSourceString<ModuleOp>(text, &context);
  EXPECT_TRUE(module);
  return x86Needs(module->lookupSymbol<LLVM::LLVMFuncOp>("f"));
}

// Words: leaf 1 ECX, leaf 7 EBX ECX EDX, leaf 7.1 EAX EDX, 80000001 ECX, XCR0.
// The numbers are added up by hand from Intel's manual.
constexpr int32_t kSse3 = 1 << 0, kSsse3 = 1 << 9, kFma = 1 << 12,
                  kSse41 = 1 << 19, kSse42 = 1 << 20, kAvx = 1 << 28;
constexpr int32_t kUpToAvx = kSse3 | kSsse3 | kSse41 | kSse42 | kAvx;

TEST(CpuNeeds, NothingIsNeededByDefault) {
  EXPECT_EQ(needs(""), CpuNeeds{});
  EXPECT_EQ(needs(R"(target_cpu = "x86-64")"), CpuNeeds{});
}

TEST(CpuNeeds, Sse4) {
  EXPECT_EQ(needs(R"(passthrough = [["target-features", "+sse4.1,+ssse3"]])"),
            (CpuNeeds{kSse3 | kSsse3 | kSse41, 0, 0, 0, 0, 0, 0, 0}));
}

TEST(CpuNeeds, Avx2NeedsTheSystemToSaveYmm) {
  EXPECT_EQ(
      needs(R"(target_features = #llvm.target_features<["+avx2", "+fma"]>)"),
      (CpuNeeds{kUpToAvx | kFma, 1 << 5, 0, 0, 0, 0, 0, 0x6}));
}

TEST(CpuNeeds, VnniNeedsTheSystemToSaveZmm) {
  CpuNeeds vnni =
      needs(R"(passthrough = [["target-features", "+avx512vnni,+avx512vl"]])");
  EXPECT_EQ(vnni[1] & (1 << 16), 1 << 16); // AVX512F, implied.
  EXPECT_EQ(uint32_t(vnni[1]) >> 31, 1u);  // AVX512VL.
  EXPECT_EQ(vnni[2], 1 << 11);             // AVX512_VNNI.
  EXPECT_EQ(vnni[7], 0xe6);
}

TEST(CpuNeeds, CpuNamesCount) {
  CpuNeeds haswell = needs(R"(target_cpu = "x86-64-v3")");
  EXPECT_EQ(haswell[0] & (kUpToAvx | kFma), kUpToAvx | kFma);
  EXPECT_EQ(haswell[1], (1 << 3) | (1 << 5) | (1 << 8)); // BMI1, AVX2, BMI2.
  EXPECT_EQ(haswell[6] & (1 << 5), 1 << 5);              // LZCNT.
}

TEST(CpuNeeds, FeaturesThatAreOffDoNotCount) {
  CpuNeeds without = needs(R"(target_cpu = "x86-64-v3",
               target_features = #llvm.target_features<["-avx2"]>)");
  EXPECT_EQ(without[1] & (1 << 5), 0);
  EXPECT_EQ(without[0] & kAvx, kAvx);
}

TEST(CpuNeeds, TilesNeedTheSystemToSaveThem) {
  EXPECT_EQ(needs(R"(target_features = #llvm.target_features<["+amx-int8"]>)"),
            (CpuNeeds{0, 0, 0, (1 << 24) | (1 << 25), 0, 0, 0, 0x60000}));
}
