//===- Regions.h - What loops and branches are made of ----------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_REGIONS_H
#define QUANTC_FRONTEND_ONNX_REGIONS_H

#include "../NodeContext.h"

namespace quantc::onnx {

/// Part `index` along `axis`: [..., 1, ...].
mlir::Value partAt(TosaBuilder &build, mlir::Value whole, mlir::Value index,
                   int64_t axis = 0);
/// `whole` with `part` at `index` along `axis`.
mlir::Value withPartAt(TosaBuilder &build, mlir::Value whole, mlir::Value part,
                       mlir::Value index, int64_t axis = 0);

/// A tensor of one element as a scalar, and the other way round: an i64 of
/// rank 0.
mlir::Value scalarOf(TosaBuilder &build, mlir::Value tensor);
mlir::Value indexTensor(TosaBuilder &build, mlir::Value index);

/// A tensor as a value that ops at the builder's place may use.
mlir::Value valueOf(TosaBuilder &build, const Operand &tensor);
/// The same for each tensor in the operands, those of sequences in their place.
mlir::SmallVector<mlir::Value> valuesOf(TosaBuilder &build,
                                        llvm::ArrayRef<Operand> operands);
/// The other way round: tensors and sequences as in `like`.
std::vector<Operand> operandsOf(mlir::ValueRange values,
                                llvm::ArrayRef<Operand> like);

/// The graph that an attribute holds; reports an error if there is none.
mlir::FailureOr<const Graph *> bodyOf(NodeContext &node, llvm::StringRef name);

/// What a graph may hand on in the place of `before`: the same element type
/// and shape, for each tensor of a sequence.
bool agree(const Operand &before, const Operand &after);

/// Runs `ifTrue` or `ifFalse`, which build at the place that they are given and
/// return operands that agree pairwise. Fails without a message if one of them
/// does.
using Branch =
    llvm::function_ref<mlir::FailureOr<std::vector<Operand>>(mlir::Block *)>;
mlir::FailureOr<std::vector<Operand>> buildBranches(NodeContext &node,
                                                    mlir::Value condition,
                                                    Branch ifTrue,
                                                    Branch ifFalse);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_REGIONS_H
