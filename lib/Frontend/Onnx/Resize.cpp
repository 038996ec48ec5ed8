//===- Resize.cpp - Resize and Upsample -----------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "NodeContext.h"

#include <cmath>
#include <numeric>

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// One axis: where an element of the result lies in the input.
///
///   half_pixel     x = (i + 0.5) / scale - 0.5
///   asymmetric     x = i / scale
///   align_corners  x = i * (in - 1) / (out - 1)
struct ResizeAxis {
  int64_t in = 1, out = 1;
  double scale = 1;

  bool isResized() const { return in != out || scale != 1; }
  /// The scale is the ratio of the sizes, not of a size before rounding.
  bool isRatio() const { return std::abs(scale * in - out) < 1e-4; }
};

double sourceOf(const ResizeAxis &axis, int64_t i, llvm::StringRef mode) {
  if (mode == "asymmetric")
    return double(i) / axis.scale;
  if (mode == "align_corners")
    return axis.out == 1 ? 0 : double(i) * (axis.in - 1) / (axis.out - 1);
  if (mode == "pytorch_half_pixel" && axis.out == 1)
    return 0;
  return (i + 0.5) / axis.scale - 0.5;
}

int64_t nearest(double x, llvm::StringRef rounding) {
  if (rounding == "floor")
    return int64_t(std::floor(x));
  if (rounding == "ceil")
    return int64_t(std::ceil(x));
  if (rounding == "round_prefer_ceil")
    return int64_t(std::floor(x + 0.5));
  return int64_t(std::ceil(x - 0.5));
}

/// Every element `factor` times, without looking anything up.
Value repeat(NodeContext &node, Value x, int64_t axis, int64_t factor) {
  Shape split(shapeOf(x)), result(split), multiples;
  split.insert(split.begin() + axis + 1, 1);
  result[axis] *= factor;
  multiples.assign(split.size(), 1);
  multiples[axis + 1] = factor;
  Value tiled = node.build.tile(node.build.reshape(x, split), multiples);
  return node.build.reshape(tiled, result);
}

Value resizeNearest(NodeContext &node, Value x, int64_t d,
                    const ResizeAxis &axis, llvm::StringRef mode,
                    llvm::StringRef rounding) {
  Shape indices;
  bool repeats = axis.out % axis.in == 0;
  int64_t factor = axis.out / axis.in;
  for (int64_t i = 0; i < axis.out; ++i) {
    int64_t from = nearest(sourceOf(axis, i, mode), rounding);
    indices.push_back(std::clamp<int64_t>(from, 0, axis.in - 1));
    repeats &= factor > 0 && indices.back() == i / factor;
  }
  return repeats ? repeat(node, x, d, factor) : node.build.take(x, d, indices);
}

/// tosa.resize reads at (i * d + offset) / n; n, d and offset are integers.
struct Fraction {
  int64_t n, d, offset, border;
};

Fraction fractionOf(const ResizeAxis &axis, llvm::StringRef mode) {
  Fraction result{2 * axis.out, 2 * axis.in, axis.in - axis.out, 0};
  if (mode == "asymmetric")
    result = {axis.out, axis.in, 0, 0};
  if (mode == "align_corners" && axis.in > 1 && axis.out > 1)
    result = {axis.out - 1, axis.in - 1, 0, 0};
  if ((mode == "align_corners" || mode == "pytorch_half_pixel") &&
      axis.out == 1)
    result = {1, 1, 0, 0};
  int64_t common =
      std::gcd(std::gcd(result.n, result.d), std::abs(result.offset));
  result.n /= common;
  result.d /= common;
  result.offset /= common;
  result.border =
      (axis.out - 1) * result.d + result.offset - (axis.in - 1) * result.n;
  return result;
}

/// Bilinear, on rows and columns of an image.
Value resizeLinear(NodeContext &node, Value x, llvm::ArrayRef<ResizeAxis> axes,
                   llvm::StringRef mode) {
  Fraction y = fractionOf(axes[2], mode), z = fractionOf(axes[3], mode);
  Value nhwc = node.build.transpose(x, {0, 2, 3, 1});
  auto type = TosaBuilder::withShape(
      nhwc, {axes[0].out, axes[2].out, axes[3].out, axes[1].out});
  Value scale = node.build.constShape({y.n, y.d, z.n, z.d});
  Value offset = node.build.constShape({y.offset, z.offset});
  Value border = node.build.constShape({y.border, z.border});
  Value resized =
      tosa::ResizeOp::create(node.build.ops(), type, nhwc, scale, offset,
                             border, tosa::ResizeMode::BILINEAR);
  return node.build.transpose(resized, {0, 3, 1, 2});
}

/// A constant list of `count` numbers; reports what it is otherwise.
FailureOr<std::vector<double>> readNumbers(NodeContext &node, size_t index,
                                           size_t count) {
  const HostTensor *list = node.constant(index);
  if (!list)
    return node.unsupported("input '" + node.inputName(index) +
                            "' is computed at run time");
  if (list->rank() != 1 || list->count() != int64_t(count)) {
    node.error() << "expects " << count << " numbers in input '"
                 << node.inputName(index) << "', but got shape "
                 << shapeText(list->shape());
    return failure();
  }
  return list->doubles();
}

