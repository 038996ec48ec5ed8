//===- LowBit.cpp - The lowbit dialect ------------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/IR/LowBit.h"

#include "dialects/LowBit/IR/Accumulator.h"
#include "quantc/Support/Constants.h"

#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc::lowbit;

#include "dialects/LowBit/IR/LowBitDialect.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/LowBit/IR/LowBitTypes.cpp.inc"

void LowBitDialect::initialize() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialects/LowBit/IR/LowBitTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/LowBit/IR/LowBitOps.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// What several verifiers ask
//===----------------------------------------------------------------------===//

namespace {

quant::QuantizedType codeType(Value value) {
  return cast<quant::QuantizedType>(getElementTypeOrSelf(value.getType()));
}

RankedTensorType tensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// The clamp is a non-empty part of the result's storage range.
LogicalResult verifyClamp(Operation *op, std::optional<ArrayRef<int64_t>> clamp,
                          Value result) {
  if (!clamp)
    return success();
  auto type = dyn_cast<quant::QuantizedType>(getElementTypeOrSelf(result));
  if (!type)
    return op->emitOpError("expects no clamp for a float result, but got [")
           << *clamp << "]";
  int64_t low = (*clamp)[0], high = (*clamp)[1];
  if (low > high || low < type.getStorageTypeMin() ||
      high > type.getStorageTypeMax())
    return op->emitOpError("expects a clamp within [")
           << type.getStorageTypeMin() << ", " << type.getStorageTypeMax()
           << "], but got [" << low << ", " << high << "]";
  return success();
}

/// A per-axis format has one scale for each index of its axis.
LogicalResult verifyAxis(Operation *op, Value value) {
  auto type = dyn_cast<quant::UniformQuantizedPerAxisType>(
      getElementTypeOrSelf(value.getType()));
  if (!type)
    return success();
  int64_t axis = type.getQuantizedDimension(),
          rank = tensorType(value).getRank();
  if (axis >= rank)
    return op->emitOpError("expects channels in a dimension below ")
           << rank << ", but got dimension " << axis;
  int64_t size = tensorType(value).getDimSize(axis);
  int64_t scales = type.getScales().size();
  if (size != scales)
    return op->emitOpError("expects ") << size << " scales for dimension "
                                       << axis << ", but got " << scales;
  return success();
}

LogicalResult verifyPerTensor(Operation *op, Value value, StringRef what) {
  auto type = getElementTypeOrSelf(value.getType());
  if (isa<quant::UniformQuantizedType, FloatType>(type))
    return success();
  return op->emitOpError("expects a per-tensor ")
         << what << ", but got " << type;
}

/// Per-tensor, or per-axis in `axis`.
LogicalResult verifyWeights(Operation *op, Value weights, int32_t axis) {
  auto perAxis =
      dyn_cast<quant::UniformQuantizedPerAxisType>(codeType(weights));
  if (!perAxis)
    return success();
  if (perAxis.getQuantizedDimension() != axis)
    return op->emitOpError("expects weights per-axis in dimension ")
           << axis << ", but got dimension " << perAxis.getQuantizedDimension();
  return verifyAxis(op, weights);
}

LogicalResult verifyShape(Operation *op, Value result,
                          ArrayRef<int64_t> expected) {
  ArrayRef<int64_t> actual = tensorType(result).getShape();
  if (actual == expected)
    return success();
  return op->emitOpError("expects a result of shape [")
         << expected << "], but got [" << actual << "]";
}

LogicalResult verifyRanks(Operation *op, ArrayRef<Value> values,
                          ArrayRef<int64_t> ranks) {
  for (auto [value, rank] : llvm::zip_equal(values, ranks))
    if (tensorType(value).getRank() != rank)
      return op->emitOpError("expects a tensor of rank ")
             << rank << ", but got " << value.getType();
  return success();
}

int64_t windows(int64_t size, int64_t before, int64_t after, int64_t kernel,
                int64_t stride, int64_t dilation) {
  return llvm::divideFloorSigned(
             size + before + after - dilation * (kernel - 1) - 1, stride) +
         1;
}

template <typename Op>
LogicalResult verifyWindowAttributes(Op op) {
  if (llvm::any_of(op.getPad(), [](int64_t p) { return p < 0; }))
    return op.emitOpError("expects a padding of at least 0, but got [")
           << op.getPad() << "]";
  if (llvm::any_of(op.getStride(), [](int64_t s) { return s < 1; }))
    return op.emitOpError("expects a stride of at least 1, but got [")
           << op.getStride() << "]";
  return success();
}

template <typename Op>
LogicalResult verifyConvolution(Op op, int64_t outputs,
                                ArrayRef<int64_t> kernel, int32_t axis) {
  if (failed(verifyWindowAttributes(op)) ||
      failed(verifyPerTensor(op, op.getInput(), "input")) ||
      failed(verifyPerTensor(op, op.getOutput(), "result")) ||
      failed(verifyWeights(op, op.getWeights(), axis)) ||
      failed(verifyClamp(op, op.getClamp(), op.getOutput())))
    return failure();
  if (llvm::any_of(op.getDilation(), [](int64_t d) { return d < 1; }))
    return op.emitOpError("expects a dilation of at least 1, but got [")
           << op.getDilation() << "]";
  if (tensorType(op.getBias()).getDimSize(0) != outputs)
    return op.emitOpError("expects a bias of ")
           << outputs << " elements, but got "
           << tensorType(op.getBias()).getDimSize(0);
  ArrayRef<int64_t> in = tensorType(op.getInput()).getShape();
  ArrayRef<int64_t> pad = op.getPad();
  return verifyShape(op, op.getOutput(),
                     {in[0],
                      windows(in[1], pad[0], pad[1], kernel[0],
                              op.getStride()[0], op.getDilation()[0]),
                      windows(in[2], pad[2], pad[3], kernel[1],
                              op.getStride()[1], op.getDilation()[1]),
                      outputs});
}

template <typename Op>
LogicalResult verifyPool(Op op) {
  if (failed(verifyRanks(op, {op.getInput(), op.getOutput()}, {4, 4})) ||
      failed(verifyWindowAttributes(op)) ||
      failed(verifyPerTensor(op, op.getInput(), "input")) ||
      failed(verifyPerTensor(op, op.getOutput(), "result")))
    return failure();
  ArrayRef<int64_t> in = tensorType(op.getInput()).getShape();
  ArrayRef<int64_t> pad = op.getPad(), kernel = op.getKernel();
  if (kernel[0] < 1 || kernel[1] < 1 || pad[0] >= kernel[0] ||
      pad[1] >= kernel[0] || pad[2] >= kernel[1] || pad[3] >= kernel[1])
    return op.emitOpError("expects a padding smaller than the kernel [")
           << kernel << "], but got [" << pad << "]";
  return verifyShape(
      op, op.getOutput(),
      {in[0], windows(in[1], pad[0], pad[1], kernel[0], op.getStride()[0], 1),
       windows(in[2], pad[2], pad[3], kernel[1], op.getStride()[1], 1), in[3]});
}

/// Operands of equal rank; a dimension of size 1 stretches.
template <typename Op>
LogicalResult verifyBroadcast(Op op) {
  if (failed(verifyPerTensor(op, op.getLhs(), "operand")) ||
      failed(verifyPerTensor(op, op.getRhs(), "operand")) ||
      failed(verifyPerTensor(op, op.getOutput(), "result")) ||
      failed(verifyClamp(op, op.getClamp(), op.getOutput())))
    return failure();
  ArrayRef<int64_t> lhs = tensorType(op.getLhs()).getShape();
  ArrayRef<int64_t> rhs = tensorType(op.getRhs()).getShape();
  if (lhs.size() != rhs.size())
    return op.emitOpError("expects operands of equal rank, but got ")
           << lhs.size() << " and " << rhs.size();
  SmallVector<int64_t> shape;
  for (auto [l, r] : llvm::zip_equal(lhs, rhs)) {
    if (l != r && l != 1 && r != 1)
      return op.emitOpError("expects operands that broadcast, but got [")
             << lhs << "] and [" << rhs << "]";
    shape.push_back(l == 1 ? r : l);
  }
  return verifyShape(op, op.getOutput(), shape);
}

} // namespace

