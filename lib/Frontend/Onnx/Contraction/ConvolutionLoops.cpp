//===- ConvolutionLoops.cpp - Convolutions of any float -------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "ConvolutionLoops.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// X (N, C, spatial) with its padding and without what no window reads.
Value paddedInput(NodeContext &node, const Window &window) {
  TosaBuilder &build = node.build;
  int64_t rank = node.rank(0);
  Shape low(rank, 0), high(rank, 0), begin(rank, 0), size(node.shape(0));
  for (auto [d, axis] : llvm::enumerate(window)) {
    int64_t reach = (axis.out - 1) * axis.stride + axis.extent();
    low[2 + d] = axis.padLow;
    high[2 + d] = std::max<int64_t>(reach - axis.padLow - axis.in, 0);
    size[2 + d] = reach;
  }
  Value zero = build.scalar(node.storage(0), 0, 1);
  return build.slice(build.pad(node.input(0), low, high, zero), begin, size);
}

/// Dimensions `first`, ... of the loops.
llvm::SmallVector<AffineExpr> dims(MLIRContext *context,
                                   llvm::ArrayRef<int64_t> places) {
  return llvm::map_to_vector(
      places, [&](int64_t place) { return getAffineDimExpr(place, context); });
}

} // namespace

LogicalResult quantc::onnx::convolveInLoops(NodeContext &node,
                                            const Window &window,
                                            int64_t groups) {
  // Loops (N, G, M, out...) around (C, kernel...).
  TosaBuilder &build = node.build;
  MLIRContext *context = node.context();
  Shape x(node.shape(0)), w(node.shape(1));
  int64_t in = w[1], out = w[0] / groups, spatial = window.size();
  int64_t inner = 3 + spatial, loops = inner + 1 + spatial;
  Value source = paddedInput(node, window);
  Shape sourceShape{x[0], groups, in}, weightShape{groups, out, in};
  Shape result{x[0], groups, out}, kernel{in};
  auto from = dims(context, {0, 1, inner}), tap = dims(context, {1, 2, inner}),
       extent = dims(context, {inner});
  for (auto [d, axis] : llvm::enumerate(window)) {
    AffineExpr k = getAffineDimExpr(inner + 1 + d, context);
    from.push_back(getAffineDimExpr(3 + d, context) * axis.stride +
                   k * axis.dilation);
    tap.push_back(k);
    extent.push_back(k);
    sourceShape.push_back(shapeOf(source)[2 + d]);
    weightShape.push_back(axis.kernel);
    kernel.push_back(axis.kernel);
    result.push_back(axis.out);
  }
  // Its shape says how far the kernel's loops go.
  Value bounds =
      tensor::EmptyOp::create(build.ops(), kernel, build.ops().getI8Type());
  Value sum =
      build.fold({build.reshape(source, sourceShape),
                  build.reshape(node.input(1), weightShape), bounds},
                 {AffineMap::get(loops, 0, from, context),
                  AffineMap::get(loops, 0, tap, context),
                  AffineMap::get(loops, 0, extent, context)},
                 result, spatial + 1, build.ops().getZeroAttr(node.storage(0)),
                 [](ImplicitLocOpBuilder &b, ValueRange each) -> Value {
                   Value product = arith::MulFOp::create(b, each[0], each[1]);
                   return arith::AddFOp::create(b, each[3], product);
                 });
  Shape joined{x[0], w[0]}, perChannel(x.size(), 1);
  joined.append(result.begin() + 3, result.end());
  perChannel[1] = w[0];
  sum = build.reshape(sum, joined);
  if (node.hasInput(2))
    sum = build.add(sum, build.reshape(node.input(2), perChannel));
  return node.set(sum);
}
