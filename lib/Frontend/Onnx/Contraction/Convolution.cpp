//===- Convolution.cpp - Conv ---------------------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"
#include "ConvolutionLoops.h"
#include "ConvolutionVolume.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// Weights in ONNX's order (O, I / groups, H, W), or a permutation of it.
/// Constants are permuted here, not in the program.
Value permuteWeights(NodeContext &node, size_t index, bool isOneDimensional,
                     llvm::ArrayRef<int64_t> permutation) {
  Shape shape(node.shape(index));
  if (isOneDimensional)
    shape.insert(shape.begin() + 2, 1);
  if (const HostTensor *weights = node.constant(index))
    return node.build.constant(
        weights->reshaped(shape).transposed(permutation));
  return node.build.transpose(node.build.reshape(node.input(index), shape),
                              permutation);
}

Value biasOrZeros(NodeContext &node, int64_t channels) {
  if (node.hasInput(2))
    return node.input(2);
  return node.build.constant(HostTensor::splat(node.element(0), {channels}, 0));
}

RankedTensorType resultType(const TosaWindow &window, int64_t channels) {
  return TosaBuilder::withShape(
      window.input,
      {shapeOf(window.input)[0], window.out[0], window.out[1], channels});
}

Value createConv(NodeContext &node, const TosaWindow &window, Value weights,
                 Value bias) {
  Value zero = node.build.zeroPoint(elementOf(window.input));
  return tosa::Conv2DOp::create(
      node.build.ops(), resultType(window, shapeOf(weights)[0]), window.input,
      weights, bias, zero, zero, window.pad, window.stride, window.dilation,
      elementOf(window.input));
}

/// weights: HWCM
Value createDepthwise(NodeContext &node, const TosaWindow &window,
                      Value weights, Value bias) {
  Value zero = node.build.zeroPoint(elementOf(window.input));
  llvm::ArrayRef<int64_t> shape = shapeOf(weights);
  return tosa::DepthwiseConv2DOp::create(
      node.build.ops(), resultType(window, shape[2] * shape[3]), window.input,
      weights, bias, zero, zero, window.pad, window.stride, window.dilation,
      elementOf(window.input));
}

/// One convolution per group on slices of input channels, weights and bias.
Value createGrouped(NodeContext &node, const TosaWindow &window, Value weights,
                    Value bias, int64_t groups) {
  llvm::SmallVector<Value> parts;
  int64_t in = shapeOf(weights)[3], out = shapeOf(weights)[0] / groups;
  const HostTensor *constants = node.constant(1);
  for (int64_t group = 0; group < groups; ++group) {
    TosaWindow part = window;
    part.input = node.build.sliceAxis(window.input, 3, group * in, in);
    Value partWeights;
    if (constants) {
      // OIHW, cut and turned before it becomes an op.
      Shape shape(shapeOf(weights));
      Shape oihw{shape[0], shape[3], shape[1], shape[2]};
      Shape begin{group * out, 0, 0, 0}, size{out, oihw[1], oihw[2], oihw[3]};
      partWeights = node.build.constant(constants->reshaped(oihw)
                                            .sliced(begin, Shape(4, 1), size)
                                            .transposed({0, 2, 3, 1}));
    } else {
      partWeights = node.build.sliceAxis(weights, 0, group * out, out);
    }
    Value partBias = node.build.sliceAxis(bias, 0, group * out, out);
    parts.push_back(createConv(node, part, partWeights, partBias));
  }
  return node.build.concat(parts, 3);
}

/// The channel counts of X (N, C, ...), W (M, C / groups, ...) and B (M).
LogicalResult checkChannels(NodeContext &node, int64_t groups) {
  llvm::ArrayRef<int64_t> input = node.shape(0), weights = node.shape(1);
  if (weights.size() != input.size())
    return node.error() << "expects weights of rank " << input.size()
                        << " like its input, but got " << shapeText(weights);
  if (groups < 1 || weights[1] < 1 || weights[0] < 1 ||
      weights[0] % groups != 0 || input[1] % groups != 0 ||
      input[1] / groups != weights[1])
    return node.error() << "expects weights for " << input[1]
                        << " input channels in " << groups
                        << " groups, but got " << shapeText(weights);
  if (node.hasInput(2) && node.shape(2) != llvm::ArrayRef(weights[0]))
    return node.error() << "expects a bias of shape [" << weights[0]
                        << "], but got " << shapeText(node.shape(2));
  return success();
}

/// Everything that can be wrong with a Conv; the window that it slides.
FailureOr<Window> checkConv(NodeContext &node, int64_t groups) {
  if (!node.isFloat(0) || node.element(1) != node.element(0))
    return node.unsupported("its input and weights are not floats of one type");
  if (node.rank(0) < 3 || node.rank(0) > 5)
    return node.unsupported("only convolutions of 1 to 3 dimensions are "
                            "supported, but its input has shape " +
                            shapeText(node.shape(0)));
  if (groups > 4096 && groups != node.shape(0)[1])
    return node.unsupported("it has more than 4096 groups");
  if (failed(checkChannels(node, groups)) || failed(node.expectFinite(1)) ||
      (node.hasInput(2) && failed(node.expectFinite(2))))
    return failure();
  llvm::ArrayRef<int64_t> spatial = node.shape(1).drop_front(2);
  Shape kernel = node.getInts("kernel_shape", spatial);
  if (kernel != spatial) {
    node.error() << "expects kernel_shape " << shapeText(spatial)
                 << " as its weights have, but got " << shapeText(kernel);
    return failure();
  }
  FailureOr<Window> window =
      readWindow(node, node.shape(0).drop_front(2), kernel);
  if (failed(window))
    return failure();
  Shape result{node.shape(0)[0], node.shape(1)[0]};
  for (const WindowAxis &axis : *window)
    result.push_back(axis.out);
  if (failed(node.expectShape(result)))
    return failure();
  return window;
}

/// Conv: X (N, C, spatial), W (M, C / groups, kernel), B (M) optional
LogicalResult convertConv(NodeContext &node) {
  int64_t groups = node.getInt("group", 1);
  if (failed(node.expectInputs(2, 3)))
    return failure();
  FailureOr<Window> window = checkConv(node, groups);
  if (failed(window))
    return failure();

  if (!node.storage(0).isF32())
    return convolveInLoops(node, *window, groups);
  if (window->size() == 3)
    return convolveVolume(node, *window, groups);
  TosaWindow tosaWindow = toTosaWindow(node, node.input(0), *window);
  int64_t channels = node.shape(0)[1], out = node.shape(1)[0];
  bool isOneDimensional = window->size() == 1;
  Value bias = biasOrZeros(node, out), result;
  if (groups == channels && groups > 1) {
    // O = C * M with C outer, so (O, 1, H, W) -> (H, W, O, 1) -> (H, W, C, M).
    Value weights = permuteWeights(node, 1, isOneDimensional, {2, 3, 0, 1});
    llvm::ArrayRef<int64_t> hw = shapeOf(weights);
    weights =
        node.build.reshape(weights, {hw[0], hw[1], channels, out / channels});
    result = createDepthwise(node, tosaWindow, weights, bias);
  } else {
    Value weights = permuteWeights(node, 1, isOneDimensional, {0, 2, 3, 1});
    result = groups == 1
                 ? createConv(node, tosaWindow, weights, bias)
                 : createGrouped(node, tosaWindow, weights, bias, groups);
  }
  return node.set(fromTosaLayout(node, result, window->size()));
}

} // namespace

void quantc::onnx::addConvolutions(ConversionTable &table) {
  table.conversions["Conv"] = convertConv;
}
