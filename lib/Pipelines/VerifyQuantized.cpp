//===- VerifyQuantized.cpp - The contract of the stage 'quantized' --------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Pipelines/StageRules.h"

#include "dialects/LowBit/IR/LowBit.h"
#include "dialects/LowBit/Transforms/Passes.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace quantc;

static LogicalResult checkScale(Operation *op, double scale) {
  if (std::isnormal(scale) && scale > 0 &&
      std::isnormal(static_cast<float>(scale)))
    return success();
  return fault(op, "scales that are positive and normal in f32",
               llvm::formatv("{0:e}", scale).str(),
               "lowbit-insert-qdq should have chosen another");
}

static LogicalResult checkZeroPoint(Operation *op, quant::QuantizedType type,
                                    int64_t zeroPoint) {
  if (zeroPoint >= type.getStorageTypeMin() &&
      zeroPoint <= type.getStorageTypeMax())
    return success();
  return fault(op,
               "zero points in [" + Twine(type.getStorageTypeMin()) + ", " +
                   Twine(type.getStorageTypeMax()) + "]",
               Twine(zeroPoint), "lowbit-insert-qdq should have clamped it");
}

static LogicalResult checkFormat(Operation *op, Type type) {
  SmallVector<double> scales;
  SmallVector<int64_t> zeroPoints;
  auto quantized = dyn_cast<quant::QuantizedType>(getElementTypeOrSelf(type));
  if (auto uniform = dyn_cast_or_null<quant::UniformQuantizedType>(quantized)) {
    scales = {uniform.getScale()};
    zeroPoints = {uniform.getZeroPoint()};
  } else if (auto axis = dyn_cast_or_null<quant::UniformQuantizedPerAxisType>(
                 quantized)) {
    llvm::append_range(scales, axis.getScales());
    llvm::append_range(zeroPoints, axis.getZeroPoints());
  } else if (auto blocks =
                 dyn_cast_or_null<quant::UniformQuantizedSubChannelType>(
                     quantized)) {
    for (const APFloat &scale : blocks.getScales().getValues<APFloat>())
      scales.push_back(scale.convertToDouble());
    for (const APInt &zeroPoint : blocks.getZeroPoints().getValues<APInt>())
      zeroPoints.push_back(zeroPoint.getSExtValue());
  }
  for (double scale : scales)
    if (failed(checkScale(op, scale)))
      return failure();
  for (int64_t zeroPoint : zeroPoints)
    if (failed(checkZeroPoint(op, quantized, zeroPoint)))
      return failure();
  return success();
}

/// What integer ops read and write besides constant weights.
static LogicalResult checkActivation(Operation *op, Type type) {
  auto quantized = dyn_cast<quant::QuantizedType>(getElementTypeOrSelf(type));
  if (!quantized || quantized.getStorageTypeIntegralWidth() == 8)
    return success();
  return fault(op, "activations of 8 bits",
               Twine(quantized.getStorageTypeIntegralWidth()),
               "lowbit-insert-qdq should have chosen 8");
}

/// dequantize(quantize(x)) with nothing in between is rounding for nothing,
/// unless the model says so itself.
static LogicalResult checkPair(lowbit::QuantizeOp op) {
  if (op->use_empty() || op->hasAttr(lowbit::givenAttribute) ||
      !llvm::all_of(op->getUsers(), [](Operation *user) {
        return isa<lowbit::DequantizeOp>(user);
      }))
    return success();
  return fault(op, "an integer op between quantize and dequantize", "none",
               "lowbit-drop-qdq should have removed the pair");
}

LogicalResult quantc::verifyQuantized(ModuleOp module) {
  static constexpr StringLiteral allowed[] = {"lowbit", "quant",  "tosa",
                                              "tensor", "linalg", "arith",
                                              "math",   "func",   "scf"};
  auto blame = [](Operation *op) -> std::string {
    if (op->getName().getDialectNamespace() == "calib")
      return "lowbit-insert-qdq should have replaced it";
    return "lowbit-fuse-qdq should not have made it";
  };
  if (failed(checkBoundary(module)) ||
      failed(checkDialects(module, "quantized", allowed, blame)) ||
      failed(checkShapes(module)))
    return failure();
  return forEachOp(module, [](Operation *op) -> LogicalResult {
    for (Type type : op->getResultTypes())
      if (failed(checkFormat(op, type)) ||
          (!isa<lowbit::ConstantOp>(op) && failed(checkActivation(op, type))))
        return failure();
    if (auto quantize = dyn_cast<lowbit::QuantizeOp>(op))
      return checkPair(quantize);
    return success();
  });
}
