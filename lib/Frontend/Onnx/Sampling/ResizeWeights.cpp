//===- ResizeWeights.cpp - What each element of a resized axis is made of -===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "ResizeWeights.h"

#include <algorithm>
#include <cmath>

using namespace quantc::onnx;

namespace {

/// The triangle and Keys' cubic convolution, at a distance of `x` elements.
double filterAt(double x, const ResizeMethod &method) {
  x = std::abs(x);
  if (!method.isCubic)
    return std::max(1 - x, 0.0);
  double a = method.cubicCoefficient;
  if (x <= 1)
    return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2)
    return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  return 0;
}

} // namespace

bool ResizeAxis::isRatio() const { return std::abs(scale * in - out) < 1e-4; }

double quantc::onnx::sourceOf(const ResizeAxis &axis, int64_t i,
                              llvm::StringRef mode) {
  if (mode == "asymmetric")
    return double(i) / axis.scale;
  if (mode == "align_corners") {
    // The size before it was rounded off.
    double size = axis.scale * axis.in;
    return axis.out == 1 ? 0 : double(i) * (axis.in - 1) / (size - 1);
  }
  if (mode == "tf_crop_and_resize") {
    double place = axis.out == 1 ? 0.5 : double(i) / (axis.out - 1);
    return (axis.begin + place * (axis.end - axis.begin)) * (axis.in - 1);
  }
  if (mode == "pytorch_half_pixel" && axis.out == 1)
    return 0;
  double x = (i + 0.5) / axis.scale - 0.5;
  if (mode != "half_pixel_symmetric")
    return x;
  // A size that was rounded off keeps the middle where it was.
  double ratio = axis.out / (axis.scale * axis.in);
  return axis.in / 2.0 * (1 - ratio) + x;
}

AxisMatrix quantc::onnx::resizeMatrix(const ResizeAxis &axis,
                                      const ResizeMethod &method) {
  AxisMatrix matrix(axis.out, axis.in);
  double stretch = method.antialias ? std::min(axis.scale, 1.0) : 1.0;
  double radius = (method.isCubic ? 2 : 1) / stretch;
  for (int64_t i = 0; i < axis.out; ++i) {
    double x = sourceOf(axis, i, method.mode);
    if (method.mode == "tf_crop_and_resize" && (x < 0 || x > axis.in - 1))
      continue; // Outside: the caller fills it in.
    double sum = 0;
    auto visit = [&](auto take) {
      for (int64_t from = std::ceil(x - radius); from <= x + radius; ++from) {
        double weight = filterAt((from - x) * stretch, method);
        bool isInside = from >= 0 && from < axis.in;
        if (weight != 0 && (isInside || !method.excludesOutside))
          take(std::clamp<int64_t>(from, 0, axis.in - 1), weight);
      }
    };
    visit([&](int64_t, double weight) { sum += weight; });
    if (sum == 0)
      sum = 1;
    visit([&](int64_t from, double weight) {
      matrix.at(i, from) += weight / sum;
    });
  }
  return matrix;
}
