//===- CodedMatmul.cpp - What packed weights of reals have to be ----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Kernel/IR/Kernel.h"
#include "dialects/Kernel/IR/LevelRule.h"
#include "dialects/Kernel/IR/PlanePacking.h"
#include "dialects/Kernel/IR/StoredScale.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc::kernel;

namespace {

ShapedType shaped(Value value) { return cast<ShapedType>(value.getType()); }

LogicalResult verifyShape(CodedMatmulOp op, StringRef what, Value value,
                          ArrayRef<int64_t> expected) {
  if (!value || shaped(value).getShape() == expected)
    return success();
  return op.emitOpError("expects ") << what << " of shape [" << expected
                                    << "], but got " << value.getType();
}

LogicalResult verifyLevels(CodedMatmulOp op) {
  ArrayRef<float> levels = op.getLevels();
  if (!llvm::isPowerOf2_64(levels.size()) || levels.size() < 2 ||
      levels.size() > 256)
    return op.emitOpError("expects a level for each code of 1 to 8 bits, but "
                          "got ")
           << levels.size() << " levels";
  if (!op.getTable() && !LevelRule::of(levels))
    return op.emitOpError("expects a table of its ")
           << levels.size()
           << " levels in memory, since no rule computes them from codes";
  return success();
}

} // namespace

LogicalResult CodedMatmulOp::verify() {
  if (failed(verifyLevels(*this)))
    return failure();
  int64_t block = getBlock();
  if (block < kStep || block % kStep != 0)
    return emitOpError("expects blocks of a multiple of ")
           << kStep << " taps, but got " << block;
  int64_t rows = shaped(getInput()).getDimSize(0);
  int64_t depth = shaped(getInput()).getDimSize(1);
  int64_t outputs = shaped(getOutput()).getDimSize(1);
  int64_t panels = panelsOf(outputs), blocks = llvm::divideCeil(depth, block);
  int64_t bytes = Planes::of(getBits(), stepsOf(block)).bytes();
  int64_t entries = static_cast<int64_t>(getLevels().size());
  if (shaped(getScales()).getElementTypeBitWidth() !=
      storageBits(getScaleType()))
    return emitOpError("expects scales of ")
           << storageBits(getScaleType()) << " bits, but got "
           << getScales().getType();
  if (failed(verifyShape(*this, "weights", getWeights(),
                         {panels, blocks, bytes})) ||
      failed(verifyShape(*this, "scales", getScales(),
                         {panels, blocks, kPanel})) ||
      failed(
          verifyShape(*this, "zeros", getZeros(), {panels, blocks, kPanel})) ||
      failed(verifyShape(*this, "table", getTable(), {entries})) ||
      failed(verifyShape(*this, "bias", getBias(), {panels * kPanel})))
    return failure();
  return verifyShape(*this, "output", getOutput(), {rows, outputs});
}
