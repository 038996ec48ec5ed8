//===- FoldConstants.cpp - Ops on constants become constants --------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Transforms/Constants.h"
#include "lib/Frontend/Transforms/Evaluate.h"
#include "lib/Frontend/Transforms/Layout.h"
#include "quantc/Frontend/Transforms.h"

#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/TypeSwitch.h"

namespace quantc::frontend {
#define GEN_PASS_DEF_FOLDCONSTANTS
#include "lib/Frontend/Transforms/Passes.h.inc"
} // namespace quantc::frontend

using namespace mlir;
using namespace quantc;
using namespace quantc::frontend;

namespace {

/// Results up to this size are folded even if they are larger than the
/// operands.
constexpr int64_t kSmall = 65536;

RankedTensorType staticType(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.hasStaticShape() ? type : RankedTensorType();
}

/// All operands that are not parameters are constants, and folding does not
/// blow the module up.
bool isWorthFolding(Operation *op) {
  if (op->getNumResults() != 1 || op->getNumOperands() == 0)
    return false;
  RankedTensorType type = staticType(op->getResult(0));
  int64_t elements = 0;
  for (OpOperand &operand : op->getOpOperands()) {
    if (isParameter(operand))
      continue;
    if (!isMovableConstant(operand.get()))
      return false;
    elements += staticType(operand.get()).getNumElements();
  }
  return type && type.getNumElements() <= std::max(kSmall, elements);
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

/// Reads a constant's element where a broadcast result's element needs it.
struct Broadcast {
  SmallVector<char> storage;
  ArrayRef<char> bytes;
  Type element;
  SmallVector<int64_t> strides;

  LogicalResult read(Value value, ArrayRef<int64_t> result) {
    RankedTensorType type = staticType(value);
    if (type.getRank() != static_cast<int64_t>(result.size()))
      return failure();
    std::optional<ArrayRef<char>> data = bytesOf(constantOf(value), storage);
    if (!data)
      return failure();
    bytes = *data;
    element = type.getElementType();
    strides.assign(result.size(), 0);
    int64_t stride = 1;
    for (int64_t d = result.size() - 1; d >= 0; --d) {
      strides[d] = type.getDimSize(d) == 1 ? 0 : stride;
      stride *= type.getDimSize(d);
    }
    return success();
  }

  int64_t offset(int64_t index, ArrayRef<int64_t> shape) const {
    int64_t at = 0;
    for (int64_t d = shape.size() - 1; d >= 0; --d) {
      at += index % shape[d] * strides[d];
      index /= shape[d];
    }
    return at;
  }

  template <typename T>
  T load(int64_t at) const {
    T value;
    std::memcpy(&value, bytes.data() + at * sizeof(T), sizeof(T));
    return value;
  }

  double real(int64_t at) const { return load<float>(at); }
  int64_t integer(int64_t at) const {
    return element.isInteger(64) ? load<int64_t>(at) : load<int32_t>(at);
  }
};

bool isIndexInteger(Type type) {
  return type.isSignlessInteger(32) || type.isSignlessInteger(64);
}

/// Writes `value` as an element of an i32 or i64 tensor.
void storeInteger(Type type, MutableArrayRef<char> to, int64_t index,
                  int64_t value) {
  if (type.isInteger(64)) {
    std::memcpy(to.data() + index * 8, &value, 8);
    return;
  }
  auto narrow = static_cast<int32_t>(value);
  std::memcpy(to.data() + index * 4, &narrow, 4);
}

/// op(constants) -> constant, element by element.
struct FoldElementwise : RewritePattern {
  FoldElementwise(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), /*benefit=*/1, context) {}

  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    if (!isElementwise(op) || isa<tosa::CastOp, tosa::SelectOp>(op) ||
        !isWorthFolding(op))
      return failure();
    RankedTensorType type = staticType(op->getResult(0));
    Type element = type.getElementType();
    if (!element.isF32() && !isIndexInteger(element))
      return rewriter.notifyMatchFailure(op, "neither f32 nor i32 nor i64");
    SmallVector<Broadcast> operands;
    for (OpOperand &operand : op->getOpOperands()) {
      if (isParameter(operand))
        continue;
      if (getElementTypeOrSelf(operand.get()) != element ||
          failed(operands.emplace_back().read(operand.get(), type.getShape())))
        return rewriter.notifyMatchFailure(op, "operand cannot be read");
    }

    SmallVector<char> result(type.getNumElements() *
                             element.getIntOrFloatBitWidth() / 8);
    if (failed(element.isF32() ? evaluateReals(op, operands, type, result)
                               : evaluateIntegers(op, operands, type, result)))
      return rewriter.notifyMatchFailure(op, "has no defined result");
    rewriter.replaceOp(op, createConstant(rewriter, op->getLoc(), type,
                                          [&](MutableArrayRef<char> to) {
                                            llvm::copy(result, to.begin());
                                          }));
    return success();
  }

private:
  static LogicalResult evaluateReals(Operation *op,
                                     ArrayRef<Broadcast> operands,
                                     RankedTensorType type,
                                     MutableArrayRef<char> to) {
    SmallVector<double> values(operands.size());
    for (int64_t i = 0, e = type.getNumElements(); i < e; ++i) {
      for (auto [value, operand] : llvm::zip_equal(values, operands))
        value = operand.real(operand.offset(i, type.getShape()));
      std::optional<double> result = evaluateReal(op, values);
      if (!result)
        return failure();
      auto rounded = static_cast<float>(*result);
      std::memcpy(to.data() + i * sizeof(float), &rounded, sizeof(float));
    }
    return success();
  }

