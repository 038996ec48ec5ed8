//===- VerifyStage.cpp - verify-stage{stage=..} ---------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Pipelines/StageRules.h"
#include "quantc/Pipelines/Pipelines.h"

namespace quantc {
#define GEN_PASS_DEF_VERIFYSTAGE
#include "lib/Pipelines/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

using Rules = LogicalResult (*)(ModuleOp);

Rules rulesOf(StringRef stage) {
  return llvm::StringSwitch<Rules>(stage)
      .Case("imported", verifyImported)
      .Case("calibrated", verifyCalibrated)
      .Case("quantized", verifyQuantized)
      .Case("lowered", verifyLowered)
      .Default(nullptr);
}

struct VerifyStage : quantc::impl::VerifyStageBase<VerifyStage> {
  using Base::Base;

  void runOnOperation() override {
    Rules rules = rulesOf(stage);
    if (!rules) {
      emitError(getOperation().getLoc())
          << "expects the option 'stage' to be imported, calibrated, quantized "
             "or lowered, but got '"
          << stage << "'";
      return signalPassFailure();
    }
    if (failed(checkMark(getOperation(), stage)) ||
        failed(rules(getOperation())))
      return signalPassFailure();
    markAllAnalysesPreserved();
  }

  static LogicalResult checkMark(ModuleOp module, StringRef stage) {
    auto mark = module->getAttrOfType<StringAttr>("quantc.stage");
    if (mark && mark.getValue() == stage)
      return success();
    return emitError(module.getLoc())
           << "expects the attribute quantc.stage = '" << stage << "', but got "
           << (mark ? "'" + mark.getValue().str() + "'" : "none")
           << ": mark-stage should have set it";
  }
};

} // namespace
