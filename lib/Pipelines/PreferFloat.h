//===- PreferFloat.h - Layers that are faster in float ----------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_PIPELINES_PREFERFLOAT_H
#define QUANTC_LIB_PIPELINES_PREFERFLOAT_H

#include "quantc/Codegen/Latency.h"
#include "quantc/Pipelines/Quantize.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

namespace quantc {

/// The CPU level that decisions are made for, whatever the target is.
inline constexpr llvm::StringLiteral kDecisionLevel = "vnni";

/// What integers and float take, predicted for the CPU that decisions are made
/// for, in nanoseconds.
struct FloatChoice {
  struct Costs {
    double integers = 0, real = 0;
  };
  /// Of the program with all layers in integers that can be, with all layers in
  /// float, and as chosen.
  double integers = 0, real = 0, chosen = 0;
  /// By layer. Where several layers are one kernel, one of them has its costs.
  llvm::StringMap<Costs> layers;
};

/// Marks the layers of a calibrated program that are predicted to be faster in
/// float, with what is around them as it is, so that `quantize` leaves them and
/// says why. The prediction is for one CPU whatever the target is, since all
/// targets have to give the same bytes. Layers whose format was asked for by
/// name stay as they are.
llvm::Expected<FloatChoice> preferFloat(mlir::ModuleOp calibrated,
                                        const QuantizeOptions &options);

/// A copy of a calibrated program after the stage `quantize`.
llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>>
quantized(mlir::ModuleOp calibrated, const QuantizeOptions &options);

} // namespace quantc

#endif // QUANTC_LIB_PIPELINES_PREFERFLOAT_H
