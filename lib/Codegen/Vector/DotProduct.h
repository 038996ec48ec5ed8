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

/// An operand of a dot product in the form that the level's instruction wants.
/// With `pmaddwd`, that is i16: the weights of the lower and of the upper half
/// of the channels, since twice as many bytes take two registers.
using DotOperand = llvm::SmallVector<mlir::Value, 2>;

/// The sums of a vector of channels. With `pmaddwd`, a channel has two lanes,
/// of the first and of the last two taps of each step, in one of two registers.
using DotSums = llvm::SmallVector<mlir::Value, 2>;

/// Registers of `DotSums`, and of the weights of a vector of channels.
int64_t dotRegisters(const Level &level);

/// Four u8 activations, taken from `position`, in every lane. Signed codes are
/// moved to unsigned ones by flipping the sign bit; what is i16 is unsigned
/// already (see WideInput.h).
DotOperand loadActivations(Emitter &emit, const FlatBuffer &from,
                           mlir::Value position, bool isSigned);

/// Four s8 weights for each lane.
DotOperand loadWeights(Emitter &emit, const FlatBuffer &from,
                       mlir::Value position);

/// The same of weights that are in a register already.
DotOperand toWeights(Emitter &emit, mlir::Value bytes);

/// Sums that begin with `bias`, one i32 for each channel.
DotSums beginSums(Emitter &emit, mlir::Value bias);

/// sums += the dot product of four activations and four weights, by channel.
void accumulate(Emitter &emit, const DotOperand &activations,
                const DotOperand &weights,
                llvm::MutableArrayRef<mlir::Value> sums);

/// One i32 for each channel.
mlir::Value endSums(Emitter &emit, llvm::ArrayRef<mlir::Value> sums);

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
