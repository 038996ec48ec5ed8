//===- ApplySchedules.cpp - Kernels get the schedules that were measured ---- ===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Codegen/ScheduleFile.h"
#include "quantc/Codegen/Vector/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"

namespace quantc::codegen {
#define GEN_PASS_DEF_APPLYSCHEDULES
#include "lib/Codegen/Vector/Passes.h.inc"
} // namespace quantc::codegen

using namespace mlir;
using namespace quantc::codegen;

namespace {

struct ApplySchedules
    : quantc::codegen::impl::ApplySchedulesBase<ApplySchedules> {
  using ApplySchedulesBase::ApplySchedulesBase;

  void runOnOperation() override {
    llvm::Expected<ScheduleFile> known = ScheduleFile::read(file);
    if (!known) {
      getOperation().emitError(llvm::toString(known.takeError()));
      return signalPassFailure();
    }
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      auto name = function->getAttrOfType<StringAttr>("quantc.level");
      const Level *level = name ? findLevel(name.getValue()) : nullptr;
      if (level)
        apply(function, *level, *known);
    }
  }

private:
  static void apply(func::FuncOp function, const Level &level,
                    const ScheduleFile &known) {
    function.walk([&](Operation *op) {
      if (!hasSchedules(op))
        return;
      auto found = known.kernels.find(scheduleKey(op, level));
      if (found == known.kernels.end() ||
          !fits(op, level, found->second.schedule))
        return;
      op->setAttr("schedule", DenseI64ArrayAttr::get(op->getContext(),
                                                     found->second.schedule));
    });
  }
};

} // namespace
