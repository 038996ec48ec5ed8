//===- DropObservers.cpp - Remove every observer --------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Calib/IR/Calib.h"
#include "dialects/Calib/IR/Sites.h"
#include "dialects/Calib/Transforms/Passes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/PatternMatch.h"

namespace quantc::calib {
#define GEN_PASS_DEF_DROPOBSERVERS
#include "dialects/Calib/Transforms/Passes.h.inc"
} // namespace quantc::calib

using namespace mlir;
using namespace quantc;

namespace {

struct DropObservers : calib::impl::DropObserversBase<DropObservers> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    // observe(x) -> x
    for (calib::ObserveOp observer : calib::observersOf(getOperation()))
      rewriter.replaceOp(observer, observer.getInput());
  }
};

} // namespace
