//===- Fusion.h - The parts of lowbit-fuse-qdq ------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_LOWBIT_TRANSFORMS_FUSION_H
#define QUANTC_DIALECTS_LOWBIT_TRANSFORMS_FUSION_H

#include "dialects/LowBit/Transforms/Constants.h"
#include "mlir/IR/PatternMatch.h"

namespace quantc::lowbit {

struct IntegerWeights;

/// Data movement and max pooling on codes; see `lowbit-fuse-qdq`.
void populateMoveQdqPatterns(mlir::RewritePatternSet &patterns);

/// quantize(f(dequantize(x))) -> table(x), for an elementwise f.
mlir::LogicalResult fuseTable(mlir::RewriterBase &rewriter, QuantizeOp op);

/// quantize([clamp](contraction(dequantize(x), w))) -> contraction on codes.
mlir::LogicalResult fuseContraction(mlir::RewriterBase &rewriter,
                                    QuantizeOp op);

/// Leaves on `op` why it stays in float, and fails.
mlir::LogicalResult stayFloat(mlir::RewriterBase &rewriter, mlir::Operation *op,
                              const llvm::Twine &reason);

/// True for a matmul of two activations: its right operand is no constant.
bool isProduct(mlir::Operation *op);

/// quantize([clamp](matmul(dequantize(a), dequantize(b)))) -> batch_matmul(a,
/// b) and without the quantize, with an f32 result.
mlir::LogicalResult fuseProduct(mlir::RewriterBase &rewriter, QuantizeOp op);
mlir::LogicalResult fuseProduct(mlir::RewriterBase &rewriter,
                                mlir::Operation *matmul);

/// contraction(dequantize(x), w) -> contraction on codes with an f32 result.
mlir::LogicalResult fuseContraction(mlir::RewriterBase &rewriter,
                                    mlir::Operation *contraction);

/// Marks contractions whose input gets a format when the program runs.
constexpr llvm::StringLiteral dynamicAttribute = "lowbit.dynamic";

/// contraction(x, w) with the mark -> codes of x, their contraction, and the
/// scales of its rows.
mlir::LogicalResult fuseDynamic(mlir::RewriterBase &rewriter,
                                mlir::Operation *contraction);

/// quantize([clamp](op(dequantize(x)...))) -> lowbit.op(x...), for add, sub,
/// mul, avg_pool2d and for no op at all.
mlir::LogicalResult fuseElementwise(mlir::RewriterBase &rewriter,
                                    QuantizeOp op);

/// The weights as an operand: constant codes, or what packed ones decode to.
mlir::Value buildWeights(mlir::RewriterBase &rewriter, mlir::Location loc,
                         const IntegerWeights &weights);

/// The codes that `value` is dequantized from, per-tensor; null otherwise.
mlir::TypedValue<mlir::RankedTensorType> codesBehind(mlir::Value value);

/// The codes [low, high] that a clamp leaves; null if it leaves all of them.
mlir::DenseI64ArrayAttr clampOf(mlir::OpBuilder &builder,
                                mlir::tosa::ClampOp clamp,
                                const Format &format);

/// True if the model itself has `op`'s format; see `givenAttribute`.
bool isGiven(mlir::Operation *op);

/// `to` is given if `from` is.
void inheritGiven(mlir::Operation *from, mlir::Operation *to);

/// Replaces a quantize by the codes of an integer op, which inherits the name
/// of the calibration site, and whether the format is given.
void replaceQuantize(mlir::RewriterBase &rewriter, QuantizeOp op,
                     mlir::Value codes);

/// The format of a tensor of codes.
Format formatOf(mlir::Value codes);

/// True if a factor in an op's arithmetic is a positive normal f32.
bool isFactor(float factor);

} // namespace quantc::lowbit

#endif // QUANTC_DIALECTS_LOWBIT_TRANSFORMS_FUSION_H
