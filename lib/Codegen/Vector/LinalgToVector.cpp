//===- LinalgToVector.cpp - Elementwise ops and reductions as vectors -----===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "StridedNest.h"
#include "Transpose.h"
#include "VectorBody.h"
#include "Vectorizer.h"
#include "quantc/Codegen/Vector/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include <functional>

namespace quantc::codegen {
#define GEN_PASS_DEF_LINALGTOVECTOR
#include "lib/Codegen/Vector/Passes.h.inc"
} // namespace quantc::codegen

using namespace mlir;
using namespace quantc::codegen;

/// Rows that go through one pass before the next pass, if that divides them and
/// leaves enough for threads to share.
static constexpr int64_t kRowsAtATime[] = {4, 3, 2, 1};
static constexpr int64_t kLeastUnits = 16;

namespace {

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
    auto rows = dyn_cast_or_null<DenseI64ArrayAttr>(
        getOperation()->removeAttr(kRowsAttrName));
    if (rows && target->lanes > 1)
      return vectorizeRows(ops, rows, *target);
    // Loops that need each other's results are not to be shared.
    for (linalg::LinalgOp op : ops)
      if (vectorize(op, *target, /*shared=*/!rows))
        op->erase();
  }

private:
  static bool vectorize(linalg::LinalgOp op, const Level &level, bool shared);
  static void vectorizeRows(ArrayRef<linalg::LinalgOp> ops,
                            ArrayRef<int64_t> sizes, const Level &level);
};

bool LinalgToVector::vectorize(linalg::LinalgOp op, const Level &level,
                               bool shared) {
  std::optional<StridedNest> nest = StridedNest::of(op);
  if (!nest)
    return false;
  OpBuilder builder(op);
  Emitter emit(builder, op.getLoc(), level);
  if (nest->reducedLanes(op)) {
    // Every level adds in the same order.
    Operation *combiner = combinerOf(op);
    if (combiner)
      Vectorizer(emit, op, *nest, shared).overReduction(combiner);
    return combiner;
  }
  std::optional<size_t> lanes = nest->parallelLanes(op, level.lanes);
  if (level.lanes == 1)
    return false;
  if (!lanes)
    return shared && emitTranspose(emit, op, *nest);
  Vectorizer(emit, op, *nest, shared).overParallel(*lanes);
  return true;
}

/// One row of ops that share the pass over it: the row at `places` in the loops
/// of these sizes.
void vectorizePass(Emitter &emit, ArrayRef<linalg::LinalgOp> ops,
                   ArrayRef<int64_t> sizes, ArrayRef<Value> places) {
  SmallVector<Vectorizer, 0> members;
  std::optional<size_t> lanes;
  bool reduces = false;
  for (linalg::LinalgOp op : ops) {
    StridedNest nest = *StridedNest::of(op);
    reduces = nest.reducedLanes(op).has_value();
    SmallVector<StridedLoop> rows = *nest.takeOuter(sizes);
    lanes = nest.parallelLanes(op, emit.level.lanes);
    members.emplace_back(emit, op, std::move(nest), /*shared=*/false);
    for (auto [loop, place] : llvm::zip_equal(rows, places))
      members.back().advance(loop, place);
  }
  if (members.size() > 1)
    return Vectorizer::together(members);
  if (reduces)
    return members.front().overReduction(combinerOf(ops.front()));
  members.front().overParallel(lanes);
}

/// The ops of each pass.
SmallVector<ArrayRef<linalg::LinalgOp>>
passesOf(ArrayRef<linalg::LinalgOp> ops) {
  SmallVector<ArrayRef<linalg::LinalgOp>> passes;
  while (!ops.empty()) {
    Operation *first = ops.front();
    Attribute pass = first->getAttr(kPassAttrName);
    passes.push_back(ops.take_while([&](linalg::LinalgOp op) {
      return op == first || (pass && op->getAttr(kPassAttrName) == pass);
    }));
    ops = ops.drop_front(passes.back().size());
  }
  return passes;
}

/// for some rows: for pass: for row of them: all ops of the pass
///
/// Where a row ends, its sums wait for each other; the next row does not.
void LinalgToVector::vectorizeRows(ArrayRef<linalg::LinalgOp> ops,
                                   ArrayRef<int64_t> sizes,
                                   const Level &level) {
  OpBuilder builder(ops.back());
  Emitter emit(builder, ops.back()->getLoc(), level);
  SmallVector<ArrayRef<linalg::LinalgOp>> passes = passesOf(ops);
  int64_t all = ShapedType::getNumElements(sizes);
  int64_t some = *llvm::find_if(ArrayRef(kRowsAtATime), [&](int64_t rows) {
    return rows == 1 || (sizes.back() % rows == 0 && all / rows >= kLeastUnits);
  });
  SmallVector<Value> places;
  auto oneRow = [&](ArrayRef<linalg::LinalgOp> pass, Value first, Value row) {
    places.push_back(emit.add(first, row));
    vectorizePass(emit, pass, sizes, places);
    places.pop_back();
  };
  auto someRows = [&](Value number) {
    Value first = emit.multiply(number, some);
    for (ArrayRef<linalg::LinalgOp> pass : passes)
      emit.forEach(some, Emitter::Carried(), [&](Value row, Emitter::Carried) {
        oneRow(pass, first, row);
        return Emitter::Carried();
      });
  };
  std::function<void()> loops = [&] {
    if (places.size() + 1 == sizes.size())
      return emit.forEach(sizes.back() / some, someRows);
    emit.forEach(sizes[places.size()], [&](Value place) {
      places.push_back(place);
      loops();
      places.pop_back();
    });
  };
  loops();
  for (linalg::LinalgOp op : ops)
    op->erase();
}

} // namespace
