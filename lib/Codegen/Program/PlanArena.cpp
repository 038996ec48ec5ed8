//===- PlanArena.cpp - Every buffer in one arena --------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Codegen/Program/Placement.h"
#include "quantc/Codegen/Program/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Builders.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/Support/MathExtras.h"

namespace quantc::codegen {
#define GEN_PASS_DEF_PLANARENA
#include "lib/Codegen/Program/Passes.h.inc"
} // namespace quantc::codegen

using namespace mlir;
using namespace quantc::codegen;

namespace {

constexpr int64_t kAlignment = 64;
/// What a kernel may read beyond its buffer.
constexpr int64_t kSlackElements = 64;

/// A buffer, the part of an arena that it takes, and its other users.
struct Buffer {
  memref::AllocOp alloc;
  ArenaBlock block;
  /// The buffer in whose place this one is, by its number; itself mostly.
  size_t place;
};

/// Numbers of an operation and of the last one inside it, in textual order.
struct Extent {
  unsigned begin, end;
};

class Positions {
public:
  explicit Positions(func::FuncOp function) {
    for (Operation &op : function.getBody().front())
      number(&op);
  }

  Extent of(Operation *op) const { return extents.lookup(op); }

private:
  void number(Operation *op) {
    unsigned begin = next++;
    for (Region &region : op->getRegions())
      for (Block &block : region)
        for (Operation &inner : block)
          number(&inner);
    extents[op] = {begin, next - 1};
  }

  DenseMap<Operation *, Extent> extents;
  unsigned next = 0;
};

/// The operation around `user`, or itself, in the innermost block that is also
/// around the allocation. A loop that the buffer outlives counts as a whole.
Operation *useAround(Operation *user, memref::AllocOp alloc) {
  while (!user->getParentRegion()->isAncestor(alloc->getParentRegion()))
    user = user->getParentOp();
  return user;
}

/// Widens the buffer's lifetime by the uses of `value` and of its views. Fails
/// if a loop carries the buffer itself on to its next iteration.
LogicalResult addUses(Value value, const Positions &positions, Buffer &buffer) {
  for (Operation *user : value.getUsers()) {
    // To look at memory in another way is no use of it.
    if (!isa<ViewLikeOpInterface>(user)) {
      Extent extent = positions.of(useAround(user, buffer.alloc));
      buffer.block.first = std::min(buffer.block.first, extent.begin);
      buffer.block.last = std::max(buffer.block.last, extent.end);
    }
    SmallVector<Value> aliases(user->getResults());
    if (user->hasTrait<OpTrait::IsTerminator>() && !isa<func::ReturnOp>(user)) {
      if (isa<LoopLikeOpInterface>(user->getParentOp()))
        return failure();
      llvm::append_range(aliases, user->getParentOp()->getResults());
    }
    for (Value alias : aliases)
      if (isa<MemRefType>(alias.getType()) &&
          failed(addUses(alias, positions, buffer)))
        return failure();
  }
  return success();
}

int64_t elementBytes(MemRefType type) {
  return type.getElementType().isIndex()
             ? 8
             : llvm::divideCeil(type.getElementTypeBitWidth(), 8);
}

FailureOr<SmallVector<Buffer>> collect(func::FuncOp function,
                                       const Positions &positions) {
  SmallVector<Buffer> buffers;
  WalkResult walk = function.walk([&](memref::AllocOp alloc) -> WalkResult {
    MemRefType type = alloc.getType();
    if (!type.hasStaticShape())
      return alloc.emitError("expects buffers of static size, but got ")
             << type;
    int64_t width = elementBytes(type);
    Buffer buffer{
        alloc,
        {int64_t(llvm::alignTo(type.getNumElements() * width, kAlignment)),
         kSlackElements * width, ~0u, 0},
        buffers.size()};
    if (failed(addUses(alloc, positions, buffer)))
      return alloc.emitError("expects loops to carry values in place, but got "
                             "a new buffer in each iteration");
    buffers.push_back(buffer);
    return WalkResult::advance();
  });
  if (walk.wasInterrupted())
    return failure();
  return buffers;
}

//===----------------------------------------------------------------------===//
// Results in the place of inputs
//===----------------------------------------------------------------------===//

/// The allocation that `value` has all elements of, in the same order.
memref::AllocOp wholeBuffer(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (auto alloc = dyn_cast<memref::AllocOp>(op))
      return alloc;
    if (!isa<memref::CollapseShapeOp, memref::ExpandShapeOp>(op))
      break;
    value = op->getOperand(0);
  }
  return {};
}

/// Whether each result depends on the elements of `input` that stand in its own
/// place only, and takes as many bytes as they do.
bool canReplace(linalg::LinalgOp op, OpOperand &input) {
  auto from = dyn_cast<MemRefType>(input.get().getType());
  auto to = dyn_cast<MemRefType>(op.getDpsInits().front().getType());
  return from && to && from.getLayout().isIdentity() &&
         to.getLayout().isIdentity() && from.getShape() == to.getShape() &&
         elementBytes(from) == elementBytes(to) &&
         op.getMatchingIndexingMap(&input).isIdentity();
}

