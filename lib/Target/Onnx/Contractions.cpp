//===- Contractions.cpp - Convolutions and products of reals --------------===//
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

std::vector<int64_t> onnx_export::list(llvm::ArrayRef<int64_t> values) {
  return values.vec();
}

Attributes onnx_export::windowAttributes(llvm::ArrayRef<int64_t> kernel,
                                         llvm::ArrayRef<int64_t> pad,
                                         llvm::ArrayRef<int64_t> stride,
                                         llvm::ArrayRef<int64_t> dilation) {
  // Low ends come first, then high ones.
  std::vector<int64_t> pads;
  for (size_t end : {0, 1})
    for (size_t d = 0; d < kernel.size(); ++d)
      pads.push_back(pad[2 * d + end]);
  Attributes attributes = {{"kernel_shape", list(kernel)},
                           {"pads", std::move(pads)},
                           {"strides", list(stride)}};
  if (!dilation.empty())
    attributes.push_back({"dilations", list(dilation)});
  return attributes;
}

namespace {

LogicalResult checkReal(Emitter &emitter, Operation *op, unsigned zeroPoints) {
  if (!isa<FloatType>(typeOf(op->getOperand(0)).getElementType()))
    return emitter.cannot(op)
           << "expects float operands, but got " << op->getOperandTypes()[0];
  for (unsigned i : {zeroPoints, zeroPoints + 1})
    if (splatOf(op->getOperand(i)) != 0)
      return emitter.cannot(op) << "expects zero points of 0";
  return success();
}

void nameOperand(Emitter &emitter, Value value, llvm::StringRef what) {
  emitter.setName(value, emitter.layer() + "_" + what.str());
}

/// Input, weights, and the bias unless it is 0.
FailureOr<SmallVector<TensorId>> operandsOf(Emitter &emitter, Operation *op,
                                            ArrayRef<int64_t> imageOrder,
                                            ArrayRef<int64_t> weightOrder,
                                            int64_t channels) {
  Value bias = op->getOperand(2);
  nameOperand(emitter, op->getOperand(1), "weight");
  nameOperand(emitter, bias, "bias");
  SmallVector<TensorId> inputs{emitter.get(op->getOperand(0), imageOrder),
                               emitter.get(op->getOperand(1), weightOrder)};
  std::optional<double> same = splatOf(bias);
  if (same == 0)
    return inputs;
  if (typeOf(bias).getNumElements() == channels) {
    inputs.push_back(emitter.get(bias));
    return inputs;
  }
  if (!same || !typeOf(bias).getElementType().isF32())
    return emitter.cannot(op) << "expects a bias of " << channels
                              << " elements, but got " << bias.getType();
  SmallVector<float> repeated(channels, static_cast<float>(*same));
  inputs.push_back(emitter.floats("bias", repeated, channels));
  return inputs;
}

/// [N, spatial..., C] -> [N, C, spatial...]
Order channelsSecond(int64_t rank) {
  Order order{0, rank - 1};
  for (int64_t d = 1; d + 1 < rank; ++d)
    order.push_back(d);
  return order;
}

/// conv2d, conv3d: weights [O, spatial..., C]
template <typename Op>
LogicalResult convertConv(Emitter &emitter, Op op) {
  if (failed(checkReal(emitter, op, 3)))
    return failure();
  Order order = channelsSecond(rankOf(op.getInput()));
  auto inputs =
      operandsOf(emitter, op, order, order, shapeOf(op.getOutput()).back());
  if (failed(inputs))
    return failure();
  Attributes attributes =
      windowAttributes(shapeOf(op.getWeight()).drop_front().drop_back(),
                       op.getPad(), op.getStride(), op.getDilation());
  emitter.set(op.getOutput(),
              emitter.node("Conv", *inputs, std::move(attributes)), order);
  return success();
}

/// Weights [KH, KW, C, M] -> [C * M, 1, KH, KW]
LogicalResult convertDepthwise(Emitter &emitter, tosa::DepthwiseConv2DOp op) {
  ArrayRef<int64_t> weights = shapeOf(op.getWeight());
  int64_t channels = weights[2] * weights[3];
  if (failed(checkReal(emitter, op, 3)))
    return failure();
  auto inputs = operandsOf(emitter, op, kImage, {2, 3, 0, 1}, channels);
  if (failed(inputs))
    return failure();
  if (weights[3] != 1)
    (*inputs)[1] = emitter.helper(
        "Reshape", {(*inputs)[1],
                    emitter.integers("weight_shape",
                                     {channels, 1, weights[0], weights[1]})});
  Attributes attributes = windowAttributes(weights.take_front(2), op.getPad(),
                                           op.getStride(), op.getDilation());
  attributes.push_back({"group", weights[2]});
  emitter.set(op.getOutput(),
              emitter.node("Conv", *inputs, std::move(attributes)), kImage);
  return success();
}

/// Weights [O, KH, KW, C] -> [C, O, KH, KW]
LogicalResult convertTransposed(Emitter &emitter, tosa::TransposeConv2DOp op) {
  if (failed(checkReal(emitter, op, 3)))
    return failure();
  // TOSA adds padding to the result, ONNX takes it off.
  SmallVector<int64_t> pad, more;
  for (auto [i, amount] : llvm::enumerate(op.getOutPad())) {
    if (i % 2 == 0 && amount > 0)
      return emitter.cannot(op)
             << "expects no padding in front of the result, but got " << amount;
    pad.push_back(std::max<int64_t>(-amount, 0));
    if (i % 2 == 1)
      more.push_back(std::max<int64_t>(amount, 0));
  }
  for (auto [amount, stride] : llvm::zip_equal(more, op.getStride()))
    if (amount >= stride)
      return emitter.cannot(op) << "expects less padding behind the result "
                                   "than the stride of "
                                << stride << ", but got " << amount;
  ArrayRef<int64_t> weights = shapeOf(op.getWeight());
  auto inputs = operandsOf(emitter, op, kImage, {3, 0, 1, 2}, weights.front());
  if (failed(inputs))
    return failure();
  Attributes attributes =
      windowAttributes(weights.slice(1, 2), pad, op.getStride());
  attributes.push_back({"output_padding", list(more)});
  emitter.set(op.getOutput(),
              emitter.node("ConvTranspose", *inputs, std::move(attributes)),
              kImage);
  return success();
}

/// [B, M, K] x [B, K, N]
LogicalResult convertMatmul(Emitter &emitter, tosa::MatMulOp op) {
  if (failed(checkReal(emitter, op, 2)))
    return failure();
  if (emitter.isConstant(op.getB()))
    nameOperand(emitter, op.getB(), "weight");
  TensorId lhs = emitter.get(op.getA()), rhs = emitter.get(op.getB());
  emitter.set(op.getOutput(), emitter.node("MatMul", {lhs, rhs}));
  return success();
}

} // namespace

void onnx_export::addContractions(ConversionTable &table) {
  add<tosa::Conv2DOp, convertConv>(table);
  add<tosa::Conv3DOp, convertConv>(table);
  add<tosa::DepthwiseConv2DOp, convertDepthwise>(table);
  add<tosa::MatMulOp, convertMatmul>(table);
  add<tosa::TransposeConv2DOp, convertTransposed>(table);
}
