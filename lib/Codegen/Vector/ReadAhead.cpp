//===- ReadAhead.cpp - Weights that are read once, in time ----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "ReadAhead.h"
#include "dialects/Kernel/IR/Packing.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

/// Bytes of each panel between what is asked for and what is read. Half of it
/// or twice as much is slower (docs/Design/0013-packed-kernels.md).
static constexpr int64_t kAhead = 2048;
static constexpr int64_t kLine = 64;

/// `distance` elements after `position`, which is `offset` behind the beginning
/// of its panel. What is after the panel's end is the next panel that this
/// stream reads, not its neighbour.
Value ReadAhead::later(Value position, Value offset, int64_t distance,
                       const FlatBuffer &from) {
  position = emit.add(position, distance);
  if (panels == 1)
    return position;
  OpBuilder &builder = emit.builder;
  Value beyond = arith::CmpIOp::create(
      builder, emit.loc, arith::CmpIPredicate::uge, emit.add(offset, distance),
      emit.index(from.strides[0]));
  Value jump = arith::SelectOp::create(
      builder, emit.loc, beyond, emit.index((panels - 1) * from.strides[0]),
      emit.index(0));
  return emit.add(position, jump);
}

void ReadAhead::codes(Value position, Value offset, int64_t lines) {
  Value first = later(position, offset, kAhead, weights);
  for (int64_t i = 0; i < lines; ++i)
    emit.prefetch(weights, emit.add(first, i * kLine));
}

void ReadAhead::scalesOf(Value position, Value block) {
  int64_t stride = scales.strides[1];
  int64_t blocks = llvm::divideCeil(kAhead, weights.strides[1]);
  emit.prefetch(scales, later(position, emit.multiply(block, stride),
                              blocks * stride, scales));
}

void ReadAhead::channels(const FlatBuffer &values, Value first) {
  if (!values.memory)
    return;
  int64_t count = panels * kernel::kPanel;
  for (int64_t i = 0; i < count; i += kernel::kPanel)
    emit.prefetch(values, emit.add(first, count + i));
}
