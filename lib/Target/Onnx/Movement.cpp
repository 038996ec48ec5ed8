//===- Movement.cpp - Ops that move elements ------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Bytes.h"
#include "Conversions.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"
#include <limits>

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx_export;

std::optional<Shape> onnx_export::shapeValues(Value value) {
  SmallVector<int64_t> values;
  if (!value.getDefiningOp() ||
      !tosa::getConstShapeValues(value.getDefiningOp(), values))
    return std::nullopt;
  return Shape(values);
}

namespace {

LogicalResult expectShape(Emitter &emitter, Operation *op) {
  return emitter.cannot(op) << "expects sizes and places that are constant";
}

/// The result has the elements of the operand, and so their ONNX type.
void setMoved(Emitter &emitter, Value result, Value from, TensorId tensor,
              ArrayRef<int64_t> order) {
  emitter.set(result, tensor, order);
  if (std::optional<DataType> type = emitter.dataType(from))
    emitter.setType(result, *type);
}

LogicalResult convertConstant(Emitter &, Operation *) { return success(); }

LogicalResult convertIdentity(Emitter &emitter, Operation *op) {
  emitter.setSame(op->getResult(0), op->getOperand(0));
  return success();
}

LogicalResult convertReshape(Emitter &emitter, Operation *op) {
  emitter.setReshape(op->getResult(0), op->getOperand(0));
  return success();
}

LogicalResult convertTranspose(Emitter &emitter, tosa::TransposeOp op) {
  emitter.setTransposed(op.getOutput(), op.getInput1(),
                        Order(op.getPerms().begin(), op.getPerms().end()));
  return success();
}

LogicalResult convertConcat(Emitter &emitter, tosa::ConcatOp op) {
  Value typed = op.getInput1().front();
  for (Value operand : op.getInput1())
    if (!emitter.isConstant(operand))
      typed = operand;
  std::optional<DataType> type = emitter.dataType(typed);
  for (Value operand : op.getInput1()) {
    if (type && emitter.isConstant(operand))
      emitter.setType(operand, *type);
    if (emitter.dataType(operand) != type)
      return emitter.cannot(op) << "expects operands of one type";
  }
  Order order = emitter.commonOrder(op.getInput1());
  SmallVector<TensorId> inputs;
  for (Value operand : op.getInput1())
    inputs.push_back(emitter.get(operand, order));
  setMoved(
      emitter, op.getOutput(), typed,
      emitter.node("Concat", inputs, {{"axis", placeOf(op.getAxis(), order)}}),
      order);
  return success();
}

/// [low, high] of each dimension -> all low ends, then all high ones
LogicalResult convertPad(Emitter &emitter, tosa::PadOp op) {
  std::optional<Shape> padding = shapeValues(op.getPadding());
  if (!padding)
    return expectShape(emitter, op);
  Order order = emitter.commonOrder(op.getInput1());
  SmallVector<int64_t> pads;
  for (size_t end : {0, 1})
    for (int64_t d : order)
      pads.push_back((*padding)[2 * d + end]);
  if (std::optional<DataType> type = emitter.dataType(op.getInput1());
      type && emitter.isConstant(op.getPadConst()))
    emitter.setType(op.getPadConst(), *type);
  TensorId input = emitter.get(op.getInput1(), order);
  SmallVector<TensorId> inputs{input, emitter.integers("pads", pads)};
  if (splatOf(op.getPadConst()) != 0)
    inputs.push_back(emitter.getReshaped(op.getPadConst(), {}));
  setMoved(emitter, op.getOutput(), op.getInput1(), emitter.node("Pad", inputs),
           order);
  return success();
}

/// Slice, along the dimensions where something is left out.
LogicalResult slice(Emitter &emitter, Operation *op, ArrayRef<int64_t> starts,
                    ArrayRef<int64_t> ends, ArrayRef<int64_t> axes,
                    ArrayRef<int64_t> steps) {
  Value from = op->getOperand(0);
  Order order = emitter.commonOrder(from);
  SmallVector<int64_t> places;
  for (int64_t axis : axes)
    places.push_back(placeOf(axis, order));
  SmallVector<TensorId> inputs{
      emitter.get(from, order), emitter.integers("starts", starts),
      emitter.integers("ends", ends), emitter.integers("axes", places)};
  if (!steps.empty())
    inputs.push_back(emitter.integers("steps", steps));
  setMoved(emitter, op->getResult(0), from, emitter.node("Slice", inputs),
           order);
  return success();
}

LogicalResult convertSlice(Emitter &emitter, tosa::SliceOp op) {
  std::optional<Shape> start = shapeValues(op.getStart()),
                       size = shapeValues(op.getSize());
  if (!start || !size)
    return expectShape(emitter, op);
  SmallVector<int64_t> starts, ends, axes;
  for (auto [d, dim] : llvm::enumerate(shapeOf(op.getInput1()))) {
    if ((*size)[d] == dim)
      continue;
    starts.push_back((*start)[d]);
    ends.push_back((*start)[d] + (*size)[d]);
    axes.push_back(static_cast<int64_t>(d));
  }
  if (axes.empty())
    return convertIdentity(emitter, op);
  return slice(emitter, op, starts, ends, axes, {});
}

/// From the last element back to the one in front of the first.
LogicalResult convertReverse(Emitter &emitter, tosa::ReverseOp op) {
  return slice(emitter, op, -1, std::numeric_limits<int64_t>::min(),
               static_cast<int64_t>(op.getAxis()), -1);
}

LogicalResult convertTile(Emitter &emitter, tosa::TileOp op) {
  std::optional<Shape> multiples = shapeValues(op.getMultiples());
  if (!multiples)
    return expectShape(emitter, op);
  Order order = emitter.commonOrder(op.getInput1());
  TensorId input = emitter.get(op.getInput1(), order);
  TensorId repeats = emitter.integers("repeats", permute(*multiples, order));
  setMoved(emitter, op.getOutput(), op.getInput1(),
           emitter.node("Tile", {input, repeats}), order);
  return success();
}

/// [N, K, C] at [N, W] -> [N, W, C]
LogicalResult convertGather(Emitter &emitter, tosa::GatherOp op) {
  ArrayRef<int64_t> indices = shapeOf(op.getIndices());
  TensorId values = emitter.get(op.getValues()), result;
  if (indices[0] == 1) {
    TensorId places = emitter.getReshaped(op.getIndices(), indices[1]);
    result = emitter.node("Gather", {values, places}, {{"axis", int64_t(1)}});
  } else {
    TensorId places =
        emitter.getReshaped(op.getIndices(), {indices[0], indices[1], 1});
    result = emitter.node("GatherND", {values, places},
                          {{"batch_dims", int64_t(1)}});
  }
  setMoved(emitter, op.getOutput(), op.getValues(), result, {});
  return success();
}

/// [1, K, C] at [1, W] becomes [1, W, C]: on [K, C] at [W, 1].
LogicalResult convertScatter(Emitter &emitter, tosa::ScatterOp op) {
  ArrayRef<int64_t> values = shapeOf(op.getValuesIn()),
                    input = shapeOf(op.getInput());
  if (values[0] != 1)
    return emitter.cannot(op) << "expects one batch, but got " << values[0];
  TensorId data = emitter.getReshaped(op.getValuesIn(), values.drop_front());
  TensorId places = emitter.getReshaped(op.getIndices(), {input[1], 1});
  TensorId rows = emitter.getReshaped(op.getInput(), input.drop_front());
  emitter.setReshaped(op.getValuesOut(),
                      emitter.node("ScatterND", {data, places, rows}),
                      values.drop_front());
  if (std::optional<DataType> type = emitter.dataType(op.getValuesIn()))
    emitter.setType(op.getValuesOut(), *type);
  return success();
}

} // namespace

void onnx_export::addMovement(ConversionTable &table) {
  for (const char *name : {"arith.constant", "tosa.const", "tosa.const_shape"})
    table[name] = convertConstant;
  for (const char *name :
       {"tensor.collapse_shape", "tensor.expand_shape", "tosa.reshape"})
    table[name] = convertReshape;
  table["tosa.identity"] = convertIdentity;
  add<tosa::ConcatOp, convertConcat>(table);
  add<tosa::GatherOp, convertGather>(table);
  add<tosa::PadOp, convertPad>(table);
  add<tosa::ReverseOp, convertReverse>(table);
  add<tosa::ScatterOp, convertScatter>(table);
  add<tosa::SliceOp, convertSlice>(table);
  add<tosa::TileOp, convertTile>(table);
  add<tosa::TransposeOp, convertTranspose>(table);
}
