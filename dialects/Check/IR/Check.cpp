//===- Check.cpp - The check dialect --------------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Check/IR/Check.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace quantc::check;

#include "dialects/Check/IR/CheckDialect.cpp.inc"

void CheckDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/Check/IR/CheckOps.cpp.inc"
      >();
}

#define GET_OP_CLASSES
#include "dialects/Check/IR/CheckOps.cpp.inc"