  static LogicalResult evaluateIntegers(Operation *op,
                                        ArrayRef<Broadcast> operands,
                                        RankedTensorType type,
                                        MutableArrayRef<char> to) {
    SmallVector<int64_t> values(operands.size());
    for (int64_t i = 0, e = type.getNumElements(); i < e; ++i) {
      for (auto [value, operand] : llvm::zip_equal(values, operands))
        value = operand.integer(operand.offset(i, type.getShape()));
      std::optional<int64_t> result = evaluateInteger(op, values);
      if (!result)
        return failure();
      storeInteger(type.getElementType(), to, i, *result);
    }
    return success();
  }
};

/// cast(constant) -> constant, between f32, i32 and i64: to the nearest, ties
/// to even, saturated.
struct FoldCast : OpRewritePattern<tosa::CastOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::CastOp op,
                                PatternRewriter &rewriter) const override {
    if (!isWorthFolding(op))
      return failure();
    RankedTensorType type = staticType(op.getOutput());
    Type from = getElementTypeOrSelf(op.getInput()), to = type.getElementType();
    if ((!from.isF32() && !isIndexInteger(from)) ||
        (!to.isF32() && !isIndexInteger(to)))
      return rewriter.notifyMatchFailure(op, "neither f32 nor i32 nor i64");
    Broadcast input;
    if (failed(input.read(op.getInput(), type.getShape())))
      return rewriter.notifyMatchFailure(op, "operand cannot be read");
    Value constant = createConstant(
        rewriter, op.getLoc(), type, [&](MutableArrayRef<char> bytes) {
          for (int64_t i = 0, e = type.getNumElements(); i < e; ++i)
            convert(input, i, to, bytes);
        });
    rewriter.replaceOp(op, constant);
    return success();
  }

private:
  static void convert(const Broadcast &input, int64_t i, Type to,
                      MutableArrayRef<char> bytes) {
    bool isReal = input.element.isF32();
    if (to.isF32()) {
      float value = isReal ? input.load<float>(i) : input.integer(i);
      std::memcpy(bytes.data() + i * sizeof(float), &value, sizeof(float));
      return;
    }
    if (!isReal)
      return storeInteger(to, bytes, i, input.integer(i));
    APSInt integer(to.getIntOrFloatBitWidth(), /*isUnsigned=*/false);
    bool isExact;
    APFloat(input.load<float>(i))
        .convertToInteger(integer, APFloat::rmNearestTiesToEven, &isExact);
    storeInteger(to, bytes, i, integer.getSExtValue());
  }
};

//===----------------------------------------------------------------------===//
// Data movement
//===----------------------------------------------------------------------===//

/// Copies a box of `sizes` elements of `width` bytes from one row-major tensor
/// to another.
struct BoxCopy {
  ArrayRef<int64_t> fromShape, toShape, sizes;
  SmallVector<int64_t> fromStart, toStart;
  size_t width;

  void run(ArrayRef<char> from, MutableArrayRef<char> to) const {
    copy(from, to, 0, 0, 0);
  }

private:
  void copy(ArrayRef<char> from, MutableArrayRef<char> to, size_t dimension,
            int64_t fromAt, int64_t toAt) const {
    if (dimension == sizes.size()) {
      std::memcpy(to.data() + toAt * width, from.data() + fromAt * width,
                  width);
      return;
    }
    fromAt = fromAt * fromShape[dimension] + fromStart[dimension];
    toAt = toAt * toShape[dimension] + toStart[dimension];
    if (dimension + 1 == sizes.size()) {
      if (sizes[dimension] > 0)
        std::memcpy(to.data() + toAt * width, from.data() + fromAt * width,
                    width * sizes[dimension]);
      return;
    }
    for (int64_t i = 0; i < sizes[dimension]; ++i)
      copy(from, to, dimension + 1, fromAt + i, toAt + i);
  }
};

