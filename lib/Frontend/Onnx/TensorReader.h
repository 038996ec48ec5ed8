//===- TensorReader.h - From a tensor in the file to a constant -*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_TENSORREADER_H
#define QUANTC_FRONTEND_ONNX_TENSORREADER_H

#include "HostTensor.h"
#include "Model.h"
#include "Text/StringTable.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include <map>
#include <string>

namespace quantc::onnx {

/// The MLIR type of an ONNX number; null for one that cannot be imported, and
/// for strings, whose type is stringType.
mlir::Type elementTypeOf(int32_t dataType, mlir::MLIRContext *context);

/// Turns tensors of the file into constants, and keeps open the external files
/// that they point into.
class TensorReader {
public:
  /// `folder`: where external data may lie; empty if there is no such place.
  /// `strings` takes those of STRING tensors.
  TensorReader(mlir::MLIRContext *context, std::string folder,
               StringTable &strings)
      : context(context), folder(std::move(folder)), strings(strings) {}

  /// `file` keeps the model's bytes, so that constants may refer to them for as
  /// long as they live. Without one, they are copied.
  void setModelFile(std::shared_ptr<const void> file) {
    modelFile = std::move(file);
  }

  /// The error says what is wrong, but not with which tensor.
  llvm::Expected<HostTensor> read(const Tensor &tensor);

private:
  using File = std::shared_ptr<llvm::MemoryBuffer>;

  llvm::Expected<HostTensor> readStrings(const Tensor &tensor);

  /// The bytes of a tensor in `file`, which it opens.
  llvm::Expected<llvm::StringRef> readExternal(const Tensor &tensor,
                                               uint64_t size, File &file);
  llvm::Expected<File> open(llvm::StringRef location);

  mlir::MLIRContext *context;
  std::string folder;
  StringTable &strings;
  std::map<std::string, File> files;
  std::shared_ptr<const void> modelFile;
};

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_TENSORREADER_H
