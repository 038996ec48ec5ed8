//===- GraphInputs.h - Names and static shapes of a graph's inputs *- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_GRAPHINPUTS_H
#define QUANTC_FRONTEND_ONNX_GRAPHINPUTS_H

#include "InputTensors.h"

namespace quantc::onnx {

struct GraphInput {
  llvm::StringRef name;
  /// The element type that ONNX says.
  mlir::Type element;
  Shape shape;
};

/// The inputs that a user feeds: those that are not fixed. Dimensions that the
/// model leaves open come from the options.
mlir::FailureOr<std::vector<GraphInput>>
resolveInputs(ImportState &state, llvm::ArrayRef<InputTensor> inputs,
              const OnnxImportOptions &options);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_GRAPHINPUTS_H
