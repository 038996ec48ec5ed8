//===- LinalgToVector.cpp - Elementwise ops and reductions as vectors -----===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Emitter.h"
#include "StridedNest.h"
#include "quantc/Codegen/Vector/Passes.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace quantc::codegen {
#define GEN_PASS_DEF_LINALGTOVECTOR
#include "lib/Codegen/Vector/Passes.h.inc"
} // namespace quantc::codegen

using namespace mlir;
using namespace quantc::codegen;

namespace {

/// A sum over neighbours is one of so many partial sums, at every level.
constexpr int64_t kPartialSums = 16;

/// The operation by which a reduction takes in one more value; null if there is
/// no single one whose order can be changed.
Operation *combinerOf(linalg::LinalgOp op) {
  SmallVector<Operation *> combiners;
  if (op.getNumDpsInits() != 1 ||
      !matchReduction(op.getRegionOutputArgs(), 0, combiners) ||
      combiners.size() != 1 || !arith::getNeutralElement(combiners.front()))
    return nullptr;
  return combiners.front();
}

bool isVectorElement(Type type) {
  return type.isF32() || type.isF64() ||
         (type.isInteger() && type.getIntOrFloatBitWidth() >= 8 &&
          type.getIntOrFloatBitWidth() <= 64);
}

/// Functions of f64 that LLVM has no intrinsic for become calls, one element
/// each.
bool isCall(Operation &op) {
  return isa<math::AcoshOp, math::AsinhOp, math::AtanhOp, math::ErfOp>(op);
}

/// Whether every operation of the body does the same to vectors.
bool hasVectorBody(linalg::LinalgOp op) {
  for (OpOperand &operand : op->getOpOperands())
    if (!isVectorElement(getElementTypeOrSelf(operand.get().getType())))
      return false;
  return llvm::all_of(op.getBlock()->getOperations(), [](Operation &in) {
    if (!isa<arith::ConstantOp, linalg::YieldOp>(in) &&
        !OpTrait::hasElementwiseMappableTraits(&in))
      return false;
    if (isCall(in))
      return false;
    auto isNumber = [](Type type) { return type.isIntOrFloat(); };
    return llvm::all_of(in.getOperandTypes(), isNumber) &&
           llvm::all_of(in.getResultTypes(), isNumber);
  });
}

/// Builds the loops of one op, in front of it.
class Vectorizer {
public:
  Vectorizer(Emitter &emit, linalg::LinalgOp op, StridedNest nest)
      : emit(emit), op(op), nest(std::move(nest)) {
    for (auto [operand, offset] :
         llvm::zip_equal(op->getOperands(), this->nest.offsets)) {
      buffers.push_back(isa<MemRefType>(operand.getType())
                            ? emit.flatten(operand)
                            : FlatBuffer{operand, {}, {}, operand.getType()});
      start.push_back(emit.index(offset));
    }
    inputs = op.getNumDpsInputs();
  }

  void overParallel(size_t lanes);
  void overReduction(Operation *combiner);

private:
  using Places = SmallVector<Value>;
  using Body = llvm::function_ref<void(const Places &)>;

  Places moved(const Places &places, const StridedLoop &loop, Value by);
  Places moved(const Places &places, int64_t by, const StridedLoop &loop);
  /// for each iteration of the loops in `which`: body(where the operands are)
  void forEach(ArrayRef<size_t> which, const Places &places, Body body);
  Emitter::Carried reduce(ArrayRef<size_t> which, const Places &places,
                          const StridedLoop &lanes, int64_t count,
                          Emitter::Carried sums);

  /// Operand `number` in `count` lanes.
  Value read(size_t number, const Places &places, const StridedLoop &lanes,
             int64_t count);
  /// What the body yields for the inputs at `places` and the given results.
  Emitter::Carried apply(const Places &places, const StridedLoop &lanes,
                         int64_t count, ValueRange results);
  void chunk(ArrayRef<size_t> reductions, const Places &places,
             const StridedLoop &lanes, int64_t count);
  void reduceRow(Operation *combiner, const Places &places);
  Value combine(Operation *combiner, Value lhs, Value rhs);
  Value slice(Value vector, int64_t first, int64_t count);

