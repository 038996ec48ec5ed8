//===- RunExpectations.cpp - Test programs that check themselves ----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Program.h"
#include "Target.h"
#include "dialects/Check/IR/Check.h"
#include "dialects/Check/Transforms/Passes.h"
#include "quantc/Pipelines/Pipelines.h"
#include "quantc/Support/ElementDifference.h"
#include "quantc/Support/Failure.h"

#include "mlir/IR/Builders.h"

namespace quantc {
#define GEN_PASS_DEF_RUNEXPECTATIONS
#include "lib/Pipelines/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

/// What a run found out about its expectations, by their numbers.
struct Outcome {
  llvm::SmallVector<std::pair<int64_t, std::string>> failures;
  int64_t checked = 0;

  void note(int64_t number, int64_t count,
            const std::optional<ElementDifference> &difference) {
    ++checked;
    if (difference)
      failures.push_back({number, toString(*difference, count)});
  }
};
thread_local Outcome *current = nullptr;

void expectEq(int64_t number, const void *actual, const void *expected,
              int64_t count, int64_t type) {
  current->note(number, count,
                compareEqual(ElementType(type), actual, expected, count));
}

void expectClose(int64_t number, const void *actual, const void *expected,
                 int64_t count, int64_t type, double tolerance) {
  current->note(
      number, count,
      compareClose(ElementType(type), actual, expected, count, tolerance));
}

struct RunExpectations : quantc::impl::RunExpectationsBase<RunExpectations> {
  using RunExpectationsBase::RunExpectationsBase;

  LowerOptions options() const {
    LowerOptions options;
    options.levels = {level.empty() ? bestLevelHere() : level.getValue()};
    return options;
  }

  /// What the nested lowering needs; loaded before any pass runs.
  void getDependentDialects(DialectRegistry &registry) const override {
    OpPassManager manager(ModuleOp::getOperationName());
    manager.addPass(check::createLowerExpectations());
    buildLowerPipeline(manager, options());
    manager.getDependentDialects(registry);
  }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    SmallVector<Operation *> expectations;
    module.walk([&](Operation *op) {
      if (isa<check::ExpectCloseOp, check::ExpectEqOp>(op))
        expectations.push_back(op);
    });
    Outcome outcome;
    if (llvm::Error error = run(module, outcome)) {
      module.emitError(llvm::toString(std::move(error)));
      return signalPassFailure();
    }
    for (const auto &[number, text] : outcome.failures)
      expectations[number]->emitError("does not hold: ") << text;
    if (outcome.checked == 0)
      module.emitError("expects a program with expectations, but none ran");
    if (outcome.checked == 0 || !outcome.failures.empty())
      signalPassFailure();
  }

  llvm::Error run(ModuleOp module, Outcome &outcome) {
    OwningOpRef<ModuleOp> copy = module.clone();
    if (llvm::Error error =
            runStage(*copy, "check", [](OpPassManager &manager) {
              manager.addPass(check::createLowerExpectations());
            }))
      return error;
    auto model = loadProgram(
        *copy, options(),
        {{"quantc_expect_eq", reinterpret_cast<void *>(expectEq)},
         {"quantc_expect_close", reinterpret_cast<void *>(expectClose)}});
    if (!model)
      return model.takeError();
    if ((*model)->descriptor().input_count +
        (*model)->descriptor().output_count)
      return failure("the public function", "expects neither arguments nor "
                                            "results in a test program");
    auto context = Context::create(**model);
    if (!context)
      return context.takeError();
    current = &outcome;
    context->run({}, {});
    current = nullptr;
    return llvm::Error::success();
  }
};

} // namespace
