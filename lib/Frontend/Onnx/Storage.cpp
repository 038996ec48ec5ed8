//===- Storage.cpp - How elements of ONNX lie in the IR --------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Storage.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace quantc::onnx;

Type quantc::onnx::storageOf(Type element) {
  Builder builder(element.getContext());
  unsigned width = element.getIntOrFloatBitWidth();
  if (isa<FloatType>(element)) {
    if (width > 16)
      return element;
    return width == 16 ? Type(builder.getF32Type()) : builder.getI8Type();
  }
  return width == 1 ? element : builder.getIntegerType(std::max(width, 8u));
}

Type quantc::onnx::boundaryOf(Type element) {
  return element.isF16() || element.isBF16() ? element : storageOf(element);
}

HostTensor quantc::onnx::inStorage(const HostTensor &tensor) {
  Type from = tensor.elementType(), to = storageOf(from);
  if (from == to)
    return tensor;
  if (!from.isF16() && !from.isBF16())
    return tensor.bitcast(to);
  if (tensor.isSplat())
    return HostTensor::splat(to, tensor.shape(), tensor.asDouble(0));
  HostTensor stored = HostTensor::zeros(to, tensor.shape());
  for (int64_t i = 0, e = tensor.count(); i < e; ++i)
    stored.set(i, tensor.asDouble(i));
  return stored;
}
