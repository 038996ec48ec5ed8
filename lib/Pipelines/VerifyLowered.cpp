//===- VerifyLowered.cpp - The contract of the stage 'lowered' ------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Pipelines/StageRules.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace quantc;

/// The pass that removes the ops of a dialect.
static StringRef removerOf(StringRef dialect) {
  return llvm::StringSwitch<StringRef>(dialect)
      .Case("calib", "calib-lower-observers")
      .Case("lowbit", "convert-lowbit-to-linalg")
      .Case("tosa", "tosa-to-linalg")
      .Cases({"tensor", "bufferization"}, "one-shot-bufferize")
      .Case("linalg", "convert-linalg-to-loops")
      .Case("vector", "convert-vector-to-llvm")
      .Case("affine", "lower-affine")
      .Case("scf", "convert-scf-to-cf")
      .Case("builtin", "reconcile-unrealized-casts")
      .Default("convert-to-llvm");
}

LogicalResult quantc::verifyLowered(ModuleOp module) {
  static constexpr StringLiteral allowed[] = {"llvm"};
  auto blame = [](Operation *op) {
    return (removerOf(op->getName().getDialectNamespace()) +
            " should have lowered it")
        .str();
  };
  if (failed(checkDialects(module, "lowered", allowed, blame)))
    return failure();
  bool runs = llvm::any_of(
      module.getOps<LLVM::LLVMFuncOp>(), [](LLVM::LLVMFuncOp function) {
        return function.getName().starts_with("quantc_run_") &&
               !function.isExternal();
      });
  if (!runs)
    return fault(module, "a function 'quantc_run_<level>'", "none",
                 "lower should have kept the model's function");
  return success();
}
