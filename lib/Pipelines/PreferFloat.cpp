//===- PreferFloat.cpp - Layers that are faster in float ------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two programs are lowered and counted: all in integers, and all in float. Each
// layer then has two costs, and each value that goes from one layer to another
// has the cost of its conversion, should one be in float and the other not. The
// cheapest choice is a minimum cut. Since kernels are not quite layers, what
// comes of it is lowered and counted too, and only taken if it is faster.
//
//===----------------------------------------------------------------------===//
#include "PreferFloat.h"

#include "LayerGraph.h"
#include "MinimumCut.h"
#include "Predict.h"
#include "Program.h"
#include "dialects/LowBit/Transforms/Passes.h"
#include "dialects/LowBit/Transforms/Weights.h"
#include "quantc/Pipelines/Lower.h"
#include "quantc/Support/LayerName.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir;
using namespace quantc;

namespace {

/// Float has to be faster by so much: predictions are not better than that.
constexpr double kMargin = 1.05;

/// Operations per register of a conversion to codes or from them.
constexpr double kConversionOperations = 6;

using Cost = int64_t; ///< Picoseconds, so that sums do not depend on an order.

Cost costOf(double nanoseconds) { return std::llround(1000 * nanoseconds); }

/// Both programs, counted, and the choice between them layer by layer.
class Chooser {
public:
  Chooser(ModuleOp calibrated, const QuantizeOptions &options)
      : calibrated(calibrated), options(options), graph(calibrated),
        machine(
            codegen::Machine::standard(*codegen::findLevel(kDecisionLevel))) {}

  llvm::Expected<FloatChoice> run();

private:
  llvm::Error count();
  double add(const codegen::ProgramWork &work,
             double FloatChoice::Costs::*field);
  void findCandidates(ModuleOp quantized);
  void findGroups();
  std::vector<bool> cut() const;
  std::vector<std::string> reasonsFor(const std::vector<bool> &inFloat) const;
  void mark(ArrayRef<std::string> reasons);
  llvm::Expected<double> costWith(ArrayRef<std::string> reasons);
  llvm::Error choosePart();
  void chooseAll();

  FloatChoice::Costs costsOf(size_t layer) const {
    return choice.layers.lookup(graph.layers[layer].name);
  }
  double conversion(size_t from, int64_t elements, bool isToFloat) const;

