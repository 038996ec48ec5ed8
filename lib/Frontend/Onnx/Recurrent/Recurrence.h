//===- Recurrence.h - A cell, run over time ---------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_RECURRENCE_H
#define QUANTC_FRONTEND_ONNX_RECURRENCE_H

#include "CellActivation.h"

#include <functional>

namespace quantc::onnx {

/// What a cell carries from one step to the next, each [1, batch, hidden]: the
/// output, and the inner state of an LSTM.
using CellState = llvm::SmallVector<mlir::Value, 2>;

/// One step: the input's part of the gates [1, batch, gates * hidden], and the
/// state before, to the state after.
using CellStep = std::function<CellState(TosaBuilder &build, mlir::Value gates,
                                         const CellState &before)>;

/// What RNN, GRU and LSTM have in common, checked against each other.
struct Recurrence {
  int64_t steps = 0, batch = 0, inputs = 0, hidden = 0, directions = 1;
  /// Gates of one cell, whose weights lie one after the other.
  int64_t gates = 0;
  bool isReverse = false;
  /// Layout 1: the batch comes before time and directions.
  bool isBatchFirst = false;
  /// Bounds what goes into an activation; 0 for no bound.
  double clip = 0;
  std::vector<CellActivation> activations;

  /// Reads attributes and the inputs X, W, R, B, sequence_lens and initial_h.
  static mlir::FailureOr<Recurrence>
  read(NodeContext &node, int64_t gates,
       llvm::ArrayRef<llvm::StringRef> defaults);

  /// Weights of gates `first` to `first + count` of a direction, out of an
  /// input [directions, gates * hidden, columns]: [1, columns, count * hidden].
  mlir::Value weights(NodeContext &node, size_t index, int64_t direction,
                      int64_t first, int64_t count) const;
  /// The same out of an input [directions, n * hidden]: [1, 1, count * hidden].
  mlir::Value row(NodeContext &node, size_t index, int64_t direction,
                  int64_t first, int64_t count) const;

  mlir::Value clipped(TosaBuilder &build, mlir::Value x) const;
  /// Activation `index` of a direction, on what is clipped.
  mlir::Value activate(TosaBuilder &build, int64_t direction, size_t index,
                       mlir::Value x) const;

  /// Sets the node's outputs. `bias` is [1, 1, gates * hidden] and added to the
  /// input's part of the gates, or null; `stepOf` makes the cell of a
  /// direction. Inputs from `states` on hold the initial states, after each
  /// other.
  mlir::LogicalResult run(NodeContext &node,
                          llvm::ArrayRef<size_t> initialStates,
                          llvm::function_ref<mlir::Value(int64_t)> biasOf,
                          llvm::function_ref<CellStep(int64_t)> stepOf) const;
};

/// Reports an error if there is an input `index` that has not this shape and
/// the type of X.
mlir::LogicalResult expectInput(NodeContext &node, size_t index,
                                llvm::StringRef name,
                                llvm::ArrayRef<int64_t> shape);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_RECURRENCE_H
