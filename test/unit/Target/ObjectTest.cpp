//===- ObjectTest.cpp - Code generation keeps the arithmetic --------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Target/Object.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/SmallString.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace quantc;

static std::string emit(StringRef text, CodeKind kind,
                        const ObjectOptions &options = {}) {
  MLIRContext context;
  context.loadDialect<LLVM::LLVMDialect>();
  auto module = parseSourceString<ModuleOp>(text, &context);
  EXPECT_TRUE(module);
  llvm::SmallString<0> bytes;
  llvm::raw_svector_ostream out(bytes);
  if (llvm::Error error = emitCode(*module, kind, options, out))
    return "error: " + llvm::toString(std::move(error));
  return bytes.str().str();
}

constexpr llvm::StringLiteral kMulAdd = R"(
  llvm.func @f(%x: f32, %y: f32, %z: f32) -> f32 attributes {
      target_features = #llvm.target_features<["+fma"]>} {
    %product = llvm.fmul %x, %y : f32
    %sum = llvm.fadd %product, %z : f32
    llvm.return %sum : f32
  })";

TEST(Object, MultiplyAddsAreNotFused) {
  std::string code = emit(kMulAdd, CodeKind::Assembly);
  EXPECT_NE(code.find("vmulss"), std::string::npos) << code;
  EXPECT_NE(code.find("vaddss"), std::string::npos) << code;
  EXPECT_EQ(code.find("vfm"), std::string::npos) << code;
}

constexpr llvm::StringLiteral kLoop = R"(
  llvm.func @f(%x: !llvm.ptr {llvm.noalias}, %y: !llvm.ptr {llvm.noalias}) {
    %zero = llvm.mlir.constant(0 : i64) : i64
    %one = llvm.mlir.constant(1 : i64) : i64
    %end = llvm.mlir.constant(64 : i64) : i64
    llvm.br ^next(%zero : i64)
  ^next(%i: i64):
    %from = llvm.getelementptr %x[%i] : (!llvm.ptr, i64) -> !llvm.ptr, i32
    %to = llvm.getelementptr %y[%i] : (!llvm.ptr, i64) -> !llvm.ptr, i32
    %value = llvm.load %from : !llvm.ptr -> i32
    %square = llvm.mul %value, %value : i32
    llvm.store %square, %to : i32, !llvm.ptr
    %following = llvm.add %i, %one : i64
    %more = llvm.icmp "slt" %following, %end : i64
    llvm.cond_br %more, ^next(%following : i64), ^done
  ^done:
    llvm.return
  })";

TEST(Object, VectorizersCanBeSwitchedOff) {
  ObjectOptions scalar;
  scalar.vectorize = false;
  EXPECT_NE(emit(kLoop, CodeKind::LLVMText).find("mul <"), std::string::npos);
  EXPECT_EQ(emit(kLoop, CodeKind::LLVMText, scalar).find("mul <"),
            std::string::npos);
}

TEST(Object, SameModuleSameBytes) {
  for (CodeKind kind : {CodeKind::Object, CodeKind::Assembly, CodeKind::Bitcode,
                        CodeKind::LLVMText})
    EXPECT_EQ(emit(kLoop, kind), emit(kLoop, kind));
}

TEST(Object, PrefersWideVectorsOnAvx512) {
  std::string code = emit(R"(llvm.func @f() attributes {target_features =
               #llvm.target_features<["+avx512f"]>} { llvm.return })",
                          CodeKind::LLVMText);
  EXPECT_NE(code.find(R"("prefer-vector-width"="512")"), std::string::npos)
      << code;
}

TEST(Object, OtherDialectsAreAnError) {
  MLIRContext context;
  context.loadDialect<LLVM::LLVMDialect>();
  context.allowUnregisteredDialects();
  auto module =
      parseSourceString<ModuleOp>("\"kernel.matmul\"() : () -> ()", &context);
  llvm::SmallString<0> bytes;
  llvm::raw_svector_ostream out(bytes);
  std::string diagnostic;
  context.getDiagEngine().registerHandler(
      [&](Diagnostic &d) { diagnostic = d.str(); });
  llvm::Error error = emitCode(*module, CodeKind::Object, {}, out);
  EXPECT_NE(llvm::toString(std::move(error)).find("run the 'lower' pipeline"),
            std::string::npos);
  EXPECT_NE(diagnostic.find("kernel.matmul"), std::string::npos) << diagnostic;
}

TEST(Object, UnknownTargetIsAnError) {
  EXPECT_NE(
      emit(R"(module attributes {llvm.target_triple = "pdp11-unknown"} {})",
           CodeKind::Object)
          .find("error: cannot emit code for 'pdp11-unknown'"),
      std::string::npos);
}

TEST(Object, BadInlineAssemblyIsAnError) {
  EXPECT_NE(emit(R"(llvm.func @f() {
                      llvm.inline_asm has_side_effects "nonsense", "" : () -> ()
                      llvm.return })",
                 CodeKind::Object)
                .find("error: LLVM rejects the module: "),
            std::string::npos);
}