  ModuleOp calibrated;
  const QuantizeOptions &options;
  LayerGraph graph;
  codegen::Machine machine;
  FloatChoice choice;
  /// By layer: whether it can be either; and the layers that share its kernel.
  std::vector<bool> isCandidate;
  llvm::EquivalenceClasses<size_t> groups;
};

/// Sums up a program by layers; returns the whole.
double Chooser::add(const codegen::ProgramWork &work,
                    double FloatChoice::Costs::*field) {
  for (const codegen::KernelWork &kernel : work.kernels)
    choice.layers[kernel.layer].*field += kernel.on(machine, work.bytes);
  return work.on(machine);
}

llvm::Error Chooser::count() {
  auto codes = quantized(calibrated, options);
  if (!codes)
    return codes.takeError();
  findCandidates(**codes);
  LowerOptions lower;
  lower.levels = {kDecisionLevel.str()};
  auto integers = workOf(**codes, lower);
  if (!integers)
    return integers.takeError();
  choice.integers = add(*integers, &FloatChoice::Costs::integers);
  // A program in float fuses multiplications and additions, float in a program
  // of codes does not.
  lower.contract = true;
  auto real = workOf(calibrated, lower);
  if (!real)
    return real.takeError();
  choice.real = real->on(machine);
  add(codegen::withoutFusion(*real), &FloatChoice::Costs::real);
  return llvm::Error::success();
}

/// Layers that became integers, and whose formats nobody asked for by name.
void Chooser::findCandidates(ModuleOp quantized) {
  llvm::StringSet<> fixed;
  for (StringRef entry : options.formatFor)
    fixed.insert(entry.rsplit('=').first);
  quantized->walk([&](Operation *op) {
    if (op->hasAttr(lowbit::floatReason) || op->hasAttr(lowbit::givenAttribute))
      fixed.insert(layerName(op));
  });
  for (const LayerGraph::Layer &layer : graph.layers)
    isCandidate.push_back(!fixed.contains(layer.name));
  isCandidate[LayerGraph::kOutside] = false;
}

/// A layer without a kernel of its own goes where its neighbours go.
void Chooser::findGroups() {
  for (size_t layer = 0; layer < graph.layers.size(); ++layer)
    groups.insert(layer);
  auto isPart = [&](size_t layer) {
    FloatChoice::Costs costs = costsOf(layer);
    return costs.integers == 0 || costs.real == 0;
  };
  for (auto [edge, elements] : graph.edges) {
    auto [from, to] = edge;
    if (isCandidate[from] && isCandidate[to] && (isPart(from) || isPart(to)))
      groups.unionSets(from, to);
  }
}

/// Nanoseconds for `elements` of layer `from`.
double Chooser::conversion(size_t from, int64_t elements,
                           bool isToFloat) const {
  if (isToFloat && graph.layers[from].isContraction)
    return 0;
  double lanes = codegen::findLevel(kDecisionLevel)->lanes;
  return double(elements) / lanes * kConversionOperations *
         machine[codegen::Price::Operation];
}

/// Whether each layer should be in float.
std::vector<bool> Chooser::cut() const {
  MinimumCut cut;
  std::vector<size_t> nodes(graph.layers.size(), MinimumCut::kSecond);
  for (size_t layer = 0; layer < nodes.size(); ++layer)
    if (isCandidate[layer] && groups.getLeaderValue(layer) == layer)
      nodes[layer] = cut.addNode();
  for (size_t layer = 0; layer < nodes.size(); ++layer) {
    if (!isCandidate[layer])
      continue;
    nodes[layer] = nodes[groups.getLeaderValue(layer)];
    FloatChoice::Costs costs = costsOf(layer);
    cut.addCost(MinimumCut::kFirst, nodes[layer], costOf(costs.real * kMargin));
    cut.addCost(nodes[layer], MinimumCut::kSecond, costOf(costs.integers));
  }
  for (auto [edge, elements] : graph.edges) {
    auto [from, to] = edge;
    cut.addCost(nodes[from], nodes[to],
                costOf(conversion(from, elements, true)));
    cut.addCost(nodes[to], nodes[from],
                costOf(conversion(from, elements, false)));
  }
  std::vector<bool> isSecond = cut.secondSide(), inFloat;
  for (size_t layer = 0; layer < nodes.size(); ++layer)
    inFloat.push_back(isCandidate[layer] && isSecond[nodes[layer]]);
  return inFloat;
}

std::string microseconds(double nanoseconds) {
  return llvm::formatv("{0:f2} us", nanoseconds / 1000).str();
}

/// Why layers stay in float, empty for those that do not; what neighbours that
/// stay there have in common is said of each.
std::vector<std::string>
Chooser::reasonsFor(const std::vector<bool> &inFloat) const {
  llvm::EquivalenceClasses<size_t> regions;
  for (size_t layer = 0; layer < inFloat.size(); ++layer)
    if (inFloat[layer])
      regions.insert(layer);
  for (auto [edge, elements] : graph.edges)
    if (inFloat[edge.first] && inFloat[edge.second])
      regions.unionSets(edge.first, edge.second);
  std::vector<FloatChoice::Costs> sums(inFloat.size());
  for (size_t layer = 0; layer < inFloat.size(); ++layer)
    if (inFloat[layer]) {
      FloatChoice::Costs &sum = sums[regions.getLeaderValue(layer)];
      sum.integers += costsOf(layer).integers;
      sum.real += costsOf(layer).real;
    }
  // At the border of a region one of the two has to convert.
  for (auto [edge, elements] : graph.edges) {
    auto [from, to] = edge;
    if (inFloat[from] == inFloat[to])
      continue;
    auto &sum = sums[regions.getLeaderValue(inFloat[from] ? from : to)];
    double once = conversion(from, elements, !isCandidate[to] || inFloat[to]);
    size_t neighbour = inFloat[from] ? to : from;
    (isCandidate[neighbour] ? sum.real : sum.integers) += once;
  }
  std::vector<std::string> reasons(inFloat.size());
  for (size_t layer = 0; layer < inFloat.size(); ++layer)
    if (inFloat[layer]) {
      const auto &sum = sums[regions.getLeaderValue(layer)];
      reasons[layer] = "with its neighbours in float it takes " +
                       microseconds(sum.real) + ", in integers " +
                       microseconds(sum.integers) + ", as predicted";
    }
  return reasons;
}

/// Leaves the reasons where `quantize` finds them; takes back those of before.
void Chooser::mark(ArrayRef<std::string> reasons) {
  calibrated->walk([&](Operation *op) {
    if (!lowbit::computesFloat(op))
      return;
    auto found = graph.numbers.find(layerName(op));
    if (found == graph.numbers.end() || !isCandidate[found->second])
      return;
    if (reasons.empty() || reasons[found->second].empty())
      op->removeAttr(lowbit::floatReason);
    else
      op->setAttr(lowbit::floatReason,
                  StringAttr::get(op->getContext(), reasons[found->second]));
  });
}

llvm::Expected<double> Chooser::costWith(ArrayRef<std::string> reasons) {
  mark(reasons);
  auto codes = quantized(calibrated, options);
  if (!codes)
    return codes.takeError();
  LowerOptions lower;
  lower.levels = {kDecisionLevel.str()};
  auto work = workOf(**codes, lower);
  if (!work)
    return work.takeError();
  return work->on(machine);
}

/// Leaves layers in float that are faster there, if the program as a whole is.
llvm::Error Chooser::choosePart() {
  std::vector<bool> inFloat = cut();
  if (llvm::none_of(inFloat, [](bool is) { return is; }))
    return llvm::Error::success();
  auto cost = costWith(reasonsFor(inFloat));
  if (!cost)
    return cost.takeError();
  if (*cost < choice.chosen)
    choice.chosen = *cost;
  else
    mark({});
  return llvm::Error::success();
}

/// Leaves everything in float if that is faster still.
void Chooser::chooseAll() {
  if (choice.real * kMargin >= choice.chosen)
    return;
  std::string reason = "all of the model takes " + microseconds(choice.real) +
                       " in float, in integers " +
                       microseconds(choice.integers) + ", as predicted";
  mark(std::vector<std::string>(graph.layers.size(), reason));
  choice.chosen = choice.real;
}

llvm::Expected<FloatChoice> Chooser::run() {
  if (llvm::Error error = count())
    return std::move(error);
  choice.chosen = choice.integers;
  if (llvm::none_of(isCandidate, [](bool is) { return is; }))
    return std::move(choice);
  findGroups();
  if (llvm::Error error = choosePart())
    return std::move(error);
  // What is asked for by name stays in integers.
  if (options.formatFor.empty())
    chooseAll();
  return std::move(choice);
}

} // namespace

llvm::Expected<OwningOpRef<ModuleOp>>
quantc::quantized(ModuleOp calibrated, const QuantizeOptions &options) {
  OwningOpRef<ModuleOp> copy = calibrated.clone();
  llvm::Error error = runStage(*copy, "quantize", [&](OpPassManager &manager) {
    buildQuantizePipeline(manager, options);
  });
  if (error)
    return error;
  return copy;
}

llvm::Expected<FloatChoice>
quantc::preferFloat(ModuleOp calibrated, const QuantizeOptions &options) {
  return Chooser(calibrated, options).run();
}
