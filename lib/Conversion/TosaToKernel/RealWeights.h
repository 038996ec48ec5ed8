//===- RealWeights.h - Packed weights for kernels of reals ------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CONVERSION_TOSATOKERNEL_REALWEIGHTS_H
#define QUANTC_LIB_CONVERSION_TOSATOKERNEL_REALWEIGHTS_H

#include "dialects/Kernel/IR/Kernel.h"
#include "dialects/LowBit/IR/LowBit.h"

namespace quantc::tosatokernel {

/// Weights [rows, depth], a row for each result channel, as `coded_matmul`
/// describes them:
///
///   w[row,k] = (levels[code[row,k]] - zeros[row,b]) * scales[row,b]
struct RealWeights {
  int64_t rows = 0, depth = 0;
  std::vector<uint8_t> codes;
  std::vector<float> levels;    ///< 2^bits of them.
  bool hasRule = false;         ///< Codes become levels without memory.
  int64_t block = 0;            ///< Taps that share a scale.
  std::vector<uint32_t> scales; ///< [rows, blocks], the bits of their type.
  kernel::ScaleType scaleType = kernel::ScaleType::F32;
  float factor = 1;
  std::vector<float> zeros; ///< As many as scales, or none.
};

/// The constant that is decoded to `weights`. None, and `reason` says why, if
/// its numbers differ from channel to channel in more than scale and zero, or
/// if a block is no multiple of a step.
std::optional<RealWeights> realWeights(mlir::Value weights,
                                       llvm::StringRef &reason);

/// kernel.coded_matmul of `input` [M, depth], with `bias` for each row of the
/// weights; a result of [M, rows].
mlir::Value buildCodedMatmul(mlir::OpBuilder &builder, mlir::Location loc,
                             mlir::Value input, const RealWeights &weights,
                             llvm::ArrayRef<float> bias,
                             std::optional<std::pair<float, float>> bounds);

} // namespace quantc::tosatokernel

#endif // QUANTC_LIB_CONVERSION_TOSATOKERNEL_REALWEIGHTS_H
