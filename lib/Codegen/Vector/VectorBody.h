//===- VectorBody.h - What an op does to each element --------- -*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_VECTOR_VECTORBODY_H
#define QUANTC_LIB_CODEGEN_VECTOR_VECTORBODY_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace quantc::codegen {

/// Whether every operation of the body does the same to vectors, or looks a
/// byte up in a table.
bool hasVectorBody(mlir::linalg::LinalgOp op);

/// Whether the body only looks bytes up, so that its vectors are of bytes.
bool hasByteBody(mlir::linalg::LinalgOp op);

/// The operation by which a reduction takes in one more value; null if there is
/// no single one whose order can be changed.
mlir::Operation *combinerOf(mlir::linalg::LinalgOp op);

/// Whether the order in which `combiner` takes values in cannot be seen.
bool isFreeOfOrder(mlir::Operation *combiner);

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_VECTOR_VECTORBODY_H
