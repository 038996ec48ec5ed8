//===- Work.cpp - How much a kernel does, and how to divide it ------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Codegen/Program/Work.h"

#include "quantc/Codegen/Latency.h"
#include "quantc/Codegen/Level.h"
#include "quantc/Support/Parallel.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <array>

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

/// Pieces of a loop for different threads; 0 if the iterations have to run one
/// after the other.
static int64_t unitsOf(scf::ForOp loop) {
  auto most = loop->getAttrOfType<IntegerAttr>(kUnitsAttrName);
  if (!most || getConstantIntValue(loop.getStep()) != 1)
    return 0;
  return most.getInt() - (loop->hasAttr(kTogetherAttrName) ? 1 : 0);
}

namespace {

/// Numbers of threads that a plan should be good for.
constexpr std::array<int64_t, 5> kThreads = {2, 3, 4, 8, 16};

/// Cycles by the slowest of so many threads.
using Times = std::array<double, kThreads.size()>;

class Planner {
public:
  Planner(func::FuncOp function, WorkPlan &plan) : plan(plan) {
    auto name = function->getAttrOfType<StringAttr>("quantc.level");
    level = name ? findLevel(name.getValue()) : nullptr;
    if (!level)
      level = findLevel("reference");
  }

  double cyclesOf(Operation &op) { return workOf(op, *level).operations(); }
  double cyclesOf(Block &block) { return workOf(block, *level).operations(); }
  /// Plans the loops of a block, each by itself.
  Times divide(Block &block);

private:
  Times divide(scf::ForOp loop);
  void forget(scf::ForOp loop);

  WorkPlan &plan;
  const Level *level;
};

void Planner::forget(scf::ForOp loop) {
  loop.getBody()->walk([&](Operation *op) {
    plan.divided.erase(op);
    plan.entered.erase(op);
  });
}

Times Planner::divide(scf::ForOp loop) {
  Times times;
  Work work = workOf(*loop.getOperation(), *level);
  double all = work.operations();
  int64_t units = unitsOf(loop);
  if (units == 0) {
    times.fill(all);
    return times;
  }
  Times inside = divide(*loop.getBody());
  double best = 0, other = 0;
  for (auto [i, threads] : llvm::enumerate(kThreads)) {
    times[i] = all * double(llvm::divideCeil(units, threads)) / double(units);
    inside[i] *= work.loops.front().times;
    best += times[i] * double(threads);
    other += inside[i] * double(threads);
  }
  // Around the inner loops is what they share, so that they have to be better
  // by something.
  if (other < 0.95 * best) {
    plan.entered.insert(loop);
    return inside;
  }
  forget(loop);
  plan.divided.insert(loop);
  return times;
}

Times Planner::divide(Block &block) {
  Times times{};
  for (Operation &op : block) {
    Times own;
    if (auto loop = dyn_cast<scf::ForOp>(op))
      own = divide(loop);
    else
      own.fill(cyclesOf(op));
    for (auto [sum, time] : llvm::zip_equal(times, own))
      sum += time;
  }
  return times;
}

} // namespace

/// Whether every part may run the operation, or only one has to and no other
/// needs its results.
static bool canStandBesideParts(Operation &op) {
  if (op.use_empty())
    return true;
  std::optional<SmallVector<MemoryEffects::EffectInstance>> effects =
      getEffectsRecursively(&op);
  return effects && llvm::none_of(*effects, [](const auto &effect) {
           return isa<MemoryEffects::Write>(effect.getEffect());
         });
}

WorkPlan quantc::codegen::planWork(func::FuncOp function) {
  WorkPlan plan;
  Planner planner(function, plan);
  Block &body = function.getBody().front();
  plan.cycles = planner.cyclesOf(body);
  planner.divide(body);
  SmallVector<Block *> blocks = {&body};
  for (Operation *op : plan.entered)
    blocks.push_back(cast<scf::ForOp>(op).getBody());
  for (Block *block : blocks)
    if (!llvm::all_of(*block, canStandBesideParts))
      return plan; // Without units: not to be divided.
  for (Operation *op : plan.divided)
    plan.units = std::max(plan.units, unitsOf(cast<scf::ForOp>(op)));
  return plan;
}
