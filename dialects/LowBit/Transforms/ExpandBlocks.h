//===- ExpandBlocks.h - Products of packed weights as float layers -*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_LOWBIT_TRANSFORMS_EXPANDBLOCKS_H
#define QUANTC_DIALECTS_LOWBIT_TRANSFORMS_EXPANDBLOCKS_H

#include "mlir/IR/PatternMatch.h"

namespace quantc::lowbit {

/// block_matmul -> the float layer that it was made of, between dequantize and
/// quantize; its sums may round differently.
void populateExpandBlocks(mlir::RewritePatternSet &patterns);

} // namespace quantc::lowbit

#endif // QUANTC_DIALECTS_LOWBIT_TRANSFORMS_EXPANDBLOCKS_H
