//===- DataMovement.h - Ops that only rearrange numbers ---------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_SUPPORT_DATAMOVEMENT_H
#define QUANTC_SUPPORT_DATAMOVEMENT_H

#include "mlir/IR/Value.h"

namespace mlir {
class Operation;
} // namespace mlir

namespace quantc {

/// Whether `op` only rearranges, repeats or drops the numbers of its first
/// operand, or adds padding: a reshape, transpose, slice, pad, reverse, tile,
/// gather or nearest-neighbour resize. Its result keeps the operand's format.
bool isDataMovement(mlir::Operation *op);

/// Whether the result of `op` has the format of its first operand: data
/// movement, or the largest number of each window.
bool keepsFormat(mlir::Operation *op);

/// Whether `value` is known at compile time: a constant, or one that was moved.
bool isConstantData(mlir::Value value);

} // namespace quantc

#endif // QUANTC_SUPPORT_DATAMOVEMENT_H
