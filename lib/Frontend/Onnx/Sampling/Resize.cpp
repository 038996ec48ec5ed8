//===- Resize.cpp - Resize and Upsample -----------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"
#include "ResizeWeights.h"

#include <cmath>
#include <numeric>

using namespace mlir;
using namespace quantc::onnx;

namespace {

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
    return node.needsConstant(index, "scales or sizes");
  if (list->rank() != 1 || list->count() != int64_t(count)) {
    node.error() << "expects " << count << " numbers in input '"
                 << node.inputName(index) << "', but got shape "
                 << shapeText(list->shape());
    return failure();
  }
  return list->doubles();
}

/// The region that tf_crop_and_resize takes: all begins, then all ends.
LogicalResult readCrop(NodeContext &node, llvm::ArrayRef<int64_t> axes,
                       llvm::MutableArrayRef<ResizeAxis> result) {
  if (node.getString("coordinate_transformation_mode", "") !=
      "tf_crop_and_resize")
    return success();
  if (!node.hasInput(1))
    return node.error() << "expects a region for tf_crop_and_resize";
  FailureOr<std::vector<double>> region = readNumbers(node, 1, 2 * axes.size());
  if (failed(region))
    return failure();
  for (auto [i, d] : llvm::enumerate(axes)) {
    result[d].begin = (*region)[i];
    result[d].end = (*region)[axes.size() + i];
  }
  return success();
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
  if (failed(readCrop(node, *axes, result)))
    return failure();
  llvm::StringRef policy =
      node.getString("keep_aspect_ratio_policy", "stretch");
  if (hasSizes && policy != "stretch") {
    bool isLarger = policy == "not_smaller";
    double scale = isLarger ? 0 : INFINITY;
    for (auto [i, d] : llvm::enumerate(*axes)) {
      double ratio = (*numbers)[i] / result[d].in;
      scale = isLarger ? std::max(scale, ratio) : std::min(scale, ratio);
    }
    for (auto [i, d] : llvm::enumerate(*axes)) {
      result[d].out = int64_t(std::floor(scale * result[d].in + 0.5));
      result[d].scale = scale;
    }
    return result;
  }
  for (auto [i, d] : llvm::enumerate(*axes)) {
    ResizeAxis &axis = result[d];
    double number = (*numbers)[i];
    double out = std::floor(
        hasSizes ? number : axis.in * (axis.end - axis.begin) * number);
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

/// Fills in what tf_crop_and_resize reads beyond the input.
FailureOr<Value> fillOutside(NodeContext &node, Value x,
                             llvm::ArrayRef<ResizeAxis> axes) {
  for (auto [d, axis] : llvm::enumerate(axes)) {
    Shape shape(axes.size(), 1);
    shape[d] = axis.out;
    Type bit = node.build.ops().getI1Type();
    HostTensor isOutside = HostTensor::zeros(bit, shape);
    bool any = false;
    for (int64_t i = 0; i < axis.out; ++i) {
      double from = sourceOf(axis, i, "tf_crop_and_resize");
      isOutside.set(i, int64_t(from < 0 || from > axis.in - 1));
      any |= isOutside.asInt(i);
    }
    if (any)
      x = node.build.select(
          node.build.constant(isOutside),
          node.build.scalar(elementOf(x),
                            node.getFloat("extrapolation_value", 0),
                            axes.size()),
          x);
  }
  return x;
}

LogicalResult convertNearest(NodeContext &node, llvm::ArrayRef<ResizeAxis> axes,
                             llvm::StringRef mode, llvm::StringRef rounding) {
  Value x = node.input(0);
  for (auto [d, axis] : llvm::enumerate(axes)) {
    if (axis.out > (int64_t(1) << 20))
      return node.unsupported("it has more than 2^20 elements along an axis");
    if (axis.isResized())
      x = resizeNearest(node, x, d, axis, mode, rounding);
  }
  if (mode != "tf_crop_and_resize")
    return node.set(x);
  FailureOr<Value> filled = fillOutside(node, x, axes);
  return failed(filled) ? failure() : node.set(*filled);
}

/// Any filter that works on one axis after the other.
LogicalResult convertFiltered(NodeContext &node,
                              llvm::ArrayRef<ResizeAxis> axes,
                              const ResizeMethod &method) {
  FailureOr<Value> x = node.input(0);
  for (auto [d, axis] : llvm::enumerate(axes)) {
    if (!axis.isResized())
      continue;
    x = multiplyAlong(node, *x, d, resizeMatrix(axis, method));
    if (failed(x))
      return failure();
  }
  if (method.mode == "tf_crop_and_resize")
    x = fillOutside(node, *x, axes);
  return failed(x) ? failure() : node.set(*x);
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
  static constexpr llvm::StringLiteral modes[] = {
      "half_pixel",    "half_pixel_symmetric", "pytorch_half_pixel",
      "align_corners", "asymmetric",           "tf_crop_and_resize"};
  if (!llvm::is_contained(modes, mode))
    return node.unsupported("its coordinate_transformation_mode is '" + mode +
                            "'");
  if (method != "nearest" && method != "linear" && method != "cubic")
    return node.error() << "expects mode nearest, linear or cubic, but got '"
                        << method << "'";
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

  if (method == "nearest")
    return convertNearest(node, *axes, mode, rounding);
  if (!node.isFloat(0))
    return node.unsupported("it interpolates between integers");
  bool antialias = node.getInt("antialias", 0);
  bool isImage = axes->size() == 4 && !(*axes)[0].isResized() &&
                 !(*axes)[1].isResized() && (*axes)[2].isRatio() &&
                 (*axes)[3].isRatio();
  bool isPlain = mode == "half_pixel" || mode == "asymmetric" ||
                 mode == "align_corners" || mode == "pytorch_half_pixel";
  if (method == "linear" && isImage && isPlain && !antialias)
    return node.set(resizeLinear(node, node.input(0), *axes, mode));
  return convertFiltered(node, *axes,
                         {mode, method == "cubic",
                          node.getFloat("cubic_coeff_a", -0.75), antialias,
                          bool(node.getInt("exclude_outside", 0))});
}

} // namespace

void quantc::onnx::addResizes(ConversionTable &table) {
  table.conversions["Resize"] = convertResize;
  table.conversions["Upsample"] = convertResize;
}
