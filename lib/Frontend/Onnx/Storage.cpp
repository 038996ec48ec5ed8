//===- Storage.cpp - How elements of ONNX lie in the IR --------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Storage.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/Support/Endian.h"

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

/// The codes that a float of 16 bits has.
static constexpr int64_t kCodes = 1 << 16;

/// What each code of a float of 16 bits stands for.
static std::vector<float> decodingTable(FloatType type) {
  std::vector<float> table;
  for (int64_t code = 0; code < kCodes; ++code)
    table.push_back(float(
        llvm::APFloat(type.getFloatSemantics(), llvm::APInt(16, uint64_t(code)))
            .convertToDouble()));
  return table;
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
  auto *reals = reinterpret_cast<float *>(stored.mutableBytes().data());
  int64_t count = tensor.count();
  if (count < kCodes) {
    for (int64_t i = 0; i < count; ++i)
      reals[i] = float(tensor.asDouble(i));
    return stored;
  }
  std::vector<float> table = decodingTable(cast<FloatType>(from));
  const char *codes = tensor.bytes().data();
  for (int64_t i = 0; i < count; ++i)
    reals[i] = table[llvm::support::endian::read16le(codes + 2 * i)];
  return stored;
}
