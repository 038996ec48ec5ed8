//===- BinaryMatmul.cpp - What matrices of bits have to be ------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Kernel/IR/BitPacking.h"
#include "dialects/Kernel/IR/Kernel.h"

using namespace mlir;
using namespace quantc::kernel;

static ShapedType shaped(Value value) {
  return cast<ShapedType>(value.getType());
}

static LogicalResult verifyShape(Operation *op, StringRef what, Value value,
                                 ArrayRef<int64_t> expected) {
  if (shaped(value).getShape() == expected)
    return success();
  return op->emitOpError("expects ") << what << " of shape [" << expected
                                     << "], but got " << value.getType();
}

LogicalResult BinaryMatmulOp::verify() {
  int64_t rows = shaped(getInput()).getDimSize(0);
  int64_t planes = shaped(getInput()).getDimSize(1);
  int64_t bytes = shaped(getInput()).getDimSize(2);
  int64_t outputs = shaped(getOutput()).getDimSize(1);
  int64_t weightPlanes = shaped(getWeights()).getDimSize(1);
  if (bytes % kStep != 0 || bytes == 0 || planes == 0)
    return emitOpError("expects rows of whole words of ")
           << kStep << " bytes, but got " << getInput().getType();
  if (planes * weightPlanes != static_cast<int64_t>(getFactors().size()))
    return emitOpError("expects a factor for each of ")
           << planes << "x" << weightPlanes << " pairs of planes, but got "
           << getFactors().size();
  if (shaped(getOutput()).getElementType().isInteger(8) && !getBounds())
    return emitOpError("expects an i8 result to have bounds");
  int64_t padded = panelsOf(outputs) * kPanel;
  if (failed(verifyShape(
          *this, "weights", getWeights(),
          {panelsOf(outputs), weightPlanes, bytes / kStep, kPanel, kStep})) ||
      failed(verifyShape(*this, "start", getStart(), {padded})) ||
      failed(verifyShape(*this, "scale", getScale(), {padded})))
    return failure();
  return verifyShape(*this, "output", getOutput(), {rows, outputs});
}

LogicalResult PackBitsOp::verify() {
  ShapedType input = shaped(getInput());
  int64_t windows = input.getDimSize(0);
  for (int axis : {0, 1}) {
    int64_t window = getDilation()[axis] * (getKernel()[axis] - 1) + 1;
    int64_t size = input.getDimSize(1 + axis);
    if (getKernel()[axis] < 1 || getStride()[axis] < 1 ||
        getDilation()[axis] < 1 || window > size)
      return emitOpError("expects windows that fit the input, but got ")
             << window << " over " << size;
    windows *= (size - window) / getStride()[axis] + 1;
  }
  int64_t planes = shaped(getOutput()).getDimSize(1);
  int64_t first = getFirstBit();
  if (planes < 1 || first < 0 || first + planes > 8)
    return emitOpError("expects planes of bits 0 to 7, but got bits ")
           << first << " to " << first + planes - 1;
  Runs runs = Runs::of(getKernel(), input.getDimSize(3), getDilation()[1] == 1);
  return verifyShape(*this, "output", getOutput(),
                     {windows, planes, wordsOf(runs) * kStep});
}
