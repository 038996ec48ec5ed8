//===- Describe.h - What a compiled model consists of -----------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_PIPELINES_DESCRIBE_H
#define QUANTC_LIB_PIPELINES_DESCRIBE_H

#include "Layers.h"
#include "quantc/Report/Report.h"

#include "mlir/IR/BuiltinOps.h"

namespace quantc {

/// Bytes of all constant tensors.
int64_t constantBytes(mlir::ModuleOp module);

/// A remark per observer that saw nothing but one value: its range is empty,
/// and more or other samples are needed.
void remarkOnConstantSites(mlir::ModuleOp calibrated, ModelReport &report);

/// A row per layer of the quantized module, with the differences of the sites
/// that were measured.
void describeLayers(mlir::ModuleOp quantized,
                    llvm::ArrayRef<SiteDifference> differences,
                    ModelReport &report);

} // namespace quantc

#endif // QUANTC_LIB_PIPELINES_DESCRIBE_H
