//===- Windows.cpp - Sliding windows of convolutions and pools ------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Windows.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// Sizes above this are mistakes, and would overflow sums of products.
constexpr int64_t kMaxWindow = int64_t(1) << 31;

LogicalResult expectList(NodeContext &node, llvm::StringRef name,
                         llvm::ArrayRef<int64_t> list, size_t size,
                         int64_t least) {
  if (list.size() != size)
    return node.error() << "expects " << size << " numbers in '" << name
                        << "', but got " << list.size();
  for (int64_t value : list)
    if (value < least || value >= kMaxWindow)
      return node.error() << "expects numbers from " << least
                          << " to 2^31 - 1 in '" << name << "', but got "
                          << value;
  return success();
}

/// Splits what SAME padding adds; the odd one goes to the high end for
/// SAME_UPPER.
void padSame(WindowAxis &axis, bool isUpper) {
  axis.out = (axis.in + axis.stride - 1) / axis.stride;
  int64_t total = std::max<int64_t>(
      (axis.out - 1) * axis.stride + axis.extent() - axis.in, 0);
  axis.padLow = isUpper ? total / 2 : total - total / 2;
  axis.padHigh = total - axis.padLow;
}

/// Where a window may start in the high padding, it may not when rounding up.
void roundUp(WindowAxis &axis) {
  int64_t span = axis.in + axis.padLow + axis.padHigh - axis.extent();
  axis.out = (span + axis.stride - 1) / axis.stride + 1;
  if ((axis.out - 1) * axis.stride >= axis.in + axis.padLow)
    --axis.out;
}

} // namespace

FailureOr<Window> quantc::onnx::readWindow(NodeContext &node,
                                           llvm::ArrayRef<int64_t> spatial,
                                           llvm::ArrayRef<int64_t> kernel,
                                           bool isCeil) {
  size_t rank = spatial.size();
  Shape strides = node.getInts("strides", Shape(rank, 1));
  Shape dilations = node.getInts("dilations", Shape(rank, 1));
  Shape pads = node.getInts("pads", Shape(2 * rank, 0));
  if (pads.empty())
    pads.assign(2 * rank, 0);
  if (failed(expectList(node, "kernel_shape", kernel, rank, 1)) ||
      failed(expectList(node, "strides", strides, rank, 1)) ||
      failed(expectList(node, "dilations", dilations, rank, 1)) ||
      failed(expectList(node, "pads", pads, 2 * rank, 0)))
    return failure();

  llvm::StringRef mode = node.getString("auto_pad", "NOTSET");
  bool isSame = mode == "SAME_UPPER" || mode == "SAME_LOWER";
  if (!isSame && mode != "NOTSET" && mode != "VALID") {
    node.error() << "expects auto_pad NOTSET, SAME_UPPER, SAME_LOWER or VALID, "
                    "but got '"
                 << mode << "'";
    return failure();
  }
  Window window;
  for (size_t d = 0; d < rank; ++d) {
    WindowAxis axis;
    axis.in = spatial[d];
    axis.kernel = kernel[d];
    axis.stride = strides[d];
    axis.dilation = dilations[d];
    if (mode == "NOTSET") {
      axis.padLow = pads[d];
      axis.padHigh = pads[rank + d];
    }
    if (isSame)
      padSame(axis, mode == "SAME_UPPER");
    int64_t span = axis.in + axis.padLow + axis.padHigh - axis.extent();
    if (span < 0) {
      node.error() << "expects a window that fits into its padded input, but "
                      "got a window of "
                   << axis.extent() << " over " << axis.in << " + "
                   << axis.padLow << " + " << axis.padHigh;
      return failure();
    }
    axis.out = span / axis.stride + 1;
    if (isCeil && !isSame)
      roundUp(axis);
    window.push_back(axis);
  }
  return window;
}

TosaWindow quantc::onnx::toTosaWindow(NodeContext &node, Value input,
                                      const Window &window) {
  Window axes = window;
  Shape shape(shapeOf(input));
  if (axes.size() == 1) {
    WindowAxis height;
    height.in = height.out = 1;
    axes.insert(axes.begin(), height);
    shape.insert(shape.begin() + 2, 1);
    input = node.build.reshape(input, shape);
  }
  TosaWindow result;
  Shape used(shape);
  for (auto [d, axis] : llvm::enumerate(axes)) {
    // What the last window reads beyond the low padding and the input.
    int64_t high =
        (axis.out - 1) * axis.stride + axis.extent() - axis.padLow - axis.in;
    if (high < 0)
      used[2 + d] += high;
    result.pad.append({axis.padLow, std::max<int64_t>(high, 0)});
    result.kernel.push_back(axis.kernel);
    result.stride.push_back(axis.stride);
    result.dilation.push_back(axis.dilation);
    result.out.push_back(axis.out);
  }
  // Sliced in NHWC, so that a transpose before it meets this one.
  Value nhwc = node.build.transpose(input, {0, 2, 3, 1});
  result.input = node.build.slice(nhwc, {0, 0, 0, 0},
                                  {used[0], used[2], used[3], used[1]});
  return result;
}

Value quantc::onnx::fromTosaLayout(NodeContext &node, Value value,
                                   size_t spatialRank) {
  Value result = node.build.transpose(value, {0, 3, 1, 2});
  if (spatialRank == 2)
    return result;
  llvm::ArrayRef<int64_t> shape = shapeOf(result);
  return node.build.reshape(result, {shape[0], shape[1], shape[3]});
}
