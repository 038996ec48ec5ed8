//===- Import.h - ONNX models as MLIR ---------------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_IMPORT_H
#define QUANTC_FRONTEND_ONNX_IMPORT_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MemoryBufferRef.h"
#include <map>
#include <optional>
#include <string>

namespace quantc {

/// What fixes the dimensions that a model leaves open.
struct OnnxImportOptions {
  /// The whole shape of a graph input, by its name.
  std::map<std::string, llvm::SmallVector<int64_t>> shapes;
  /// The leading dimension of inputs where the model leaves it open (then 1 is
  /// the default) or says 1.
  std::optional<int64_t> batch;
  /// How many bytes of constants may be computed from the file's own, beyond
  /// four times its size: a few bytes of ConstantOfShape, Expand or Tile can
  /// ask for any amount.
  int64_t foldingBytes = int64_t(1) << 30;
};

/// Reads an ONNX file (opset 7 and later) as a module with one public function
/// that is named after the file: TOSA on static shapes, f32 as in the model,
/// images in the model's own order between NHWC convolutions and pools.
/// Arguments and results carry `quantc.name`; locations are the nodes' names.
///
/// Emits diagnostics on `context` and returns null for a file that is no valid
/// model, has dynamic dimensions that `options` does not fix, or has nodes that
/// are not supported; the latter are all named in one error. External data is
/// read from the model's own folder only.
mlir::OwningOpRef<mlir::ModuleOp> importOnnx(llvm::StringRef path,
                                             const OnnxImportOptions &options,
                                             mlir::MLIRContext *context);

/// The same from memory. The function is named after the buffer's identifier;
/// external data is an error unless the identifier is the path of a file.
mlir::OwningOpRef<mlir::ModuleOp> importOnnx(llvm::MemoryBufferRef buffer,
                                             const OnnxImportOptions &options,
                                             mlir::MLIRContext *context);

/// "NAME=1x3x224x224" into `options.shapes`. Returns what is wrong, or an empty
/// string.
std::string parseShapeOption(llvm::StringRef text, OnnxImportOptions &options);

/// Adds `--import-onnx`, with `--shape` and `--batch`, to quant-translate.
void registerImportOnnx();

} // namespace quantc

#endif // QUANTC_FRONTEND_ONNX_IMPORT_H
