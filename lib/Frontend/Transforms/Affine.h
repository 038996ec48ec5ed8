//===- Affine.h - x * scale + shift, channel by channel ---------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_TRANSFORMS_AFFINE_H
#define QUANTC_FRONTEND_TRANSFORMS_AFFINE_H

#include "mlir/IR/Value.h"
#include "llvm/ADT/SmallVector.h"

namespace quantc::frontend {

/// y[.., c] = x[.., c] * scale[c] + shift[c], in f64. Channels are the last
/// dimension.
struct Affine {
  llvm::SmallVector<double> scale;
  llvm::SmallVector<double> shift;
  /// How many ops it stands for.
  int64_t length = 0;

  explicit Affine(int64_t channels)
      : scale(channels, 1.0), shift(channels, 0.0) {}
  bool isScaled() const;
  bool isShifted() const;
};

/// The chain of `mul`, `add` and `sub` by channel constants behind `value`, in
/// which every value but the last has one user. `end` is the last value.
Affine affineBehind(mlir::Value value, mlir::Value &end);

/// The chain in front of `value`: value = affine(start). With `scaleOnly` it
/// stops at the first op that shifts. Every value of the chain, `value`
/// included, has one user.
Affine affineInFront(mlir::Value value, bool scaleOnly, mlir::Value &start);

} // namespace quantc::frontend

#endif // QUANTC_FRONTEND_TRANSFORMS_AFFINE_H
