//===- Behind.h - What a kernel takes in behind a contraction ---*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CONVERSION_TOSATOKERNEL_BEHIND_H
#define QUANTC_LIB_CONVERSION_TOSATOKERNEL_BEHIND_H

#include "dialects/Kernel/IR/Build.h"

namespace quantc::tosatokernel {

mlir::RankedTensorType tensorType(mlir::Value value);

/// One value per channel; a splat bias of one element serves all of them.
std::optional<llvm::SmallVector<float>> perChannel(mlir::Value value,
                                                   int64_t channels);

/// An f32 epilogue; `last` becomes the op whose result the kernel computes.
kernel::EpilogueSpec epilogueBehind(mlir::Operation *&last);

/// The constant that is added to `matmul`, if that is its only use; `last`
/// becomes the addition.
std::optional<llvm::SmallVector<float>> biasBehind(mlir::Operation *&last,
                                                   int64_t columns);

} // namespace quantc::tosatokernel

#endif // QUANTC_LIB_CONVERSION_TOSATOKERNEL_BEHIND_H
