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
/// Operations from which on a body is a chain whose steps wait for each other:
/// several vectors side by side fill the time.
static constexpr size_t kLongBody = 16;

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
  return applyAll(places, lanes, count, Emitter::Carried(results))[0];
}

SmallVector<Emitter::Carried>
Vectorizer::applyAll(ArrayRef<Places> at, const StridedLoop &lanes,
                     int64_t count, ArrayRef<Emitter::Carried> results) {
  Block *body = op.getBlock();
  SmallVector<IRMapping, 4> mappings(at.size());
  auto fromOutside = [&](Value value, IRMapping &mapping) {
    if (!mapping.contains(value) && value.getType().isIntOrFloat())
      mapping.map(value, emit.splat(value, count));
  };
  for (auto [number, argument] : llvm::enumerate(body->getArguments()))
    for (auto [i, mapping] : llvm::enumerate(mappings)) {
      if (number >= inputs)
        mapping.map(argument, results[i][number - inputs]);
      else if (!argument.use_empty())
        mapping.map(argument, read(number, at[i], lanes, count));
    }
  for (Operation &in : body->without_terminator())
    for (IRMapping &mapping : mappings) {
      for (Value operand : in.getOperands())
        fromOutside(operand, mapping);
      copyInto(in, count, mapping);
    }
  SmallVector<Emitter::Carried> yielded(at.size());
  for (auto [mapping, values] : llvm::zip_equal(mappings, yielded))
    for (Value value : body->getTerminator()->getOperands()) {
      fromOutside(value, mapping);
      values.push_back(mapping.lookup(value));
    }
  return yielded;
}

/// `count` neighbouring results, each through all of its reductions.
void Vectorizer::chunk(ArrayRef<size_t> reductions, const Places &places,
                       const StridedLoop &lanes, int64_t count) {
  Emitter::Carried results = reduce(reductions, places, lanes, count,
                                    readResults(places, lanes, count));
  storeResults(results, places, count);
}

Emitter::Carried Vectorizer::readResults(const Places &places,
                                         const StridedLoop &lanes,
                                         int64_t count) {
  Emitter::Carried results;
  for (size_t number = inputs; number < buffers.size(); ++number)
    results.push_back(read(number, places, lanes, count));
  return results;
}

void Vectorizer::storeResults(ArrayRef<Value> results, const Places &places,
                              int64_t count) {
  for (auto [number, result] : llvm::enumerate(results))
    emit.store(result, buffers[inputs + number], places[inputs + number],
               count);
}

/// Chunks of an op that does not reduce, operation by operation.
void Vectorizer::chunks(ArrayRef<Places> at, const StridedLoop &lanes,
                        int64_t count) {
  SmallVector<Emitter::Carried> results;
  for (const Places &places : at)
    results.push_back(readResults(places, lanes, count));
  results = applyAll(at, lanes, count, results);
  for (auto [places, values] : llvm::zip_equal(at, results))
    storeResults(values, places, count);
}

