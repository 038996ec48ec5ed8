//===- Packing.h - How weights lie in memory --------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_KERNEL_IR_PACKING_H
#define QUANTC_DIALECTS_KERNEL_IR_PACKING_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>

namespace quantc::kernel {

/// Result channels that share one panel of packed weights. Every CPU level
/// reads a panel in slices of its own vector width, so that one copy of the
/// weights serves all of them.
constexpr int64_t kPanel = 16;

/// Elements of one i8 step: the four taps that one dot-product lane consumes.
constexpr int64_t kStep = 4;

inline int64_t panelsOf(int64_t channels) {
  return (channels + kPanel - 1) / kPanel;
}

/// The taps of a convolution as runs of elements that are contiguous in the
/// input. Without dilation, the taps of a kernel row touch each other in
/// `[N,H,W,C]`, so a run is a whole row and only its end needs padding:
///
///   3x3 over 3 channels:  3 runs of 9, instead of 9 runs of 3
struct Runs {
  int64_t rows;    ///< Runs in the direction of the height.
  int64_t columns; ///< Runs in the direction of the width, 1 if rows are whole.
  int64_t length;  ///< Elements of a run.

  /// `wholeRows` says that neighbouring pixels touch: no dilation in width,
  /// and the input's pixels are dense.
  static Runs of(llvm::ArrayRef<int64_t> kernel, int64_t channels,
                 bool wholeRows) {
    if (wholeRows)
      return {kernel[0], 1, kernel[1] * channels};
    return {kernel[0], kernel[1], channels};
  }

  int64_t count() const { return rows * columns; }
  /// Steps of a run for elements that are consumed `width` at a time.
  int64_t steps(int64_t width) const { return (length + width - 1) / width; }
};

/// Reorders weights from `[O,KH,KW,C]` to
///
///   [panel][pass][run][step][channel of the panel][tap of the step]
///
/// with zeros where a channel or tap does not exist. `width` is the taps of a
/// step: `kStep` for i8, 1 for f32. The weights of a pass stand behind those of
/// the one before.
template <typename T>
llvm::SmallVector<T> packWeights(llvm::ArrayRef<T> weights, int64_t outputs,
                                 const Runs &runs, int64_t width,
                                 int64_t passes = 1) {
  int64_t steps = runs.steps(width), perOutput = runs.count() * runs.length;
  int64_t allRuns = passes * runs.count();
  llvm::SmallVector<T> packed(
      panelsOf(outputs) * allRuns * steps * kPanel * width, T(0));
  for (int64_t o = 0; o < outputs; ++o)
    for (int64_t run = 0; run < allRuns; ++run)
      for (int64_t tap = 0; tap < runs.length; ++tap) {
        int64_t row = (o / kPanel * allRuns + run) * steps + tap / width;
        int64_t pass = run / runs.count();
        packed[(row * kPanel + o % kPanel) * width + tap % width] =
            weights[(pass * outputs + o) * perOutput +
                    run % runs.count() * runs.length + tap];
      }
  return packed;
}

} // namespace quantc::kernel

#endif // QUANTC_DIALECTS_KERNEL_IR_PACKING_H
