//===- Loop.h - Loop --------------------------------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_LOOP_H
#define QUANTC_FRONTEND_ONNX_LOOP_H

#include "Regions.h"

namespace quantc::onnx {

/// A Loop node: its body takes the number of the iteration, a condition and
/// what the loop carries, and returns the next condition, what it carries on,
/// and a part of each scan output.
struct LoopNode {
  const Graph *body = nullptr;
  std::vector<Operand> carried;
  size_t numScans = 0;
  /// The bound on iterations: a constant, a value of run time, or none.
  std::optional<int64_t> count;
  mlir::Value countValue;
  /// The condition before the first iteration, if it is not constant true.
  mlir::Value condition;
  /// The length of scan outputs, which no shape may leave open: the constant
  /// count, or what the model declares for an output.
  std::optional<int64_t> scanLength;
  /// Whether no iteration runs.
  bool isEmpty = false;

  static mlir::FailureOr<LoopNode> read(NodeContext &node);
  /// Reports an error unless the body's results begin with one BOOL and end
  /// with a tensor for each scan output.
  mlir::LogicalResult check(NodeContext &node,
                            llvm::ArrayRef<Operand> results) const;
};

/// The loop's outputs: as a loop in the program, or, for a small number of
/// iterations, as copies of the body in which the iteration's number is a
/// constant. Fail like a conversion.
mlir::FailureOr<std::vector<Operand>> buildLoop(NodeContext &node,
                                                const LoopNode &loop);
mlir::FailureOr<std::vector<Operand>> unrollLoop(NodeContext &node,
                                                 const LoopNode &loop);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_LOOP_H
