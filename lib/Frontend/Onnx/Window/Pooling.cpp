//===- Pooling.cpp - AveragePool, MaxPool and their global forms ----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"
#include "../Quantized/PoolCodes.h"
#include "PoolLoops.h"
#include "Windows.h"

#include <limits>

using namespace mlir;
using namespace quantc::onnx;

namespace {

Value createAverage(NodeContext &node, const TosaWindow &window,
                    RankedTensorType type) {
  Type element = type.getElementType();
  Value zero = node.build.zeroPoint(element);
  return tosa::AvgPool2dOp::create(node.build.ops(), type, window.input, zero,
                                   zero, window.kernel, window.stride,
                                   window.pad, element);
}

Value createMax(NodeContext &node, const TosaWindow &window,
                RankedTensorType type) {
  return tosa::MaxPool2dOp::create(node.build.ops(), type, window.input,
                                   window.kernel, window.stride, window.pad);
}

/// Puts the padding into the tensor: for averages that count it, and for pads
/// as large as the kernel, which a TOSA pool does not take.
LogicalResult padExplicitly(NodeContext &node, TosaWindow &window, double fill,
                            llvm::ArrayRef<int64_t> pad) {
  Shape shape(shapeOf(window.input));
  shape[1] += pad[0] + pad[1];
  shape[2] += pad[2] + pad[3];
  if (failed(node.expectShape(shape)))
    return failure();
  Value value = node.build.scalar(elementOf(window.input), fill, 1);
  window.input = node.build.pad(window.input, {0, pad[0], pad[2], 0},
                                {0, pad[1], pad[3], 0}, value);
  for (auto [rest, taken] : llvm::zip(window.pad, pad))
    rest -= taken;
  return success();
}

bool padReachesKernel(const TosaWindow &window) {
  for (size_t i = 0; i < 4; ++i)
    if (window.pad[i] >= window.kernel[i / 2])
      return true;
  return false;
}

/// The part of the padding that the model asked for: rounding up adds more,
/// which an average never counts.
Shape countedPad(const Window &window, const TosaWindow &tosaWindow) {
  Shape pad = tosaWindow.pad;
  size_t first = 2 - window.size();
  for (auto [d, axis] : llvm::enumerate(window))
    pad[2 * (first + d) + 1] = std::min(pad[2 * (first + d) + 1], axis.padHigh);
  return pad;
}

LogicalResult convertPool(NodeContext &node, bool isAverage) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  if (node.rank(0) < 3 || (isAverage && !node.isFloat(0)))
    return node.error() << "expects numbers (N, C, spatial...), but got "
                        << node.element(0) << " of shape "
                        << shapeText(node.shape(0));
  FailureOr<Window> window =
      readWindow(node, node.shape(0).drop_front(2),
                 node.getInts("kernel_shape", {}), node.getInt("ceil_mode", 0));
  if (failed(window))
    return failure();
  Shape shape{node.shape(0)[0], node.shape(0)[1]};
  bool isPlain =
      node.storage(0).isF32() && !node.usesOutput(1) && window->size() <= 2;
  for (const WindowAxis &axis : *window) {
    isPlain &= axis.dilation == 1;
    shape.push_back(axis.out);
  }
  if (failed(node.expectShape(shape)))
    return failure();
  if (!isPlain)
    return isAverage
               ? poolAverage(node, *window, node.getInt("count_include_pad", 0))
               : poolMax(node, *window);

  TosaWindow pool = toTosaWindow(node, node.input(0), *window);
  if (isAverage && node.getInt("count_include_pad", 0) &&
      failed(padExplicitly(node, pool, 0.0, countedPad(*window, pool))))
    return failure();
  if (padReachesKernel(pool)) {
    if (isAverage)
      return poolAverage(node, *window, node.getInt("count_include_pad", 0));
    if (failed(padExplicitly(node, pool, std::numeric_limits<float>::lowest(),
                             Shape(pool.pad))))
      return failure();
  }
  RankedTensorType type = TosaBuilder::withShape(
      pool.input, {shape[0], pool.out[0], pool.out[1], shape[1]});
  Value result =
      isAverage ? createAverage(node, pool, type) : createMax(node, pool, type);
  return node.set(fromTosaLayout(node, result, window->size()));
}

/// The p that a norm takes.
FailureOr<double> readNorm(NodeContext &node) {
  if (!node.isFloat(0) || node.rank(0) < 3)
    return node.unsupported("its input is not a float (N, C, spatial...)");
  int64_t p = node.getInt("p", 2);
  if (p >= 1)
    return double(p);
  node.error() << "expects p of 1 or more, but got " << p;
  return failure();
}

LogicalResult convertLpPool(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  FailureOr<double> p = readNorm(node);
  if (failed(p))
    return failure();
  FailureOr<Window> window =
      readWindow(node, node.shape(0).drop_front(2),
                 node.getInts("kernel_shape", {}), node.getInt("ceil_mode", 0));
  return failed(window) ? failure() : poolNorm(node, *window, *p);
}

LogicalResult convertGlobalLpPool(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  FailureOr<double> p = readNorm(node);
  if (failed(p))
    return failure();
  Window window;
  for (int64_t dim : node.shape(0).drop_front(2))
    window.push_back({dim, dim, 1, 1, 0, 0, 1});
  return poolNorm(node, window, *p);
}

LogicalResult convertGlobal(NodeContext &node, bool isAverage) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  if (!node.isFloat(0) || node.rank(0) < 3)
    return node.unsupported("its input is not a float (N, C, spatial...), but "
                            "has shape " +
                            shapeText(node.shape(0)));
  llvm::ArrayRef<int64_t> shape = node.shape(0);
  Value input = node.input(0);
  if (shape.size() != 4) {
    Shape axes;
    for (size_t d = 2; d < shape.size(); ++d)
      axes.push_back(d);
    return node.set(isAverage
                        ? node.build.mean(input, axes)
                        : node.build.reduce<tosa::ReduceMaxOp>(input, axes));
  }
  Window window(2);
  for (size_t d = 0; d < 2; ++d) {
    window[d].in = window[d].kernel = shape[2 + d];
    window[d].out = 1;
  }
  TosaWindow pool = toTosaWindow(node, input, window);
  RankedTensorType type =
      TosaBuilder::withShape(pool.input, {shape[0], 1, 1, shape[1]});
  Value result =
      isAverage ? createAverage(node, pool, type) : createMax(node, pool, type);
  return node.set(fromTosaLayout(node, result, 2));
}

} // namespace

void quantc::onnx::addPools(ConversionTable &table) {
  table.conversions["GlobalLpPool"] = convertGlobalLpPool;
  table.conversions["LpPool"] = convertLpPool;
  table.conversions["AveragePool"] = [](NodeContext &node) {
    return convertPool(node, /*isAverage=*/true);
  };
  table.conversions["MaxPool"] = [](NodeContext &node) {
    return isPoolOfCodes(node) ? convertPoolOfCodes(node)
                               : convertPool(node, /*isAverage=*/false);
  };
  table.conversions["GlobalAveragePool"] = [](NodeContext &node) {
    return convertGlobal(node, /*isAverage=*/true);
  };
  table.conversions["GlobalMaxPool"] = [](NodeContext &node) {
    return convertGlobal(node, /*isAverage=*/false);
  };
}
