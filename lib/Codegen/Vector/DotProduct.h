//===- DotProduct.h - Multiply and accumulate on a CPU level ----*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_VECTOR_DOTPRODUCT_H
#define QUANTC_LIB_CODEGEN_VECTOR_DOTPRODUCT_H

#include "Emitter.h"

namespace quantc::codegen {

/// An operand of a dot product in the form that the level's instruction wants:
/// one vector, or its even and odd bytes.
using DotOperand = llvm::SmallVector<mlir::Value, 2>;

/// Four u8 activations, taken from `position`, in every lane. Signed codes are
/// moved to unsigned ones by flipping the sign bit.
DotOperand loadActivations(Emitter &emit, const FlatBuffer &from,
                           mlir::Value position, bool isSigned);

/// Four s8 weights for each lane.
DotOperand loadWeights(Emitter &emit, const FlatBuffer &from,
                       mlir::Value position);

/// sums + the dot product of four activations and four weights in each lane.
mlir::Value dot(Emitter &emit, const DotOperand &activations,
                const DotOperand &weights, mlir::Value sums);

/// sums + x * w in each lane, where `x` holds u8 and `w` holds s8 values that
/// were widened to i32.
mlir::Value multiplyAdd(Emitter &emit, mlir::Value x, mlir::Value w,
                        mlir::Value sums);

/// sums + x * w for f32; one rounding if `contract` and the level can.
mlir::Value multiplyAddFloat(Emitter &emit, mlir::Value x, mlir::Value w,
                             mlir::Value sums, bool contract);

/// Four rows of `lanes` bytes, one after the other, as the four bytes of each
/// lane. Needs 256 bits or more.
mlir::Value transposeQuads(Emitter &emit, mlir::Value rows);

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_VECTOR_DOTPRODUCT_H
