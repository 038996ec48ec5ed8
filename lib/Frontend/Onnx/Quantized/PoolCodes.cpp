//===- PoolCodes.cpp - MaxPool on codes -----------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "PoolCodes.h"

#include "../Window/Windows.h"
#include "Scaling.h"

#include "dialects/LowBit/IR/LowBit.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

bool quantc::onnx::isPoolOfCodes(NodeContext &node) {
  Type element = node.hasInput(0) ? node.element(0) : Type();
  return isa_and_nonnull<IntegerType>(element) &&
         element.getIntOrFloatBitWidth() == 8 &&
         (node.rank(0) == 3 || node.rank(0) == 4) && !node.usesOutput(1) &&
         llvm::all_of(node.getInts("dilations", {}),
                      [](int64_t dilation) { return dilation == 1; });
}

LogicalResult quantc::onnx::convertPoolOfCodes(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  FailureOr<Window> window =
      readWindow(node, node.shape(0).drop_front(2),
                 node.getInts("kernel_shape", {}), node.getInt("ceil_mode", 0));
  if (failed(window))
    return failure();
  Shape shape{node.shape(0)[0], node.shape(0)[1]};
  for (const WindowAxis &axis : *window)
    shape.push_back(axis.out);
  if (failed(node.expectShape(shape)))
    return failure();
  TosaWindow pool = toTosaWindow(node, node.input(0), *window);
  for (size_t i = 0; i < 4; ++i)
    if (pool.pad[i] >= pool.kernel[i / 2])
      return node.unsupported("its padding is as large as its kernel");

  auto [low, high] = codeRange(node.element(0));
  auto format = quant::UniformQuantizedType::get(
      low < 0 ? quant::QuantizationFlags::Signed : 0, node.storage(0),
      Float32Type::get(node.context()), /*scale=*/1, /*zeroPoint=*/0, low,
      high);
  ImplicitLocOpBuilder &b = node.build.ops();
  auto array = [&](llvm::ArrayRef<int64_t> values) {
    return b.getDenseI64ArrayAttr(values);
  };
  Value codes = toCodes(node, pool.input, format);
  Value result = lowbit::MaxPool2DOp::create(
      b,
      RankedTensorType::get({shape[0], pool.out[0], pool.out[1], shape[1]},
                            format),
      codes, array(pool.kernel), array(pool.pad), array(pool.stride));
  return node.set(
      fromTosaLayout(node, toIntegers(node, result), window->size()));
}
