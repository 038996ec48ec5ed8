//===- Vectorizer.cpp - Loops of one op over vectors ----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Vectorizer.h"

#include "VectorBody.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace quantc::codegen;

/// A sum over neighbours is one of so many partial sums, at every level.
static constexpr int64_t kPartialSums = 16;
/// Vectors of partial results that a reduction has if its order is free.
static constexpr int64_t kFreeSums = 4;

Vectorizer::Vectorizer(Emitter &emit, linalg::LinalgOp op, StridedNest nest,
                       bool shared)
    : emit(emit), op(op), nest(std::move(nest)),
      shared(shared && !this->nest.scatters(op)), inputs(op.getNumDpsInputs()) {
  for (auto [operand, offset] :
       llvm::zip_equal(op->getOperands(), this->nest.offsets)) {
    buffers.push_back(isa<MemRefType>(operand.getType())
                          ? emit.flatten(operand)
                          : FlatBuffer{operand, {}, {}, operand.getType()});
    start.push_back(emit.index(offset));
  }
  op.getBlock()->walk([&](memref::LoadOp load) {
    if (!tables.contains(load.getMemRef()))
      tables.insert({load.getMemRef(), Lookup(emit, load.getMemRef())});
  });
}

void Vectorizer::advance(const StridedLoop &loop, Value by) {
  start = moved(start, loop, by);
}

Vectorizer::Places Vectorizer::moved(const Places &places,
                                     const StridedLoop &loop, Value by) {
  Places result;
  for (auto [place, stride] : llvm::zip_equal(places, loop.strides))
    result.push_back(stride == 0 ? place
                                 : emit.add(place, emit.multiply(by, stride)));
  return result;
}

Vectorizer::Places Vectorizer::moved(const Places &places, int64_t by,
                                     const StridedLoop &loop) {
  Places result;
  for (auto [place, stride] : llvm::zip_equal(places, loop.strides))
    result.push_back(emit.add(place, by * stride));
  return result;
}

void Vectorizer::loopOver(int64_t count, function_ref<void(Value)> body) {
  if (shared)
    return emit.forEach(count, body);
  // Iterations add to the same results, or a loop around them is shared.
  emit.forEach(count, Emitter::Carried(), [&](Value i, Emitter::Carried) {
    body(i);
    return Emitter::Carried();
  });
}

void Vectorizer::forEach(ArrayRef<size_t> which, const Places &places,
                         Body body) {
  if (which.empty())
    return body(places);
  const StridedLoop &loop = nest.loops[which.front()];
  loopOver(loop.size, [&](Value i) {
    forEach(which.drop_front(), moved(places, loop, i), body);
  });
}

Emitter::Carried Vectorizer::reduce(ArrayRef<size_t> which,
                                    const Places &places,
                                    const StridedLoop &lanes, int64_t count,
                                    Emitter::Carried sums) {
  if (which.empty())
    return apply(places, lanes, count, sums);
  const StridedLoop &loop = nest.loops[which.front()];
  return emit.forEach(loop.size, sums, [&](Value i, Emitter::Carried sums) {
    return reduce(which.drop_front(), moved(places, loop, i), lanes, count,
                  sums);
  });
}

Value Vectorizer::read(size_t number, const Places &places,
                       const StridedLoop &lanes, int64_t count) {
  Value memory = buffers[number].memory;
  if (!isa<MemRefType>(memory.getType()))
    return emit.splat(memory, count);
  if (lanes.strides[number] == 0)
    return emit.splat(emit.loadScalar(buffers[number], places[number]), count);
  return emit.load(buffers[number], places[number], count);
}

/// A copy of an operation of the body, on `count` lanes.
void Vectorizer::copyInto(Operation &in, int64_t count, IRMapping &mapping) {
  if (auto constant = dyn_cast<arith::ConstantOp>(in)) {
    auto type = emit.vector(count, constant.getType());
    mapping.map(constant.getResult(),
                arith::ConstantOp::create(
                    emit.builder, emit.loc,
                    DenseElementsAttr::get(type, constant.getValue())));
    return;
  }
  if (auto load = dyn_cast<memref::LoadOp>(in)) {
    auto place = load.getIndices()[0].getDefiningOp<arith::IndexCastOp>();
    Value codes = mapping.lookup(place.getIn());
    Type bytes = emit.vector(count, emit.i8());
    if (codes.getType() != bytes)
      codes = arith::TruncIOp::create(emit.builder, emit.loc, bytes, codes);
    mapping.map(load.getResult(), tables.at(load.getMemRef()).at(codes));
    return;
  }
  if (isa<arith::IndexCastOp>(in) && in.getResult(0).getType().isIndex())
    return; // Of the place in a table.
  Operation *copy = emit.builder.clone(in, mapping);
  for (Value result : copy->getResults())
    result.setType(emit.vector(count, result.getType()));
}

Emitter::Carried Vectorizer::apply(const Places &places,
                                   const StridedLoop &lanes, int64_t count,
                                   ValueRange results) {
  Block *body = op.getBlock();
  IRMapping mapping;
  auto fromOutside = [&](Value value) {
    if (!mapping.contains(value) && value.getType().isIntOrFloat())
      mapping.map(value, emit.splat(value, count));
  };
  for (auto [number, argument] : llvm::enumerate(body->getArguments())) {
    if (number >= inputs)
      mapping.map(argument, results[number - inputs]);
    else if (!argument.use_empty())
      mapping.map(argument, read(number, places, lanes, count));
  }
  for (Operation &in : body->without_terminator()) {
    llvm::for_each(in.getOperands(), fromOutside);
    copyInto(in, count, mapping);
  }
  Emitter::Carried yielded;
  for (Value value : body->getTerminator()->getOperands()) {
    fromOutside(value);
    yielded.push_back(mapping.lookup(value));
  }
  return yielded;
}

