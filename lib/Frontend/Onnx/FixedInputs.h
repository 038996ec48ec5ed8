//===- FixedInputs.h - Graph inputs that become constants -------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_FIXEDINPUTS_H
#define QUANTC_FRONTEND_ONNX_FIXEDINPUTS_H

#include "InputTensors.h"

namespace quantc::onnx {

/// Defines the input tensors that `options.values` names as constants, of the
/// type and shape that the graph declares.
mlir::LogicalResult fixInputs(ImportState &state,
                              llvm::ArrayRef<InputTensor> inputs,
                              const OnnxImportOptions &options);

/// Those of the graph's `inputs` that any of `names` is computed from.
std::vector<std::string> inputsBehind(const llvm::StringSet<> &names,
                                      const Graph &graph,
                                      llvm::ArrayRef<InputTensor> inputs);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_FIXEDINPUTS_H
