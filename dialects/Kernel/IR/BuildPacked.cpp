//===- BuildPacked.cpp - Packed weights as operands of kernels ------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Kernel/IR/BuildPacked.h"

#include "dialects/Kernel/IR/PlanePacking.h"
#include "dialects/Kernel/IR/StoredScale.h"
#include "quantc/Format/Format.h"
#include "quantc/Support/Constants.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::kernel;

template <typename T>
static Value constant(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape,
                      Type element, ArrayRef<T> values) {
  auto type = RankedTensorType::get(shape, element);
  return arith::ConstantOp::create(
      builder, loc, type, cast<TypedAttr>(createElements(type, values)));
}

/// Constants of [panels, blocks, 16].
template <typename T, typename From>
static Value perBlock(OpBuilder &builder, Location loc, Type element,
                      ArrayRef<From> values, int64_t rows, int64_t blocks) {
  return constant<T>(builder, loc, {panelsOf(rows), blocks, kPanel}, element,
                     inPanels<T>(values, rows, blocks));
}

ScaleType kernel::storedAs(format::ScaleType type) {
  switch (type) {
  case format::ScaleType::F32:
    return ScaleType::F32;
  case format::ScaleType::F16:
    return ScaleType::F16;
  case format::ScaleType::BF16:
    return ScaleType::BF16;
  case format::ScaleType::E4M3:
    return ScaleType::E4M3;
  case format::ScaleType::E8M0:
  case format::ScaleType::PowerOfTwo:
    break;
  }
  return ScaleType::E8M0;
}

Value kernel::buildPlanes(OpBuilder &builder, Location loc,
                          ArrayRef<uint8_t> codes, int64_t rows, int64_t depth,
                          int64_t block, size_t levels) {
  SmallVector<int8_t> packed = packPlanes(
      codes, rows, depth, block, Planes::ofLevels(levels, stepsOf(block)));
  int64_t panels = panelsOf(rows), blocks = (depth + block - 1) / block;
  int64_t bytes = static_cast<int64_t>(packed.size()) / (panels * blocks);
  return constant<int8_t>(builder, loc, {panels, blocks, bytes},
                          builder.getI8Type(), packed);
}

Value kernel::buildScales(OpBuilder &builder, Location loc,
                          ArrayRef<uint32_t> bits, ScaleType type, int64_t rows,
                          int64_t blocks) {
  switch (storageBits(type)) {
  case 8:
    return perBlock<int8_t>(builder, loc, builder.getI8Type(), bits, rows,
                            blocks);
  case 16:
    return perBlock<int16_t>(builder, loc, builder.getI16Type(), bits, rows,
                             blocks);
  default:
    return perBlock<uint32_t>(builder, loc, builder.getF32Type(), bits, rows,
                              blocks);
  }
}

Value kernel::buildPerBlock(OpBuilder &builder, Location loc,
                            ArrayRef<float> values, int64_t rows,
                            int64_t blocks) {
  return perBlock<float>(builder, loc, builder.getF32Type(), values, rows,
                         blocks);
}

Value kernel::buildPerBlock(OpBuilder &builder, Location loc,
                            ArrayRef<int8_t> values, int64_t rows,
                            int64_t blocks) {
  return perBlock<int8_t>(builder, loc, builder.getI8Type(), values, rows,
                          blocks);
}

Value kernel::buildPerRow(OpBuilder &builder, Location loc,
                          ArrayRef<float> values) {
  auto rows = static_cast<int64_t>(values.size());
  return constant<float>(builder, loc, {panelsOf(rows) * kPanel},
                         builder.getF32Type(),
                         inPanels<float>(values, rows, 1));
}
