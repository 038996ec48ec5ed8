//===- Lower.h - From numbers to machine operations -------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_PIPELINES_LOWER_H
#define QUANTC_PIPELINES_LOWER_H

#include <string>
#include <vector>

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace quantc {

/// How a program is turned into code.
struct LowerOptions {
  /// CPU levels of the library, slowest first: sse4, avx2, avx512, vnni. The
  /// one level "reference" means scalar loops straight from the numerics
  /// specification.
  std::vector<std::string> levels = {"sse4", "avx2", "avxvnni", "vnni"};
  /// Fuse f32 multiplications and additions: for pure float programs, which
  /// then no longer give the same bytes on every level.
  bool contract = false;
  /// Keep observers, as calls to `quantc_observe`.
  bool observe = false;
  /// A file of schedules that `quantc --tune` has written; empty for none.
  std::string schedules;
};

/// imported | calibrated | quantized -> lowered: the LLVM dialect, with the
/// arena planned and the C interface added.
void buildLowerPipeline(mlir::OpPassManager &manager,
                        const LowerOptions &options);

/// The first part of it: to loops of vector operations, one version of every
/// function per level.
void buildLoopPipeline(mlir::OpPassManager &manager,
                       const LowerOptions &options);

/// The first part of that: to kernels on memory, one version of every function
/// per level.
void buildKernelPipeline(mlir::OpPassManager &manager,
                         const LowerOptions &options);

/// Kernels on memory -> the LLVM dialect, without the C interface.
void buildCodePipeline(mlir::OpPassManager &manager,
                       const LowerOptions &options);

/// Registers `lower` for quant-opt.
void registerLowerPipeline();

} // namespace quantc

#endif // QUANTC_PIPELINES_LOWER_H
