//===- BlockMatmul.cpp - Packed weights in the order of their kernel ------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Contraction.h"
#include "Patterns.h"

#include "dialects/Kernel/IR/Build.h"
#include "dialects/Kernel/IR/BuildPacked.h"
#include "dialects/LowBit/IR/BlockWeights.h"
#include "dialects/LowBit/IR/Coded.h"
#include "dialects/LowBit/IR/Numerics.h"
#include "quantc/Format/Levels.h"
#include "quantc/Format/Scale.h"
#include "quantc/Support/Constants.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include <cmath>

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbittokernel;

namespace {

/// Codes, and what each of them stands for in steps of the grid.
struct Levels {
  SmallVector<int8_t> levels;
  std::vector<uint8_t> codes;
};

/// Codes of more than 4 bits become consecutive levels, in as many bits as
/// those take.
Levels makeConsecutive(Levels given) {
  ArrayRef<int8_t> levels = given.levels;
  int lowest = *llvm::min_element(levels), highest = *llvm::max_element(levels);
  int count = static_cast<int>(llvm::PowerOf2Ceil(highest - lowest + 1));
  int first = std::min(lowest, 128 - count);
  Levels result;
  for (int i = 0; i < count; ++i)
    result.levels.push_back(static_cast<int8_t>(first + i));
  for (uint8_t code : given.codes)
    result.codes.push_back(static_cast<uint8_t>(levels[code] - first));
  return result;
}

/// The levels of all codes, without zero points.
Levels levelsOf(const format::Format &format, const format::Encoded &encoded,
                double unit) {
  Levels result;
  result.codes = encoded.codes;
  for (unsigned code = 0; code < 1u << format.levels.bits; ++code) {
    double level = format::levelOf(format.levels, code);
    if (format.levels.decode == format::Decode::Codebook)
      level = code < encoded.fitted.size() ? encoded.fitted[code] : 0.0;
    // A code that is not in use has no level.
    result.levels.push_back(
        std::isnan(level) ? int8_t(0) : static_cast<int8_t>(level / unit));
  }
  // Two's complement -1, 0, 1 as digits of base 3.
  if (format.packing == format::Packing::Base3) {
    for (uint8_t &code : result.codes)
      code = static_cast<uint8_t>((code + 1) & 3);
    result.levels = {-1, 0, 1};
  }
  return result.levels.size() <= 16 ? result
                                    : makeConsecutive(std::move(result));
}

/// Constant operands of the kernel.
class Operands {
public:
  Operands(OpBuilder &builder, Location loc, lowbit::CodedConstantOp constant)
      : builder(builder), loc(loc),
        format(lowbit::descriptionOf(
            cast<lowbit::CodedType>(constant.getType().getElementType()))),
        encoded(lowbit::encodedOf(constant)) {
    StringRef reason;
    unit = format::blockUnit(format, reason).value_or(1.0);
    levels = levelsOf(format, encoded, unit);
    block = format.isBlocked() ? format.scaling.block
                               : llvm::alignTo(encoded.depth, kernel::kStep);
    blocks = llvm::divideCeil(encoded.depth, block);
  }

  Value weights() const;
  Value scales() const;
  Value zeros() const; ///< Null if the format has no zero points.
  kernel::ScaleType scaleType() const {
    return kernel::storedAs(format.scaling.type);
  }
  float factor() const { return lowbit::blockFactor(encoded, unit); }

  OpBuilder &builder;
  Location loc;
  format::Format format;
  format::Encoded encoded;
  Levels levels;
  double unit = 1;
  int64_t block = 0, blocks = 0;

private:
  /// Calls `body` with the index of the scale of each block of each row.
  void forEachBlock(function_ref<void(size_t index)> body) const {
    for (int64_t row = 0; row < encoded.rows; ++row)
      for (int64_t b = 0; b < blocks; ++b)
        body(format::scaleIndex(format, encoded.depth, row, b * block));
  }
};

Value Operands::weights() const {
  return kernel::buildPlanes(builder, loc, levels.codes, encoded.rows,
                             encoded.depth, block, levels.levels.size());
}

Value Operands::scales() const {
  SmallVector<uint32_t> bits;
  forEachBlock([&](size_t index) {
    bits.push_back(
        format::encodeScale(format.scaling.type, encoded.scales[index]));
  });
  return kernel::buildScales(builder, loc, bits, scaleType(), encoded.rows,
                             blocks);
}

/// In steps of the grid.
Value Operands::zeros() const {
  if (format.zeroPoint == format::ZeroPoint::None)
    return {};
  SmallVector<int8_t> steps;
  forEachBlock([&](size_t index) {
    steps.push_back(static_cast<int8_t>(
        static_cast<int64_t>(encoded.zeroPoints[index] / unit)));
  });
  return kernel::buildPerBlock(builder, loc, steps, encoded.rows, blocks);
}

/// What the sums become: reals, or codes of a format within bounds.
struct Result {
  Type element;
  float scale;
  int64_t zeroPoint = 0;
  DenseF32ArrayAttr bounds;

