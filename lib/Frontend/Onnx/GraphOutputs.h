//===- GraphOutputs.h - What the function returns for its graph -*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_GRAPHOUTPUTS_H
#define QUANTC_FRONTEND_ONNX_GRAPHOUTPUTS_H

#include "ImportState.h"
#include "quantc/Frontend/Onnx/Import.h"

namespace quantc::onnx {

/// A graph's output, or NAME.i of one that is a sequence.
struct GraphOutput {
  std::string name;
  /// Of the type that boundaryOf gives.
  mlir::Value value;
  /// The element type that ONNX says.
  mlir::Type element;
};

/// The tensors that the graph gives, as values at the builder's place; reports
/// an error where they are not what it declares.
mlir::FailureOr<std::vector<GraphOutput>>
resolveOutputs(ImportState &state, const Graph &graph,
               const OnnxImportOptions &options);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_GRAPHOUTPUTS_H
