//===- Vectorizer.cpp - Loops of one op over vectors ----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Vectorizer.h"

#include "Keys.h"
#include "VectorBody.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

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
                       const StridedLoop &lanes, int64_t count, int64_t some) {
  Value memory = buffers[number].memory;
  if (!isa<MemRefType>(memory.getType()))
    return emit.splat(memory, count);
  if (lanes.strides[number] == 0)
    return emit.splat(emit.loadScalar(buffers[number], places[number]), count);
  Value value = emit.load(buffers[number], places[number], some);
  if (some == count)
    return value;
  auto type = emit.vector(count, buffers[number].element);
  Value zero = arith::ConstantOp::create(emit.builder, emit.loc,
                                         emit.builder.getZeroAttr(type));
  return vector::InsertStridedSliceOp::create(emit.builder, emit.loc, value,
                                              zero, ArrayRef<int64_t>{0},
                                              ArrayRef<int64_t>{1});
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
  return applyAll(places, lanes, count, count, Emitter::Carried(results))[0];
}

SmallVector<Emitter::Carried>
Vectorizer::applyAll(ArrayRef<Places> at, const StridedLoop &lanes,
                     int64_t count, int64_t some,
                     ArrayRef<Emitter::Carried> results) {
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
        mapping.map(argument, read(number, at[i], lanes, count,
                                   i + 1 == at.size() ? some : count));
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
                                    readResults(places, lanes, count, count));
  storeResults(results, places, count);
}

Emitter::Carried Vectorizer::readResults(const Places &places,
                                         const StridedLoop &lanes,
                                         int64_t count, int64_t some) {
  Emitter::Carried results;
  for (size_t number = inputs; number < buffers.size(); ++number)
    results.push_back(read(number, places, lanes, count, some));
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
                        int64_t count, int64_t some) {
  auto valuesOf = [&](size_t i) { return i + 1 == at.size() ? some : count; };
  SmallVector<Emitter::Carried> results;
  for (auto [i, places] : llvm::enumerate(at))
    results.push_back(readResults(places, lanes, count, valuesOf(i)));
  results = applyAll(at, lanes, count, some, results);
  for (auto [i, places] : llvm::enumerate(at))
    storeResults(results[i], places, valuesOf(i));
}

bool Vectorizer::canWiden() {
  return llvm::none_of(op.getBlock()->getOperations(), [](Operation &in) {
    return isa<arith::DivSIOp, arith::DivUIOp, arith::CeilDivSIOp,
               arith::CeilDivUIOp, arith::FloorDivSIOp, arith::RemSIOp,
               arith::RemUIOp>(in);
  });
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
  int64_t many = nest.reductions() == 0 && canWiden() ? sideBySide() : 1;
  auto visit = [&](const Places &places, int64_t vectors, int64_t some) {
    if (many == 1)
      return chunk(reductions, places, loop, some);
    SmallVector<Places> at;
    for (int64_t i = 0; i < vectors; ++i)
      at.push_back(moved(places, i * width, loop));
    chunks(at, loop, width, some);
  };
  int64_t step = many * width, whole = loop.size / step * step;
  int64_t rest = loop.size - whole, vectors = llvm::divideCeil(rest, width);
  forEach(outer, start, [&](const Places &places) {
    if (whole > 0)
      loopOver(whole / step, [&](Value i) {
        visit(moved(places, loop, emit.multiply(i, step)), many, width);
      });
    if (rest > 0)
      visit(moved(places, whole, loop), vectors, rest - (vectors - 1) * width);
  });
}

/// combine(lhs, rhs), as the body of the op does it; of keys, what is the same.
Value Vectorizer::combine(Operation *combiner, Value lhs, Value rhs) {
  if (keys::apply(combiner) && getElementTypeOrSelf(lhs.getType()).isInteger())
    return keys::combine(emit, combiner, lhs, rhs);
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

int64_t Vectorizer::sumWidth() const {
  return std::min(emit.level.lanes, kPartialSums);
}

/// Value l goes to partial sum l % 16; to more of them where the order cannot
/// be seen, since each step waits for the one before.
Emitter::Carried Vectorizer::startSums(Operation *combiner) {
  int64_t width = sumWidth();
  int64_t partial = isFreeOfOrder(combiner) ? kFreeSums * width : kPartialSums;
  Value zero = neutral(combiner, width);
  if (keys::apply(combiner))
    zero = keys::of(emit, combiner, zero);
  return Emitter::Carried(partial / width, zero);
}

Value Vectorizer::neutral(Operation *combiner, int64_t lanes) {
  return arith::ConstantOp::create(
      emit.builder, emit.loc,
      DenseElementsAttr::get(emit.vector(lanes, buffers[inputs].element),
                             *arith::getNeutralElement(combiner)));
}

/// Takes `count` values in, in the first lanes of `sum`.
Value Vectorizer::accumulate(Operation *combiner, const Places &places,
                             int64_t count, Value sum) {
  const StridedLoop &loop = nest.loops.back();
  bool isWhole = count == cast<VectorType>(sum.getType()).getNumElements();
  Value some = isWhole ? sum : slice(sum, 0, count);
  if (keys::apply(combiner)) {
    Value values = apply(places, loop, count, neutral(combiner, count))[0];
    some = combine(combiner, some, keys::of(emit, combiner, values));
  } else {
    some = apply(places, loop, count, some)[0];
  }
  if (isWhole)
    return some;
  return vector::InsertStridedSliceOp::create(emit.builder, emit.loc, some, sum,
                                              ArrayRef<int64_t>{0},
                                              ArrayRef<int64_t>{1});
}

void Vectorizer::reduceRow(Operation *combiner, const Places &places) {
  const StridedLoop &loop = nest.loops.back();
  Emitter::Carried sums = startSums(combiner);
  int64_t width = sumWidth();
  int64_t partial = int64_t(sums.size()) * width, whole = loop.size / partial;
  auto addAll = [&](const Places &places, int64_t size, Emitter::Carried sums) {
    for (int64_t done = 0; done < size; done += width)
      sums[done / width] =
          accumulate(combiner, moved(places, done, loop),
                     std::min(width, size - done), sums[done / width]);
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
  if (keys::apply(combiner))
    total = keys::toReals(emit, total);
  Value first = read(inputs, places, loop, 1, 1);
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
