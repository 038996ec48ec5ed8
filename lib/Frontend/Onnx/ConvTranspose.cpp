//===- ConvTranspose.cpp - ConvTranspose ----------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "NodeContext.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// One spatial axis. Input element i adds to the result at
/// i * stride - padLow, ..., i * stride - padLow + kernel - 1;
///
///   out = (in - 1) * stride + kernel + outputPadding - padLow - padHigh
struct TransposedAxis {
  int64_t stride, kernel, padLow, padHigh, out;
};

/// Splits what the wanted size leaves over; the odd one goes to the low end
/// except for SAME_UPPER.
void fitTo(TransposedAxis &axis, int64_t full, int64_t out, bool isUpper) {
  int64_t total = std::max<int64_t>(full - out, 0);
  axis.padLow = isUpper ? total / 2 : total - total / 2;
  axis.padHigh = full - out - axis.padLow;
}

FailureOr<llvm::SmallVector<TransposedAxis>> readAxes(NodeContext &node) {
  Shape kernel(node.shape(1).drop_front(2));
  struct List {
    const char *name;
    int64_t otherwise;
    size_t size;
    int64_t least;
    Shape values;
  };
  List lists[] = {{"strides", 1, 2, 1, {}},
                  {"pads", 0, 4, 0, {}},
                  {"output_padding", 0, 2, 0, {}}};
  for (List &list : lists) {
    list.values = node.getInts(list.name, Shape(list.size, list.otherwise));
    bool fits = list.values.size() == list.size;
    for (int64_t value : list.values)
      fits &= value >= list.least && value <= (int64_t(1) << 31);
    if (!fits) {
      node.error() << "expects " << list.size << " numbers from " << list.least
                   << " in '" << list.name << "', but got "
                   << shapeText(list.values);
      return failure();
    }
  }
  llvm::StringRef mode = node.getString("auto_pad", "NOTSET");
  Shape wanted = node.getInts("output_shape", {});
  bool isValid = wanted.empty() || wanted.size() == 2;
  for (int64_t out : wanted)
    isValid &= out >= 1 && out <= (int64_t(1) << 31);
  if (!isValid) {
    node.error() << "expects 2 positive numbers in 'output_shape', but got "
                 << shapeText(wanted);
    return failure();
  }
  llvm::SmallVector<TransposedAxis> axes;
  for (size_t d = 0; d < 2; ++d) {
    int64_t in = node.shape(0)[2 + d];
    TransposedAxis axis{lists[0].values[d], kernel[d], 0, 0, 0};
    int64_t full = (in - 1) * axis.stride + axis.kernel + lists[2].values[d];
    if (!wanted.empty())
      fitTo(axis, full, wanted[d], mode == "SAME_UPPER");
    else if (mode == "SAME_UPPER" || mode == "SAME_LOWER")
      fitTo(axis, full, in * axis.stride, mode == "SAME_UPPER");
    else if (mode == "NOTSET")
      axis = {axis.stride, axis.kernel, lists[1].values[d],
              lists[1].values[2 + d], 0};
    axis.padHigh -= lists[2].values[d];
    axis.out =
        (in - 1) * axis.stride + axis.kernel - axis.padLow - axis.padHigh;
    axes.push_back(axis);
  }
  return axes;
}

/// X (N, C, H, W), W (C, M, kH, kW), B (M) optional
LogicalResult checkOperands(NodeContext &node) {
  if (!node.isFloat(0) || node.element(1) != node.element(0))
    return node.unsupported("its input and weights are not floats of one type");
  if (node.rank(0) != 4)
    return node.unsupported("only 2-d ones are supported, but its input has "
                            "shape " +
                            shapeText(node.shape(0)));
  if (node.getInt("group", 1) != 1)
    return node.unsupported("it has groups");
  for (int64_t dilation : node.getInts("dilations", {}))
    if (dilation != 1)
      return node.unsupported("it has dilations");
  llvm::ArrayRef<int64_t> weights = node.shape(1);
  if (weights.size() != 4 || weights[0] != node.shape(0)[1] ||
      llvm::is_contained(weights, 0))
    return node.error() << "expects weights for " << node.shape(0)[1]
                        << " input channels, but got " << shapeText(weights);
  if (node.hasInput(2) && node.shape(2) != llvm::ArrayRef(weights[1]))
    return node.error() << "expects a bias of shape [" << weights[1]
                        << "], but got " << shapeText(node.shape(2));
  return success();
}

/// (C, M, H, W) -> (M, H, W, C)
Value permuteWeights(NodeContext &node) {
  llvm::SmallVector<int64_t> order{1, 2, 3, 0};
  if (const HostTensor *weights = node.constant(1))
    return node.build.constant(weights->transposed(order));
  return node.build.transpose(node.input(1), order);
}

LogicalResult convertConvTranspose(NodeContext &node) {
  if (failed(node.expectInputs(2, 3)) || failed(checkOperands(node)) ||
      failed(node.expectFinite(1)))
    return failure();
  FailureOr<llvm::SmallVector<TransposedAxis>> axes = readAxes(node);
  if (failed(axes))
    return failure();
  int64_t channels = node.shape(1)[1];
  Shape shape{node.shape(0)[0], (*axes)[0].out, (*axes)[1].out, channels}, pad,
      stride;
  for (const TransposedAxis &axis : *axes) {
    // TOSA adds to the full result, and takes off less than a kernel.
    if (axis.out < 1 || axis.padLow >= axis.kernel ||
        axis.padHigh >= axis.kernel)
      return node.unsupported("its pads take off a whole kernel");
    pad.append({-axis.padLow, -axis.padHigh});
    stride.push_back(axis.stride);
  }
  if (failed(node.expectShape(shape)))
    return failure();
  Value x = node.build.transpose(node.input(0), {0, 2, 3, 1});
  Value bias = node.hasInput(2) ? node.input(2)
                                : node.build.constant(HostTensor::splat(
                                      node.element(0), {channels}, 0));
  Value zero = node.build.zeroPoint(node.element(0));
  Value result = tosa::TransposeConv2DOp::create(
      node.build.ops(), TosaBuilder::withShape(x, shape), x,
      permuteWeights(node), bias, zero, zero, pad, stride, node.storage(0));
  return node.set(node.build.transpose(result, {0, 3, 1, 2}));
}

} // namespace

void quantc::onnx::addTransposedConvolutions(ConversionTable &table) {
  table.conversions["ConvTranspose"] = convertConvTranspose;
}
