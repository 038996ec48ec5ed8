//===- WideInput.cpp - Activations as i16 for a while ---------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "WideInput.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace mlir;
using namespace quantc::codegen;

/// Threads that a program makes have small stacks in some systems: 128 KB.
static constexpr int64_t kStackBytes = 48 * 1024;

/// A row of the copy ends with whole cache lines; its reader goes up to so many
/// elements beyond the end.
static constexpr int64_t kRowElements = 32, kSlack = 64;

/// A pixel of so many elements may be followed by an empty line.
static constexpr int64_t kManyElements = 256;

/// Reads of an activation, each of four as one, that one copied element is
/// worth.
static constexpr double kLeastUses = 3;

//===----------------------------------------------------------------------===//
// Choice
//===----------------------------------------------------------------------===//

Blocks WideProblem::inputOf(const Blocks &block) const {
  return {std::min(block.rows * rowsPerTile + rowsShared, rows),
          std::min(block.columns * columnsPerTile + columnsShared, columns)};
}

int64_t WideProblem::pixelElements() const {
  // Pixels that are a multiple of 4 KB apart would share one set of the
  // innermost cache.
  if (pixelsTouch || channels < kManyElements)
    return channels;
  return llvm::alignTo(channels, kRowElements) + kRowElements;
}

int64_t WideProblem::rowElements(const Blocks &block) const {
  return llvm::alignTo(inputOf(block).columns * pixelElements(), kRowElements);
}

int64_t WideProblem::bytes(const Blocks &block) const {
  return 2 * (inputOf(block).rows * rowElements(block) + kSlack);
}

std::optional<Blocks>
quantc::codegen::chooseWideBlocks(const WideProblem &problem) {
  if (problem.uses < kLeastUses)
    return std::nullopt;
  Blocks block = problem.tiles;
  auto shrink = [&](int64_t Blocks::*size) {
    while (block.*size > 1 && problem.bytes(block) > kStackBytes)
      --(block.*size);
    int64_t all = problem.tiles.*size;
    block.*size = llvm::divideCeil(all, llvm::divideCeil(all, block.*size));
  };
  shrink(&Blocks::rows);
  shrink(&Blocks::columns);
  if (problem.bytes(block) > kStackBytes)
    return std::nullopt;
  return block;
}

//===----------------------------------------------------------------------===//
// Copy
//===----------------------------------------------------------------------===//

WideInput::WideInput(Emitter &emit, const FlatBuffer &source, bool isSigned,
                     const WideProblem &problem, const Blocks &block)
    : emit(emit), source(source), isSigned(isSigned) {
  Blocks region = problem.inputOf(block);
  int64_t row = problem.rowElements(block), size = problem.bytes(block) / 2;
  copy.shape = {1, region.rows, region.columns, problem.channels};
  copy.strides = {region.rows * row, row, problem.pixelElements(), 1};
  copy.element = emit.i16();
  // At the entry of the function, so that a block takes no memory of its own.
  OpBuilder::InsertionGuard guard(emit.builder);
  auto *parent = emit.builder.getInsertionBlock()->getParentOp();
  auto function = dyn_cast<func::FuncOp>(parent);
  if (!function)
    function = parent->getParentOfType<func::FuncOp>();
  emit.builder.setInsertionPointToStart(&function.getBody().front());
  copy.memory = memref::AllocaOp::create(emit.builder, emit.loc,
                                         MemRefType::get({size}, copy.element),
                                         emit.builder.getI64IntegerAttr(64));
}

void WideInput::fill(Value image, Value row, Value column) {
  int64_t step = 2 * emit.level.lanes;
  Value from = emit.add(emit.multiply(image, source.strides[0]),
                        emit.multiply(row, source.strides[1]));
  from = emit.add(from, emit.multiply(column, source.strides[2]));
  // Not a code beyond the run: the input may end there.
  auto overRun = [&](Value from, Value to, int64_t size) {
    int64_t whole = size / step * step;
    if (whole > 0)
      emit.forEach(whole / step, {}, [&](Value i, Emitter::Carried) {
        Value place = emit.multiply(i, step);
        widen(emit.add(from, place), emit.add(to, place), step);
        return Emitter::Carried{};
      });
    if (whole < size)
      widen(emit.add(from, whole), emit.add(to, whole), size - whole);
  };
  auto overColumns = [&](Value from, Value to) {
    int64_t columns = copy.shape[2], channels = copy.shape[3];
    if (copy.strides[2] == source.strides[2])
      return overRun(from, to, columns * channels);
    emit.forEach(columns, {}, [&](Value i, Emitter::Carried) {
      overRun(emit.add(from, emit.multiply(i, source.strides[2])),
              emit.add(to, emit.multiply(i, copy.strides[2])), channels);
      return Emitter::Carried{};
    });
  };
  emit.forEach(copy.shape[1], {}, [&](Value i, Emitter::Carried) {
    overColumns(emit.add(from, emit.multiply(i, source.strides[1])),
                emit.multiply(i, copy.strides[1]));
    return Emitter::Carried{};
  });
}

void WideInput::widen(Value from, Value to, int64_t count) {
  Value codes = emit.load(source, from, count);
  if (isSigned)
    codes = arith::XOrIOp::create(emit.builder, emit.loc, codes,
                                  emit.splat8(int8_t(0x80), count));
  Value wide = arith::ExtUIOp::create(emit.builder, emit.loc,
                                      emit.vector(count, emit.i16()), codes);
  emit.store(wide, copy, to, count);
}
