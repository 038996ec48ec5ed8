//===- Patterns.h - The groups of patterns ----------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CONVERSION_LOWBITTOLINALG_PATTERNS_H
#define QUANTC_LIB_CONVERSION_LOWBITTOLINALG_PATTERNS_H

#include "mlir/Transforms/DialectConversion.h"

namespace quantc::lowbittolinalg {

void populateBlockMatmul(const mlir::TypeConverter &converter,
                         mlir::RewritePatternSet &patterns);
void populateContractions(const mlir::TypeConverter &converter,
                          mlir::RewritePatternSet &patterns);
void populateElementwise(const mlir::TypeConverter &converter,
                         mlir::RewritePatternSet &patterns);
void populatePools(const mlir::TypeConverter &converter,
                   mlir::RewritePatternSet &patterns);
void populateQuantizeRows(const mlir::TypeConverter &converter,
                          mlir::RewritePatternSet &patterns);

} // namespace quantc::lowbittolinalg

#endif // QUANTC_LIB_CONVERSION_LOWBITTOLINALG_PATTERNS_H