//===----------------------------------------------------------------------===//
// Verifiers
//===----------------------------------------------------------------------===//

LogicalResult QuantizeOp::verify() { return verifyAxis(*this, getOutput()); }

LogicalResult BinarizeOp::verify() {
  auto type = dyn_cast<quant::UniformQuantizedType>(codeType(getOutput()));
  if (type && type.isSigned() && type.getStorageTypeMin() == -1 &&
      type.getStorageTypeMax() == 1 && type.getZeroPoint() == 0)
    return success();
  return emitOpError("expects a per-tensor format of the codes -1 to 1 with "
                     "zero point 0, but got ")
         << codeType(getOutput());
}

/// The codes that a row's own scale is for: symmetric, of scale 1.
LogicalResult QuantizeRowsOp::verify() {
  auto type = dyn_cast<quant::UniformQuantizedType>(codeType(getCodes()));
  ArrayRef<int64_t> shape = tensorType(getInput()).getShape();
  if (tensorType(getCodes()).getShape() != shape ||
      tensorType(getScales()).getShape() != shape.take_front())
    return emitOpError("expects codes of shape [")
           << shape << "] and " << shape.front() << " scales, but got "
           << getCodes().getType() << " and " << getScales().getType();
  if (!type || !type.isSigned() || type.getScale() != 1.0 ||
      type.getZeroPoint() != 0 || type.getStorageTypeMin() != -127 ||
      type.getStorageTypeMax() != 127)
    return emitOpError("expects codes of type "
                       "!quant.uniform<i8<-127:127>:f32, 1.0>, but got ")
           << tensorType(getCodes()).getElementType();
  return success();
}

