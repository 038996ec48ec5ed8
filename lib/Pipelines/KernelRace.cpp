//===- KernelRace.cpp - Versions of one kernel against each other ---------- ===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "KernelRace.h"

#include "Program.h"
#include "quantc/Pipelines/Lower.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <chrono>
#include <cmath>

using namespace mlir;
using namespace quantc;

/// What a kernel may read beyond a buffer, and what buffers are aligned to.
static constexpr size_t kSlackBytes = 256, kAlignment = 64;

/// What one measurement should take, in nanoseconds: far more than a look at
/// the clock.
static constexpr double kEnough = 200'000;

static std::string nameOf(size_t version) {
  return "version_" + std::to_string(version);
}

/// One module with a public function for each schedule.
static OwningOpRef<ModuleOp> versionsOf(func::FuncOp function,
                                        ArrayRef<codegen::Schedule> schedules) {
  OwningOpRef<ModuleOp> module = ModuleOp::create(function.getLoc());
  OpBuilder builder(module->getBodyRegion());
  for (size_t version = 0; version < schedules.size(); ++version) {
    ArrayRef<int64_t> schedule = schedules[version];
    auto copy = cast<func::FuncOp>(builder.clone(*function));
    copy.setName(nameOf(version));
    copy.setPublic();
    if (!schedule.empty())
      copy.walk([&](Operation *op) {
        if (codegen::hasSchedules(op))
          op->setAttr("schedule", builder.getDenseI64ArrayAttr(schedule));
      });
  }
  return module;
}

/// From where an argument points to its last element: of the inner part of a
/// buffer with a border, for one, the border in front counts.
static size_t bytesOf(MemRefType type) {
  auto [strides, offset] = type.getStridesAndOffset();
  int64_t elements = 1 + offset;
  for (auto [size, stride] : llvm::zip_equal(type.getShape(), strides))
    elements += (size - 1) * stride;
  return elements * llvm::divideCeil(type.getElementTypeBitWidth(), 8);
}

llvm::Expected<KernelRace>
KernelRace::create(func::FuncOp function, ArrayRef<codegen::Schedule> schedules,
                   const LowerOptions &options) {
  OwningOpRef<ModuleOp> module = versionsOf(function, schedules);
  if (llvm::Error error =
          runStage(*module, "tune", [&](OpPassManager &manager) {
            buildCodePipeline(manager, options);
          }))
    return std::move(error);
  auto object = objectOf(*module, options);
  if (!object)
    return object.takeError();
  auto code = Code::link(std::move(*object));
  if (!code)
    return code.takeError();
  KernelRace race(std::move(*code));
  for (size_t version = 0; version < schedules.size(); ++version) {
    auto address = race.code.function(nameOf(version));
    if (!address)
      return address.takeError();
    race.functions.push_back(reinterpret_cast<Function>(*address));
  }
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes())) {
    auto memref = dyn_cast<MemRefType>(type);
    if (!memref)
      continue;
    race.sizes[i] = bytesOf(memref);
    race.memory.emplace_back(race.sizes[i] + kSlackBytes + kAlignment);
    race.arguments[i] = reinterpret_cast<void *>(llvm::alignTo(
        reinterpret_cast<uintptr_t>(race.memory.back().data()), kAlignment));
  }
  return race;
}

double KernelRace::timeOf(Function function, int64_t calls) {
  using Clock = std::chrono::steady_clock;
  Clock::time_point start = Clock::now();
  for (int64_t i = 0; i < calls; ++i)
    function(arguments[0], arguments[1], arguments[2], arguments[3],
             arguments[4], arguments[5]);
  return std::chrono::duration<double, std::nano>(Clock::now() - start).count();
}

std::vector<double> KernelRace::run(int rounds) {
  std::vector<double> best;
  std::vector<int64_t> calls;
  for (Function function : functions) {
    timeOf(function, 1); // Fetches code and buffers.
    double once = std::max(timeOf(function, 1), 1.0);
    calls.push_back(std::max<int64_t>(1, std::llround(kEnough / once)));
    best.push_back(once);
  }
  for (int round = 0; round < rounds; ++round)
    for (auto [i, function] : llvm::enumerate(functions))
      best[i] =
          std::min(best[i], timeOf(function, calls[i]) / double(calls[i]));
  return best;
}
