//===- Codes.cpp - Quantize, dequantize, and elementwise ops on codes -----===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Conversions.h"
#include "dialects/LowBit/IR/LowBit.h"
#include "dialects/LowBit/IR/Numerics.h"

#include "mlir/Dialect/Quant/IR/Quant.h"
#include <limits>

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx_export;

TensorId onnx_export::clamp(Emitter &emitter, TensorId input, float low,
                            float high, bool isHelper) {
  constexpr float largest = std::numeric_limits<float>::max();
  auto add = [&](llvm::StringRef op, ArrayRef<TensorId> inputs) {
    return isHelper ? emitter.helper(op, inputs) : emitter.node(op, inputs);
  };
  bool hasLow = low > -largest, hasHigh = high < largest;
  if (!hasLow && !hasHigh)
    return input;
  if (hasLow && low == 0 && !hasHigh)
    return add("Relu", input);
  SmallVector<TensorId> inputs{input,
                               hasLow ? emitter.scalar("min", low) : kAbsent};
  if (hasHigh)
    inputs.push_back(emitter.scalar("max", high));
  return add("Clip", inputs);
}

TensorId onnx_export::quantizedWithin(Emitter &emitter, TensorId real,
                                      quant::QuantizedType type,
                                      std::optional<ArrayRef<int64_t>> limits,
                                      bool cuts) {
  lowbit::Format format(type);
  int64_t low = limits ? (*limits)[0] : format.lowest;
  int64_t high = limits ? (*limits)[1] : format.highest;
  // QuantizeLinear itself stops at the ends of the storage.
  int64_t first = format.storageLowest;
  int64_t last = first + (int64_t(1) << format.bits) - 1;
  constexpr float largest = std::numeric_limits<float>::max();
  float least = -largest, most = largest;
  if (low > first || (cuts && low == format.zeroPoint()))
    least = lowbit::dequantize(low, format);
  if (high < last)
    most = lowbit::dequantize(high, format);
  real = clamp(emitter, real, least, most, /*isHelper=*/true);
  return emitter.quantize(real, type, {});
}

void onnx_export::finishCodes(Emitter &emitter, Value result, TensorId real,
                              ArrayRef<int64_t> order,
                              std::optional<ArrayRef<int64_t>> limits,
                              bool cuts) {
  auto type = cast<quant::QuantizedType>(typeOf(result).getElementType());
  emitter.set(result, quantizedWithin(emitter, real, type, limits, cuts),
              order);
}

