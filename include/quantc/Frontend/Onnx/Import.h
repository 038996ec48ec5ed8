//===- Import.h - ONNX models as MLIR ---------------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_IMPORT_H
#define QUANTC_FRONTEND_ONNX_IMPORT_H

#include "quantc/Support/Array.h"
#include "quantc/Support/OnnxTensor.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MemoryBufferRef.h"
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace quantc {

/// What fixes the dimensions that a model leaves open.
struct OnnxImportOptions {
  /// The whole shape of a graph input, by its name. Element i of a sequence
  /// goes by NAME.i, here and in `values`.
  std::map<std::string, llvm::SmallVector<int64_t>> shapes;
  /// Numbers for the names that the model has for open dimensions.
  std::map<std::string, int64_t> dims;
  /// The leading dimension of inputs where the model leaves it open (then 1 is
  /// the default) or says 1.
  std::optional<int64_t> batch;
  /// How many tensors a sequence input has, where `shapes` and `values` do not
  /// name each of them.
  std::map<std::string, int64_t> lengths;
  /// Optional inputs that have no element.
  std::set<std::string> absent;
  /// How many bytes of constants may be computed from the file's own, beyond
  /// four times its size: a few bytes of ConstantOfShape, Expand or Tile can
  /// ask for any amount.
  int64_t foldingBytes = int64_t(1) << 30;

  struct Value {
    std::shared_ptr<const Array> array;
    /// It was spelled as a list, which takes the shape that is declared. Then
    /// the array has its words, which are numbers if the input is of numbers.
    bool isList = false;
  };
  /// Inputs, by their names, that are these constants instead, and leave the
  /// function's signature.
  std::map<std::string, Value> values;
  /// Takes the names of the inputs without which a node cannot be imported:
  /// what it must know while compiling is computed from them.
  std::vector<std::string> *wanted = nullptr;
};

/// Reads an ONNX file (of any opset) as a module with one public function
/// that is named after the file: TOSA on static shapes, f32 as in the model,
/// images in the model's own order between NHWC convolutions and pools.
/// Arguments and results carry `quantc.name`; locations are the nodes' names.
/// A sequence is one argument or result for each of its tensors, NAME.0, NAME.1
/// and so on; an optional is what it holds, or nothing.
///
/// Emits diagnostics on `context` and returns null for a file that is no valid
/// model, has dynamic dimensions that `options` does not fix, or has nodes that
/// are not supported; the latter are all named in one error. External data is
/// read from the model's own folder only.
mlir::OwningOpRef<mlir::ModuleOp> importOnnx(llvm::StringRef path,
                                             const OnnxImportOptions &options,
                                             mlir::MLIRContext *context);

/// The same from memory. The function is named after the buffer's identifier;
/// external data is an error unless the identifier is the path of a file. Large
/// constants refer to the buffer, and hold `keeper` for that; without one they
/// are copied.
mlir::OwningOpRef<mlir::ModuleOp>
importOnnx(llvm::MemoryBufferRef buffer, const OnnxImportOptions &options,
           mlir::MLIRContext *context,
           std::shared_ptr<const void> keeper = nullptr);

/// "NAME=1x3x224x224" into `options.shapes`. Returns what is wrong, or an empty
/// string.
std::string parseShapeOption(llvm::StringRef text, OnnxImportOptions &options);

/// "seq=128,batch=4" into `options.dims`, likewise.
std::string parseDimOption(llvm::StringRef text, OnnxImportOptions &options);

/// "x=3,y=0" into `options.lengths`, likewise.
std::string parseLengthOption(llvm::StringRef text, OnnxImportOptions &options);

/// "NAME=FILE.npy", "NAME=1,2,3" or "NAME=monday,sunday" into
/// `options.values`. Returns what is wrong, or an empty string.
std::string parseValueOption(llvm::StringRef text, OnnxImportOptions &options);

/// What an ONNX file says about itself, without importing it.
struct OnnxSignature {
  struct Value {
    std::string name;
    /// A sequence of tensors, or else a tensor.
    bool isSequence = false;
    /// An optional of either.
    bool isOptional = false;
    /// Of the tensor, or of those in the sequence; nothing if the value is
    /// neither.
    std::optional<onnx::DataType> type;
    /// -1 for a dimension that is open; nothing if no shape is declared.
    std::optional<llvm::SmallVector<int64_t>> shape;
  };
  /// Without those that have an initializer.
  std::vector<Value> inputs;
  std::vector<Value> outputs;
  /// Sorted, each once; "domain.Name" outside of the standard domain.
  std::vector<std::string> operators;
};

/// Fails on a file that cannot be read or is no ONNX model.
llvm::Expected<OnnxSignature> readOnnxSignature(llvm::StringRef path);

/// An operator that the importer knows.
struct OnnxOperator {
  /// "domain.Name" outside of the standard domain.
  std::string name;
  /// It is computed while importing, and so from constants only.
  bool onlyConstants;
};

/// All of them, by name.
std::vector<OnnxOperator> importedOnnxOperators();

/// Adds `--import-onnx`, with `--shape`, `--dim`, `--batch`, `--length`,
/// `--absent` and `--value`, to quant-translate. A file whose name ends in
/// .mlirbc is written as bytecode.
void registerImportOnnx();

} // namespace quantc

#endif // QUANTC_FRONTEND_ONNX_IMPORT_H
