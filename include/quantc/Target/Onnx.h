//===- Onnx.h - Modules as ONNX models --------------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_TARGET_ONNX_H
#define QUANTC_TARGET_ONNX_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace quantc {

struct OnnxExportOptions {
  /// The version of the program that is named as the producer.
  std::string producerVersion;
  /// More constant data than this, in bytes, goes into a file of its own: a
  /// protobuf message ends at 2 GiB.
  uint64_t mostInline = uint64_t(1900) << 20;
  /// A constant of fewer bytes always stays in the model.
  size_t leastExternal = 1024;
};

/// Writes the public function of a module of stage "imported" or "quantized" as
/// an ONNX model: inputs and outputs as in the function, codes between
/// QuantizeLinear and DequantizeLinear, the lowest operator set (13 and later)
/// that can say everything. The model appears completely or not at all.
/// Constants beyond `mostInline` go into "<path>.data", which comes first.
///
/// Emits a diagnostic for each op that ONNX cannot say.
llvm::Error exportOnnx(mlir::ModuleOp module, llvm::StringRef path,
                       const OnnxExportOptions &options);

/// The same to a stream. Fails on a module that needs a second file.
llvm::Error exportOnnx(mlir::ModuleOp module, llvm::raw_ostream &out,
                       const OnnxExportOptions &options);

/// Adds `--export-onnx` to quant-translate.
void registerExportOnnx();

} // namespace quantc

#endif // QUANTC_TARGET_ONNX_H