namespace {

LogicalResult convertConstant(Emitter &, lowbit::ConstantOp) {
  return success();
}

/// binarize(x) -> QuantizeLinear(x >= 0 ? scale : -scale)
LogicalResult convertBinarize(Emitter &emitter, lowbit::BinarizeOp op) {
  Order order = emitter.commonOrder(op.getInput());
  TensorId real = emitter.get(op.getInput(), order);
  auto type = cast<quant::QuantizedType>(op.getType().getElementType());
  float scale = lowbit::Format(type).scale();
  TensorId isOne =
      emitter.helper("GreaterOrEqual", {real, emitter.scalar("zero", 0.0f)});
  TensorId sign =
      emitter.helper("Where", {isOne, emitter.scalar("one", scale),
                               emitter.scalar("minus_one", -scale)});
  emitter.set(op.getOutput(), emitter.quantize(sign, type, order), order);
  return success();
}

LogicalResult convertDequantize(Emitter &emitter, lowbit::DequantizeOp op) {
  emitter.setDequantized(op.getOutput(), op.getInput());
  return success();
}

LogicalResult convertQuantize(Emitter &emitter, lowbit::QuantizeOp op) {
  Order order = emitter.commonOrder(op.getInput());
  TensorId real = emitter.get(op.getInput(), order);
  auto type = cast<quant::QuantizedType>(op.getType().getElementType());
  if (isa<quant::UniformQuantizedType>(type))
    finishCodes(emitter, op.getOutput(), real, order, std::nullopt, false);
  else
    emitter.set(op.getOutput(), emitter.quantize(real, type, order), order);
  return success();
}

LogicalResult convertRequantize(Emitter &emitter, lowbit::RequantizeOp op) {
  Order order = emitter.commonOrder(op.getInput());
  finishCodes(emitter, op.getOutput(), emitter.real(op.getInput(), order),
              order, op.getClamp(), /*cuts=*/false);
  return success();
}

/// add, mul
template <typename Op>
LogicalResult convertBinary(Emitter &emitter, Op op, llvm::StringRef name) {
  Order order = emitter.commonOrder({op.getLhs(), op.getRhs()});
  TensorId real = emitter.node(name, {emitter.real(op.getLhs(), order),
                                      emitter.real(op.getRhs(), order)});
  finishCodes(emitter, op.getOutput(), real, order, op.getClamp(),
              /*cuts=*/true);
  return success();
}

LogicalResult convertAdd(Emitter &emitter, lowbit::AddOp op) {
  return convertBinary(emitter, op, "Add");
}

LogicalResult convertMul(Emitter &emitter, lowbit::MulOp op) {
  return convertBinary(emitter, op, "Mul");
}

LogicalResult convertAverage(Emitter &emitter, lowbit::AvgPool2DOp op) {
  TensorId real =
      pool(emitter, "AveragePool", emitter.real(op.getInput(), kImage),
           op.getInput(), op.getKernel(), op.getPad(), op.getStride());
  finishCodes(emitter, op.getOutput(), real, kImage, op.getClamp(),
              /*cuts=*/false);
  return success();
}

LogicalResult convertMax(Emitter &emitter, lowbit::MaxPool2DOp op) {
  TensorId real =
      pool(emitter, "MaxPool", emitter.real(op.getInput(), kImage),
           op.getInput(), op.getKernel(), op.getPad(), op.getStride());
  finishCodes(emitter, op.getOutput(), real, kImage, std::nullopt,
              /*cuts=*/false);
  return success();
}

/// Codes as the integers that they are, or back: the same tensor.
LogicalResult convertStorageCast(Emitter &emitter, quant::StorageCastOp op) {
  Value from = op.getInput(), to = op.getResult();
  emitter.setSame(to, from);
  auto format = dyn_cast<quant::QuantizedType>(typeOf(to).getElementType());
  if (!format)
    return success();
  if (emitter.isConstant(from))
    emitter.setType(from, codeType(format));
  if (emitter.dataType(from) != codeType(format))
    return emitter.cannot(op)
           << "expects integers of the sign of " << to.getType();
  return success();
}

/// Packed weights have to be decoded before: ONNX has no types for them.
template <typename Op>
LogicalResult refusePacked(Emitter &emitter, Op op) {
  return emitter.cannot(op)
         << "ONNX has no packed weights; run "
            "lowbit-decode-constants{coded-only} first, or export with quantc "
            "-o model.onnx, which does";
}

} // namespace

void onnx_export::addCodes(ConversionTable &table) {
  add<lowbit::AddOp, convertAdd>(table);
  add<lowbit::AvgPool2DOp, convertAverage>(table);
  add<lowbit::BinarizeOp, convertBinarize>(table);
  add<lowbit::BlockMatmulOp, refusePacked<lowbit::BlockMatmulOp>>(table);
  add<lowbit::CodedConstantOp, refusePacked<lowbit::CodedConstantOp>>(table);
  add<lowbit::ConstantOp, convertConstant>(table);
  add<lowbit::DecodeOp, refusePacked<lowbit::DecodeOp>>(table);
  add<lowbit::DequantizeOp, convertDequantize>(table);
  add<lowbit::MaxPool2DOp, convertMax>(table);
  add<lowbit::MulOp, convertMul>(table);
  add<lowbit::PatchesOp, refusePacked<lowbit::PatchesOp>>(table);
  add<lowbit::QuantizeOp, convertQuantize>(table);
  add<lowbit::RequantizeOp, convertRequantize>(table);
  add<quant::StorageCastOp, convertStorageCast>(table);
}
