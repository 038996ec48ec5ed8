//===- NodeOrder.h - Nodes in the order of their dependences ----*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_NODEORDER_H
#define QUANTC_FRONTEND_ONNX_NODEORDER_H

#include "NodeContext.h"

namespace quantc::onnx {

/// All nodes, each behind those that compute its inputs; in the file's order
/// where that is such an order. Reports an error for a name that is computed
/// twice or not at all, and for a cycle. `state.operands` has the names of the
/// graph's inputs and initializers.
mlir::FailureOr<std::vector<const Node *>>
orderNodes(ImportState &state, llvm::ArrayRef<Node> nodes);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_NODEORDER_H
