//===- Kernels.h - Loops for each kernel ------------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_VECTOR_KERNELS_H
#define QUANTC_LIB_CODEGEN_VECTOR_KERNELS_H

#include "DepthwiseLoops.h"
#include "dialects/Kernel/IR/Kernel.h"

namespace quantc::codegen {

/// Each builds the loops of one kernel on memory, in front of it. f32 sums are
/// contracted to fused multiply-adds if `contract` says so.
void emitBinaryMatmul(Emitter &emit, kernel::BinaryMatmulOp op);
void emitBlockMatmul(Emitter &emit, kernel::BlockMatmulOp op);
void emitCodedMatmul(Emitter &emit, kernel::CodedMatmulOp op, bool contract);
void emitConvolution(Emitter &emit, kernel::Conv2DOp op, bool contract);
void emitDepthwise(Emitter &emit, kernel::DepthwiseConv2DOp op, bool contract);
/// Whether the level has an instruction that `emitDotDepthwise` can use for it.
bool isDotDepthwise(const Level &level, kernel::DepthwiseConv2DOp op);
/// Whether a tile of `emitDotDepthwise` stays in registers.
bool hasRoom(const Level &level, kernel::DepthwiseConv2DOp op,
             const TileSize &tile);
void emitDotDepthwise(Emitter &emit, kernel::DepthwiseConv2DOp op);
/// Whether the kernel is of reals and small enough for `emitRowsDepthwise`.
bool isRowsDepthwise(const Level &level, kernel::DepthwiseConv2DOp op);
void emitRowsDepthwise(Emitter &emit, kernel::DepthwiseConv2DOp op,
                       bool contract);
void emitFillBorder(Emitter &emit, kernel::FillBorderOp op);
void emitPatches(Emitter &emit, kernel::PatchesOp op);
void emitPack(Emitter &emit, kernel::PackOp op);
void emitPackBits(Emitter &emit, kernel::PackBitsOp op);
void emitPool(Emitter &emit, kernel::Pool2DOp op);

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_VECTOR_KERNELS_H
