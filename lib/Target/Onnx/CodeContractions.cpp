//===- CodeContractions.cpp - Convolutions and products of codes ----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Conversions.h"
#include "dialects/LowBit/IR/LowBit.h"
#include "dialects/LowBit/IR/Numerics.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx_export;

namespace {

lowbit::Format formatOf(Value codes) {
  return lowbit::Format(
      cast<quant::QuantizedType>(typeOf(codes).getElementType()));
}

/// The bias as int32 codes of scale sx * sw, dequantized; absent if it is 0.
/// Integer ops of ONNX runtimes look for exactly this.
FailureOr<TensorId> biasOf(Emitter &emitter, Operation *op, Value bias) {
  if (splatOf(bias) == 0)
    return kAbsent;
  if (!emitter.isConstant(bias))
    return emitter.cannot(op) << "expects a constant bias";
  emitter.setName(bias, emitter.layer() + "_bias");
  lowbit::Format input = formatOf(op->getOperand(0)),
                 weights = formatOf(op->getOperand(1));
  SmallVector<float> scales;
  for (float scale : weights.scales)
    scales.push_back(lowbit::multiplier(input.scale(), scale));
  Shape shape;
  if (weights.axis)
    shape.push_back(static_cast<int64_t>(scales.size()));
  TensorId scale = emitter.floats("bias_scale", scales, shape);
  Attributes attributes;
  if (weights.axis)
    attributes.push_back({"axis", int64_t(0)});
  return emitter.dequantizeBias(emitter.get(bias), scale,
                                std::move(attributes));
}

/// Codes, or reals for an op without a requantization.
void finish(Emitter &emitter, Value result, TensorId real,
            ArrayRef<int64_t> order, std::optional<ArrayRef<int64_t>> limits) {
  if (isa<quant::QuantizedType>(typeOf(result).getElementType()))
    finishCodes(emitter, result, real, order, limits, /*cuts=*/true);
  else
    emitter.set(result, real, order);
}

template <typename Op>
LogicalResult convertConv(Emitter &emitter, Op op, ArrayRef<int64_t> kernel,
                          TensorId weights, int64_t groups) {
  FailureOr<TensorId> bias = biasOf(emitter, op, op.getBias());
  if (failed(bias))
    return failure();
  SmallVector<TensorId> inputs{emitter.real(op.getInput(), kImage), weights};
  if (*bias != kAbsent)
    inputs.push_back(*bias);
  Attributes attributes =
      windowAttributes(kernel, op.getPad(), op.getStride(), op.getDilation());
  if (groups != 1)
    attributes.push_back({"group", groups});
  finish(emitter, op.getOutput(),
         emitter.node("Conv", inputs, std::move(attributes)), kImage,
         op.getClamp());
  return success();
}

/// Weights [O, KH, KW, C] -> [O, C, KH, KW]
LogicalResult convertConv2d(Emitter &emitter, lowbit::Conv2DOp op) {
  emitter.setName(op.getWeights(), emitter.layer() + "_weight");
  return convertConv(emitter, op, shapeOf(op.getWeights()).slice(1, 2),
                     emitter.real(op.getWeights(), kImage), 1);
}

/// Weights [KH, KW, C * M] -> [C * M, 1, KH, KW]: the dimension of size 1 has
/// to be in the codes, so that their scales still lie along the first one.
LogicalResult convertDepthwise(Emitter &emitter, lowbit::DepthwiseConv2DOp op) {
  auto constant = op.getWeights().getDefiningOp<lowbit::ConstantOp>();
  if (!constant)
    return emitter.cannot(op) << "expects constant weights";
  emitter.setName(op.getWeights(), emitter.layer() + "_weight");
  return convertConv(emitter, op, shapeOf(op.getWeights()).take_front(2),
                     emitter.realWithUnit(op.getWeights(), {2, 0, 1}, 1),
                     shapeOf(op.getInput()).back());
}

/// A Gemm on matrices, a MatMul and an Add on anything larger. Rows that have a
/// dimension of size 1 in front are a matrix.
LogicalResult convertMatmul(Emitter &emitter, lowbit::MatmulOp op) {
  FailureOr<TensorId> bias = biasOf(emitter, op, op.getBias());
  if (failed(bias))
    return failure();
  emitter.setName(op.getWeights(), emitter.layer() + "_weight");
  TensorId weights = emitter.real(op.getWeights(), {1, 0});
  ArrayRef<int64_t> shape = shapeOf(op.getInput());
  int64_t rows = typeOf(op.getInput()).getNumElements() / shape.back();
  Shape matrix{rows, shape.back()};
  Value result = op.getOutput();
  bool isMatrix = shape.size() == 2 || rows == 1 ||
                  emitter.findReshaped(op.getInput(), matrix);
  if (!isMatrix) {
    Order order = identity(static_cast<int64_t>(shape.size()));
    TensorId real =
        emitter.node("MatMul", {emitter.real(op.getInput()), weights});
    if (*bias != kAbsent)
      real = emitter.helper("Add", {real, *bias});
    finish(emitter, result, real, order, op.getClamp());
    return success();
  }
  SmallVector<TensorId> inputs{
      shape.size() == 2 ? emitter.real(op.getInput())
                        : emitter.realReshaped(op.getInput(), matrix),
      weights};
  if (*bias != kAbsent)
    inputs.push_back(*bias);
  TensorId real = emitter.node(*bias == kAbsent ? "MatMul" : "Gemm", inputs);
  if (shape.size() == 2) {
    finish(emitter, result, real, {0, 1}, op.getClamp());
    return success();
  }
  Shape resultMatrix{rows, shapeOf(result).back()};
  if (auto format =
          dyn_cast<quant::QuantizedType>(typeOf(result).getElementType()))
    real = quantizedWithin(emitter, real, format, op.getClamp(), true);
  emitter.setReshaped(result, real, resultMatrix);
  return success();
}

/// [B, M, K] x [B, K, N], neither of them constant
LogicalResult convertBatchMatmul(Emitter &emitter, lowbit::BatchMatmulOp op) {
  TensorId lhs = emitter.real(op.getLhs()), rhs = emitter.real(op.getRhs());
  finish(emitter, op.getOutput(), emitter.node("MatMul", {lhs, rhs}),
         identity(rankOf(op.getOutput())), op.getClamp());
  return success();
}

} // namespace

void onnx_export::addCodeContractions(ConversionTable &table) {
  add<lowbit::BatchMatmulOp, convertBatchMatmul>(table);
  add<lowbit::Conv2DOp, convertConv2d>(table);
  add<lowbit::DepthwiseConv2DOp, convertDepthwise>(table);
  add<lowbit::MatmulOp, convertMatmul>(table);
}
