//===- ResizeWeights.h - What each element of a resized axis is made of --*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_RESIZEWEIGHTS_H
#define QUANTC_FRONTEND_ONNX_RESIZEWEIGHTS_H

#include "AxisMatrix.h"

namespace quantc::onnx {

/// One axis of a Resize, and where an element of the result lies in the input:
///
///   half_pixel            x = (i + 0.5) / scale - 0.5
///   half_pixel_symmetric  the same, around the middle of the axis
///   pytorch_half_pixel    the same, but 0 if there is one element
///   asymmetric            x = i / scale
///   align_corners         x = i * (in - 1) / (scale * in - 1)
///   tf_crop_and_resize    x = (begin + i / (out - 1) * (end - begin)) * (in -
///   1)
struct ResizeAxis {
  int64_t in = 1, out = 1;
  double scale = 1;
  /// The part that tf_crop_and_resize takes, as fractions.
  double begin = 0, end = 1;

  bool isResized() const {
    return in != out || scale != 1 || begin != 0 || end != 1;
  }
  /// The scale is the ratio of the sizes, not of a size before rounding.
  bool isRatio() const;
};

struct ResizeMethod {
  llvm::StringRef mode; // Of coordinates, as above.
  bool isCubic = false; // Else linear.
  double cubicCoefficient = -0.75;
  bool antialias = false; // Widens the filter when the axis shrinks.
  bool excludesOutside = false;
};

/// Where element `i` of the result lies in the input.
double sourceOf(const ResizeAxis &axis, int64_t i, llvm::StringRef mode);

/// The interpolation of one axis.
AxisMatrix resizeMatrix(const ResizeAxis &axis, const ResizeMethod &method);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_RESIZEWEIGHTS_H