/// Where scales and sizes are, by operator and opset.
FailureOr<llvm::SmallVector<ResizeAxis>> readAxes(NodeContext &node) {
  llvm::ArrayRef<int64_t> shape = node.shape(0);
  bool isUpsample = node.node().opType == "Upsample";
  size_t scalesAt = isUpsample || node.opset() < 11 ? 1 : 2;
  std::vector<double> scales(shape.size(), 1), sizes;
  Shape all, given;
  for (size_t d = 0; d < shape.size(); ++d)
    all.push_back(d);
  FailureOr<Shape> axes =
      node.normalizeAxes(node.getInts("axes", all), shape.size());
  if (failed(axes))
    return failure();
  auto read = [&](size_t index) {
    return readNumbers(node, index, axes->size());
  };
  FailureOr<std::vector<double>> numbers = failure();
  bool hasSizes = scalesAt == 2 && node.hasInput(3);
  if (isUpsample && node.opset() < 9) {
    const quantc::onnx::Attribute *list = node.attribute("scales");
    if (!list || list->floats.size() != shape.size()) {
      node.error() << "expects " << shape.size() << " scales";
      return failure();
    }
    numbers = std::vector<double>(list->floats.begin(), list->floats.end());
  } else if (hasSizes || node.hasInput(scalesAt)) {
    numbers = read(hasSizes ? 3 : scalesAt);
  } else {
    node.error() << "expects scales or sizes";
  }
  if (failed(numbers))
    return failure();
  llvm::SmallVector<ResizeAxis> result;
  for (int64_t dim : shape)
    result.push_back({dim, dim, 1.0});
  for (auto [i, d] : llvm::enumerate(*axes)) {
    ResizeAxis &axis = result[d];
    double number = (*numbers)[i];
    double out = std::floor(hasSizes ? number : axis.in * number);
    if (!(number > 0 && out <= double(kMaxElements))) {
      node.error() << "expects positive sizes of at most 2^31, but got "
                   << (hasSizes ? "size " : "scale ") << number
                   << " for dimension " << d;
      return failure();
    }
    axis.out = int64_t(out);
    axis.scale = hasSizes ? double(axis.out) / axis.in : number;
  }
  return result;
}

LogicalResult convertResize(NodeContext &node) {
  if (failed(node.expectInputs(1, 4)))
    return failure();
  bool isOld = node.opset() < 11 || node.node().opType == "Upsample";
  llvm::StringRef method = node.getString("mode", "nearest");
  llvm::StringRef mode = node.getString("coordinate_transformation_mode",
                                        isOld ? "asymmetric" : "half_pixel");
  llvm::StringRef rounding =
      node.getString("nearest_mode", isOld ? "floor" : "round_prefer_floor");
  if (mode != "half_pixel" && mode != "asymmetric" && mode != "align_corners" &&
      mode != "pytorch_half_pixel")
    return node.unsupported("its coordinate_transformation_mode is '" + mode +
                            "'");
  if (node.getInt("antialias", 0) ||
      node.getString("keep_aspect_ratio_policy", "stretch") != "stretch")
    return node.unsupported("it has antialias or keeps the aspect ratio");
  FailureOr<llvm::SmallVector<ResizeAxis>> axes = readAxes(node);
  if (failed(axes))
    return failure();
  Shape shape;
  for (const ResizeAxis &axis : *axes)
    shape.push_back(axis.out);
  if (failed(node.expectShape(shape)))
    return failure();
  if (llvm::is_contained(shape, 0) || llvm::is_contained(node.shape(0), 0))
    return node.error() << "expects sizes of 1 or more, but got "
                        << shapeText(shape);

  Value x = node.input(0);
  if (method == "nearest") {
    for (auto [d, axis] : llvm::enumerate(*axes)) {
      if (axis.out > (int64_t(1) << 20))
        return node.unsupported("it has more than 2^20 elements along an axis");
      if (axis.isResized())
        x = resizeNearest(node, x, d, axis, mode, rounding);
    }
    return node.set(x);
  }
  bool isImage = axes->size() == 4 && node.isFloat(0) &&
                 !(*axes)[0].isResized() && !(*axes)[1].isResized();
  if (method != "linear" || !isImage || !(*axes)[2].isRatio() ||
      !(*axes)[3].isRatio())
    return node.unsupported("only mode 'nearest', and mode 'linear' on images "
                            "(N, C, H, W) with scales that give whole sizes, "
                            "are supported");
  return node.set(resizeLinear(node, x, *axes, mode));
}

} // namespace

void quantc::onnx::addResizes(ConversionTable &table) {
  table.conversions["Resize"] = convertResize;
  table.conversions["Upsample"] = convertResize;
}
