//===- StridedNest.cpp - An op as loops over strided operands -------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "StridedNest.h"

using namespace mlir;
using namespace quantc::codegen;

/// Adds `factor * expression` to the strides of the loops and to the offset.
static bool addTerms(AffineExpr expression, int64_t factor,
                     MutableArrayRef<int64_t> strides, int64_t &offset) {
  if (auto dim = dyn_cast<AffineDimExpr>(expression)) {
    strides[dim.getPosition()] += factor;
    return true;
  }
  if (auto constant = dyn_cast<AffineConstantExpr>(expression)) {
    offset += factor * constant.getValue();
    return true;
  }
  auto binary = dyn_cast<AffineBinaryOpExpr>(expression);
  if (!binary)
    return false;
  if (binary.getKind() == AffineExprKind::Add)
    return addTerms(binary.getLHS(), factor, strides, offset) &&
           addTerms(binary.getRHS(), factor, strides, offset);
  auto constant = dyn_cast<AffineConstantExpr>(binary.getRHS());
  return binary.getKind() == AffineExprKind::Mul && constant &&
         addTerms(binary.getLHS(), factor * constant.getValue(), strides,
                  offset);
}

/// inner's iterations continue where outer's end, for every operand.
static bool canMerge(const StridedLoop &outer, const StridedLoop &inner) {
  if (outer.reduces != inner.reduces)
    return false;
  return llvm::all_of(llvm::zip_equal(outer.strides, inner.strides),
                      [&](auto pair) {
                        auto [out, in] = pair;
                        return out == in * inner.size;
                      });
}

std::optional<StridedNest> StridedNest::of(linalg::LinalgOp op) {
  SmallVector<int64_t> sizes = op.getStaticLoopRanges();
  SmallVector<utils::IteratorType> kinds = op.getIteratorTypesArray();
  if (sizes.empty() || ShapedType::isDynamicShape(sizes))
    return std::nullopt;
  // Strides by operand and loop.
  SmallVector<SmallVector<int64_t>> strides;
  StridedNest nest;
  for (OpOperand &operand : op->getOpOperands()) {
    if (operand.get().getType().isIntOrFloat()) {
      strides.emplace_back(sizes.size(), 0);
      nest.offsets.push_back(0);
      continue;
    }
    auto type = dyn_cast<MemRefType>(operand.get().getType());
    if (!type || !type.hasStaticShape() || !type.isStrided())
      return std::nullopt;
    auto [own, offset] = type.getStridesAndOffset();
    if (ShapedType::isDynamic(offset) || ShapedType::isDynamicShape(own))
      return std::nullopt;
    SmallVector<int64_t> perLoop(sizes.size(), 0);
    int64_t start = 0;
    AffineMap map = op.getMatchingIndexingMap(&operand);
    for (auto [expression, stride] : llvm::zip_equal(map.getResults(), own))
      if (!addTerms(expression, stride, perLoop, start))
        return std::nullopt;
    strides.push_back(std::move(perLoop));
    nest.offsets.push_back(start);
  }
  for (auto [loop, size] : llvm::enumerate(sizes)) {
    if (size == 1)
      continue;
    StridedLoop next{size, kinds[loop] == utils::IteratorType::reduction, {}};
    for (const SmallVector<int64_t> &operand : strides)
      next.strides.push_back(operand[loop]);
    if (!nest.loops.empty() && canMerge(nest.loops.back(), next)) {
      next.size *= nest.loops.back().size;
      nest.loops.pop_back();
    }
    nest.loops.push_back(std::move(next));
  }
  return nest;
}

std::optional<SmallVector<StridedLoop>>
StridedNest::takeOuter(ArrayRef<int64_t> sizes) {
  SmallVector<StridedLoop> taken;
  for (int64_t size : sizes) {
    if (loops.empty() || loops.front().reduces ||
        loops.front().size % size != 0)
      return std::nullopt;
    StridedLoop &rest = loops.front();
    StridedLoop outer{size, false, rest.strides};
    rest.size /= size;
    for (int64_t &stride : outer.strides)
      stride *= rest.size;
    taken.push_back(std::move(outer));
    if (rest.size == 1)
      loops.erase(loops.begin());
  }
  return taken;
}

int64_t StridedNest::reductions() const {
  return llvm::count_if(loops, [](const StridedLoop &l) { return l.reduces; });
}

bool StridedNest::scatters(linalg::LinalgOp op) const {
  return llvm::any_of(loops, [&](const StridedLoop &loop) {
    return loop.reduces &&
           llvm::any_of(ArrayRef(loop.strides).drop_front(op.getNumDpsInputs()),
                        [](int64_t stride) { return stride != 0; });
  });
}

static bool isLaneStride(int64_t stride) { return stride == 0 || stride == 1; }

std::optional<size_t> StridedNest::parallelLanes(linalg::LinalgOp op,
                                                 int64_t lanes) const {
  std::optional<size_t> best;
  size_t inputs = op.getNumDpsInputs();
  for (auto [number, loop] : llvm::enumerate(loops)) {
    ArrayRef<int64_t> strides = loop.strides;
    if (loop.reduces || !llvm::all_of(strides.take_front(inputs), isLaneStride))
      continue;
    if (!llvm::all_of(strides.drop_front(inputs),
                      [](int64_t stride) { return stride == 1; }))
      continue;
    if (!best ||
        std::min(loop.size, lanes) >= std::min(loops[*best].size, lanes))
      best = number;
  }
  return best;
}

std::optional<size_t> StridedNest::reducedLanes(linalg::LinalgOp op) const {
  if (reductions() != 1 || op.getNumDpsInits() != 1 || !loops.back().reduces ||
      scatters(op) || parallelLanes(op, 1))
    return std::nullopt;
  ArrayRef<int64_t> inputs =
      ArrayRef(loops.back().strides).take_front(op.getNumDpsInputs());
  if (!llvm::all_of(inputs, isLaneStride) || !llvm::is_contained(inputs, 1))
    return std::nullopt;
  return loops.size() - 1;
}
