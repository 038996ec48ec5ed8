//===- BuildPacked.h - Packed weights as operands of kernels ----*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_KERNEL_IR_BUILDPACKED_H
#define QUANTC_DIALECTS_KERNEL_IR_BUILDPACKED_H

#include "dialects/Kernel/IR/Kernel.h"
#include "dialects/Kernel/IR/Packing.h"
#include "mlir/IR/Builders.h"

namespace quantc::format {
enum class ScaleType;
} // namespace quantc::format

namespace quantc::kernel {

/// How kernels store scales of a format.
ScaleType storedAs(format::ScaleType type);

/// Values [rows, blocks] as [panel][block][channel of the panel], with zeros
/// for channels that do not exist.
template <typename T, typename From>
llvm::SmallVector<T> inPanels(llvm::ArrayRef<From> values, int64_t rows,
                              int64_t blocks) {
  llvm::SmallVector<T> result(panelsOf(rows) * blocks * kPanel, T(0));
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t b = 0; b < blocks; ++b)
      result[(row / kPanel * blocks + b) * kPanel + row % kPanel] =
          static_cast<T>(values[row * blocks + b]);
  return result;
}

/// Codes [rows, depth] of `levels` levels, cut into blocks and planes:
/// [panels, blocks, bytes].
mlir::Value buildPlanes(mlir::OpBuilder &builder, mlir::Location loc,
                        llvm::ArrayRef<uint8_t> codes, int64_t rows,
                        int64_t depth, int64_t block, size_t levels);

/// Scales [rows, blocks], given as bits of their type: [panels, blocks, 16].
mlir::Value buildScales(mlir::OpBuilder &builder, mlir::Location loc,
                        llvm::ArrayRef<uint32_t> bits, ScaleType type,
                        int64_t rows, int64_t blocks);

/// One number for each row and block, or for each row: [panels, blocks, 16] or
/// [panels * 16].
mlir::Value buildPerBlock(mlir::OpBuilder &builder, mlir::Location loc,
                          llvm::ArrayRef<float> values, int64_t rows,
                          int64_t blocks);
mlir::Value buildPerBlock(mlir::OpBuilder &builder, mlir::Location loc,
                          llvm::ArrayRef<int8_t> values, int64_t rows,
                          int64_t blocks);
mlir::Value buildPerRow(mlir::OpBuilder &builder, mlir::Location loc,
                        llvm::ArrayRef<float> values);

} // namespace quantc::kernel

#endif // QUANTC_DIALECTS_KERNEL_IR_BUILDPACKED_H