LogicalResult ScaleRowsOp::verify() {
  ArrayRef<int64_t> shape = tensorType(getInput()).getShape();
  if (shape.size() >= 2 &&
      tensorType(getScales()).getShape() == shape.take_front() &&
      tensorType(getBias()).getShape() == shape.take_back())
    return success();
  return emitOpError("expects a scale for each row and a bias for each channel "
                     "of [")
         << shape << "], but got " << getScales().getType() << " and "
         << getBias().getType();
}

LogicalResult DequantizeOp::verify() { return verifyAxis(*this, getInput()); }

LogicalResult RequantizeOp::verify() {
  if (failed(verifyPerTensor(*this, getInput(), "input")) ||
      failed(verifyPerTensor(*this, getOutput(), "result")))
    return failure();
  return verifyClamp(*this, getClamp(), getOutput());
}

LogicalResult ConstantOp::verify() {
  auto codes = dyn_cast<RankedTensorType>(getCodes().getType());
  quant::QuantizedType type = codeType(getOutput());
  if (!codes || codes.getShape() != tensorType(getOutput()).getShape() ||
      codes.getElementType() != type.getStorageType())
    return emitOpError("expects codes of type ")
           << RankedTensorType::get(tensorType(getOutput()).getShape(),
                                    type.getStorageType())
           << ", but got " << getCodes().getType();
  auto isCode = [&](int64_t code) {
    return type.getStorageTypeMin() <= code && code <= type.getStorageTypeMax();
  };
  auto refuse = [&](int64_t code) {
    return emitOpError("expects codes in [")
           << type.getStorageTypeMin() << ", " << type.getStorageTypeMax()
           << "], but got " << code;
  };
  // Weights of networks are many bytes, and are verified after every pass.
  SmallVector<char> storage;
  if (auto bytes = numbersOf<int8_t>(getCodes(), storage)) {
    for (int8_t code : *bytes) {
      int64_t value = type.isSigned() ? code : static_cast<uint8_t>(code);
      if (!isCode(value))
        return refuse(value);
    }
    return verifyAxis(*this, getOutput());
  }
  auto dense = dyn_cast<DenseIntElementsAttr>(getCodes());
  if (!dense)
    return emitOpError("expects dense codes, but got ") << getCodes();
  for (const APInt &code : dense.getValues<APInt>()) {
    int64_t value = type.isSigned() ? code.getSExtValue() : code.getZExtValue();
    if (!isCode(value))
      return refuse(value);
  }
  return verifyAxis(*this, getOutput());
}

LogicalResult Conv2DOp::verify() {
  if (failed(verifyRanks(*this, {getInput(), getWeights(), getOutput()},
                         {4, 4, 4})))
    return failure();
  ArrayRef<int64_t> weights = tensorType(getWeights()).getShape();
  int64_t channels = tensorType(getInput()).getDimSize(3);
  if (weights[3] != channels)
    return emitOpError("expects weights for ")
           << channels << " input channels, but got " << weights[3];
  return verifyConvolution(*this, weights[0], weights.slice(1, 2), 0);
}

