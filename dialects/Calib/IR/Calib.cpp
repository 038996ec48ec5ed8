//===- Calib.cpp - The calib dialect --------------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Calib/IR/Calib.h"

#include "mlir/IR/Builders.h"
#include <cmath>

using namespace mlir;
using namespace quantc::calib;

#include "dialects/Calib/IR/CalibDialect.cpp.inc"

void CalibDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/Calib/IR/CalibOps.cpp.inc"
      >();
}

LogicalResult ObserveOp::verify() {
  std::optional<ArrayRef<double>> range = getRange();
  if (range && !((*range)[0] <= (*range)[1])) // NaN fails too.
    return emitOpError("expects min <= max at site '")
           << getSite() << "', but got [" << (*range)[0] << ", " << (*range)[1]
           << "]";
  if (range && !(std::isfinite((*range)[0]) && std::isfinite((*range)[1])))
    return emitOpError("expects a finite range at site '")
           << getSite() << "', but got [" << (*range)[0] << ", " << (*range)[1]
           << "]";
  return success();
}

#define GET_OP_CLASSES
#include "dialects/Calib/IR/CalibOps.cpp.inc"
