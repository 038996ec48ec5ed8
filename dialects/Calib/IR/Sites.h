//===- Sites.h - The places that calibration looks at -----------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_CALIB_IR_SITES_H
#define QUANTC_DIALECTS_CALIB_IR_SITES_H

#include "dialects/Calib/IR/Calib.h"
#include "quantc/Support/RealRange.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/LogicalResult.h"
#include <string>

namespace mlir {
class ModuleOp;
} // namespace mlir

namespace quantc::calib {

/// The range in which most of an observer's values lie, as a discardable
/// attribute [min, max]; see `bulkOf` in quantc/Calibration/Estimator.h.
inline constexpr llvm::StringLiteral bulkAttribute = "calib.bulk";

/// The mean magnitude of an observer's values that are not 0; see `magnitudeOf`
/// there.
inline constexpr llvm::StringLiteral magnitudeAttribute = "calib.magnitude";

/// The observers of a module in the order in which a walk meets them. The
/// place in this list is the site's number everywhere: in the calls that
/// `calib-lower-observers` makes, in a `Collector`, in `setRanges`.
llvm::SmallVector<ObserveOp> observersOf(mlir::ModuleOp module);

/// The sites' names, in the same order.
llvm::SmallVector<std::string> sitesOf(mlir::ModuleOp module);

/// Writes a range into each observer. Emits an error, and changes nothing, if
/// the number of ranges is not that of the sites.
llvm::LogicalResult setRanges(mlir::ModuleOp module,
                              llvm::ArrayRef<RealRange> ranges);

} // namespace quantc::calib

#endif // QUANTC_DIALECTS_CALIB_IR_SITES_H
