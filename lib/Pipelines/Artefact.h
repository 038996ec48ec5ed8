//===- Artefact.h - The file that comes out ---------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_PIPELINES_ARTEFACT_H
#define QUANTC_LIB_PIPELINES_ARTEFACT_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

namespace quantc {

/// What a suffix stands for.
enum class Artefact {
  SharedLibrary, ///< .so, with a C header beside it
  Object,        ///< .o, with a C header beside it
  Archive,       ///< .a, with a C header beside it
  Assembly,      ///< .s
  LlvmText,      ///< .ll
  Module,        ///< .mlir: the quantized module
  ModuleBytes,   ///< .mlirbc: the same as bytecode
  Onnx           ///< .onnx: the quantized module as ONNX
};

/// Fails with the list of suffixes if there is no such one.
llvm::Expected<Artefact> artefactOf(llvm::StringRef path);

/// True if the artefact is machine code, and so needs a lowered module.
bool isCode(Artefact artefact);

/// Writes the quantized module, as MLIR or as ONNX.
llvm::Error writeModule(Artefact artefact, mlir::ModuleOp module,
                        llvm::StringRef path);

/// Writes a lowered module as code; `object` is its object file.
llvm::Error writeCode(Artefact artefact, mlir::ModuleOp lowered,
                      llvm::MemoryBufferRef object, llvm::StringRef path);

} // namespace quantc

#endif // QUANTC_LIB_PIPELINES_ARTEFACT_H
