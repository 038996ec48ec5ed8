//===- FunctionCalls.h - Functions that a model brings along --*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_FUNCTIONCALLS_H
#define QUANTC_FRONTEND_ONNX_FUNCTIONCALLS_H

#include "../ImportState.h"

namespace quantc::onnx {

/// The model's own function that a node calls, or null.
const Function *calledFunction(const ImportState &state, const Node &node);

/// Converts the function's nodes in the place of the call. They see nothing but
/// the function's inputs, and the call's attributes, or their defaults, where
/// they refer to them. What is not supported leaves outputs unknown.
mlir::LogicalResult inlineCall(ImportState &state, const Node &call,
                               const Function &function);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_FUNCTIONCALLS_H
