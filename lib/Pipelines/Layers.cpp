//===- Layers.cpp - Where quantization loses accuracy ---------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Layers.h"

#include "Program.h"
#include "Target.h"
#include "dialects/Calib/IR/Calib.h"
#include "dialects/Calib/IR/Sites.h"
#include "dialects/LowBit/IR/LowBit.h"
#include "quantc/Execution/Evaluate.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace quantc;

namespace {

/// Enough to rank layers; all values of all sites are kept meanwhile.
constexpr int64_t kMostRuns = 8;

/// The values that one run saw, by site.
using Capture = std::vector<std::vector<float>>;
thread_local Capture *current = nullptr;

void capture(int64_t site, const float *values, int64_t count) {
  // A loop comes by several times.
  (*current)[site].insert((*current)[site].end(), values, values + count);
}

/// A copy that observes, under its site's name, each value which the quantized
/// program has in common with the float program.
OwningOpRef<ModuleOp> tapped(ModuleOp quantized) {
  OwningOpRef<ModuleOp> copy = quantized.clone();
  SmallVector<Operation *> sites;
  copy->walk([&](Operation *op) {
    if (op->hasAttrOfType<StringAttr>("calib.site") && op->getNumResults() == 1)
      sites.push_back(op);
  });
  for (Operation *op : sites) {
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    OpBuilder builder(op->getContext());
    builder.setInsertionPointAfter(op);
    Value value = op->getResult(0);
    if (!type.getElementType().isF32())
      value = lowbit::DequantizeOp::create(
          builder, op->getLoc(), type.clone(builder.getF32Type()), value);
    calib::ObserveOp::create(builder, op->getLoc(), value.getType(), value,
                             op->getAttrOfType<StringAttr>("calib.site"),
                             /*range=*/nullptr);
  }
  return copy;
}

/// A program that reports what it computes.
struct Tapped {
  SmallVector<std::string> sites;
  std::unique_ptr<Model> model;
  std::optional<Context> context;
  std::optional<TensorBuffers> outputs;
  Capture seen;

  static llvm::Expected<Tapped> of(ModuleOp module) {
    Tapped program;
    program.sites = calib::sitesOf(module);
    program.seen.resize(program.sites.size());
    LowerOptions options;
    options.levels = {bestLevelHere()};
    options.observe = true;
    if (llvm::Error error = loadProgram(module, options, observedBy(capture))
                                .moveInto(program.model))
      return error;
    auto outputs = outputsOf(*program.model);
    if (!outputs)
      return outputs.takeError();
    auto buffers = TensorBuffers::create(*outputs);
    auto context = Context::create(*program.model);
    if (!buffers || !context)
      return llvm::joinErrors(buffers.takeError(), context.takeError());
    program.outputs.emplace(std::move(*buffers));
    program.context.emplace(std::move(*context));
    return program;
  }

  void run(const TensorBuffers &inputs) {
    for (std::vector<float> &values : seen)
      values.clear();
    current = &seen;
    context->run(inputs.constPointers(), outputs->pointers());
    current = nullptr;
  }
};

} // namespace

llvm::Expected<std::vector<SiteDifference>>
quantc::compareLayers(ModuleOp observed, ModuleOp quantized,
                      StringRef samples) {
  OwningOpRef<ModuleOp> taps = tapped(quantized);
  auto real = Tapped::of(observed), codes = Tapped::of(*taps);
  if (!real || !codes)
    return llvm::joinErrors(real.takeError(), codes.takeError());
  auto inputs = inputsOf(*real->model);
  if (!inputs)
    return inputs.takeError();
  auto set = SampleSet::load(samples, *inputs);
  if (!set)
    return set.takeError();
  auto buffers = TensorBuffers::create(*inputs);
  if (!buffers)
    return buffers.takeError();

  llvm::StringMap<size_t> realSite;
  for (auto [i, site] : llvm::enumerate(real->sites))
    realSite[site] = i;
  std::vector<SiteDifference> differences;
  for (const std::string &site : codes->sites)
    differences.push_back({site, {}});
  for (int64_t run = 0; run < std::min(kMostRuns, set->runs()); ++run) {
    set->gather(run, buffers->pointers());
    real->run(*buffers);
    codes->run(*buffers);
    for (auto [i, entry] : llvm::enumerate(differences)) {
      auto found = realSite.find(entry.site);
      if (found != realSite.end() &&
          real->seen[found->second].size() == codes->seen[i].size())
        entry.difference.add(real->seen[found->second], codes->seen[i]);
    }
  }
  return differences;
}
