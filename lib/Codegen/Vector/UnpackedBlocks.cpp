//===- UnpackedBlocks.cpp - Weights that many rows multiply -------------- -===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "UnpackedBlocks.h"
#include "dialects/Kernel/IR/Packing.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

/// Of weights, and of sums. Together they leave room for the activations in
/// the innermost cache, and fit the stacks of threads.
static constexpr int64_t kWeightBytes = 16 * 1024, kSumBytes = 24 * 1024;

/// Tiles for which unpacking pays: it stores and loads besides.
static constexpr int64_t kLeastTiles = 2;

static int64_t bytesOfStep(const Level &level) {
  return kernel::kStep * level.lanes * (level.dot == Dot::MulAdd16 ? 2 : 1);
}

std::optional<Sections> Sections::choose(const Level &level, int64_t vectors,
                                         int64_t steps, int64_t blocks,
                                         int64_t rows, int64_t tiles) {
  int64_t blockBytes = vectors * steps * bytesOfStep(level);
  int64_t tileBytes = rows * vectors * level.lanes * int64_t(sizeof(float));
  if (tiles < kLeastTiles || blockBytes > kWeightBytes)
    return std::nullopt;
  // Sections and groups of tiles of about equal size.
  auto evenly = [](int64_t count, int64_t most) -> int64_t {
    return llvm::divideCeil(count, llvm::divideCeil(count, most));
  };
  return Sections{
      evenly(blocks, std::min(blocks, kWeightBytes / blockBytes)),
      evenly(tiles, std::clamp<int64_t>(kSumBytes / tileBytes, 1, tiles))};
}

UnpackedBlocks::UnpackedBlocks(Emitter &emit, const Sections &sections,
                               int64_t vectors, int64_t steps, int64_t rows)
    : emit(emit), lanes(emit.level.lanes), parts(dotRegisters(emit.level)) {
  // At the entry of the function, so that a loop takes no memory again.
  OpBuilder::InsertionGuard guard(emit.builder);
  Operation *parent = emit.builder.getInsertionBlock()->getParentOp();
  auto function = dyn_cast<func::FuncOp>(parent);
  if (!function)
    function = parent->getParentOfType<func::FuncOp>();
  emit.builder.setInsertionPointToStart(&function.getBody().front());
  bool isWide = emit.level.dot == Dot::MulAdd16;
  weights = allocate(isWide ? emit.i16() : emit.i8(),
                     {sections.blocks, steps, vectors, kernel::kStep * lanes});
  scales = allocate(emit.f32(), {sections.blocks, vectors, lanes});
  sums = allocate(emit.f32(), {sections.tiles, rows * vectors, lanes});
  // A line between rows, so that they do not share sets of the cache.
  int64_t taps = sections.blocks * steps * kernel::kStep, line = 32;
  if (isWide)
    copy = allocate(emit.i16(), {rows, taps + line});
}

FlatBuffer UnpackedBlocks::allocate(Type element, ArrayRef<int64_t> shape) {
  FlatBuffer buffer;
  buffer.element = element;
  buffer.shape = llvm::to_vector(shape);
  buffer.strides.assign(shape.size(), 1);
  for (size_t i = shape.size() - 1; i > 0; --i)
    buffer.strides[i - 1] = buffer.strides[i] * shape[i];
  auto type = MemRefType::get({buffer.strides[0] * shape[0]}, element);
  buffer.memory = memref::AllocaOp::create(emit.builder, emit.loc, type,
                                           emit.builder.getI64IntegerAttr(64));
  return buffer;
}

void UnpackedBlocks::storeInput(const FlatBuffer &input, Value position,
                                int64_t taps, bool isSigned) {
  int64_t step = kernel::kStep * lanes / parts, whole = taps / step;
  if (whole > 0)
    emit.forEach(whole, {}, [&](Value i, Emitter::Carried) {
      copyInput(input, position, emit.multiply(i, step), step, isSigned);
      return Emitter::Carried{};
    });
  // Not a code beyond the row: the input may end there.
  if (taps % step != 0)
    copyInput(input, position, emit.index(whole * step), taps % step, isSigned);
}

/// `count` taps of each row, from number `tap` on.
void UnpackedBlocks::copyInput(const FlatBuffer &input, Value position,
                               Value tap, int64_t count, bool isSigned) {
  for (int64_t row = 0; row < copy.shape[0]; ++row) {
    Value from = emit.add(emit.add(position, row * input.strides[0]), tap);
    Value codes = emit.load(input, from, count);
    if (isSigned)
      codes = arith::XOrIOp::create(emit.builder, emit.loc, codes,
                                    emit.splat8(int8_t(0x80), count));
    codes = arith::ExtUIOp::create(emit.builder, emit.loc,
                                   emit.vector(count, emit.i16()), codes);
    emit.store(codes, copy, emit.add(tap, row * copy.strides[0]), count);
  }
}

Value UnpackedBlocks::placeOf(Value block, Value step, int64_t vector) {
  Value place = emit.add(emit.multiply(block, weights.strides[0]),
                         emit.multiply(step, weights.strides[1]));
  return emit.add(place, vector * weights.strides[2]);
}

void UnpackedBlocks::storeWeights(Value block, Value step, int64_t vector,
                                  const DotOperand &operand) {
  Value place = placeOf(block, step, vector);
  int64_t size = weights.strides[2] / parts;
  for (auto [part, value] : llvm::enumerate(operand))
    emit.store(value, weights, emit.add(place, int64_t(part) * size), size);
}

DotOperand UnpackedBlocks::loadWeights(Value block, Value step,
                                       int64_t vector) {
  Value place = placeOf(block, step, vector);
  int64_t size = weights.strides[2] / parts;
  DotOperand operand;
  for (int64_t part = 0; part < parts; ++part)
    operand.push_back(emit.load(weights, emit.add(place, part * size), size));
  return operand;
}

void UnpackedBlocks::storeScales(Value block, int64_t vector, Value values) {
  Value place = emit.multiply(block, scales.strides[0]);
  emit.store(values, scales, emit.add(place, vector * scales.strides[1]),
             lanes);
}

Value UnpackedBlocks::loadScales(Value block, int64_t vector) {
  Value place = emit.multiply(block, scales.strides[0]);
  return emit.load(scales, emit.add(place, vector * scales.strides[1]), lanes);
}

Value UnpackedBlocks::placeOf(Value tile, size_t number) {
  return emit.add(emit.multiply(tile, sums.strides[0]),
                  int64_t(number) * lanes);
}

void UnpackedBlocks::storeSum(Value tile, size_t number, Value value) {
  emit.store(value, sums, placeOf(tile, number), lanes);
}

Value UnpackedBlocks::loadSum(Value tile, size_t number) {
  return emit.load(sums, placeOf(tile, number), lanes);
}

void UnpackedBlocks::storeSums(Value tile, ValueRange values) {
  for (auto [i, value] : llvm::enumerate(values))
    storeSum(tile, i, value);
}

Emitter::Carried UnpackedBlocks::loadSums(Value tile, size_t count) {
  Emitter::Carried values;
  for (size_t i = 0; i < count; ++i)
    values.push_back(loadSum(tile, i));
  return values;
}
