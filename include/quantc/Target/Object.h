//===- Object.h - From the LLVM dialect to machine code -------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_TARGET_OBJECT_H
#define QUANTC_TARGET_OBJECT_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <memory>

namespace quantc {

/// How machine code is made. The CPU and its features are not here: each
/// function carries its own. The triple is the module's `llvm.target_triple`,
/// else this machine's.
struct ObjectOptions {
  /// 0 to 3, as in `opt -O2`; code generation uses the same level.
  unsigned optLevel = 2;
  /// LLVM's loop and SLP vectorizers.
  bool vectorize = true;
};

/// What emitCode writes.
enum class CodeKind { Object, Assembly, Bitcode, LLVMText };

/// Translates a module of the LLVM dialect, optimizes it and writes it. Code is
/// position-independent, floating point is never contracted or reordered, and
/// the same module gives the same bytes. Translation errors also show as
/// diagnostics of the module.
llvm::Error emitCode(mlir::ModuleOp module, CodeKind kind,
                     const ObjectOptions &options,
                     llvm::raw_pwrite_stream &out);

/// An object file in memory, for Model::link and the linkers.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
compileObject(mlir::ModuleOp module, const ObjectOptions &options = {});

} // namespace quantc

#endif // QUANTC_TARGET_OBJECT_H
