//===- ObserveSamples.cpp - What the float program computes ---------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Program.h"
#include "Target.h"
#include "dialects/Calib/IR/Sites.h"
#include "quantc/Calibration/Calibrate.h"
#include "quantc/Calibration/Estimator.h"
#include "quantc/Execution/Evaluate.h"
#include "quantc/Execution/Session.h"
#include "quantc/Pipelines/Pipelines.h"
#include "quantc/Support/Failure.h"
#include "quantc/Support/Progress.h"
#include "quantc/Support/SampleSet.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

namespace quantc {
#define GEN_PASS_DEF_OBSERVESAMPLES
#include "lib/Pipelines/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

llvm::Expected<std::vector<Session>> sessionsFor(const Model &model,
                                                 unsigned threads) {
  std::vector<Session> sessions;
  for (unsigned i = 0; i < threads; ++i) {
    auto session = Session::create(model);
    if (!session)
      return session.takeError();
    sessions.push_back(std::move(*session));
  }
  return sessions;
}

struct ObserveSamples : quantc::impl::ObserveSamplesBase<ObserveSamples> {
  using ObserveSamplesBase::ObserveSamplesBase;

  /// What the nested lowering needs; loaded before any pass runs.
  void getDependentDialects(DialectRegistry &registry) const override {
    OpPassManager manager(ModuleOp::getOperationName());
    buildLowerPipeline(manager, programOptions());
    manager.getDependentDialects(registry);
  }

  void runOnOperation() override {
    if (llvm::Error error = run(getOperation())) {
      getOperation().emitError(llvm::toString(std::move(error)));
      signalPassFailure();
    }
  }

private:
  /// Sums must not depend on the machine, so no multiply-adds are fused.
  static LowerOptions programOptions() {
    LowerOptions options;
    options.levels = {bestLevelHere()};
    options.observe = true;
    return options;
  }

  llvm::Error run(ModuleOp module);
  llvm::Expected<Collector> observe(const Model &model, const SampleSet &set,
                                    int64_t sites);
};

/// Sites in branches that no sample took: what is there stays in float.
void dropUnreached(ModuleOp module, Collector &collector) {
  SmallVector<int64_t> reached;
  for (auto [site, observer] : llvm::enumerate(calib::observersOf(module))) {
    bool isInBranch = observer->getParentOfType<scf::IfOp>() ||
                      observer->getParentOfType<scf::WhileOp>();
    if (!isInBranch || collector.sketch(site).valueCount() > 0) {
      reached.push_back(site);
      continue;
    }
    observer.emitRemark("no sample comes by site '")
        << observer.getSite() << "': what follows it stays in float";
    observer.replaceAllUsesWith(observer.getInput());
    observer.erase();
  }
  collector.keep(reached);
}

llvm::Error ObserveSamples::run(ModuleOp module) {
  auto estimator = parseEstimator(calibration);
  if (!estimator)
    return estimator.takeError();
  auto model =
      loadProgram(module, programOptions(), observedBy(quantc_observe));
  if (!model)
    return model.takeError();
  auto inputs = inputsOf(**model);
  if (!inputs)
    return inputs.takeError();
  auto set = SampleSet::load(samples, *inputs);
  if (!set)
    return set.takeError();

  auto collector = observe(**model, *set, calib::sitesOf(module).size());
  if (!collector)
    return collector.takeError();
  dropUnreached(module, *collector);
  auto ranges = estimateRanges(*collector, calib::sitesOf(module), *estimator);
  if (!ranges)
    return ranges.takeError();
  if (failed(calib::setRanges(module, *ranges)))
    return failure("calibration", "has no range for every observer");
  for (auto [index, observer] : llvm::enumerate(calib::observersOf(module))) {
    RealRange bulk = bulkOf(collector->sketch(int64_t(index)));
    observer->setAttr(
        calib::bulkAttribute,
        DenseF64ArrayAttr::get(module.getContext(), {bulk.min, bulk.max}));
    observer->setAttr(
        calib::magnitudeAttribute,
        Builder(module.getContext())
            .getF64FloatAttr(magnitudeOf(collector->sketch(int64_t(index)))));
  }
  return llvm::Error::success();
}

/// Runs every sample through the observed program.
llvm::Expected<Collector> ObserveSamples::observe(const Model &model,
                                                  const SampleSet &set,
                                                  int64_t sites) {
  auto sessions = sessionsFor(model, threads);
  if (!sessions)
    return sessions.takeError();
  Progress progress("calibrating", set.size(),
                    Progress::styleFor(llvm::errs(), quiet));
  int64_t reported = 0;
  auto report = [&](int64_t done, int64_t) {
    progress.advance(done - reported);
    reported = done;
  };
  CalibrateOptions options;
  options.samples = set.size();
  options.batchSize = set.batch();
  options.threads = threads;
  options.progress = report;
  return collect(
      sites, options, [&](const Batch &batch, unsigned thread) -> llvm::Error {
        Session &session = (*sessions)[thread];
        set.gather(batch.firstSample / set.batch(), session.inputs.pointers());
        session.run();
        return llvm::Error::success();
      });
}

} // namespace
