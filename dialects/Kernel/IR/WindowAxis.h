//===- WindowAxis.h - Which taps of a window lie in the input ---*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_KERNEL_IR_WINDOWAXIS_H
#define QUANTC_DIALECTS_KERNEL_IR_WINDOWAXIS_H

#include <algorithm>
#include <cstdint>

namespace quantc::kernel {

/// One axis of a window that moves over an input with padding. Of an output at
/// the border, the taps that lie in the input are a range:
///
///   5 inputs, kernel 3, stride 1, padding 1:   output   0    1-3   4
///                                              taps     1-2  0-2   0-1
///                                              class    0    1     2
struct WindowAxis {
  int64_t inputs, outputs;
  int64_t kernel = 1, stride = 1, dilation = 1;
  int64_t before = 0; ///< Padding in front of the input.

  /// An axis without a window: each output has its own input.
  static WindowAxis plain(int64_t size) { return {size, size}; }

  /// The input of tap 0, in which direction there may be none.
  int64_t origin(int64_t output) const { return output * stride - before; }

  /// The first tap that lies in the input, and the one behind the last: the
  /// same number if none does.
  int64_t firstTap(int64_t output) const {
    return std::min(kernel, stepsAcross(-origin(output)));
  }
  int64_t endTap(int64_t output) const {
    int64_t end = std::min(kernel, stepsAcross(inputs - origin(output)));
    return std::max(end, firstTap(output));
  }
  bool isWhole(int64_t output) const {
    return firstTap(output) == 0 && endTap(output) == kernel;
  }

  /// The outputs [firstWhole, endWhole) have all taps; none if both are equal.
  int64_t firstWhole() const {
    int64_t output = 0;
    while (output < outputs && !isWhole(output))
      ++output;
    return output;
  }
  int64_t endWhole() const {
    int64_t output = firstWhole();
    while (output < outputs && isWhole(output))
      ++output;
    return output;
  }
  bool isPadded() const { return endWhole() - firstWhole() < outputs; }

  /// Outputs with the same taps are of one class: all that are whole, and each
  /// other one by itself, in order.
  int64_t classes() const {
    int64_t whole = endWhole() - firstWhole();
    return outputs - std::max<int64_t>(whole - 1, 0);
  }
  int64_t classOf(int64_t output) const {
    return std::min(output, firstWhole()) +
           std::max<int64_t>(output - std::max(endWhole() - 1, firstWhole()),
                             0);
  }

private:
  /// Taps that fit into `distance` inputs, the last one perhaps in part.
  int64_t stepsAcross(int64_t distance) const {
    return distance <= 0 ? 0 : (distance + dilation - 1) / dilation;
  }
};

} // namespace quantc::kernel

#endif // QUANTC_DIALECTS_KERNEL_IR_WINDOWAXIS_H