size_t elementWidth(RankedTensorType type) {
  return type.getElementTypeBitWidth() / 8;
}

std::optional<SmallVector<int64_t>> shapeValues(Value shape) {
  SmallVector<int64_t> values;
  if (!shape.getDefiningOp() ||
      !tosa::getConstShapeValues(shape.getDefiningOp(), values))
    return std::nullopt;
  return values;
}

Value foldSlice(tosa::SliceOp op, PatternRewriter &rewriter) {
  std::optional<SmallVector<int64_t>> start = shapeValues(op.getStart());
  SmallVector<char> storage;
  auto bytes = bytesOf(constantOf(op.getInput1()), storage);
  if (!start || !bytes)
    return {};
  RankedTensorType from = staticType(op.getInput1());
  RankedTensorType to = staticType(op.getOutput());
  BoxCopy box{from.getShape(),
              to.getShape(),
              to.getShape(),
              *start,
              SmallVector<int64_t>(to.getRank(), 0),
              elementWidth(to)};
  return createConstant(
      rewriter, op.getLoc(), to,
      [&](MutableArrayRef<char> result) { box.run(*bytes, result); });
}

Value foldPad(tosa::PadOp op, PatternRewriter &rewriter) {
  std::optional<SmallVector<int64_t>> padding = shapeValues(op.getPadding());
  SmallVector<char> storage, fillStorage;
  auto bytes = bytesOf(constantOf(op.getInput1()), storage);
  auto fill = bytesOf(constantOf(op.getPadConst()), fillStorage);
  if (!padding || !bytes || !fill)
    return {};
  RankedTensorType from = staticType(op.getInput1());
  RankedTensorType to = staticType(op.getOutput());
  BoxCopy box{from.getShape(),
              to.getShape(),
              from.getShape(),
              SmallVector<int64_t>(to.getRank(), 0),
              {},
              elementWidth(to)};
  for (int64_t d = 0; d < to.getRank(); ++d)
    box.toStart.push_back((*padding)[2 * d]);
  return createConstant(rewriter, op.getLoc(), to,
                        [&](MutableArrayRef<char> result) {
                          for (size_t i = 0; i < result.size(); ++i)
                            result[i] = (*fill)[i % box.width];
                          box.run(*bytes, result);
                        });
}

Value foldConcat(tosa::ConcatOp op, PatternRewriter &rewriter) {
  RankedTensorType to = staticType(op.getOutput());
  return createConstant(rewriter, op.getLoc(), to,
                        [&](MutableArrayRef<char> result) {
                          int64_t at = 0;
                          for (Value operand : op.getInput1()) {
                            RankedTensorType from = staticType(operand);
                            SmallVector<char> storage;
                            auto bytes = bytesOf(constantOf(operand), storage);
                            BoxCopy box{from.getShape(),
                                        to.getShape(),
                                        from.getShape(),
                                        SmallVector<int64_t>(to.getRank(), 0),
                                        SmallVector<int64_t>(to.getRank(), 0),
                                        elementWidth(to)};
                            box.toStart[op.getAxis()] = at;
                            box.run(*bytes, result);
                            at += from.getDimSize(op.getAxis());
                          }
                        });
}

/// move(constants) -> constant
struct FoldMovement : RewritePattern {
  FoldMovement(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), /*benefit=*/1, context) {}

  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    if (!isa<tosa::ConcatOp, tosa::PadOp, tosa::ReshapeOp, tosa::SliceOp,
             tosa::TransposeOp>(op) ||
        !isWorthFolding(op) || staticType(op->getResult(0)).getRank() == 0 ||
        elementWidth(staticType(op->getResult(0))) == 0)
      return failure();
    Value constant =
        TypeSwitch<Operation *, Value>(op)
            .Case([&](tosa::ConcatOp o) { return foldConcat(o, rewriter); })
            .Case([&](tosa::PadOp o) { return foldPad(o, rewriter); })
            .Case([&](tosa::SliceOp o) { return foldSlice(o, rewriter); })
            .Case([&](tosa::ReshapeOp o) {
              return reshapeConstant(rewriter, o.getInput1(),
                                     staticType(o.getOutput()).getShape());
            })
            .Case([&](tosa::TransposeOp o) {
              return transposeConstant(rewriter, o.getInput1(), o.getPerms());
            });
    if (!constant)
      return rewriter.notifyMatchFailure(op, "a shape is not constant");
    rewriter.replaceOp(op, constant);
    return success();
  }
};

struct FoldConstants : frontend::impl::FoldConstantsBase<FoldConstants> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FoldElementwise, FoldCast, FoldMovement>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
