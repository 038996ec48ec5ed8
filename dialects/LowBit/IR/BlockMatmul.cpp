//===- BlockMatmul.cpp - What products of packed weights have to be -------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/IR/BlockWeights.h"
#include "dialects/LowBit/IR/Coded.h"
#include "dialects/LowBit/IR/LowBit.h"

#include "quantc/Format/Levels.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbit;

namespace {

RankedTensorType tensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

LogicalResult verifyShape(Operation *op, StringRef what, Value value,
                          ArrayRef<int64_t> expected) {
  if (!value || tensorType(value).getShape() == expected)
    return success();
  return op->emitOpError("expects ") << what << " of shape [" << expected
                                     << "], but got " << value.getType();
}

quant::UniformQuantizedType perTensor(Value value) {
  return dyn_cast<quant::UniformQuantizedType>(
      getElementTypeOrSelf(value.getType()));
}

LogicalResult verifyFormats(BlockMatmulOp op) {
  auto input = perTensor(op.getInput());
  if (!input || input.getStorageTypeIntegralWidth() != 8)
    return op.emitOpError("expects an input of per-tensor codes of 8 bits, but "
                          "got ")
           << op.getInput().getType();
  if (op.getRowScales() &&
      (!input.isSigned() || input.getScale() != 1 || input.getZeroPoint() != 0))
    return op.emitOpError("expects signed codes of scale 1 and zero point 0 "
                          "beside row_scales, but got ")
           << input;
  bool isReal = getElementTypeOrSelf(op.getOutput().getType()).isF32();
  if (op.getRowScales() && !isReal)
    return op.emitOpError("expects an f32 result beside row_scales, but got ")
           << op.getOutput().getType();
  if (!isReal && !perTensor(op.getOutput()))
    return op.emitOpError("expects a per-tensor result, but got ")
           << op.getOutput().getType();
  auto coded = cast<CodedType>(tensorType(op.getWeights()).getElementType());
  StringRef reason;
  if (!format::blockUnit(descriptionOf(coded), reason))
    return op.emitOpError("expects weights whose levels are multiples of one "
                          "number in 8 bits, but got ")
           << coded << ": " << reason;
  return success();
}

LogicalResult verifyClamp(BlockMatmulOp op) {
  std::optional<ArrayRef<int64_t>> clamp = op.getClamp();
  if (!clamp)
    return success();
  auto type = perTensor(op.getOutput());
  if (!type)
    return op.emitOpError("expects no clamp for a float result, but got [")
           << *clamp << "]";
  int64_t low = (*clamp)[0], high = (*clamp)[1];
  if (low <= high && low >= type.getStorageTypeMin() &&
      high <= type.getStorageTypeMax())
    return success();
  return op.emitOpError("expects a clamp within [")
         << type.getStorageTypeMin() << ", " << type.getStorageTypeMax()
         << "], but got [" << low << ", " << high << "]";
}

} // namespace

LogicalResult BlockMatmulOp::verify() {
  RankedTensorType input = tensorType(getInput()),
                   weights = tensorType(getWeights());
  if (input.getRank() != 2)
    return emitOpError("expects an input of rank 2, but got ") << input;
  if (weights.getRank() != 2 || weights.getDimSize(1) != input.getDimSize(1))
    return emitOpError("expects weights of rank 2 with ")
           << input.getDimSize(1) << " columns, but got " << weights;
  int64_t rows = input.getDimSize(0), outputs = weights.getDimSize(0);
  if (failed(verifyFormats(*this)) || failed(verifyClamp(*this)) ||
      failed(verifyShape(*this, "row_scales", getRowScales(), {rows})) ||
      failed(verifyShape(*this, "a bias", getBias(), {outputs})))
    return failure();
  format::Format format =
      descriptionOf(cast<CodedType>(weights.getElementType()));
  int64_t block =
      format.isBlocked() ? format.scaling.block : input.getDimSize(1);
  if (block > kLongestBlock)
    return emitOpError("expects blocks of at most ")
           << kLongestBlock << " weights, whose sums fit in 32 bits, but got "
           << block;
  return verifyShape(*this, "a result", getOutput(), {rows, outputs});
}

LogicalResult PatchesOp::verify() {
  RankedTensorType input = tensorType(getInput());
  if (input.getRank() != 4)
    return emitOpError("expects an input of rank 4, but got ") << input;
  auto format = perTensor(getInput());
  if (!format || format.getStorageTypeIntegralWidth() != 8 ||
      input.getElementType() != tensorType(getOutput()).getElementType())
    return emitOpError("expects per-tensor codes of 8 bits, and a result of "
                       "the same format, but got ")
           << input.getElementType() << " and "
           << tensorType(getOutput()).getElementType();
  if (llvm::any_of(getPad(), [](int64_t p) { return p < 0; }))
    return emitOpError("expects a padding of at least 0, but got [")
           << getPad() << "]";
  auto isLess = [](int64_t value) { return value < 1; };
  if (llvm::any_of(getKernel(), isLess) || llvm::any_of(getStride(), isLess) ||
      llvm::any_of(getDilation(), isLess))
    return emitOpError("expects a kernel, a stride and a dilation of at least "
                       "1, but got [")
           << getKernel() << "], [" << getStride() << "] and [" << getDilation()
           << "]";
  int64_t rows = input.getDimSize(0), depth = input.getDimSize(3);
  for (int i = 0; i < 2; ++i) {
    int64_t last = input.getDimSize(1 + i) + getPad()[2 * i] +
                   getPad()[2 * i + 1] -
                   getDilation()[i] * (getKernel()[i] - 1) - 1;
    rows *=
        std::max<int64_t>(llvm::divideFloorSigned(last, getStride()[i]) + 1, 0);
    depth *= getKernel()[i];
  }
  return verifyShape(*this, "a result", getOutput(), {rows, depth});
}
