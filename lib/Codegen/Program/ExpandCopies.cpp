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
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"

namespace quantc::codegen {
#define GEN_PASS_DEF_EXPANDCOPIES
#include "lib/Codegen/Program/Passes.h.inc"
} // namespace quantc::codegen

using namespace mlir;

namespace {

/// A dimension that a copy has to step through.
struct Loop {
  int64_t size, from, to; ///< The strides are in elements.
};

/// A copy between buffers of static shape and strides: pieces of `elements`
/// that are contiguous in both, and the loops around them, outermost first.
struct Pieces {
  int64_t elements = 1;
  SmallVector<Loop> loops;

  static Pieces of(MemRefType source, MemRefType target) {
    Pieces pieces;
    auto from = source.getStridesAndOffset().first;
    auto to = target.getStridesAndOffset().first;
    for (int64_t i = source.getRank() - 1; i >= 0; --i)
      pieces.add({source.getDimSize(i), from[i], to[i]});
    std::reverse(pieces.loops.begin(), pieces.loops.end());
    return pieces;
  }

private:
  /// Dimensions come innermost first; those that continue the one before
  /// become one with it.
  void add(Loop loop) {
    if (loop.size == 1)
      return;
    if (loops.empty() && loop.from == elements && loop.to == elements) {
      elements *= loop.size;
      return;
    }
    if (!loops.empty()) {
      Loop &inner = loops.back();
      if (loop.from == inner.size * inner.from &&
          loop.to == inner.size * inner.to) {
        inner.size *= loop.size;
        return;
      }
    }
    loops.push_back(loop);
  }
};

Value index(OpBuilder &builder, Location loc, int64_t value) {
  return arith::ConstantIndexOp::create(builder, loc, value);
}

/// `elements` of `base` from `place` on.
Value pieceAt(OpBuilder &builder, Location loc, Value base, Value place,
              int64_t elements) {
  auto layout =
      StridedLayoutAttr::get(builder.getContext(), ShapedType::kDynamic, {1});
  Type element = cast<MemRefType>(base.getType()).getElementType();
  auto type = MemRefType::get({elements}, element, layout);
  SmallVector<OpFoldResult> size = {builder.getIndexAttr(elements)};
  SmallVector<OpFoldResult> one = {builder.getIndexAttr(1)};
  return memref::ReinterpretCastOp::create(builder, loc, type, base,
                                           OpFoldResult(place), size, one);
}

/// Copies as many pieces as `arguments` say: source, target, and the offset in
/// each; then the size and both strides of each loop.
void copyPieces(OpBuilder &builder, Location loc, ValueRange arguments,
                int64_t elements) {
  Value source = arguments[0], target = arguments[1];
  Value from = arguments[2], to = arguments[3];
  for (size_t i = 4; i < arguments.size(); i += 3) {
    auto loop = scf::ForOp::create(builder, loc, index(builder, loc, 0),
                                   arguments[i], index(builder, loc, 1));
    builder.setInsertionPointToStart(loop.getBody());
    auto advance = [&](Value &place, Value stride) {
      Value step =
          arith::MulIOp::create(builder, loc, loop.getInductionVar(), stride);
      place = arith::AddIOp::create(builder, loc, place, step);
    };
    advance(from, arguments[i + 1]);
    advance(to, arguments[i + 2]);
  }
  memref::CopyOp::create(builder, loc,
                         pieceAt(builder, loc, source, from, elements),
                         pieceAt(builder, loc, target, to, elements));
}

struct ExpandCopies : quantc::codegen::impl::ExpandCopiesBase<ExpandCopies> {
  void runOnOperation() override {
    functions.clear();
    SmallVector<memref::CopyOp> copies;
    getOperation().walk([&](memref::CopyOp op) { copies.push_back(op); });
    SymbolTable symbols(getOperation());
    for (memref::CopyOp op : copies)
      if (failed(expand(op, symbols)))
        return signalPassFailure();
  }

private:
  LogicalResult expand(memref::CopyOp op, SymbolTable &symbols);
  func::FuncOp functionFor(TypeRange types, int64_t elements,
                           SymbolTable &symbols);

  /// By the elements of a piece and the types of the arguments.
  DenseMap<std::pair<int64_t, Type>, func::FuncOp> functions;
};

LogicalResult ExpandCopies::expand(memref::CopyOp op, SymbolTable &symbols) {
  auto source = dyn_cast<MemRefType>(op.getSource().getType());
  auto target = dyn_cast<MemRefType>(op.getTarget().getType());
  auto isStatic = [](MemRefType type) {
    return type && type.hasStaticShape() &&
           ShapedType::isStaticShape(type.getStridesAndOffset().first);
  };
  if (!isStatic(source) || !isStatic(target))
    return op.emitError("expects copies of static layout, but got ")
           << op.getSource().getType();
  if (source.getLayout().isIdentity() && target.getLayout().isIdentity())
    return success(); // One piece as it is.
  Pieces pieces = Pieces::of(source, target);
  OpBuilder builder(op);
  Location loc = op.getLoc();
  auto from =
      memref::ExtractStridedMetadataOp::create(builder, loc, op.getSource());
  auto to =
      memref::ExtractStridedMetadataOp::create(builder, loc, op.getTarget());
  SmallVector<Value> arguments = {from.getBaseBuffer(), to.getBaseBuffer(),
                                  from.getOffset(), to.getOffset()};
  for (const Loop &loop : pieces.loops)
    for (int64_t number : {loop.size, loop.from, loop.to})
      arguments.push_back(index(builder, loc, number));
  if (pieces.loops.empty()) {
    copyPieces(builder, loc, arguments, pieces.elements);
  } else {
    func::FuncOp function =
        functionFor(ValueRange(arguments).getTypes(), pieces.elements, symbols);
    func::CallOp::create(builder, loc, function, arguments);
  }
  op.erase();
  return success();
}

func::FuncOp ExpandCopies::functionFor(TypeRange types, int64_t elements,
                                       SymbolTable &symbols) {
  OpBuilder builder(&getContext());
  FunctionType type = builder.getFunctionType(types, {});
  func::FuncOp &function = functions[{elements, type}];
  if (function)
    return function;
  // "copy_32xf32_1d": the piece, and how many loops are around it.
  std::string name;
  llvm::raw_string_ostream(name)
      << "copy_" << elements << "x"
      << cast<MemRefType>(types.front()).getElementType() << "_"
      << (types.size() - 4) / 3 << "d";
  Location loc = getOperation().getLoc();
  function = func::FuncOp::create(loc, name, type);
  function.setPrivate();
  symbols.insert(function);
  Block *body = function.addEntryBlock();
  builder.setInsertionPointToStart(body);
  copyPieces(builder, loc, body->getArguments(), elements);
  builder.setInsertionPointToEnd(body);
  func::ReturnOp::create(builder, loc);
  return function;
}

} // namespace
