//===- Calibrating.cpp - Ranges from samples ------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Calibrating.h"

#include "Program.h"
#include "Target.h"
#include "dialects/Calib/IR/Sites.h"
#include "dialects/Calib/Transforms/Passes.h"
#include "quantc/Calibration/Calibrate.h"
#include "quantc/Execution/Evaluate.h"
#include "quantc/Support/Failure.h"
#include "quantc/Support/Progress.h"
#include "quantc/Support/SampleSet.h"

using namespace mlir;
using namespace quantc;

namespace {

/// What one thread needs to run samples.
struct Worker {
  Context context;
  TensorBuffers inputs, outputs;
};

llvm::Expected<std::vector<Worker>> workersFor(const Model &model,
                                               unsigned threads) {
  auto inputs = inputsOf(model);
  if (!inputs)
    return inputs.takeError();
  auto outputs = outputsOf(model);
  if (!outputs)
    return outputs.takeError();
  std::vector<Worker> workers;
  for (unsigned i = 0; i < threads; ++i) {
    auto context = Context::create(model);
    if (!context)
      return context.takeError();
    auto in = TensorBuffers::create(*inputs);
    if (!in)
      return in.takeError();
    auto out = TensorBuffers::create(*outputs);
    if (!out)
      return out.takeError();
    workers.push_back({std::move(*context), std::move(*in), std::move(*out)});
  }
  return workers;
}

/// Runs every sample through the observed program.
llvm::Expected<Collector> observe(const Model &model, const SampleSet &samples,
                                  int64_t sites,
                                  const CompileRequest &request) {
  auto workers = workersFor(model, request.threads);
  if (!workers)
    return workers.takeError();
  Progress progress("calibrating", samples.size(),
                    Progress::styleFor(llvm::errs(), request.quiet));
  int64_t reported = 0;
  auto report = [&](int64_t done, int64_t) {
    progress.advance(done - reported);
    reported = done;
  };
  CalibrateOptions options;
  options.samples = samples.size();
  options.batchSize = samples.batch();
  options.threads = request.threads;
  options.progress = report;
  return collect(sites, options,
                 [&](const Batch &batch, unsigned thread) -> llvm::Error {
                   Worker &worker = (*workers)[thread];
                   samples.gather(batch.firstSample / samples.batch(),
                                  worker.inputs.pointers());
                   worker.context.run(worker.inputs.constPointers(),
                                      worker.outputs.pointers());
                   return llvm::Error::success();
                 });
}

} // namespace

llvm::Error quantc::calibrate(ModuleOp module, const CompileRequest &request) {
  auto estimator = parseEstimator(request.calibration);
  if (!estimator)
    return estimator.takeError();
  if (llvm::Error error =
          runStage(module, "calibrate", [](OpPassManager &manager) {
            manager.addPass(calib::createInsertObservers());
          }))
    return error;

  // Sums must not depend on the machine, so no multiply-adds are fused.
  LowerOptions options;
  options.levels = {bestLevelHere()};
  auto model = loadProgram(module, options, quantc_observe);
  if (!model)
    return model.takeError();
  auto inputs = inputsOf(**model);
  if (!inputs)
    return inputs.takeError();
  auto samples = SampleSet::load(request.calibrate, *inputs);
  if (!samples)
    return samples.takeError();

  SmallVector<std::string> sites = calib::sitesOf(module);
  auto collector = observe(**model, *samples, sites.size(), request);
  if (!collector)
    return collector.takeError();
  auto ranges = estimateRanges(*collector, sites, *estimator);
  if (!ranges)
    return ranges.takeError();
  if (failed(calib::setRanges(module, *ranges)))
    return failure("calibration", "has no range for every observer");
  return runStage(module, "calibrate", [](OpPassManager &manager) {
    manager.addPass(calib::createUnifyRanges());
  });
}
