//===- Describe.cpp - What a compiled model consists of -------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Describe.h"

#include "dialects/Calib/IR/Calib.h"
#include "dialects/LowBit/IR/Coded.h"
#include "dialects/LowBit/Transforms/Passes.h"
#include "dialects/LowBit/Transforms/Weights.h"
#include "quantc/Support/LayerName.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc;

namespace {

/// "u8", "i8 per axis", "f32".
std::string formatOf(Type type) {
  Type element = getElementTypeOrSelf(type);
  auto codes = dyn_cast<quant::QuantizedType>(element);
  if (!codes) {
    std::string text;
    llvm::raw_string_ostream(text) << element;
    return text;
  }
  std::string text = (codes.isSigned() ? "i" : "u") +
                     std::to_string(codes.getStorageTypeIntegralWidth());
  if (isa<quant::UniformQuantizedPerAxisType>(codes))
    text += " per axis";
  return text;
}

/// Ops that compute with codes; casts and constants are not layers.
bool isIntegerLayer(Operation *op) {
  return isa_and_present<lowbit::LowBitDialect>(op->getDialect()) &&
         !isa<lowbit::CodedConstantOp, lowbit::ConstantOp, lowbit::DecodeOp,
              lowbit::BinarizeOp, lowbit::DequantizeOp, lowbit::PatchesOp,
              lowbit::QuantizeOp, lowbit::QuantizeRowsOp, lowbit::ScaleRowsOp>(
             op);
}

/// Bits that constant codes of one scale, or of one for each channel, take: as
/// few for a code as its range needs.
int64_t bitsOf(quant::QuantizedType type, int64_t count) {
  int64_t codes = type.getStorageTypeMax() - type.getStorageTypeMin() + 1;
  int64_t width = llvm::Log2_64_Ceil(codes), groups = 1;
  bool hasZeroPoints = false;
  if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(type)) {
    groups = perAxis.getScales().size();
    hasZeroPoints =
        llvm::any_of(perAxis.getZeroPoints(), [](int64_t z) { return z != 0; });
  } else if (auto perTensor = dyn_cast<quant::UniformQuantizedType>(type)) {
    hasZeroPoints = perTensor.getZeroPoint() != 0;
  }
  return width * count + groups * (32 + (hasZeroPoints ? width : 0));
}

/// The weights that an operand is, and what they take.
void describeWeights(Value value, bool isContraction,
                     ModelReport::Layer &layer) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<tosa::ReshapeOp, lowbit::DequantizeOp, lowbit::DecodeOp>(op))
      break;
    value = op->getOperand(0);
  }
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (auto coded = value.getDefiningOp<lowbit::CodedConstantOp>()) {
    layer.weights =
        cast<lowbit::CodedType>(type.getElementType()).getFormat().str();
    layer.weightBits = lowbit::storedBits(coded);
  } else if (value.getDefiningOp<lowbit::ConstantOp>()) {
    layer.weights = formatOf(type);
    layer.weightBits = bitsOf(cast<quant::QuantizedType>(type.getElementType()),
                              type.getNumElements());
  } else if (matchPattern(value, m_Constant()) && isContraction) {
    layer.weights = formatOf(type);
    layer.weightBits = type.getNumElements() * type.getElementTypeBitWidth();
  } else {
    return;
  }
  layer.weightCount = type.getNumElements();
}

/// Whether an operand's codes are of a format that the program chooses.
bool isDynamic(Value codes) {
  while (Operation *op = codes.getDefiningOp()) {
    if (isa<lowbit::QuantizeRowsOp>(op))
      return true;
    if (!isa<quant::StorageCastOp, tosa::ReshapeOp, lowbit::PatchesOp>(op))
      break;
    codes = op->getOperand(0);
  }
  return false;
}

ModelReport::Layer layerOf(Operation *op) {
  ModelReport::Layer layer;
  layer.name = layerName(op);
  layer.kind = op->getName().stripDialect().str();
  layer.activations = formatOf(op->getResult(0).getType());
  if (op->getNumOperands() > 0 && isDynamic(op->getOperand(0)))
    layer.activations = "dynamic";
  if (op->getNumOperands() > 1)
    describeWeights(op->getOperand(1), lowbit::isContraction(op), layer);
  layer.given = op->hasAttr(lowbit::givenAttribute);
  if (auto note = op->getAttrOfType<StringAttr>(lowbit::noteAttribute))
    layer.reason = note.getValue().str();
  if (auto reason = op->getAttrOfType<StringAttr>("lowbit.float_reason")) {
    layer.inFloat = true;
    layer.reason = reason.getValue().str();
  }
  return layer;
}

} // namespace

int64_t quantc::constantBytes(ModuleOp module) {
  int64_t bytes = 0;
  module.walk([&](Operation *op) {
    // The float program has the numbers that constant codes stand for.
    if (auto codes = dyn_cast<lowbit::ConstantOp>(op))
      bytes += 4 * codes.getType().getNumElements();
    ElementsAttr elements;
    if (op->getNumResults() != 1 || !matchPattern(op, m_Constant(&elements)))
      return;
    auto type = dyn_cast<RankedTensorType>(elements.getType());
    if (type && type.getElementType().isIntOrFloat())
      bytes +=
          type.getNumElements() * ((type.getElementTypeBitWidth() + 7) / 8);
  });
  return bytes;
}

void quantc::remarkOnConstantSites(ModuleOp calibrated, ModelReport &report) {
  calibrated.walk([&](calib::ObserveOp op) {
    std::optional<ArrayRef<double>> range = op.getRange();
    if (range && (*range)[0] == (*range)[1])
      report.remarks.push_back({op.getSite().str(),
                                "is the same number in all samples; calibrate "
                                "with samples like those of real use"});
  });
}

void quantc::describeLayers(ModuleOp quantized,
                            ArrayRef<SiteDifference> differences,
                            ModelReport &report) {
  llvm::StringMap<const Difference *> bySite;
  for (const SiteDifference &entry : differences)
    if (entry.difference.count() > 0)
      bySite[entry.site] = &entry.difference;
  quantized.walk([&](Operation *op) {
    bool inFloat = op->hasAttrOfType<StringAttr>("lowbit.float_reason");
    if (op->getNumResults() == 0 || (!isIntegerLayer(op) && !inFloat))
      return;
    ModelReport::Layer layer = layerOf(op);
    if (auto site = op->getAttrOfType<StringAttr>("calib.site"))
      if (const Difference *difference = bySite.lookup(site.getValue())) {
        layer.sqnrDb = difference->sqnr();
        layer.cosine = difference->cosine();
      }
    report.layers.push_back(std::move(layer));
  });
}
