//===- Sites.cpp - The places that calibration looks at -------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Calib/IR/Sites.h"

#include "dialects/Calib/IR/Calib.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;
using namespace quantc;

SmallVector<calib::ObserveOp> calib::observersOf(ModuleOp module) {
  SmallVector<ObserveOp> observers;
  module.walk([&](ObserveOp observer) { observers.push_back(observer); });
  return observers;
}

SmallVector<std::string> calib::sitesOf(ModuleOp module) {
  SmallVector<std::string> sites;
  for (ObserveOp observer : observersOf(module))
    sites.push_back(observer.getSite().str());
  return sites;
}

LogicalResult calib::setRanges(ModuleOp module, ArrayRef<RealRange> ranges) {
  SmallVector<ObserveOp> observers = observersOf(module);
  if (observers.size() != ranges.size())
    return module.emitError("expects a range for each of the ")
           << observers.size() << " sites, but got " << ranges.size();
  for (auto [observer, range] : llvm::zip_equal(observers, ranges))
    observer.setRange(ArrayRef<double>{range.min, range.max});
  return success();
}
