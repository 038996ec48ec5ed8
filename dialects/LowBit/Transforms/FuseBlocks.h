//===- FuseBlocks.h - Contractions with weights in blocks -------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_LOWBIT_TRANSFORMS_FUSEBLOCKS_H
#define QUANTC_DIALECTS_LOWBIT_TRANSFORMS_FUSEBLOCKS_H

#include "dialects/LowBit/IR/LowBit.h"
#include "mlir/IR/PatternMatch.h"

namespace quantc::lowbit {

/// The packed weights of a convolution or matmul whose blocks have scales; null
/// for all others, depthwise convolutions among them.
CodedConstantOp weightsInBlocks(mlir::Operation *contraction);

/// Everything about such a contraction on codes but its result.
struct BlockContraction {
  mlir::TypedValue<mlir::RankedTensorType> input;
  CodedConstantOp weights;
  llvm::SmallVector<float> bias; ///< Empty if it is 0.
};

/// Everything that can fail; the reason is left on the op.
mlir::FailureOr<BlockContraction>
analyzeBlocks(mlir::RewriterBase &rewriter, mlir::Operation *contraction,
              mlir::TypedValue<mlir::RankedTensorType> input,
              CodedConstantOp weights, llvm::ArrayRef<double> bias,
              float outputScale);

/// block_matmul of the patches of a convolution, or of the rows of a matmul, in
/// the shape of the contraction's result; its elements are `element`.
mlir::Value buildBlocks(mlir::RewriterBase &rewriter,
                        mlir::Operation *contraction,
                        const BlockContraction &blocks, mlir::Type element,
                        mlir::DenseI64ArrayAttr clamp);

} // namespace quantc::lowbit

#endif // QUANTC_DIALECTS_LOWBIT_TRANSFORMS_FUSEBLOCKS_H
