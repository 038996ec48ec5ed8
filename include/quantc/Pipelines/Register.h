//===- Register.h - Everything a tool has to know -------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_PIPELINES_REGISTER_H
#define QUANTC_PIPELINES_REGISTER_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace quantc {

/// Adds our dialects and all of upstream's, with their interfaces.
void registerAllDialects(mlir::DialectRegistry &registry);

/// Registers our passes and pipelines and all of upstream's passes.
void registerAllPasses();

} // namespace quantc

#endif // QUANTC_PIPELINES_REGISTER_H
