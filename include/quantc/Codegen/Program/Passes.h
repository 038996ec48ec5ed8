//===- Passes.h - Passes that shape the whole program -----------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_CODEGEN_PROGRAM_PASSES_H
#define QUANTC_CODEGEN_PROGRAM_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir {
class ModuleOp;
namespace func {
class FuncOp;
} // namespace func
} // namespace mlir

namespace quantc::codegen {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "lib/Codegen/Program/Passes.h.inc"

} // namespace quantc::codegen

#endif // QUANTC_CODEGEN_PROGRAM_PASSES_H
