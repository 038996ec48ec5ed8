//===- Latency.h - How long a program will take -----------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program whose kernels are loops of vector operations already, one version
// per CPU level, is counted: how often each loop runs, and what its body has
// for each part of the CPU. A machine gives each kind of operation a price.
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_CODEGEN_LATENCY_H
#define QUANTC_CODEGEN_LATENCY_H

#include "quantc/Codegen/Level.h"

#include "mlir/IR/BuiltinOps.h"

#include <array>
#include <string>
#include <vector>

namespace quantc::codegen {

/// What an operation of a register's width costs a machine, in nanoseconds.
enum class Price {
  Dot,         ///< Integer dot product, or a step of one.
  MultiplyAdd, ///< Multiplication of f32, or one fused with an addition.
  Simple,      ///< Addition or logic; products take as much room.
  Divide,      ///< Division or square root.
  Operation,   ///< Any other vector operation.
  Load,        ///< Of a vector, or of a scalar into all lanes.
  Store,
  Scalar,    ///< Operation on a single element.
  Iteration, ///< Of a loop.
  Chain,     ///< A loop's wait for the sums of its last iteration.
  Call,      ///< Of a kernel.
  Cache2,    ///< One byte from the second cache, ...
  Cache3,    ///< ... the third, ...
  Memory,    ///< ... and from memory.
  Count_
};
constexpr size_t kPrices = static_cast<size_t>(Price::Count_);

struct Machine {
  std::array<double, kPrices> prices;
  /// Sizes of the second and third cache, in bytes.
  int64_t cache2 = 1 << 20, cache3 = 32 << 20;

  double &operator[](Price price) { return prices[static_cast<size_t>(price)]; }
  double operator[](Price price) const {
    return prices[static_cast<size_t>(price)];
  }

  /// A plain CPU of the level at 3 GHz: two vector operations a cycle, of which
  /// one may be a multiplication of integers.
  static Machine nominal(const Level &level);
  /// The CPU for which is decided what stays in float: measured once, so that
  /// every machine decides alike. Nominal for a level without an entry.
  static Machine standard(const Level &level);
};

/// What prices are called where they are written down: "dot", "multiply-add".
llvm::StringRef nameOf(Price price);

/// A loop, or a program: what runs in it by itself, and the loops inside.
struct Work {
  double times = 1;
  std::array<double, kPrices> counts{};
  double fused = 0; ///< Of the multiplications, those with an addition.
  std::vector<Work> loops;

  /// Nanoseconds, but for memory.
  double on(const Machine &machine) const;
  /// Operations on registers in all iterations, loads and stores included.
  double operations() const;
};

/// The work of one operation with all that is in it, and of a block. What a
/// loop costs beside its body is a loop's own. A number of iterations that is
/// not constant is taken from the marks of `quantc/Support/Parallel.h`.
Work workOf(mlir::Operation &op, const Level &level);
Work workOf(mlir::Block &block, const Level &level);

/// One call of a kernel.
struct KernelWork {
  std::string layer, kernel;
  double times = 1; ///< That it runs, in loops of the program.
  Work work;
  double weightBytes = 0, bufferBytes = 0; ///< That it reads or writes.

  /// Nanoseconds. Weights come from the cache that holds the whole program, and
  /// buffers from one that holds those of the kernel twice.
  double on(const Machine &machine, int64_t programBytes) const;
};

struct ProgramWork {
  std::vector<KernelWork> kernels;
  int64_t bytes = 0; ///< Of weights and buffers.

  double on(const Machine &machine) const;
};

/// The same program with an addition of its own beside each multiplication that
/// was fused with one.
ProgramWork withoutFusion(ProgramWork work);

/// Counts the work of one level's version of a program in loops and vector
/// operations, before it becomes LLVM's.
ProgramWork countWork(mlir::ModuleOp module, llvm::StringRef level);

/// A program, and the nanoseconds that it took.
struct Probe {
  ProgramWork work;
  double measured;
};

/// The machine near `start` on which the probes' predictions are as close as
/// possible to what was measured, as ratios.
Machine fit(const Machine &start, llvm::ArrayRef<Probe> probes);

} // namespace quantc::codegen

#endif // QUANTC_CODEGEN_LATENCY_H
