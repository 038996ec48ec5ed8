//===- DynamicCodes.cpp - Formats that are chosen at run time -------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Conversions.h"
#include "dialects/LowBit/IR/LowBit.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx_export;

/// Rows whose largest magnitude is below this have scale 1.
static const float kLeast = std::ldexp(1.0f, -100);

/// quantize_rows(x) -> a = ReduceMax(Abs(x)), scales = a / 127,
/// QuantizeLinear(x * (127 / a)). What ReduceMax makes of NaN is not ours.
static LogicalResult convertQuantizeRows(Emitter &emitter,
                                         lowbit::QuantizeRowsOp op) {
  TensorId real = emitter.get(op.getInput());
  Attributes rows = {{"axes", std::vector<int64_t>{1}},
                     {"keepdims", int64_t(1)}};
  TensorId largest =
      emitter.helper("ReduceMax", emitter.helper("Abs", real), rows);
  largest = emitter.helper(
      "Min",
      {largest, emitter.scalar("most", std::numeric_limits<float>::max())});
  TensorId levels = emitter.scalar("levels", 127.0f);
  TensorId one = emitter.scalar("one", 1.0f);
  TensorId isSmall =
      emitter.helper("Less", {largest, emitter.scalar("least", kLeast)});
  TensorId scale = emitter.helper(
      "Where", {isSmall, one, emitter.helper("Div", {largest, levels})});
  TensorId inverse = emitter.helper(
      "Where", {isSmall, one, emitter.helper("Div", {levels, largest})});
  auto type = cast<quant::QuantizedType>(
      cast<RankedTensorType>(op.getCodes().getType()).getElementType());
  TensorId scaled = emitter.helper("Mul", {real, inverse});
  emitter.set(op.getCodes(),
              quantizedWithin(emitter, scaled, type, std::nullopt, false));
  emitter.setReshaped(op.getScales(), scale, {shapeOf(op.getInput())[0], 1});
  return success();
}

/// scale_rows(x, s, b) -> x * s + b
static LogicalResult convertScaleRows(Emitter &emitter,
                                      lowbit::ScaleRowsOp op) {
  SmallVector<int64_t> column(rankOf(op.getInput()), 1);
  column[0] = shapeOf(op.getScales())[0];
  TensorId scaled =
      emitter.helper("Mul", {emitter.get(op.getInput()),
                             emitter.getReshaped(op.getScales(), column)});
  emitter.set(op.getOutput(),
              emitter.node("Add", {scaled, emitter.get(op.getBias())}));
  return success();
}

void onnx_export::addDynamicCodes(ConversionTable &table) {
  add<lowbit::QuantizeRowsOp, convertQuantizeRows>(table);
  add<lowbit::ScaleRowsOp, convertScaleRows>(table);
}