/// `count` neighbouring results, each through all of its reductions.
void Vectorizer::chunk(ArrayRef<size_t> reductions, const Places &places,
                       const StridedLoop &lanes, int64_t count) {
  Emitter::Carried results;
  for (size_t number = inputs; number < buffers.size(); ++number)
    results.push_back(read(number, places, lanes, count));
  results = reduce(reductions, places, lanes, count, results);
  for (auto [number, result] : llvm::enumerate(results))
    emit.store(result, buffers[inputs + number], places[inputs + number],
               count);
}

void Vectorizer::overParallel(std::optional<size_t> lanes) {
  SmallVector<size_t> outer, reductions;
  bool scatters = nest.scatters(op);
  for (auto [number, loop] : llvm::enumerate(nest.loops))
    if (number != lanes)
      (loop.reduces && !scatters ? reductions : outer).push_back(number);
  StridedLoop one{1, false, SmallVector<int64_t>(buffers.size(), 0)};
  const StridedLoop &loop = lanes ? nest.loops[*lanes] : one;
  int64_t width = emit.level.lanes * (hasByteBody(op) ? 4 : 1);
  int64_t whole = loop.size / width * width;
  forEach(outer, start, [&](const Places &places) {
    if (whole > 0)
      loopOver(whole / width, [&](Value i) {
        chunk(reductions, moved(places, loop, emit.multiply(i, width)), loop,
              width);
      });
    if (whole < loop.size)
      chunk(reductions, moved(places, whole, loop), loop, loop.size - whole);
  });
}

/// combine(lhs, rhs), as the body of the op does it.
Value Vectorizer::combine(Operation *combiner, Value lhs, Value rhs) {
  OperationState state(emit.loc, combiner->getName(), {lhs, rhs},
                       {lhs.getType()});
  state.propertiesAttr = combiner->getPropertiesAsAttribute();
  return emit.builder.create(state)->getResult(0);
}

Value Vectorizer::slice(Value vector, int64_t first, int64_t count) {
  return vector::ExtractStridedSliceOp::create(
      emit.builder, emit.loc, vector, ArrayRef<int64_t>{first},
      ArrayRef<int64_t>{count}, ArrayRef<int64_t>{1});
}

/// Value l goes to partial sum l % 16; to more of them where the order cannot
/// be seen, since each step waits for the one before.
void Vectorizer::reduceRow(Operation *combiner, const Places &places) {
  const StridedLoop &loop = nest.loops.back();
  int64_t width = std::min(emit.level.lanes, kPartialSums);
  int64_t partial = isFreeOfOrder(combiner) ? kFreeSums * width : kPartialSums;
  Type element = buffers[inputs].element;
  TypedAttr neutral = *arith::getNeutralElement(combiner);
  Value zero = arith::ConstantOp::create(
      emit.builder, emit.loc,
      DenseElementsAttr::get(emit.vector(width, element), neutral));
  Emitter::Carried sums(partial / width, zero);

  int64_t whole = loop.size / partial;
  auto addAll = [&](const Places &places, Emitter::Carried sums) {
    for (auto [group, sum] : llvm::enumerate(sums))
      sum = apply(moved(places, int64_t(group) * width, loop), loop, width,
                  sum)[0];
    return sums;
  };
  if (whole > 0)
    sums = emit.forEach(whole, sums, [&](Value i, Emitter::Carried sums) {
      return addAll(moved(places, loop, emit.multiply(i, partial)), sums);
    });
  int64_t done = whole * partial;
  for (auto [group, sum] : llvm::enumerate(sums)) {
    int64_t count = std::min(loop.size - done, width);
    if (count <= 0)
      break;
    Value some = count == width ? sum : slice(sum, 0, count);
    some = apply(moved(places, done, loop), loop, count, some)[0];
    sum = count == width ? some
                         : vector::InsertStridedSliceOp::create(
                               emit.builder, emit.loc, some, sum,
                               ArrayRef<int64_t>{0}, ArrayRef<int64_t>{1});
    done += count;
  }
  store(combiner, sums, places);
}

/// The partial sums are added pair by pair: l and l + 8, l and l + 4, l and
/// l + 2, l and l + 1.
void Vectorizer::store(Operation *combiner, Emitter::Carried sums,
                       const Places &places) {
  const StridedLoop &loop = nest.loops.back();
  for (size_t half = sums.size() / 2; half > 0; half /= 2) {
    for (size_t group = 0; group < half; ++group)
      sums[group] = combine(combiner, sums[group], sums[group + half]);
    sums.resize(half);
  }
  Value total = sums.front();
  int64_t width = cast<VectorType>(total.getType()).getNumElements();
  for (int64_t half = width / 2; half > 0; half /= 2)
    total = combine(combiner, slice(total, 0, half), slice(total, half, half));
  Value first = read(inputs, places, loop, 1);
  emit.store(combine(combiner, first, total), buffers[inputs], places[inputs],
             1);
}

void Vectorizer::overReduction(Operation *combiner) {
  SmallVector<size_t> outer;
  for (size_t number = 0; number + 1 < nest.loops.size(); ++number)
    outer.push_back(number);
  forEach(outer, start,
          [&](const Places &places) { reduceRow(combiner, places); });
}
