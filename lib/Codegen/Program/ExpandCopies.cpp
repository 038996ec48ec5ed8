//===- ExpandCopies.cpp - Copies in contiguous pieces ---------------------===//
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
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"

namespace quantc::codegen {
#define GEN_PASS_DEF_EXPANDCOPIES
#include "lib/Codegen/Program/Passes.h.inc"
} // namespace quantc::codegen

using namespace mlir;

namespace {

/// Trailing dimensions that are contiguous in both buffers, and their elements.
struct Piece {
  int64_t dimensions = 0;
  int64_t elements = 1;

  static Piece of(MemRefType a, MemRefType b) {
    Piece piece;
    auto stridesA = a.getStridesAndOffset().first;
    auto stridesB = b.getStridesAndOffset().first;
    for (int64_t i = a.getRank() - 1; i >= 0; --i) {
      bool contiguous =
          stridesA[i] == piece.elements && stridesB[i] == piece.elements;
      if (!contiguous && a.getDimSize(i) != 1)
        break;
      ++piece.dimensions;
      piece.elements *= a.getDimSize(i);
    }
    return piece;
  }
};

/// One piece of `buffer`, at the given indices of the leading dimensions.
Value pieceOf(OpBuilder &builder, Location loc, Value buffer,
              ValueRange indices, const Piece &piece) {
  auto type = cast<MemRefType>(buffer.getType());
  auto [strides, offset] = type.getStridesAndOffset();
  Value place = arith::ConstantIndexOp::create(builder, loc, offset);
  for (auto [index, stride] : llvm::zip(indices, strides)) {
    Value size = arith::ConstantIndexOp::create(builder, loc, stride);
    Value step = arith::MulIOp::create(builder, loc, index, size);
    place = arith::AddIOp::create(builder, loc, place, step);
  }
  auto layout =
      StridedLayoutAttr::get(builder.getContext(), ShapedType::kDynamic, {1});
  auto row = MemRefType::get({piece.elements}, type.getElementType(), layout);
  SmallVector<OpFoldResult> size = {builder.getIndexAttr(piece.elements)};
  SmallVector<OpFoldResult> one = {builder.getIndexAttr(1)};
  return memref::ReinterpretCastOp::create(builder, loc, row, buffer,
                                           OpFoldResult(place), size, one);
}

LogicalResult expand(memref::CopyOp op) {
  auto from = dyn_cast<MemRefType>(op.getSource().getType());
  auto to = dyn_cast<MemRefType>(op.getTarget().getType());
  auto isStatic = [](MemRefType type) {
    auto [strides, offset] = type.getStridesAndOffset();
    return type.hasStaticShape() && ShapedType::isStatic(offset) &&
           ShapedType::isStaticShape(strides);
  };
  if (!from || !to || !isStatic(from) || !isStatic(to))
    return op.emitError("expects copies of static layout, but got ")
           << op.getSource().getType();
  Piece piece = Piece::of(from, to);
  if (piece.dimensions == from.getRank() && from.getLayout().isIdentity() &&
      to.getLayout().isIdentity())
    return success(); // One piece as it is.
  OpBuilder builder(op);
  Location loc = op.getLoc();
  SmallVector<Value> indices;
  for (int64_t size :
       from.getShape().take_front(from.getRank() - piece.dimensions)) {
    Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
    Value one = arith::ConstantIndexOp::create(builder, loc, 1);
    Value count = arith::ConstantIndexOp::create(builder, loc, size);
    auto loop = scf::ForOp::create(builder, loc, zero, count, one);
    indices.push_back(loop.getInductionVar());
    builder.setInsertionPointToStart(loop.getBody());
  }
  memref::CopyOp::create(builder, loc,
                         pieceOf(builder, loc, op.getSource(), indices, piece),
                         pieceOf(builder, loc, op.getTarget(), indices, piece));
  op.erase();
  return success();
}

struct ExpandCopies : quantc::codegen::impl::ExpandCopiesBase<ExpandCopies> {
  void runOnOperation() override {
    SmallVector<memref::CopyOp> copies;
    getOperation().walk([&](memref::CopyOp op) { copies.push_back(op); });
    for (memref::CopyOp op : copies)
      if (failed(expand(op)))
        return signalPassFailure();
  }
};

} // namespace
