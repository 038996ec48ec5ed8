//===- InputTensors.h - The tensors that graph inputs are made of -*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_INPUTTENSORS_H
#define QUANTC_FRONTEND_ONNX_INPUTTENSORS_H

#include "ImportState.h"
#include "quantc/Frontend/Onnx/Import.h"

namespace quantc::onnx {

/// A tensor that a caller gives: a graph's input, what an optional input holds,
/// or NAME.i of a sequence.
struct InputTensor : ValueInfo {
  llvm::StringRef graphInput;
};

/// The tensors of all inputs that have no initializer, in order. How many a
/// sequence has, and which optional has none, is in the options.
mlir::FailureOr<std::vector<InputTensor>>
tensorsOf(ImportState &state, llvm::ArrayRef<ValueInfo> inputs,
          const OnnxImportOptions &options);

/// Defines the inputs that are sequences, or optionals without an element,
/// after their tensors, which lose the names that they had.
void gatherLists(ImportState &state, llvm::ArrayRef<ValueInfo> inputs,
                 llvm::ArrayRef<InputTensor> tensors,
                 const OnnxImportOptions &options);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_INPUTTENSORS_H
