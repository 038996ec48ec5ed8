//===- Transpose.h - Elements that change their order --------- -*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_VECTOR_TRANSPOSE_H
#define QUANTC_LIB_CODEGEN_VECTOR_TRANSPOSE_H

#include "Emitter.h"
#include "StridedNest.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace quantc::codegen {

/// Emits an op that copies elements which are neighbours in one loop and become
/// neighbours in another one, block by block. False if `op` is something else.
bool emitTranspose(Emitter &emit, mlir::linalg::LinalgOp op,
                   const StridedNest &nest);

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_VECTOR_TRANSPOSE_H
