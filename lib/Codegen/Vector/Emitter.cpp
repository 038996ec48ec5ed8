//===- Emitter.cpp - Shorthand for building loops over vectors ------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Emitter.h"

#include "quantc/Support/Parallel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

//===----------------------------------------------------------------------===//
// Index arithmetic
//===----------------------------------------------------------------------===//

Value Emitter::index(int64_t value) {
  return arith::ConstantIndexOp::create(builder, loc, value);
}

Value Emitter::add(Value lhs, Value rhs) {
  return builder.createOrFold<arith::AddIOp>(loc, lhs, rhs);
}

Value Emitter::add(Value lhs, int64_t rhs) {
  return rhs == 0 ? lhs : add(lhs, index(rhs));
}

Value Emitter::multiply(Value lhs, int64_t rhs) {
  return rhs == 1 ? lhs
                  : builder.createOrFold<arith::MulIOp>(loc, lhs, index(rhs));
}

Value Emitter::subtract(Value lhs, Value rhs) {
  return builder.createOrFold<arith::SubIOp>(loc, lhs, rhs);
}

Value Emitter::least(Value lhs, int64_t rhs) {
  return builder.createOrFold<arith::MinSIOp>(loc, lhs, index(rhs));
}

Value Emitter::most(Value lhs, int64_t rhs) {
  return builder.createOrFold<arith::MaxSIOp>(loc, lhs, index(rhs));
}

