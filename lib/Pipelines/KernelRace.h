//===- KernelRace.h - Versions of one kernel against each other ----*- C++ -*- ===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_PIPELINES_KERNELRACE_H
#define QUANTC_LIB_PIPELINES_KERNELRACE_H

#include "quantc/Codegen/Schedule.h"
#include "quantc/Execution/Code.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/Error.h"
#include <array>
#include <cstddef>
#include <vector>

namespace quantc {

struct LowerOptions;

/// Arguments of a kernel, at the most: input, weights, bias, scale, output.
constexpr unsigned kArguments = 6;

/// A kernel compiled with several schedules, and buffers to run it on.
class KernelRace {
public:
  /// `function` has one kernel on memory. An empty schedule is the default.
  static llvm::Expected<KernelRace>
  create(mlir::func::FuncOp function,
         llvm::ArrayRef<codegen::Schedule> schedules,
         const LowerOptions &options);

  /// Nanoseconds of one call of each version, the shortest of several rounds in
  /// which all of them take turns.
  std::vector<double> run(int rounds);

  /// One call of one version.
  void call(size_t version) { timeOf(functions[version], 1); }
  /// The bytes of an argument, which are zero at first.
  llvm::MutableArrayRef<std::byte> argument(size_t number) {
    return {static_cast<std::byte *>(arguments[number]), sizes[number]};
  }

private:
  using Function = void (*)(void *, void *, void *, void *, void *, void *);

  explicit KernelRace(Code code) : code(std::move(code)) {}
  double timeOf(Function function, int64_t calls);

  Code code;
  std::vector<Function> functions;
  std::vector<std::vector<std::byte>> memory;
  std::array<void *, kArguments> arguments{};
  std::array<size_t, kArguments> sizes{};
};

} // namespace quantc

#endif // QUANTC_LIB_PIPELINES_KERNELRACE_H
