//===- Evaluate.h - What an elementwise op makes of numbers -----*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_TRANSFORMS_EVALUATE_H
#define QUANTC_FRONTEND_TRANSFORMS_EVALUATE_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/ArrayRef.h"
#include <optional>

namespace quantc::frontend {

/// The result of an elementwise TOSA op on reals, to be rounded to f32 once;
/// nothing if the op is not known, or if TOSA leaves the result open (NaN in a
/// comparison).
std::optional<double> evaluateReal(mlir::Operation *op,
                                   llvm::ArrayRef<double> operands);

/// The same on integers; wraps like the hardware. Nothing on division by zero.
std::optional<int64_t> evaluateInteger(mlir::Operation *op,
                                       llvm::ArrayRef<int64_t> operands);

} // namespace quantc::frontend

#endif // QUANTC_FRONTEND_TRANSFORMS_EVALUATE_H
