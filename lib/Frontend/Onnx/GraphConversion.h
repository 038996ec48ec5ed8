//===- GraphConversion.h - From a graph to ops in a block -----*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_GRAPHCONVERSION_H
#define QUANTC_FRONTEND_ONNX_GRAPHCONVERSION_H

#include "ImportState.h"

namespace quantc::onnx {

/// Defines the graph's initializers as constants in the current scope.
mlir::LogicalResult readInitializers(ImportState &state, const Graph &graph);

/// Notes all names that are read in the nodes and their bodies.
void collectUses(ImportState &state, llvm::ArrayRef<Node> nodes);

/// Converts nodes in the order of their dependences, in the current scope at
/// the builder's place. Nodes that are not supported are noted in the state and
/// leave their outputs unknown.
mlir::LogicalResult convertNodes(ImportState &state,
                                 llvm::ArrayRef<Node> nodes);

/// Converts a body at the end of `block` in a scope of its own, with its inputs
/// standing for `arguments`; its outputs, in order.
mlir::FailureOr<std::vector<Operand>>
convertBody(ImportState &state, const Graph &body,
            llvm::ArrayRef<Operand> arguments, mlir::Block *block);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_GRAPHCONVERSION_H
