//===- Reductions.cpp - Reductions along one dimension --------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Conversions.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx_export;

namespace {

/// ReduceSum takes its axes as an input since operator set 13; the others take
/// an attribute until 17, which the last step of the export moves.
TensorId reduce(Emitter &emitter, llvm::StringRef kind, TensorId input,
                int64_t axis) {
  if (kind == "ReduceSum")
    return emitter.node(kind, {input, emitter.integers("axes", axis)},
                        {{"keepdims", int64_t(1)}});
  return emitter.node(
      kind, input,
      {{"axes", std::vector<int64_t>{axis}}, {"keepdims", int64_t(1)}});
}

template <typename Op>
LogicalResult convertReduce(Emitter &emitter, Op op, llvm::StringRef kind) {
  Order order = emitter.commonOrder(op.getInput());
  TensorId input = emitter.get(op.getInput(), order);
  emitter.set(op.getOutput(),
              reduce(emitter, kind, input, placeOf(op.getAxis(), order)),
              order);
  return success();
}

LogicalResult convertMax(Emitter &emitter, tosa::ReduceMaxOp op) {
  return convertReduce(emitter, op, "ReduceMax");
}

LogicalResult convertMin(Emitter &emitter, tosa::ReduceMinOp op) {
  return convertReduce(emitter, op, "ReduceMin");
}

LogicalResult convertProduct(Emitter &emitter, tosa::ReduceProductOp op) {
  return convertReduce(emitter, op, "ReduceProd");
}

LogicalResult convertSum(Emitter &emitter, tosa::ReduceSumOp op) {
  return convertReduce(emitter, op, "ReduceSum");
}

/// ONNX has no reduction of BOOL: all of them is their minimum as INT32.
template <typename Op>
LogicalResult convertLogical(Emitter &emitter, Op op, llvm::StringRef kind) {
  auto cast = [&](TensorId from, DataType to) {
    return emitter.helper("Cast", from, {{"to", static_cast<int64_t>(to)}});
  };
  Order order = emitter.commonOrder(op.getInput());
  TensorId input = cast(emitter.get(op.getInput(), order), DataType::Int32);
  TensorId result = reduce(emitter, kind, input, placeOf(op.getAxis(), order));
  emitter.set(op.getOutput(), cast(result, DataType::Bool), order);
  return success();
}

LogicalResult convertAll(Emitter &emitter, tosa::ReduceAllOp op) {
  return convertLogical(emitter, op, "ReduceMin");
}

LogicalResult convertAny(Emitter &emitter, tosa::ReduceAnyOp op) {
  return convertLogical(emitter, op, "ReduceMax");
}

LogicalResult convertArgMax(Emitter &emitter, tosa::ArgMaxOp op) {
  TensorId place = emitter.node(
      "ArgMax", emitter.get(op.getInput()),
      {{"axis", static_cast<int64_t>(op.getAxis())}, {"keepdims", int64_t(0)}});
  std::optional<DataType> type = emitter.dataType(op.getOutput());
  if (!type)
    return emitter.cannot(op) << "expects integers as result";
  if (*type != DataType::Int64)
    place =
        emitter.helper("Cast", place, {{"to", static_cast<int64_t>(*type)}});
  emitter.set(op.getOutput(), place);
  return success();
}

} // namespace

void onnx_export::addReductions(ConversionTable &table) {
  add<tosa::ArgMaxOp, convertArgMax>(table);
  add<tosa::ReduceAllOp, convertAll>(table);
  add<tosa::ReduceAnyOp, convertAny>(table);
  add<tosa::ReduceMaxOp, convertMax>(table);
  add<tosa::ReduceMinOp, convertMin>(table);
  add<tosa::ReduceProductOp, convertProduct>(table);
  add<tosa::ReduceSumOp, convertSum>(table);
}
