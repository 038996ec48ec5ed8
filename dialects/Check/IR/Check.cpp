//===- Check.cpp - The check dialect --------------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Check/IR/Check.h"

#include "mlir/IR/Builders.h"
#include <cmath>

using namespace mlir;
using namespace quantc::check;

#include "dialects/Check/IR/CheckDialect.cpp.inc"

void CheckDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/Check/IR/CheckOps.cpp.inc"
      >();
}

LogicalResult ExpectCloseOp::verify() {
  double tolerance = getTolerance().convertToDouble();
  if (!(tolerance >= 0 && std::isfinite(tolerance))) // NaN fails too.
    return emitOpError("expects a finite tolerance of at least 0, but got ")
           << tolerance;
  return success();
}

#define GET_OP_CLASSES
#include "dialects/Check/IR/CheckOps.cpp.inc"
