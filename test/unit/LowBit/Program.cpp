//===- Program.cpp - Run a few lines of MLIR ------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Program.h"

#include "mlir/ExecutionEngine/OptUtils.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "quantc/Pipelines/Register.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/TargetSelect.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace quantc;

static constexpr llvm::StringLiteral pipeline =
    "convert-lowbit-to-linalg,"
    "func.func(tosa-to-linalg-named,tosa-to-linalg,tosa-to-arith,"
    "tosa-to-tensor),"
    "one-shot-bufferize{bufferize-function-boundaries "
    "function-boundary-type-conversion=identity-layout-map},"
    "buffer-results-to-out-params{modify-public-functions=true},convert-linalg-"
    "to-loops,"
    "expand-strided-metadata,lower-affine,convert-scf-to-cf,"
    "convert-arith-to-llvm,convert-index-to-llvm,finalize-memref-to-llvm,"
    "convert-func-to-llvm{use-bare-ptr-memref-call-conv=1},convert-cf-to-llvm,"
    "reconcile-unrealized-casts";

static DialectRegistry registry() {
  static bool once = [] {
    registerAllPasses();
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    return true;
  }();
  (void)once;
  DialectRegistry registry;
  registerAllDialects(registry);
  registerAllToLLVMIRTranslations(registry);
  return registry;
}

Program::Program(const std::string &source, const std::string &passes)
    : context(registry()) {
  compile(source, passes);
}

void Program::compile(const std::string &source, const std::string &first) {
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(source, &context);
  ASSERT_TRUE(module) << source;
  FailureOr<OpPassManager> passes =
      parsePassPipeline("builtin.module(" + first + (first.empty() ? "" : ",") +
                        pipeline.str() + ")");
  ASSERT_TRUE(succeeded(passes));
  PassManager manager(&context, ModuleOp::getOperationName());
  static_cast<OpPassManager &>(manager) = std::move(*passes);
  ASSERT_TRUE(succeeded(manager.run(*module))) << source;
  ExecutionEngineOptions options;
  llvm::StringRef libraries[] = {QUANTC_RUNNER_UTILS};
  options.sharedLibPaths = libraries;
  options.jitCodeGenOptLevel = llvm::CodeGenOptLevel::None;
  auto created = ExecutionEngine::create(*module, options);
  ASSERT_TRUE(static_cast<bool>(created)) << source;
  engine = std::move(*created);
}

Program::~Program() = default;

void Program::run(std::vector<const void *> arguments) {
  ASSERT_TRUE(engine);
  auto symbol = engine->lookup("f");
  ASSERT_TRUE(static_cast<bool>(symbol));
  arguments.resize(6, nullptr);
  // Pointers beyond those that the function reads do no harm.
  auto function =
      reinterpret_cast<void (*)(const void *, const void *, const void *,
                                const void *, const void *, const void *)>(
          *symbol);
  function(arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
           arguments[5]);
}

std::string quantc::text(float scale) {
  return llvm::formatv("{0:E16}", static_cast<double>(scale)).str();
}

std::string quantc::tensor(const std::vector<int64_t> &shape,
                           const std::string &element) {
  std::string result = "tensor<";
  for (int64_t size : shape)
    result += std::to_string(size) + "x";
  return result + element + ">";
}

std::string quantc::perTensor(bool isSigned, float scale, int64_t zeroPoint) {
  return std::string("!quant.uniform<") + (isSigned ? "i8" : "u8") + ":f32, " +
         text(scale) + ":" + std::to_string(zeroPoint) + ">";
}

std::string quantc::perAxis(int64_t axis, const std::vector<float> &scales) {
  std::string result =
      "!quant.uniform<i8<-127:127>:f32:" + std::to_string(axis) + ", {";
  for (float scale : scales)
    result += (result.back() == '{' ? "" : ", ") + text(scale);
  return result + "}>";
}

std::string quantc::perAxis(int64_t axis, bool isSigned,
                            const std::vector<float> &scales,
                            const std::vector<int64_t> &zeroPoints) {
  std::string result = std::string("!quant.uniform<") +
                       (isSigned ? "i8" : "u8") +
                       ":f32:" + std::to_string(axis) + ", {";
  for (size_t i = 0; i < scales.size(); ++i)
    result +=
        (i ? ", " : "") + text(scales[i]) + ":" + std::to_string(zeroPoints[i]);
  return result + "}>";
}
