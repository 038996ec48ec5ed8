//===- StringInputs.h - Nodes that take strings -----------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_TEXT_STRINGINPUTS_H
#define QUANTC_FRONTEND_ONNX_TEXT_STRINGINPUTS_H

#include "../NodeContext.h"

namespace quantc::onnx {

struct ConversionTable;

/// Which inputs of an operator may be strings.
struct StringInputs {
  enum Kind {
    Computes, ///< The conversion knows strings.
    Compares, ///< It is converted on the strings' numbers ...
    Moves,    ///< ... and then the results are strings too.
  };
  Kind kind;
  /// Bit i stands for input i, the last one for those after it too.
  uint32_t inputs;
};

/// Whether an input of the node is a tensor of strings.
bool hasStrings(const NodeContext &node);

/// Reports a node that has strings where its operator, whose key is `name`,
/// does not take them, or that mixes them with numbers.
mlir::LogicalResult checkStrings(NodeContext &node,
                                 const ConversionTable &table,
                                 llvm::StringRef name);

/// Converts a node that compares or moves strings on their numbers.
mlir::LogicalResult convertOnNumbers(ImportState &state, NodeContext &node,
                                     StringInputs::Kind kind);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_TEXT_STRINGINPUTS_H