/// Gives results of elementwise operations the place of an input that nobody
/// needs any more.
class InPlace {
public:
  InPlace(SmallVectorImpl<Buffer> &buffers, const Positions &positions)
      : buffers(buffers), positions(positions) {
    for (auto [number, buffer] : llvm::enumerate(buffers))
      numbers[buffer.alloc] = number;
  }

  void merge(linalg::LinalgOp op);

private:
  std::optional<size_t> placeOf(Value value);
  bool readsElsewhere(linalg::LinalgOp op, size_t place, OpOperand &input);

  SmallVectorImpl<Buffer> &buffers;
  const Positions &positions;
  DenseMap<Operation *, size_t> numbers;
};

/// The buffer that all of `value` is, by the number of its place.
std::optional<size_t> InPlace::placeOf(Value value) {
  memref::AllocOp alloc = wholeBuffer(value);
  if (!alloc)
    return std::nullopt;
  return buffers[numbers.lookup(alloc)].place;
}

/// Whether another operand may be a part of the same memory.
bool InPlace::readsElsewhere(linalg::LinalgOp op, size_t place,
                             OpOperand &input) {
  return llvm::any_of(op->getOpOperands(), [&](OpOperand &other) {
    if (&other == &input || op.isDpsInit(&other) ||
        !isa<MemRefType>(other.get().getType()))
      return false;
    Value root = other.get();
    while (auto view = root.getDefiningOp<ViewLikeOpInterface>())
      root = view.getViewSource();
    auto alloc = root.getDefiningOp<memref::AllocOp>();
    return alloc && buffers[numbers.lookup(alloc)].place == place &&
           !canReplace(op, other);
  });
}

void InPlace::merge(linalg::LinalgOp op) {
  if (op.getNumDpsInits() != 1 ||
      op.getNumParallelLoops() != op.getNumLoops() ||
      !op.getMatchingIndexingMap(op.getDpsInitOperand(0)).isIdentity())
    return;
  memref::AllocOp alloc = wholeBuffer(op.getDpsInits().front());
  if (!alloc || alloc->getBlock() != op->getBlock())
    return;
  Extent here = positions.of(op);
  Buffer &result = buffers[numbers.lookup(alloc)];
  if (result.block.first != here.begin || result.place != numbers.lookup(alloc))
    return;
  for (OpOperand *input : op.getDpsInputOperands()) {
    std::optional<size_t> place = placeOf(input->get());
    if (!place || !canReplace(op, *input))
      continue;
    Buffer &source = buffers[*place];
    if (&source == &result || source.alloc->getBlock() != op->getBlock() ||
        source.block.last != here.end ||
        source.block.bytes != result.block.bytes ||
        readsElsewhere(op, *place, *input))
      continue;
    source.block.last = result.block.last;
    result.place = *place;
    return;
  }
}

struct PlanArena : quantc::codegen::impl::PlanArenaBase<PlanArena> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    Positions positions(function);
    FailureOr<SmallVector<Buffer>> buffers = collect(function, positions);
    if (failed(buffers))
      return signalPassFailure();
    InPlace inPlace(*buffers, positions);
    function.walk([&](linalg::LinalgOp op) { inPlace.merge(op); });
    SmallVector<ArenaBlock> blocks;
    SmallVector<size_t> blockOf(buffers->size());
    for (auto [number, buffer] : llvm::enumerate(*buffers))
      if (buffer.place == number) {
        blockOf[number] = blocks.size();
        blocks.push_back(buffer.block);
      }
    int64_t bytes = place(blocks);
    auto type = MemRefType::get({bytes}, IntegerType::get(&getContext(), 8));
    if (failed(function.insertArgument(0, type, {}, function.getLoc())))
      return signalPassFailure();
    Value arena = function.getArgument(0);
    for (Buffer &buffer : *buffers) {
      OpBuilder builder(buffer.alloc);
      Value offset = arith::ConstantIndexOp::create(
          builder, buffer.alloc.getLoc(), blocks[blockOf[buffer.place]].offset);
      Value view = memref::ViewOp::create(builder, buffer.alloc.getLoc(),
                                          buffer.alloc.getType(), arena, offset,
                                          ValueRange());
      buffer.alloc.replaceAllUsesWith(view);
      buffer.alloc.erase();
    }
    Builder builder(&getContext());
    function->setAttr("quantc.arena_bytes", builder.getI64IntegerAttr(bytes));
    function->setAttr("quantc.live_bytes",
                      builder.getI64IntegerAttr(largestLiveSet(blocks)));
  }
};

} // namespace
