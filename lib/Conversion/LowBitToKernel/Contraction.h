//===- Contraction.h - What conversions of contractions share ---*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CONVERSION_LOWBITTOKERNEL_CONTRACTION_H
#define QUANTC_LIB_CONVERSION_LOWBITTOKERNEL_CONTRACTION_H

#include "dialects/Kernel/IR/Build.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/BuiltinTypes.h"

namespace quantc::lowbittokernel {

using PerTensor = mlir::quant::UniformQuantizedType;

inline mlir::RankedTensorType tensorType(mlir::Value value) {
  return llvm::cast<mlir::RankedTensorType>(value.getType());
}

inline PerTensor formatOf(mlir::Value value) {
  return llvm::dyn_cast<PerTensor>(tensorType(value).getElementType());
}

/// Codes as plain integers.
mlir::Value toStorage(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Value codes);

/// Plain integers as the codes of `type`, or f32 as it is.
mlir::Value fromStorage(mlir::OpBuilder &builder, mlir::Location loc,
                        mlir::Value storage, mlir::Type type);

/// [lo, hi] of the result: the clamp, or all codes.
std::pair<float, float>
codeBounds(PerTensor format, std::optional<llvm::ArrayRef<int64_t>> clamp);

/// Codes of 8 bits less their zero points.
llvm::SmallVector<int16_t> centredCodes(mlir::RankedTensorType type,
                                        llvm::ArrayRef<int8_t> codes);

/// The scale of the weights of each of `channels` channels.
llvm::SmallVector<float> channelScales(mlir::Value weights, int64_t channels);

/// From sums of products of `input` and weights of these scales to `output`.
kernel::EpilogueSpec epilogueOf(mlir::Value input,
                                llvm::ArrayRef<float> weightScales,
                                mlir::Value output,
                                std::optional<llvm::ArrayRef<int64_t>> clamp);

template <typename Op>
kernel::EpilogueSpec epilogueOf(Op op, llvm::ArrayRef<float> weightScales) {
  return epilogueOf(op.getInput(), weightScales, op.getOutput(), op.getClamp());
}

} // namespace quantc::lowbittokernel

#endif // QUANTC_LIB_CONVERSION_LOWBITTOKERNEL_CONTRACTION_H
