//===- ConvTranspose.cpp - ConvTranspose ----------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// One spatial axis. Input element i adds to the result at
/// i * stride - padLow + k * dilation for every element k of the kernel;
///
///   out = (in - 1) * stride + extent + outputPadding - padLow - padHigh
struct TransposedAxis {
  int64_t stride = 1, kernel = 1, padLow = 0, padHigh = 0, out = 1;
  int64_t dilation = 1;

  int64_t extent() const { return dilation * (kernel - 1) + 1; }
};

/// Splits what the wanted size leaves over; the odd one goes to the low end
/// except for SAME_UPPER.
void fitTo(TransposedAxis &axis, int64_t full, int64_t out, bool isUpper) {
  int64_t total = std::max<int64_t>(full - out, 0);
  axis.padLow = isUpper ? total / 2 : total - total / 2;
  axis.padHigh = full - out - axis.padLow;
}

FailureOr<Shape> readList(NodeContext &node, llvm::StringRef name,
                          int64_t otherwise, size_t size, int64_t least) {
  Shape values = node.getInts(name, Shape(size, otherwise));
  bool fits = values.size() == size;
  for (int64_t value : values)
    fits &= value >= least && value <= (int64_t(1) << 31);
  if (fits)
    return values;
  node.error() << "expects " << size << " numbers from " << least << " in '"
               << name << "', but got " << shapeText(values);
  return failure();
}

FailureOr<llvm::SmallVector<TransposedAxis>> readAxes(NodeContext &node) {
  llvm::ArrayRef<int64_t> kernel = node.shape(1).drop_front(2);
  size_t rank = kernel.size();
  FailureOr<Shape> strides = readList(node, "strides", 1, rank, 1);
  FailureOr<Shape> pads = readList(node, "pads", 0, 2 * rank, 0);
  FailureOr<Shape> extra = readList(node, "output_padding", 0, rank, 0);
  FailureOr<Shape> dilations = readList(node, "dilations", 1, rank, 1);
  if (failed(strides) || failed(pads) || failed(extra) || failed(dilations))
    return failure();
  llvm::StringRef mode = node.getString("auto_pad", "NOTSET");
  Shape wanted = node.getInts("output_shape", {});
  // Some exporters give the whole shape.
  if (wanted.size() == rank + 2)
    wanted.erase(wanted.begin(), wanted.begin() + 2);
  bool isValid = wanted.empty() || wanted.size() == rank;
  for (int64_t out : wanted)
    isValid &= out >= 1 && out <= (int64_t(1) << 31);
  if (!isValid) {
    node.error() << "expects " << rank
                 << " positive numbers in 'output_shape', but got "
                 << shapeText(wanted);
    return failure();
  }
  llvm::SmallVector<TransposedAxis> axes;
  for (size_t d = 0; d < rank; ++d) {
    int64_t in = node.shape(0)[2 + d];
    TransposedAxis axis;
    axis.stride = (*strides)[d];
    axis.kernel = kernel[d];
    axis.dilation = (*dilations)[d];
    int64_t full = (in - 1) * axis.stride + axis.extent() + (*extra)[d];
    if (!wanted.empty()) {
      fitTo(axis, full, wanted[d], mode == "SAME_UPPER");
    } else if (mode == "SAME_UPPER" || mode == "SAME_LOWER") {
      fitTo(axis, full, in * axis.stride, mode == "SAME_UPPER");
    } else if (mode == "NOTSET") {
      axis.padLow = (*pads)[d];
      axis.padHigh = (*pads)[rank + d];
    }
    // What is added to the result takes back from its padding.
    axis.padHigh -= (*extra)[d];
    axis.out =
        (in - 1) * axis.stride + axis.extent() - axis.padLow - axis.padHigh;
    axes.push_back(axis);
  }
  return axes;
}

