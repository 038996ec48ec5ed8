//===- Tune.cpp - Schedules are measured on this machine ------------------ ===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The kernels of a model are functions on buffers. Of each, versions with other
// schedules are compiled together, and timed side by side with the version that
// the code generator chooses by itself, in rounds, so that what else goes on in
// the machine hits all of them alike.
//
//===----------------------------------------------------------------------===//
#include "Tune.h"

#include "KernelRace.h"
#include "Predict.h"
#include "Program.h"
#include "quantc/Pipelines/Lower.h"
#include "quantc/Support/Progress.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringMap.h"

#include <chrono>

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

namespace {

using Clock = std::chrono::steady_clock;

/// What has to be faster than the default to be taken, as a ratio.
constexpr double kMargin = 0.98;

/// Schedules that are compiled together.
constexpr size_t kTogether = 16;

/// One function of the model with a kernel in it.
struct Kernel {
  func::FuncOp function;
  std::string key;
  std::vector<Schedule> candidates;
  int64_t calls = 0;
  double predicted = 0; ///< Nanoseconds of all calls.
};

Operation *kernelIn(func::FuncOp function) {
  Operation *found = nullptr;
  function.walk([&](Operation *op) {
    if (hasSchedules(op))
      found = op;
  });
  return found;
}

/// The kernels of a module after `buildKernelPipeline`, those of equal shape
/// once.
std::vector<Kernel> kernelsOf(ModuleOp module, const Level &level) {
  llvm::StringMap<int64_t> calls;
  module.walk([&](func::CallOp call) { ++calls[call.getCallee()]; });
  std::vector<Kernel> kernels;
  llvm::StringMap<size_t> byKey;
  for (auto function : module.getOps<func::FuncOp>()) {
    Operation *op = kernelIn(function);
    if (!op || !function.isPrivate() || function.getNumArguments() > kArguments)
      continue;
    std::string key = scheduleKey(op, level);
    auto [found, isNew] = byKey.try_emplace(key, kernels.size());
    if (isNew)
      kernels.push_back({function, key, candidateSchedules(op, level)});
    kernels[found->second].calls += calls.lookup(function.getName());
  }
  return kernels;
}

/// The best schedule that is found before `end`.
llvm::Expected<ScheduleFile::Entry> bestOf(const Kernel &kernel,
                                           const LowerOptions &options,
                                           Clock::time_point end) {
  std::vector<Schedule> kept = {{}};
  ArrayRef<Schedule> rest = kernel.candidates;
  while (!rest.empty() && Clock::now() < end) {
    std::vector<Schedule> entrants = kept;
    for (const Schedule &schedule : rest.take_front(kTogether))
      entrants.push_back(schedule);
    rest = rest.drop_front(std::min(kTogether, rest.size()));
    auto race = KernelRace::create(kernel.function, entrants, options);
    if (!race)
      return race.takeError();
    std::vector<double> times = race->run(/*rounds=*/5);
    // The default and the two fastest go on.
    std::vector<size_t> order;
    for (size_t i = 1; i < entrants.size(); ++i)
      order.push_back(i);
    llvm::stable_sort(order,
                      [&](size_t a, size_t b) { return times[a] < times[b]; });
    kept = {{}};
    for (size_t i : ArrayRef(order).take_front(2))
      kept.push_back(entrants[i]);
  }
  auto race = KernelRace::create(kernel.function, kept, options);
  if (!race)
    return race.takeError();
  std::vector<double> times = race->run(/*rounds=*/30);
  size_t best = llvm::min_element(times) - times.begin();
  if (times[best] > kMargin * times[0])
    best = 0;
  return ScheduleFile::Entry{kept[best], times[best] / 1e3, times[0] / 1e3};
}

} // namespace

llvm::Expected<Tuned> quantc::tune(ModuleOp module, const LowerOptions &options,
                                   StringRef levelName, double seconds,
                                   bool quiet, ScheduleFile &file) {
  LowerOptions lower = options;
  lower.levels = {levelName.str()};
  lower.schedules.clear();
  OwningOpRef<ModuleOp> copy = module.clone();
  if (llvm::Error error = runStage(*copy, "tune", [&](OpPassManager &manager) {
        buildKernelPipeline(manager, lower);
      }))
    return std::move(error);
  std::vector<Kernel> kernels = kernelsOf(*copy, *findLevel(levelName));
  auto work = workOf(module, lower);
  if (!work)
    return work.takeError();
  Machine machine = Machine::standard(*findLevel(levelName));
  llvm::StringMap<double> predicted;
  for (const KernelWork &kernel : work->kernels)
    predicted[kernel.kernel] += kernel.on(machine, work->bytes);
  for (Kernel &kernel : kernels)
    kernel.predicted = predicted.lookup(kernel.function.getName());
  llvm::stable_sort(kernels, [](const Kernel &a, const Kernel &b) {
    return a.predicted > b.predicted;
  });

  Tuned tuned;
  tuned.kernels = kernels.size();
  Clock::time_point start = Clock::now();
  auto passed = [&] {
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  Progress progress("tuning", kernels.size(),
                    Progress::styleFor(llvm::errs(), quiet));
  for (auto [i, kernel] : llvm::enumerate(kernels)) {
    auto found = file.kernels.find(kernel.key);
    if (found != file.kernels.end()) {
      ++tuned.known;
    } else if (passed() < seconds) {
      double share = (seconds - passed()) / double(kernels.size() - i);
      auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                    std::chrono::duration<double>(share));
      auto best = bestOf(kernel, lower, end);
      if (!best)
        return best.takeError();
      found = file.kernels.insert({kernel.key, std::move(*best)}).first;
      ++tuned.measured;
    }
    if (found != file.kernels.end()) {
      tuned.defaultUs += double(kernel.calls) * found->second.defaultUs;
      tuned.tunedUs += double(kernel.calls) * found->second.us;
    }
    progress.advance();
  }
  return tuned;
}
