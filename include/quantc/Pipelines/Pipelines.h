//===- Pipelines.h - The compiler's stages as pass pipelines ----*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_PIPELINES_PIPELINES_H
#define QUANTC_PIPELINES_PIPELINES_H

#include "mlir/Pass/Pass.h"

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace quantc {

/// `import-cleanup`: brings an imported module into the form of the stage
/// "imported" in docs/Design/0001-spine.md.
void buildImportCleanupPipeline(mlir::OpPassManager &manager);

#define GEN_PASS_DECL
#include "lib/Pipelines/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "lib/Pipelines/Passes.h.inc"

} // namespace quantc

#endif // QUANTC_PIPELINES_PIPELINES_H