/// X (N, C, spatial), W (C, M / groups, kernel), B (M) optional
LogicalResult checkOperands(NodeContext &node) {
  if (!node.isFloat(0) || node.element(1) != node.element(0))
    return node.unsupported("its input and weights are not floats of one type");
  if (node.rank(0) < 3 || node.rank(0) > 5)
    return node.unsupported("only 1 to 3 dimensions are supported, but its "
                            "input has shape " +
                            shapeText(node.shape(0)));
  int64_t groups = node.getInt("group", 1);
  llvm::ArrayRef<int64_t> weights = node.shape(1);
  if (weights.size() != node.shape(0).size() || groups < 1 ||
      weights[0] != node.shape(0)[1] || weights[0] % groups != 0 ||
      llvm::is_contained(weights, 0))
    return node.error() << "expects weights for " << node.shape(0)[1]
                        << " input channels in " << groups
                        << " groups, but got " << shapeText(weights);
  int64_t channels = weights[1] * groups;
  if (node.hasInput(2) && node.shape(2) != llvm::ArrayRef(channels))
    return node.error() << "expects a bias of shape [" << channels
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

/// What TOSA has: two axes of f32 without groups or dilations, and pads that
/// take off less than a kernel.
bool isPlain(NodeContext &node, llvm::ArrayRef<TransposedAxis> axes) {
  for (const TransposedAxis &axis : axes)
    if (axis.dilation != 1 || axis.padLow >= axis.kernel ||
        axis.padHigh >= axis.kernel)
      return false;
  return axes.size() == 2 && node.storage(0).isF32() &&
         node.getInt("group", 1) == 1;
}

Value createPlain(NodeContext &node, llvm::ArrayRef<TransposedAxis> axes) {
  int64_t channels = node.shape(1)[1];
  Shape shape{node.shape(0)[0], axes[0].out, axes[1].out, channels}, pad,
      stride;
  for (const TransposedAxis &axis : axes) {
    pad.append({-axis.padLow, -axis.padHigh});
    stride.push_back(axis.stride);
  }
  Value x = node.build.transpose(node.input(0), {0, 2, 3, 1});
  Value bias = node.hasInput(2) ? node.input(2)
                                : node.build.constant(HostTensor::splat(
                                      node.element(0), {channels}, 0));
  Value zero = node.build.zeroPoint(node.element(0));
  Value result = tosa::TransposeConv2DOp::create(
      node.build.ops(), TosaBuilder::withShape(x, shape), x,
      permuteWeights(node), bias, zero, zero, pad, stride, node.storage(0));
  return node.build.transpose(result, {0, 3, 1, 2});
}

/// Any other: the input spread by its strides under the flipped kernel, as
/// loops (N, G, M, out...) around (C, kernel...).
Value createLoops(NodeContext &node, llvm::ArrayRef<TransposedAxis> axes) {
  TosaBuilder &build = node.build;
  MLIRContext *context = node.context();
  Type element = node.storage(0);
  int64_t groups = node.getInt("group", 1), spatial = axes.size();
  Shape x(node.shape(0)), w(node.shape(1));
  int64_t in = x[1] / groups, rank = spatial + 3;
  Value source = node.input(0), zero = build.scalar(element, 0, 1);
  Shape sourceShape{x[0], groups, in}, weightShape{groups, in, w[1]};
  Shape result{x[0], groups, w[1]};
  llvm::SmallVector<AffineExpr> from{getAffineDimExpr(0, context),
                                     getAffineDimExpr(1, context),
                                     getAffineDimExpr(rank, context)};
  llvm::SmallVector<AffineExpr> tap{getAffineDimExpr(1, context),
                                    getAffineDimExpr(rank, context),
                                    getAffineDimExpr(2, context)};
  for (auto [d, axis] : llvm::enumerate(axes)) {
    AffineExpr k = getAffineDimExpr(rank + 1 + d, context);
    // The kernel runs backwards over the spread input.
    from.push_back(getAffineDimExpr(3 + d, context) + k * axis.dilation);
    tap.push_back(axis.kernel - 1 - k);
    int64_t size = axis.out + axis.extent() - 1;
    source = build.place(source, 2 + d, axis.extent() - 1 - axis.padLow,
                         axis.stride, size, zero);
    sourceShape.push_back(size);
    weightShape.push_back(axis.kernel);
    result.push_back(axis.out);
  }
  int64_t loops = rank + 1 + spatial;
  // Its shape says how far the kernel's loops go.
  Shape kernel{in};
  llvm::SmallVector<AffineExpr> inner{getAffineDimExpr(rank, context)};
  for (int64_t d = 0; d < spatial; ++d) {
    kernel.push_back(axes[d].kernel);
    inner.push_back(getAffineDimExpr(rank + 1 + d, context));
  }
  Value extent =
      tensor::EmptyOp::create(build.ops(), kernel, build.ops().getI8Type());
  Value sum = build.fold({build.reshape(source, sourceShape),
                          build.reshape(node.input(1), weightShape), extent},
                         {AffineMap::get(loops, 0, from, context),
                          AffineMap::get(loops, 0, tap, context),
                          AffineMap::get(loops, 0, inner, context)},
                         result, spatial + 1, build.ops().getZeroAttr(element),
                         [](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
                           Value product =
                               arith::MulFOp::create(b, in[0], in[1]);
                           return arith::AddFOp::create(b, in[3], product);
                         });
  Shape joined{x[0], groups * w[1]};
  joined.append(result.begin() + 3, result.end());
  sum = build.reshape(sum, joined);
  if (!node.hasInput(2))
    return sum;
  Shape perChannel(joined.size(), 1);
  perChannel[1] = joined[1];
  return build.add(sum, build.reshape(node.input(2), perChannel));
}

LogicalResult convertConvTranspose(NodeContext &node) {
  if (failed(node.expectInputs(2, 3)) || failed(checkOperands(node)) ||
      failed(node.expectFinite(1)))
    return failure();
  FailureOr<llvm::SmallVector<TransposedAxis>> axes = readAxes(node);
  if (failed(axes))
    return failure();
  Shape shape{node.shape(0)[0], node.shape(1)[1] * node.getInt("group", 1)};
  for (const TransposedAxis &axis : *axes) {
    if (axis.out < 1)
      return node.error() << "expects pads that leave something, but got a "
                             "result of size "
                          << axis.out;
    shape.push_back(axis.out);
  }
  if (failed(node.expectShape(shape)))
    return failure();
  return node.set(isPlain(node, *axes) ? createPlain(node, *axes)
                                       : createLoops(node, *axes));
}

} // namespace

void quantc::onnx::addTransposedConvolutions(ConversionTable &table) {
  table.conversions["ConvTranspose"] = convertConvTranspose;
}
