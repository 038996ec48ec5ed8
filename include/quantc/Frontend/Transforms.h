//===- Transforms.h - From any imported module to the imported stage -*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_TRANSFORMS_H
#define QUANTC_FRONTEND_TRANSFORMS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace quantc::frontend {

#define GEN_PASS_DECL
#include "lib/Frontend/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "lib/Frontend/Transforms/Passes.h.inc"

/// True if `tosa-fold-affine-into-weights` would fold something into `op`.
bool hasFoldableAffine(mlir::Operation *op);

} // namespace quantc::frontend

#endif // QUANTC_FRONTEND_TRANSFORMS_H