int64_t Vectorizer::sideBySide() {
  if (op.getBlock()->getOperations().size() < kLongBody)
    return 1;
  return emit.level.registers >= 32 ? 4 : 2;
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
  int64_t many = nest.reductions() == 0 ? sideBySide() : 1;
  auto visit = [&](const Places &places, int64_t vectors) {
    if (vectors == 1)
      return chunk(reductions, places, loop, width);
    SmallVector<Places> at;
    for (int64_t i = 0; i < vectors; ++i)
      at.push_back(moved(places, i * width, loop));
    chunks(at, loop, width);
  };
  int64_t step = many * width, whole = loop.size / step * step;
  int64_t rest = (loop.size - whole) / width;
  forEach(outer, start, [&](const Places &places) {
    if (whole > 0)
      loopOver(whole / step, [&](Value i) {
        visit(moved(places, loop, emit.multiply(i, step)), many);
      });
    if (rest > 0)
      visit(moved(places, whole, loop), rest);
    int64_t done = whole + rest * width;
    if (done < loop.size)
      chunk(reductions, moved(places, done, loop), loop, loop.size - done);
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
Emitter::Carried Vectorizer::startSums(Operation *combiner) {
  int64_t width = std::min(emit.level.lanes, kPartialSums);
  int64_t partial = isFreeOfOrder(combiner) ? kFreeSums * width : kPartialSums;
  TypedAttr neutral = *arith::getNeutralElement(combiner);
  Value zero = arith::ConstantOp::create(
      emit.builder, emit.loc,
      DenseElementsAttr::get(emit.vector(width, buffers[inputs].element),
                             neutral));
  return Emitter::Carried(partial / width, zero);
}

/// Takes `count` values in, in the first lanes of `sum`.
Value Vectorizer::accumulate(const Places &places, int64_t count, Value sum) {
  const StridedLoop &loop = nest.loops.back();
  if (count == cast<VectorType>(sum.getType()).getNumElements())
    return apply(places, loop, count, sum)[0];
  Value some = apply(places, loop, count, slice(sum, 0, count))[0];
  return vector::InsertStridedSliceOp::create(emit.builder, emit.loc, some, sum,
                                              ArrayRef<int64_t>{0},
                                              ArrayRef<int64_t>{1});
}

void Vectorizer::together(MutableArrayRef<Vectorizer> members) {
  Emitter &emit = members.front().emit;
  int64_t size = members.front().nest.loops.back().size;
  int64_t width = std::min(emit.level.lanes, kPartialSums), chunk = width;
  // The sums of all members, and which are whose.
  Emitter::Carried sums;
  SmallVector<size_t> first, number;
  for (Vectorizer &member : members) {
    Emitter::Carried own;
    if (member.nest.loops.back().reduces)
      own = member.startSums(combinerOf(member.op));
    first.push_back(sums.size());
    number.push_back(own.size());
    chunk = std::max(chunk, std::max(int64_t(own.size()), member.sideBySide()) *
                                width);
    sums.append(own);
  }
  // All of a chunk through one member before the next one.
  auto visit = [&](ArrayRef<Places> at, int64_t before, int64_t vectors,
                   int64_t count, Emitter::Carried &sums) {
    for (auto [k, member] : llvm::enumerate(members)) {
      const StridedLoop &loop = member.nest.loops.back();
      SmallVector<Places> places;
      for (int64_t i = 0; i < vectors; ++i)
        places.push_back(member.moved(at[k], i * width, loop));
      if (number[k] == 0) {
        member.chunks(places, loop, count);
        continue;
      }
      for (int64_t i = 0; i < vectors; ++i) {
        Value &sum = sums[first[k] + (before + i) % number[k]];
        sum = member.accumulate(places[i], count, sum);
      }
    }
  };
  int64_t whole = size / chunk;
  auto placesAt = [&](Value position) {
    SmallVector<Places> at;
    for (Vectorizer &member : members)
      at.push_back(
          member.moved(member.start, member.nest.loops.back(), position));
    return at;
  };
  if (whole > 0)
    sums = emit.forEach(whole, sums, [&](Value i, Emitter::Carried sums) {
      SmallVector<Places> at = placesAt(emit.multiply(i, chunk));
      visit(at, 0, chunk / width, width, sums);
      return sums;
    });
  int64_t vectors = size % chunk / width, done = size - size % width;
  if (vectors > 0)
    visit(placesAt(emit.index(whole * chunk)), 0, vectors, width, sums);
  if (done < size)
    visit(placesAt(emit.index(done)), vectors, 1, size - done, sums);
  for (auto [k, member] : llvm::enumerate(members))
    if (number[k] > 0)
      member.store(combinerOf(member.op),
                   Emitter::Carried(ArrayRef(sums).slice(first[k], number[k])),
                   member.start);
}

void Vectorizer::reduceRow(Operation *combiner, const Places &places) {
  const StridedLoop &loop = nest.loops.back();
  Emitter::Carried sums = startSums(combiner);
  int64_t width = std::min(emit.level.lanes, kPartialSums);
  int64_t partial = int64_t(sums.size()) * width, whole = loop.size / partial;
  auto addAll = [&](const Places &places, int64_t size, Emitter::Carried sums) {
    for (int64_t done = 0; done < size; done += width)
      sums[done / width] =
          accumulate(moved(places, done, loop), std::min(width, size - done),
                     sums[done / width]);
    return sums;
  };
  if (whole > 0)
    sums = emit.forEach(whole, sums, [&](Value i, Emitter::Carried sums) {
      return addAll(moved(places, loop, emit.multiply(i, partial)), partial,
                    sums);
    });
  int64_t done = whole * partial;
  store(combiner, addAll(moved(places, done, loop), loop.size - done, sums),
        places);
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