Value Emitter::divideUp(Value lhs, int64_t rhs) {
  if (rhs == 1)
    return lhs;
  return builder.createOrFold<arith::DivUIOp>(loc, add(lhs, rhs - 1),
                                              index(rhs));
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

Emitter::Tiles Emitter::allOf(int64_t count) {
  return {index(0), index(count), count, double(count)};
}

void Emitter::forEach(int64_t count, function_ref<void(Value)> body) {
  forEachUnit(allOf(count), std::nullopt, body);
}

void Emitter::forEachUnit(const Tiles &range, std::optional<int64_t> together,
                          function_ref<void(Value)> body) {
  if (range.most == 1)
    return body(range.first);
  auto loop =
      scf::ForOp::create(builder, loc, range.first, range.end, index(1));
  loop->setAttr(kUnitsAttrName, builder.getI64IntegerAttr(range.most));
  loop->setAttr(kTripsAttrName, builder.getF64FloatAttr(range.average));
  if (together)
    loop->setAttr(kTogetherAttrName, builder.getI64IntegerAttr(*together));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
}

Emitter::Carried Emitter::forEach(int64_t count, Carried carried,
                                  function_ref<Carried(Value, Carried)> body) {
  return forEach(range(0, count), std::move(carried), body);
}

Emitter::Carried Emitter::forEach(const Range &range, Carried carried,
                                  function_ref<Carried(Value, Carried)> body) {
  std::optional<int64_t> first = getConstantIntValue(range.first),
                         end = getConstantIntValue(range.end);
  if (first && end && *end - *first == 1)
    return body(range.first, std::move(carried));
  auto loop = scf::ForOp::create(builder, loc, range.first, range.end, index(1),
                                 carried);
  if (!first || !end)
    loop->setAttr(kTripsAttrName, builder.getF64FloatAttr(range.average));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  Carried next = body(loop.getInductionVar(),
                      llvm::to_vector(ValueRange(loop.getRegionIterArgs())));
  // A loop without carried values gets its terminator by itself.
  if (!carried.empty())
    scf::YieldOp::create(builder, loc, next);
  return llvm::to_vector(ValueRange(loop.getResults()));
}

void Emitter::forEachTile(int64_t size, int64_t tile,
                          function_ref<void(Value)> body) {
  forEachTile(size, tile, allOf(llvm::divideCeil(size, tile)), body);
}

void Emitter::forEachBlock(int64_t count, int64_t most,
                           function_ref<void(const Tiles &)> body) {
  if (most >= count)
    return body(allOf(count));
  int64_t blocks = llvm::divideCeil(count, most);
  // A last tile that is alone in its block may overlap the one before.
  std::optional<int64_t> together;
  if ((count - 1) % most == 0)
    together = blocks - 1;
  forEachUnit(allOf(blocks), together, [&](Value i) {
    Value first = multiply(i, most), end = add(first, most);
    if (count % most != 0)
      end = arith::MinSIOp::create(builder, loc, end, index(count));
    body({first, end, most, double(count) / double(blocks)});
  });
}

void Emitter::forEachTile(int64_t size, int64_t tile, const Tiles &tiles,
                          function_ref<void(Value)> body) {
  std::optional<int64_t> together;
  if (size % tile != 0)
    together = size / tile;
  forEachUnit(tiles, together, [&](Value i) {
    Value first = multiply(i, tile);
    if (together)
      first = least(first, size - tile);
    body(first);
  });
}

//===----------------------------------------------------------------------===//
// Memory and vectors
//===----------------------------------------------------------------------===//

FlatBuffer Emitter::flatten(Value memory) {
  auto type = cast<MemRefType>(memory.getType());
  auto [strides, offset] = type.getStridesAndOffset();
  // Vector loads may reach beyond the last element; buffers end with slack.
  int64_t size = 64;
  for (auto [extent, stride] : llvm::zip_equal(type.getShape(), strides))
    size += (extent - 1) * stride;
  OpFoldResult start = builder.getIndexAttr(offset);
  if (ShapedType::isDynamic(offset))
    start = memref::ExtractStridedMetadataOp::create(builder, loc, memory)
                .getOffset();
  auto layout = StridedLayoutAttr::get(builder.getContext(), offset, {1});
  auto flat = MemRefType::get({size}, type.getElementType(), layout,
                              type.getMemorySpace());
  SmallVector<OpFoldResult> sizes = {builder.getIndexAttr(size)};
  SmallVector<OpFoldResult> steps = {builder.getIndexAttr(1)};
  Value row = memref::ReinterpretCastOp::create(builder, loc, flat, memory,
                                                start, sizes, steps);
  return {row, llvm::to_vector(type.getShape()), llvm::to_vector(strides),
          type.getElementType()};
}

VectorType Emitter::vector(int64_t lanes, Type element) {
  return VectorType::get({lanes}, element);
}

Value Emitter::load(const FlatBuffer &from, Value position, int64_t lanes) {
  return vector::LoadOp::create(builder, loc, vector(lanes, from.element),
                                from.memory, position);
}

Value Emitter::loadPart(const FlatBuffer &from, Value position, int64_t lanes,
                        int64_t count) {
  Value part = load(from, position, count);
  if (count == lanes)
    return part;
  VectorType type = vector(lanes, from.element);
  Value zeros =
      arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
  return vector::InsertStridedSliceOp::create(
      builder, loc, part, zeros, ArrayRef<int64_t>{0}, ArrayRef<int64_t>{1});
}

Value Emitter::loadScalar(const FlatBuffer &from, Value position) {
  return memref::LoadOp::create(builder, loc, from.memory, position);
}

void Emitter::prefetch(const FlatBuffer &from, Value position) {
  memref::PrefetchOp::create(builder, loc, from.memory, position,
                             /*isWrite=*/false, /*localityHint=*/3,
                             /*isDataCache=*/true);
}

void Emitter::store(Value value, const FlatBuffer &to, Value position,
                    int64_t count) {
  if (count < cast<VectorType>(value.getType()).getNumElements())
    value = vector::ExtractStridedSliceOp::create(
        builder, loc, value, ArrayRef<int64_t>{0}, ArrayRef<int64_t>{count},
        ArrayRef<int64_t>{1});
  vector::StoreOp::create(builder, loc, value, to.memory, position);
}

Value Emitter::splat(Value scalar, int64_t lanes) {
  return vector::BroadcastOp::create(builder, loc,
                                     vector(lanes, scalar.getType()), scalar);
}

Value Emitter::splat(float value, int64_t lanes) {
  auto type = vector(lanes, f32());
  return arith::ConstantOp::create(builder, loc,
                                   DenseElementsAttr::get(type, value));
}

Value Emitter::splat(int32_t value, int64_t lanes) {
  auto type = vector(lanes, i32());
  return arith::ConstantOp::create(builder, loc,
                                   DenseElementsAttr::get(type, value));
}

Value Emitter::splat8(int8_t value, int64_t lanes) {
  auto type = vector(lanes, i8());
  return arith::ConstantOp::create(builder, loc,
                                   DenseElementsAttr::get(type, value));
}

Value Emitter::bitcast(Value value, int64_t lanes, Type element) {
  return vector::BitCastOp::create(builder, loc, vector(lanes, element), value);
}

Value Emitter::call(Type result, StringRef intrinsic, ValueRange operands) {
  return LLVM::CallIntrinsicOp::create(
             builder, loc, result, builder.getStringAttr(intrinsic), operands)
      .getResult(0);
}

Value Emitter::hide(Value value) {
  return LLVM::InlineAsmOp::create(
             builder, loc, value.getType(), value, "", "=v,0",
             /*has_side_effects=*/false, /*is_align_stack=*/false,
             LLVM::TailCallKind::None, /*asm_dialect=*/nullptr,
             /*operand_attrs=*/nullptr)
      .getResult(0);
}
