//===- CompileShift.h - The small model of the execution tests -*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_TEST_UNIT_EXECUTION_COMPILESHIFT_H
#define QUANTC_TEST_UNIT_EXECUTION_COMPILESHIFT_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "quantc/Target/Abi.h"
#include "quantc/Target/Object.h"
#include "llvm/ADT/StringExtras.h"

namespace quantc::testing {

/// In the model's text, the first `from` becomes `to`.
struct Edit {
  llvm::StringRef from, to;
};

/// y = x + [1 .. 8] on eight i32, levels sse4 and avx2, as an object file.
inline llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
compileShift(llvm::ArrayRef<Edit> edits = {},
             const ObjectOptions &options = {}) {
  auto file = llvm::MemoryBuffer::getFile(QUANTC_TEST_INPUTS "/shift.mlir");
  if (!file)
    return llvm::errorCodeToError(file.getError());
  std::string text = (*file)->getBuffer().str();
  for (const Edit &edit : edits) {
    size_t position = text.find(edit.from.str());
    if (position == std::string::npos)
      return llvm::createStringError("the model has no '" + edit.from + "'");
    text.replace(position, edit.from.size(), edit.to.str());
  }

  mlir::MLIRContext context;
  context.loadDialect<mlir::LLVM::LLVMDialect>();
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  if (!module)
    return llvm::createStringError("the model does not parse");
  mlir::PassManager passes(&context);
  passes.addPass(createAddAbi());
  if (mlir::failed(passes.run(*module)))
    return llvm::createStringError("target-add-abi fails");
  return compileObject(*module, options);
}

} // namespace quantc::testing

#endif // QUANTC_TEST_UNIT_EXECUTION_COMPILESHIFT_H
