//===- OnnxImport.cpp - Feed arbitrary bytes to the ONNX importer ---------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Frontend/Onnx/Import.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"

/// MLIR's library is not instrumented, so what it knows of a container's
/// capacity is not to be trusted.
extern "C" const char *__asan_default_options() {
  return "detect_container_overflow=0";
}

/// Whatever the bytes are, the importer gives a module or a diagnostic.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  unsigned errors = 0;
  mlir::ScopedDiagnosticHandler handler(
      &context, [&](mlir::Diagnostic &diagnostic) {
        errors += diagnostic.getSeverity() == mlir::DiagnosticSeverity::Error;
        return mlir::success();
      });
  quantc::OnnxImportOptions options;
  options.foldingBytes = 64 << 20; // The fuzzer counts memory, and time.
  llvm::StringRef bytes(reinterpret_cast<const char *>(data), size);
  mlir::OwningOpRef<mlir::ModuleOp> module = quantc::importOnnx(
      llvm::MemoryBufferRef(bytes, "fuzz"), options, &context);
  if (static_cast<bool>(module) == (errors != 0))
    __builtin_trap();
  return 0;
}