LogicalResult DepthwiseConv2DOp::verify() {
  if (failed(verifyRanks(*this, {getInput(), getWeights(), getOutput()},
                         {4, 3, 4})))
    return failure();
  ArrayRef<int64_t> weights = tensorType(getWeights()).getShape();
  int64_t channels = tensorType(getInput()).getDimSize(3);
  if (channels == 0 || weights[2] % channels != 0)
    return emitOpError("expects a multiple of ")
           << channels << " weight channels, but got " << weights[2];
  return verifyConvolution(*this, weights[2], weights.take_front(2), 2);
}

LogicalResult MatmulOp::verify() {
  if (failed(verifyRanks(*this, {getWeights()}, {2})) ||
      failed(verifyPerTensor(*this, getInput(), "input")) ||
      failed(verifyPerTensor(*this, getOutput(), "result")) ||
      failed(verifyWeights(*this, getWeights(), 0)) ||
      failed(verifyClamp(*this, getClamp(), getOutput())))
    return failure();
  ArrayRef<int64_t> in = tensorType(getInput()).getShape();
  ArrayRef<int64_t> weights = tensorType(getWeights()).getShape();
  if (in.empty() || in.back() != weights[1])
    return emitOpError("expects an input of ")
           << weights[1] << " columns, but got " << getInput().getType();
  if (tensorType(getBias()).getDimSize(0) != weights[0])
    return emitOpError("expects a bias of ")
           << weights[0] << " elements, but got "
           << tensorType(getBias()).getDimSize(0);
  SmallVector<int64_t> shape(in.drop_back());
  shape.push_back(weights[0]);
  return verifyShape(*this, getOutput(), shape);
}

LogicalResult BatchMatmulOp::verify() {
  if (failed(
          verifyRanks(*this, {getLhs(), getRhs(), getOutput()}, {3, 3, 3})) ||
      failed(verifyPerTensor(*this, getLhs(), "operand")) ||
      failed(verifyPerTensor(*this, getRhs(), "operand")) ||
      failed(verifyPerTensor(*this, getOutput(), "result")) ||
      failed(verifyClamp(*this, getClamp(), getOutput())))
    return failure();
  ArrayRef<int64_t> lhs = tensorType(getLhs()).getShape();
  ArrayRef<int64_t> rhs = tensorType(getRhs()).getShape();
  if (lhs[0] != rhs[0] || lhs[2] != rhs[1])
    return emitOpError("expects a right operand of shape [")
           << lhs[0] << ", " << lhs[2] << ", " << rhs[2] << "], but got ["
           << rhs << "]";
  uint64_t bound = productBound(lhs[2], Format(codeType(getLhs())),
                                Format(codeType(getRhs())));
  if (!fitsAccumulator(bound))
    return emitOpError("expects accumulators below 2147483648, but got ")
           << bound;
  return verifyShape(*this, getOutput(), {lhs[0], lhs[1], rhs[2]});
}

LogicalResult AddOp::verify() { return verifyBroadcast(*this); }
LogicalResult MulOp::verify() { return verifyBroadcast(*this); }

LogicalResult TableOp::verify() {
  auto table = RankedTensorType::get({256}, IntegerType::get(getContext(), 8));
  if (getTable().getType() != table)
    return emitOpError("expects a table of type ")
           << table << ", but got " << getTable().getType();
  for (Value value : {getInput(), getOutput()})
    if (codeType(value).getStorageTypeIntegralWidth() != 8)
      return emitOpError("expects 8-bit codes, but got ") << value.getType();
  if (failed(verifyPerTensor(*this, getInput(), "input")))
    return failure();
  return verifyPerTensor(*this, getOutput(), "result");
}

LogicalResult AvgPool2DOp::verify() {
  if (failed(verifyClamp(*this, getClamp(), getOutput())))
    return failure();
  return verifyPool(*this);
}

LogicalResult MaxPool2DOp::verify() {
  if (codeType(getInput()) != codeType(getOutput()))
    return emitOpError("expects input and result of one format, but got ")
           << codeType(getInput()) << " and " << codeType(getOutput());
  return verifyPool(*this);
}

#define GET_OP_CLASSES
#include "dialects/LowBit/IR/LowBitOps.cpp.inc"