  Emitter &emit;
  linalg::LinalgOp op;
  StridedNest nest;
  SmallVector<FlatBuffer> buffers;
  Places start;
  size_t inputs;
};

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

void Vectorizer::forEach(ArrayRef<size_t> which, const Places &places,
                         Body body) {
  if (which.empty())
    return body(places);
  const StridedLoop &loop = nest.loops[which.front()];
  auto inside = [&](Value i) {
    forEach(which.drop_front(), moved(places, loop, i), body);
  };
  if (!nest.scatters(op))
    return emit.forEach(loop.size, inside);
  // Iterations add to the same results: no two threads may share them.
  emit.forEach(loop.size, Emitter::Carried(), [&](Value i, Emitter::Carried) {
    inside(i);
    return Emitter::Carried();
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

Emitter::Carried Vectorizer::apply(const Places &places,
                                   const StridedLoop &lanes, int64_t count,
                                   ValueRange results) {
  Block *body = op.getBlock();
  IRMapping mapping;
  auto fromOutside = [&](Value value) {
    if (!mapping.contains(value))
      mapping.map(value, emit.splat(value, count));
  };
  for (auto [number, argument] : llvm::enumerate(body->getArguments())) {
    if (number >= inputs)
      mapping.map(argument, results[number - inputs]);
    else if (!argument.use_empty())
      mapping.map(argument, read(number, places, lanes, count));
  }
  for (Operation &in : body->without_terminator()) {
    if (auto constant = dyn_cast<arith::ConstantOp>(in)) {
      auto type = emit.vector(count, constant.getType());
      mapping.map(constant.getResult(),
                  arith::ConstantOp::create(
                      emit.builder, emit.loc,
                      DenseElementsAttr::get(type, constant.getValue())));
      continue;
    }
    llvm::for_each(in.getOperands(), fromOutside);
    Operation *copy = emit.builder.clone(in, mapping);
    for (Value result : copy->getResults())
      result.setType(emit.vector(count, result.getType()));
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

/// Neighbouring results side by side.
void Vectorizer::overParallel(size_t lanes) {
  SmallVector<size_t> outer, reductions;
  bool scatters = nest.scatters(op);
  for (auto [number, loop] : llvm::enumerate(nest.loops))
    if (number != lanes)
      (loop.reduces && !scatters ? reductions : outer).push_back(number);
  const StridedLoop &loop = nest.loops[lanes];
  int64_t width = emit.level.lanes, whole = loop.size / width * width;
  forEach(outer, start, [&](const Places &places) {
    if (whole > 0)
      emit.forEach(whole / width, [&](Value i) {
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

/// Value l goes to partial sum l % 16, then the sums are added pair by pair:
/// l and l + 8, l and l + 4, l and l + 2, l and l + 1.
void Vectorizer::reduceRow(Operation *combiner, const Places &places) {
  const StridedLoop &loop = nest.loops.back();
  int64_t width = std::min(emit.level.lanes, kPartialSums);
  Type element = buffers[inputs].element;
  TypedAttr neutral = *arith::getNeutralElement(combiner);
  Value zero = arith::ConstantOp::create(
      emit.builder, emit.loc,
      DenseElementsAttr::get(emit.vector(width, element), neutral));
  Emitter::Carried sums(kPartialSums / width, zero);

  int64_t whole = loop.size / kPartialSums;
  auto addAll = [&](const Places &places, Emitter::Carried sums) {
    for (auto [group, sum] : llvm::enumerate(sums))
      sum = apply(moved(places, int64_t(group) * width, loop), loop, width,
                  sum)[0];
    return sums;
  };
  if (whole > 0)
    sums = emit.forEach(whole, sums, [&](Value i, Emitter::Carried sums) {
      return addAll(moved(places, loop, emit.multiply(i, kPartialSums)), sums);
    });
  int64_t done = whole * kPartialSums;
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
  for (size_t half = sums.size() / 2; half > 0; half /= 2) {
    for (size_t group = 0; group < half; ++group)
      sums[group] = combine(combiner, sums[group], sums[group + half]);
    sums.resize(half);
  }
  Value total = sums.front();
  for (int64_t half = width / 2; half > 0; half /= 2)
    total = combine(combiner, slice(total, 0, half), slice(total, half, half));
  Value first = read(inputs, places, loop, 1);
  emit.store(combine(combiner, first, total), buffers[inputs], places[inputs],
             1);
}

/// Values of one result side by side.
void Vectorizer::overReduction(Operation *combiner) {
  SmallVector<size_t> outer;
  for (size_t number = 0; number + 1 < nest.loops.size(); ++number)
    outer.push_back(number);
  forEach(outer, start,
          [&](const Places &places) { reduceRow(combiner, places); });
}

struct LinalgToVector
    : quantc::codegen::impl::LinalgToVectorBase<LinalgToVector> {
  using LinalgToVectorBase::LinalgToVectorBase;

  void runOnOperation() override {
    std::string name = level;
    if (auto own = getOperation()->getAttrOfType<StringAttr>("quantc.level"))
      name = own.getValue().str();
    const Level *target = findLevel(name);
    if (!target) {
      getOperation().emitError("expects a CPU level, but got '") << name << "'";
      return signalPassFailure();
    }
    SmallVector<linalg::LinalgOp> ops;
    getOperation().walk([&](linalg::LinalgOp op) {
      if (op.hasPureBufferSemantics() && hasVectorBody(op))
        ops.push_back(op);
    });
    for (linalg::LinalgOp op : ops)
      if (vectorize(op, *target))
        op->erase();
  }

private:
  static bool vectorize(linalg::LinalgOp op, const Level &level) {
    std::optional<StridedNest> nest = StridedNest::of(op);
    if (!nest)
      return false;
    OpBuilder builder(op);
    Emitter emit(builder, op.getLoc(), level);
    if (nest->reducedLanes(op)) {
      // Every level adds in the same order.
      Operation *combiner = combinerOf(op);
      if (combiner)
        Vectorizer(emit, op, *nest).overReduction(combiner);
      return combiner;
    }
    std::optional<size_t> lanes = nest->parallelLanes(op, level.lanes);
    if (!lanes || level.lanes == 1)
      return false;
    Vectorizer(emit, op, *nest).overParallel(*lanes);
    return true;
  }
};

} // namespace
