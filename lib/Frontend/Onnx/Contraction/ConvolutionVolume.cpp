//===- ConvolutionVolume.cpp - Convolutions over volumes ------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "ConvolutionVolume.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// Planes that tap `k` of the kernel reads, as (N * out, H, W, C).
Value planesOf(NodeContext &node, Value ndhwc, const WindowAxis &depth,
               int64_t k) {
  Shape taken;
  for (int64_t out = 0; out < depth.out; ++out)
    taken.push_back(out * depth.stride + k * depth.dilation);
  Shape shape(shapeOf(ndhwc));
  Value planes = depth.stride == 1
                     ? node.build.sliceAxis(ndhwc, 1, taken[0], depth.out)
                     : node.build.take(ndhwc, 1, taken);
  return node.build.reshape(
      planes, {shape[0] * depth.out, shape[2], shape[3], shape[4]});
}

/// Weights (O, I, kD, kH, kW) at one plane and group, as (O, kH, kW, I).
Value weightsOf(NodeContext &node, int64_t plane, int64_t group,
                int64_t groups) {
  Shape shape(node.shape(1)), begin(5, 0), size(shape);
  size[0] /= groups;
  size[2] = 1;
  begin[0] = group * size[0];
  begin[2] = plane;
  Shape flat{size[0], size[1], size[3], size[4]};
  if (const HostTensor *weights = node.constant(1))
    return node.build.constant(weights->sliced(begin, Shape(5, 1), size)
                                   .reshaped(flat)
                                   .transposed({0, 2, 3, 1}));
  Value part = node.build.slice(node.input(1), begin, size);
  return node.build.transpose(node.build.reshape(part, flat), {0, 2, 3, 1});
}

} // namespace

LogicalResult quantc::onnx::convolveVolume(NodeContext &node,
                                           const Window &window,
                                           int64_t groups) {
  TosaBuilder &build = node.build;
  const WindowAxis &depth = window[0];
  Type element = node.storage(0);
  int64_t batch = node.shape(0)[0], channels = node.shape(0)[1] / groups;
  int64_t out = node.shape(1)[0] / groups;
  if (groups * depth.kernel > 4096)
    return node.unsupported("it has more than 4096 groups and kernel planes");
  // Depth is padded here, the planes' own axes by the convolutions.
  Value x = build.transpose(node.input(0), {0, 2, 3, 4, 1});
  int64_t reach = (depth.out - 1) * depth.stride + depth.extent();
  int64_t high = std::max<int64_t>(reach - depth.padLow - depth.in, 0);
  if (depth.padLow + high > 0)
    x = build.pad(x, {0, depth.padLow, 0, 0, 0}, {0, high, 0, 0, 0},
                  build.scalar(element, 0, 1));
  Value zero = build.zeroPoint(element);
  Value noBias = build.constant(HostTensor::splat(element, {out}, 0));
  llvm::SmallVector<Value> parts;
  for (int64_t group = 0; group < groups; ++group) {
    Value bias = node.hasInput(2)
                     ? build.sliceAxis(node.input(2), 0, group * out, out)
                     : noBias;
    Value source = build.sliceAxis(x, 4, group * channels, channels), sum;
    for (int64_t k = 0; k < depth.kernel; ++k) {
      Value planes = planesOf(node, source, depth, k);
      Value nchw = build.transpose(planes, {0, 3, 1, 2});
      TosaWindow flat = toTosaWindow(node, nchw, {window[1], window[2]});
      Value part = tosa::Conv2DOp::create(
          build.ops(),
          TosaBuilder::withShape(
              flat.input, {batch * depth.out, flat.out[0], flat.out[1], out}),
          flat.input, weightsOf(node, k, group, groups), k == 0 ? bias : noBias,
          zero, zero, flat.pad, flat.stride, flat.dilation, element);
      sum = sum ? build.add(sum, part) : part;
    }
    parts.push_back(sum);
  }
  Value result = parts.size() == 1 ? parts.front() : build.concat(parts, 3);
  result = build.reshape(
      result, {batch, depth.out, window[1].out, window[2].out, out * groups});
  return node.set(build.transpose(result, {0, 4, 1, 2, 3}));
}
