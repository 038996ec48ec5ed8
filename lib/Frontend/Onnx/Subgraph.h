//===- Subgraph.h - Which nodes read what -----------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_SUBGRAPH_H
#define QUANTC_FRONTEND_ONNX_SUBGRAPH_H

#include "ImportState.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace quantc::onnx {

/// The tensor that a Gradient node differentiates, which it reads beside its
/// inputs; nothing for any other node.
std::optional<llvm::StringRef> differentiatedTensor(const Node &node);

/// Calls `read` with each name around the node that the node or one of its
/// bodies reads.
void forEachRead(const Node &node,
                 llvm::function_ref<void(llvm::StringRef)> read);

/// Copies of the nodes, in this scope and those around it, that compute `name`
/// from the names in `from`, in the order of the file. They compute none of the
/// names in `from`.
std::vector<Node> nodesBetween(const Scope &scope,
                               const llvm::StringMap<Operand> &from,
                               llvm::StringRef name);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_SUBGRAPH_H
