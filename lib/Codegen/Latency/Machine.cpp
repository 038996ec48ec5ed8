//===- Machine.cpp - What operations cost ---------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Codegen/Latency.h"

#include <algorithm>
#include <cmath>
#include <random>

using namespace quantc::codegen;

Machine Machine::nominal(const Level &level) {
  constexpr double cycle = 1 / 3.0; // 3 GHz.
  Machine machine;
  machine[Price::Dot] = level.dot == Dot::Vnni ? cycle : cycle / 2;
  machine[Price::MultiplyAdd] = cycle / 2;
  machine[Price::Simple] = cycle / 2;
  machine[Price::Divide] = 4 * cycle;
  machine[Price::Operation] = cycle / 2;
  machine[Price::Load] = cycle / 2;
  machine[Price::Store] = cycle;
  machine[Price::Scalar] = cycle / 2;
  machine[Price::Iteration] = cycle;
  machine[Price::Chain] = 5 * cycle;
  machine[Price::Call] = 10 * cycle;
  machine[Price::Cache2] = cycle / 32;
  machine[Price::Cache3] = cycle / 10;
  machine[Price::Memory] = cycle / 4;
  return machine;
}

Machine Machine::standard(const Level &level) {
  struct Entry {
    llvm::StringLiteral level;
    Machine machine;
  };
  static const Entry entries[] = {
#include "Machines.inc"
  };
  for (const Entry &entry : entries)
    if (entry.level == level.name)
      return entry.machine;
  return nominal(level);
}

llvm::StringRef quantc::codegen::nameOf(Price price) {
  static constexpr llvm::StringLiteral names[kPrices] = {
      "dot",  "multiply-add", "simple", "divide",    "operation",
      "load", "store",        "scalar", "iteration", "chain",
      "call", "cache2",       "cache3", "memory"};
  return names[static_cast<size_t>(price)];
}

double Work::on(const Machine &machine) const {
  auto cost = [&](Price price) {
    return counts[static_cast<size_t>(price)] * machine[price];
  };
  // Products need certain units, and every vector operation needs one of all.
  double products = cost(Price::Dot) + cost(Price::MultiplyAdd);
  double issued = (counts[static_cast<size_t>(Price::Dot)] +
                   counts[static_cast<size_t>(Price::MultiplyAdd)]) *
                      machine[Price::Simple] +
                  cost(Price::Simple) + cost(Price::Divide) +
                  cost(Price::Operation) + cost(Price::Scalar);
  // What different parts of the CPU do overlaps; the loop itself does not.
  double one = std::max({products, issued, cost(Price::Load),
                         cost(Price::Store), cost(Price::Chain)}) +
               cost(Price::Iteration) + cost(Price::Call);
  for (const Work &loop : loops)
    one += loop.on(machine);
  return times * one;
}

double Work::operations() const {
  double sum = 0;
  for (Price price :
       {Price::Dot, Price::MultiplyAdd, Price::Simple, Price::Divide,
        Price::Operation, Price::Load, Price::Store, Price::Scalar})
    sum += counts[static_cast<size_t>(price)];
  for (const Work &loop : loops)
    sum += loop.operations();
  return times * sum;
}

static void unfuse(Work &work) {
  work.counts[static_cast<size_t>(Price::Simple)] += work.fused;
  work.fused = 0;
  for (Work &loop : work.loops)
    unfuse(loop);
}

ProgramWork quantc::codegen::withoutFusion(ProgramWork work) {
  for (KernelWork &kernel : work.kernels)
    unfuse(kernel.work);
  return work;
}

double KernelWork::on(const Machine &machine, int64_t programBytes) const {
  auto priceOf = [&](double bytes) {
    return bytes <= double(machine.cache2)   ? machine[Price::Cache2]
           : bytes <= double(machine.cache3) ? machine[Price::Cache3]
                                             : machine[Price::Memory];
  };
  double memory = weightBytes * priceOf(double(programBytes)) +
                  bufferBytes * priceOf(2 * bufferBytes);
  return times * std::max(work.on(machine), memory);
}

double ProgramWork::on(const Machine &machine) const {
  double sum = 0;
  for (const KernelWork &kernel : kernels)
    sum += kernel.on(machine, bytes);
  return sum;
}

namespace {

/// Of one width.
constexpr int kStepsPerWidth = 1000;

/// What it counts if a price is far from where it started, compared with a
/// prediction that is as far from what was measured: so little that it matters
/// only for prices on which no probe depends.
constexpr double kStay = 0.004;

/// The mean square of the logarithms of predicted over measured.
double errorOf(const Machine &machine, const Machine &start,
               llvm::ArrayRef<Probe> probes) {
  double sum = 0;
  for (const Probe &probe : probes) {
    double ratio = std::log(probe.work.on(machine) / probe.measured);
    sum += ratio * ratio;
  }
  for (size_t i = 0; i < kPrices; ++i) {
    double ratio = std::log(machine.prices[i] / start.prices[i]);
    sum += kStay * ratio * ratio;
  }
  return sum / double(probes.size());
}

} // namespace

Machine quantc::codegen::fit(const Machine &start,
                             llvm::ArrayRef<Probe> probes) {
  // Where one limit of a loop takes over from another, the error has a crease
  // that steps along one price cannot follow: all prices move at random, less
  // and less, and what helps is kept.
  Machine best = start;
  double error = errorOf(best, start, probes);
  std::mt19937 generator(1);
  for (double width = 0.5; width > 0.002; width *= 0.8)
    for (int step = 0; step < kStepsPerWidth; ++step) {
      Machine next = best;
      for (double &price : next.prices)
        if (generator() % 4 == 0)
          price *= std::exp(width * (generator() / 2147483648.0 - 1));
      double nextError = errorOf(next, start, probes);
      if (nextError >= error)
        continue;
      best = next;
      error = nextError;
    }
  return best;
}
