//===- Keys.h - Integers in the order of reals ---------------- -*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_VECTOR_KEYS_H
#define QUANTC_LIB_CODEGEN_VECTOR_KEYS_H

#include "Emitter.h"

namespace quantc::codegen {

/// The largest or smallest of f32 numbers by way of i32 numbers in the same
/// order, -0 below 0 and NaN beyond all: one instruction for each vector, where
/// reals take six that wait for each other.
namespace keys {

/// Whether `combiner` takes the larger or the smaller of two f32 numbers.
bool apply(mlir::Operation *combiner);

mlir::Value of(Emitter &emit, mlir::Operation *combiner, mlir::Value reals);
mlir::Value toReals(Emitter &emit, mlir::Value keys);
mlir::Value combine(Emitter &emit, mlir::Operation *combiner, mlir::Value lhs,
                    mlir::Value rhs);

} // namespace keys
} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_VECTOR_KEYS_H
