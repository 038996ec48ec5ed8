//===- BlockMatmul.cpp - What packed blocks of weights have to be ----------- -===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Kernel/IR/Kernel.h"
#include "dialects/Kernel/IR/PlanePacking.h"
#include "dialects/Kernel/IR/StoredScale.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc::kernel;

namespace {

ShapedType shaped(Value value) { return cast<ShapedType>(value.getType()); }

bool areConsecutive(ArrayRef<int8_t> levels) {
  for (size_t i = 1; i < levels.size(); ++i)
    if (levels[i] != levels[i - 1] + 1)
      return false;
  return true;
}

LogicalResult verifyShape(BlockMatmulOp op, StringRef what, Value value,
                          ArrayRef<int64_t> expected) {
  if (!value || shaped(value).getShape() == expected)
    return success();
  return op.emitOpError("expects ") << what << " of shape [" << expected
                                    << "], but got " << value.getType();
}

LogicalResult verifyLevels(BlockMatmulOp op) {
  ArrayRef<int8_t> levels = op.getLevels();
  bool isBits = llvm::isPowerOf2_64(levels.size()) && levels.size() >= 2 &&
                levels.size() <= 256;
  if (!isBits && levels.size() != 3)
    return op.emitOpError("expects a level for each code of 1 to 8 bits, or "
                          "for each of 3 codes, but got ")
           << levels.size() << " levels";
  if (levels.size() > 16 && !areConsecutive(levels))
    return op.emitOpError("expects consecutive levels for codes of more than 4 "
                          "bits");
  return success();
}

/// What the results are made of.
LogicalResult verifyResults(BlockMatmulOp op) {
  bool codes = shaped(op.getOutput()).getElementType().isInteger(8);
  if (codes && (!op.getScale() || !op.getBounds()))
    return op.emitOpError("expects an i8 result to have a scale and bounds");
  if (static_cast<bool>(op.getScale()) == static_cast<bool>(op.getRowScale()))
    return op.emitOpError("expects either a scale or a row_scale");
  if (op.getBias() && !op.getRowScale())
    return op.emitOpError("expects a bias beside a row_scale only");
  return success();
}

} // namespace

LogicalResult BlockMatmulOp::verify() {
  if (failed(verifyLevels(*this)) || failed(verifyResults(*this)))
    return failure();
  int64_t block = getBlock();
  if (block < kStep || block % kStep != 0)
    return emitOpError("expects blocks of a multiple of ")
           << kStep << " taps, but got " << block;
  int64_t rows = shaped(getInput()).getDimSize(0);
  int64_t depth = shaped(getInput()).getDimSize(1);
  int64_t outputs = shaped(getOutput()).getDimSize(1);
  int64_t panels = panelsOf(outputs), blocks = llvm::divideCeil(depth, block);
  int64_t bytes = Planes::ofLevels(getLevels().size(), stepsOf(block)).bytes();
  if (shaped(getScales()).getElementTypeBitWidth() !=
      storageBits(getScaleType()))
    return emitOpError("expects scales of ")
           << storageBits(getScaleType()) << " bits, but got "
           << getScales().getType();
  int64_t padded = panels * kPanel;
  if (failed(verifyShape(*this, "weights", getWeights(),
                         {panels, blocks, bytes})) ||
      failed(verifyShape(*this, "scales", getScales(),
                         {panels, blocks, kPanel})) ||
      failed(
          verifyShape(*this, "zeros", getZeros(), {panels, blocks, kPanel})) ||
      failed(verifyShape(*this, "start", getStart(), {padded})) ||
      failed(verifyShape(*this, "scale", getScale(), {padded})) ||
      failed(verifyShape(*this, "row_scale", getRowScale(), {rows})) ||
      failed(verifyShape(*this, "bias", getBias(), {padded})))
    return failure();
  return verifyShape(*this, "output", getOutput(), {rows, outputs});
}
