//===- Work.cpp - How much a kernel does, and how to divide it ------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Codegen/Program/Work.h"

#include "quantc/Codegen/Level.h"
#include "quantc/Support/Parallel.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <array>
#include <cmath>

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

/// The most iterations that a loop has, 1 if nothing is known.
static int64_t iterationsOf(scf::ForOp loop) {
  if (auto most = loop->getAttrOfType<IntegerAttr>(kUnitsAttrName))
    return most.getInt();
  if (auto average = loop->getAttrOfType<FloatAttr>(kTripsAttrName))
    return std::max<int64_t>(std::lround(average.getValueAsDouble()), 1);
  auto first = getConstantIntValue(loop.getLowerBound());
  auto end = getConstantIntValue(loop.getUpperBound());
  auto step = getConstantIntValue(loop.getStep());
  if (!first || !end || !step || *step <= 0 || *end <= *first)
    return 1;
  return llvm::divideCeil(*end - *first, *step);
}

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
    const Level *level = name ? findLevel(name.getValue()) : nullptr;
    lanes = level ? level->lanes : 1;
  }

  double cyclesOf(Operation *op);
  double cyclesOf(Block &block);
  /// Plans the loops of a block, each by itself.
  Times divide(Block &block);

private:
  Times divide(scf::ForOp loop);
  void forget(scf::ForOp loop);

  WorkPlan &plan;
  int64_t lanes;
};

double Planner::cyclesOf(Operation *op) {
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return double(iterationsOf(loop)) * cyclesOf(*loop.getBody());
  double cycles = 0;
  for (Region &region : op->getRegions())
    for (Block &block : region)
      cycles += cyclesOf(block);
  if (cycles > 0)
    return cycles;
  if (op->hasTrait<OpTrait::ConstantLike>() ||
      op->hasTrait<OpTrait::IsTerminator>())
    return 0;
  // Indices are folded into addresses.
  auto ofIndices = [](TypeRange types) {
    return !types.empty() &&
           llvm::all_of(types, [](Type type) { return type.isIndex(); });
  };
  if (ofIndices(op->getResultTypes()))
    return 0;
  int64_t bits = 1;
  for (TypeRange types :
       {TypeRange(op->getResultTypes()), TypeRange(op->getOperandTypes())})
    for (Type type : types)
      if (auto vector = dyn_cast<VectorType>(type))
        bits = std::max(bits, vector.getNumElements() *
                                  int64_t(vector.getElementTypeBitWidth()));
  return double(llvm::divideCeil(bits, 32 * lanes));
}

double Planner::cyclesOf(Block &block) {
  double cycles = 0;
  for (Operation &op : block)
    cycles += cyclesOf(&op);
  return cycles;
}

void Planner::forget(scf::ForOp loop) {
  loop.getBody()->walk([&](Operation *op) {
    plan.divided.erase(op);
    plan.entered.erase(op);
  });
}

Times Planner::divide(scf::ForOp loop) {
  Times times;
  double all = cyclesOf(loop);
  int64_t units = unitsOf(loop);
  if (units == 0) {
    times.fill(all);
    return times;
  }
  Times inside = divide(*loop.getBody());
  double best = 0, other = 0;
  for (auto [i, threads] : llvm::enumerate(kThreads)) {
    times[i] = all * double(llvm::divideCeil(units, threads)) / double(units);
    inside[i] *= double(iterationsOf(loop));
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
      own.fill(cyclesOf(&op));
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
