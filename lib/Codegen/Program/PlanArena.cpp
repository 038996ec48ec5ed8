//===- PlanArena.cpp - Every buffer in one arena --------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Codegen/Program/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Builders.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "llvm/Support/MathExtras.h"

namespace quantc::codegen {
#define GEN_PASS_DEF_PLANARENA
#include "lib/Codegen/Program/Passes.h.inc"
} // namespace quantc::codegen

using namespace mlir;

namespace {

constexpr int64_t kAlignment = 64;
/// What a kernel may read beyond its buffer: 64 elements of four bytes.
constexpr int64_t kSlack = 256;

/// A buffer and the stretch of the function's operations in which it is used.
struct Buffer {
  memref::AllocOp alloc;
  int64_t bytes;
  unsigned first, last;
  int64_t offset = 0;

  bool overlaps(const Buffer &other) const {
    return first <= other.last && other.first <= last;
  }
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
    Extent extent = positions.of(useAround(user, buffer.alloc));
    buffer.first = std::min(buffer.first, extent.begin);
    buffer.last = std::max(buffer.last, extent.end);
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

int64_t bytesOf(MemRefType type) {
  int64_t width = type.getElementType().isIndex()
                      ? 8
                      : llvm::divideCeil(type.getElementTypeBitWidth(), 8);
  return llvm::alignTo(type.getNumElements() * width, kAlignment);
}

FailureOr<SmallVector<Buffer>> collect(func::FuncOp function) {
  Positions positions(function);
  SmallVector<Buffer> buffers;
  WalkResult walk = function.walk([&](memref::AllocOp alloc) -> WalkResult {
    if (!alloc.getType().hasStaticShape())
      return alloc.emitError("expects buffers of static size, but got ")
             << alloc.getType();
    Buffer buffer{alloc, bytesOf(alloc.getType()), ~0u, 0};
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

/// Larger buffers first, each at the lowest offset that is free while it lives.
int64_t place(SmallVectorImpl<Buffer> &buffers) {
  SmallVector<Buffer *> bySize;
  for (Buffer &buffer : buffers)
    bySize.push_back(&buffer);
  llvm::sort(bySize, [](Buffer *a, Buffer *b) {
    return std::make_pair(-a->bytes, a) < std::make_pair(-b->bytes, b);
  });
  int64_t end = 0;
  SmallVector<Buffer *> placed;
  for (Buffer *buffer : bySize) {
    for (Buffer *other : placed) // In the order of their offsets.
      if (other->overlaps(*buffer) &&
          buffer->offset + buffer->bytes > other->offset)
        buffer->offset = std::max(buffer->offset, other->offset + other->bytes);
    placed.push_back(buffer);
    llvm::sort(placed, [](Buffer *a, Buffer *b) {
      return std::make_pair(a->offset, a) < std::make_pair(b->offset, b);
    });
    end = std::max(end, buffer->offset + buffer->bytes);
  }
  return end;
}

int64_t largestLiveSet(ArrayRef<Buffer> buffers) {
  int64_t largest = 0;
  for (const Buffer &at : buffers) {
    int64_t live = 0;
    for (const Buffer &buffer : buffers)
      if (buffer.first <= at.first && at.first <= buffer.last)
        live += buffer.bytes;
    largest = std::max(largest, live);
  }
  return largest;
}

struct PlanArena : quantc::codegen::impl::PlanArenaBase<PlanArena> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    FailureOr<SmallVector<Buffer>> buffers = collect(function);
    if (failed(buffers))
      return signalPassFailure();
    int64_t bytes = place(*buffers) + kSlack;
    auto type = MemRefType::get({bytes}, IntegerType::get(&getContext(), 8));
    if (failed(function.insertArgument(0, type, {}, function.getLoc())))
      return signalPassFailure();
    Value arena = function.getArgument(0);
    for (Buffer &buffer : *buffers) {
      OpBuilder builder(buffer.alloc);
      Value offset = arith::ConstantIndexOp::create(
          builder, buffer.alloc.getLoc(), buffer.offset);
      Value view = memref::ViewOp::create(builder, buffer.alloc.getLoc(),
                                          buffer.alloc.getType(), arena, offset,
                                          ValueRange());
      buffer.alloc.replaceAllUsesWith(view);
      buffer.alloc.erase();
    }
    Builder builder(&getContext());
    function->setAttr("quantc.arena_bytes", builder.getI64IntegerAttr(bytes));
    function->setAttr("quantc.live_bytes",
                      builder.getI64IntegerAttr(largestLiveSet(*buffers)));
  }
};

} // namespace