  explicit Result(lowbit::BlockMatmulOp op) {
    float input = lowbit::Format(formatOf(op.getInput())).scale();
    element = op.getType().getElementType();
    scale = input;
    PerTensor format = formatOf(op.getOutput());
    if (!format)
      return;
    lowbit::Format output(format);
    element = format.getStorageType();
    scale = lowbit::ratio(input, output.scale());
    zeroPoint = output.zeroPoint();
    auto [low, high] = codeBounds(format, op.getClamp());
    bounds = DenseF32ArrayAttr::get(op.getContext(), {low, high});
  }
};

/// block_matmul(x, constant) -> kernel.block_matmul(x, planes, scales, start)
struct BlockMatmul : OpRewritePattern<lowbit::BlockMatmulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(lowbit::BlockMatmulOp op,
                                PatternRewriter &rewriter) const override {
    auto coded = op.getWeights().getDefiningOp<lowbit::CodedConstantOp>();
    std::optional<SmallVector<float>> bias = SmallVector<float>();
    if (op.getBias())
      bias = constantFloats(op.getBias());
    if (!coded || !bias)
      return rewriter.notifyMatchFailure(op,
                                         "weights or bias are not constant");
    format::Format format = lowbit::descriptionOf(
        cast<lowbit::CodedType>(coded.getType().getElementType()));
    if (format.isBlocked() && format.scaling.block % kernel::kStep != 0)
      return rewriter.notifyMatchFailure(op, "blocks have parts of steps");
    Result result(op);
    if (!result.element.isInteger(8) && !result.element.isF32())
      return rewriter.notifyMatchFailure(op, "codes are not 8-bit");
    std::optional<lowbit::BlockWeights> weights = lowbit::blockWeights(coded);
    if (!weights)
      return rewriter.notifyMatchFailure(op, "levels are on no grid");

    Location loc = op.getLoc();
    lowbit::Format input(formatOf(op.getInput()));
    Operands operands(rewriter, loc, coded);
    bool isByRow = static_cast<bool>(op.getRowScales());
    Value start = kernel::buildPerRow(
        rewriter, loc,
        lowbit::blockStarts(
            *weights, isByRow ? ArrayRef<float>() : ArrayRef<float>(*bias),
            input.scale(), input.zeroPoint() + (input.isSigned ? 128 : 0)));
    Value scale, rowBias;
    if (!isByRow)
      scale = kernel::buildPerRow(
          rewriter, loc, SmallVector<float>(weights->outputs, result.scale));
    else if (op.getBias())
      rowBias = kernel::buildPerRow(rewriter, loc, *bias);
    // The last step of a row is read whole.
    Value codes = kernel::ownMemory(
        rewriter, loc, toStorage(rewriter, loc, op.getInput()),
        /*readsBeyond=*/weights->depth % kernel::kStep != 0);
    Value output = tensor::EmptyOp::create(
        rewriter, loc, op.getType().getShape(), result.element);
    Value sums =
        kernel::BlockMatmulOp::create(
            rewriter, loc, TypeRange{output.getType()}, codes,
            operands.weights(), operands.scales(), start, operands.zeros(),
            scale, op.getRowScales(), rowBias, output,
            rewriter.getDenseI8ArrayAttr(operands.levels.levels),
            rewriter.getI64IntegerAttr(operands.block),
            kernel::ScaleTypeAttr::get(getContext(), operands.scaleType()),
            rewriter.getF32FloatAttr(operands.factor()),
            input.isSigned ? rewriter.getUnitAttr() : UnitAttr(),
            rewriter.getI64IntegerAttr(result.zeroPoint), result.bounds)
            .getResult(0);
    rewriter.replaceOp(op, fromStorage(rewriter, loc, sums, op.getType()));
    return success();
  }
};

/// patches(x) -> kernel.patches(pad(x, zero point)), or x of another shape
struct Patches : OpRewritePattern<lowbit::PatchesOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(lowbit::PatchesOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto isOne = [](int64_t size) { return size == 1; };
    auto isZero = [](int64_t size) { return size == 0; };
    Value input = toStorage(rewriter, loc, op.getInput());
    Value result;
    if (llvm::all_of(op.getKernel(), isOne) &&
        llvm::all_of(op.getStride(), isOne) &&
        llvm::all_of(op.getPad(), isZero)) {
      result = kernel::reshape(rewriter, loc, input, op.getType().getShape());
    } else {
      input = kernel::ownMemory(rewriter, loc, input, /*readsBeyond=*/false);
      if (!llvm::all_of(op.getPad(), isZero)) {
        APInt zero(8, formatOf(op.getInput()).getZeroPoint(), /*isSigned=*/true,
                   /*implicitTrunc=*/true);
        input =
            kernel::pad(rewriter, loc, input, op.getPad(),
                        rewriter.getIntegerAttr(rewriter.getI8Type(), zero));
      }
      Value output = tensor::EmptyOp::create(
          rewriter, loc, op.getType().getShape(), rewriter.getI8Type());
      result = kernel::PatchesOp::create(
                   rewriter, loc, TypeRange{output.getType()}, input, output,
                   op.getKernel(), op.getStride(), op.getDilation())
                   .getResult(0);
    }
    rewriter.replaceOpWithNewOp<quant::StorageCastOp>(op, op.getType(), result);
    return success();
  }
};

} // namespace

void lowbittokernel::populateBlockMatmul(RewritePatternSet &patterns) {
  patterns.add<BlockMatmul, Patches>(patterns.getContext());
}
