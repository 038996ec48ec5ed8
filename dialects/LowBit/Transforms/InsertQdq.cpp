//===- InsertQdq.cpp - Ranges become scales and zero points ---------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Calib/IR/Calib.h"
#include "dialects/Calib/IR/Sites.h"
#include "dialects/LowBit/IR/Parameters.h"
#include "dialects/LowBit/Transforms/CodeWeights.h"
#include "dialects/LowBit/Transforms/FewBits.h"
#include "dialects/LowBit/Transforms/FormatTable.h"
#include "dialects/LowBit/Transforms/Fusion.h"
#include "dialects/LowBit/Transforms/Passes.h"
#include "dialects/LowBit/Transforms/Weights.h"
#include "mlir/IR/PatternMatch.h"
#include "quantc/Format/Spelling.h"
#include "quantc/Support/DataMovement.h"
#include "quantc/Support/LayerName.h"
#include "llvm/Support/FormatVariadic.h"
#include <algorithm>
#include <cmath>

namespace quantc::lowbit {
#define GEN_PASS_DEF_INSERTQDQ
#include "dialects/LowBit/Transforms/Passes.h.inc"
} // namespace quantc::lowbit

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbit;

namespace {

/// The codes that a value is dequantized from, also through data movement.
DequantizeOp sourceCodes(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (auto dequantize = dyn_cast<DequantizeOp>(op))
      return dequantize;
    if (!keepsFormat(op) && !isa<tosa::ConcatOp>(op))
      return {};
    value = op->getOperand(0);
  }
  return {};
}

/// Whether the weights of a layer are constant codes.
bool hasCodes(Operation *op) {
  if (!isContraction(op) || staysFloat(op))
    return false;
  Value weights = op->getOperand(1);
  if (auto reshape = weights.getDefiningOp<tosa::ReshapeOp>())
    weights = reshape.getInput1();
  auto dequantize = weights.getDefiningOp<DequantizeOp>();
  return codedWeightsBehind(weights) ||
         (dequantize && dequantize.getInput().getDefiningOp<ConstantOp>());
}

/// Fewer codes than these for most of the values are too few.
constexpr double kFewestCodes = 8;

/// Why 8 bits are too coarse for the values of a site; empty if they are not.
/// Outliers may stretch a range so far that hardly a code is left for the rest.
std::string whyTooCoarse(calib::ObserveOp observe) {
  auto bulk = observe->getAttrOfType<DenseF64ArrayAttr>(calib::bulkAttribute);
  std::optional<ArrayRef<double>> range = observe.getRange();
  if (!bulk || bulk.size() != 2 || !range)
    return {};
  double span = std::max((*range)[1], 0.0) - std::min((*range)[0], 0.0);
  double codes = 255 * (bulk[1] - bulk[0]) / span;
  // One value only needs no more than a code.
  if (!(codes < kFewestCodes) || bulk[0] == bulk[1])
    return {};
  return llvm::formatv("8 bits have {0:f1} codes for nine in ten values of its "
                       "input '{1}', because the others reach from {2:f1} to "
                       "{3:f1}",
                       codes, observe.getSite(), (*range)[0], (*range)[1])
      .str();
}

/// Leaves `reason` on the contractions that read `value`, also through data
/// movement.
void keepReadersFloat(Value value, StringAttr reason) {
  for (OpOperand &use : value.getUses()) {
    Operation *user = use.getOwner();
    if (use.getOperandNumber() != 0)
      continue;
    if (keepsFormat(user))
      keepReadersFloat(user->getResult(0), reason);
    else if (isContraction(user) && !staysFloat(user))
      user->setAttr(floatReason, reason);
  }
}

struct InsertQdq : lowbit::impl::InsertQdqBase<InsertQdq> {
  using InsertQdqBase::InsertQdqBase;

  void runOnOperation() override {
    bool isDynamic = activations == dynamicActivations;
    FailureOr<format::Format> activation = parseOption(
                                  isDynamic ? StringRef("f32")
                                            : StringRef(activations)),
                              weight = parseOption(weights);
    if (failed(activation) || failed(weight))
      return signalPassFailure();
    if (!isActivationFormat(*activation)) {
      getOperation().emitError("expects activations u8, i8, u1 to u4, binary, "
                               "f32 or dynamic, but got '")
          << activations << "'";
      return signalPassFailure();
    }
    FailureOr<FormatTable> table =
        FormatTable::parse(getOperation(), formatFor, rules);
    if (failed(table))
      return signalPassFailure();

    IRRewriter rewriter(&getContext());
    SmallVector<calib::ObserveOp> observers;
    SmallVector<Operation *> layers;
    getOperation().walk([&](Operation *op) {
      if (auto observe = dyn_cast<calib::ObserveOp>(op))
        observers.push_back(observe);
      else if (computesFloat(op))
        layers.push_back(op);
    });
    markGiven();
    auto stage = getOperation()->getAttrOfType<StringAttr>("quantc.stage");
    isCalibrated = !observers.empty() || (stage && stage == "calibrated");
    for (calib::ObserveOp observe : observers)
      replaceObserver(rewriter, observe,
                      formatOfSite(observe, *table, *activation));
    for (Operation *op : layers) {
      const format::Format *asked = table->ofLayer(layerName(op));
      const format::Format &format = asked ? *asked : *weight;
      if (asked && asked->isReal())
        op->setAttr(floatReason,
                    rewriter.getStringAttr("float was asked for by name"));
      else if (isContraction(op) && !staysFloat(op) && !format.isReal())
        quantizeWeights(rewriter, op, format, activation->isReal());
      if (isDynamic && hasCodes(op) && !sourceCodes(op->getOperand(0)))
        op->setAttr(dynamicAttribute, rewriter.getUnitAttr());
    }
  }

private:
  FailureOr<format::Format> parseOption(StringRef text) {
    llvm::Expected<format::Format> format = format::parse(text);
    if (format)
      return std::move(*format);
    getOperation().emitError() << llvm::toString(format.takeError());
    return failure();
  }

  /// Formats that are here before ours are the model's own.
  void markGiven() {
    getOperation().walk([&](Operation *op) {
      if (isa<QuantizeOp, DequantizeOp>(op))
        op->setAttr(givenAttribute, UnitAttr::get(&getContext()));
    });
  }

  /// What was asked for by name, else the format of all activations unless it
  /// is too coarse.
  StringRef formatOfSite(calib::ObserveOp observe, const FormatTable &table,
                         const format::Format &activation) {
    if (const format::Format *asked = table.ofSite(observe.getSite()))
      return asked->name;
    if (activation.isReal())
      return activation.name;
    std::string reason = whyTooCoarse(observe);
    if (reason.empty())
      return activation.name;
    keepReadersFloat(observe.getOutput(),
                     StringAttr::get(&getContext(), reason));
    return "f32";
  }

  /// observe(x, range) -> dequantize(quantize(x))
  void replaceObserver(IRRewriter &rewriter, calib::ObserveOp observe,
                       StringRef format) {
    std::optional<ArrayRef<double>> range = observe.getRange();
    if (format == "f32" || !range ||
        !getElementTypeOrSelf(observe.getInput().getType()).isF32()) {
      rewriter.replaceOp(observe, observe.getInput());
      return;
    }
    // What cannot have few bits has 8.
    if (isFewBits(format)) {
      quantizeFewBits(rewriter, observe, format);
      if (observe->use_empty())
        return rewriter.eraseOp(observe);
    }
    bool isSigned = format == "i8";
    Parameters parameters = chooseAsymmetric(
        (*range)[0], (*range)[1], isSigned ? -128 : 0, isSigned ? 127 : 255);
    auto type = cast<RankedTensorType>(observe.getInput().getType());
    auto codes = type.clone(activationFormat(
        &getContext(), isSigned, parameters.scale, parameters.zeroPoint));
    rewriter.setInsertionPoint(observe);
    auto quantize = QuantizeOp::create(rewriter, observe.getLoc(), codes,
                                       observe.getInput());
    quantize->setAttr(siteAttribute, observe.getSiteAttr());
    rewriter.replaceOpWithNewOp<DequantizeOp>(observe, type, quantize);
  }

  /// op(x, w) -> op(x, dequantize(constant)), or for what upstream's types
  /// cannot say, op(x, decode(packed constant))
  void quantizeWeights(IRRewriter &rewriter, Operation *op,
                       const format::Format &format, bool weightsOnly) {
    bool isPlain = format.name == "i8" || format.name == "i8:tensor";
    DequantizeOp input = sourceCodes(op->getOperand(0));
    // Reals times codes of 8 bits are no faster than reals.
    if (!input && !weightsOnly && isPlain)
      return;
    if (input && input->hasAttr(givenAttribute) && !isCalibrated)
      return;
    std::optional<SmallVector<float>> values =
        constantFloats(op->getOperand(1));
    if (!values || values->empty())
      return;
    if (!llvm::all_of(*values, [](float w) { return std::isfinite(w); })) {
      op->setAttr(floatReason,
                  rewriter.getStringAttr("its weights are not all finite"));
      return;
    }
    ChannelLayout layout = channelLayout(op);
    std::optional<ContractionChain> chain = matchChain(endOfChain(op));
    std::optional<SmallVector<double>> bias;
    if (chain)
      bias = channelBias(*chain);
    double inputScale = input && bias ? scaleOf(input) : 0;
    if (!bias)
      bias.emplace();
    if (!isPlain)
      return codeWeights(rewriter, op, format, *values, *bias, inputScale);
    bool hasChannels = perAxis && format.name == "i8";
    SmallVector<double> scales =
        chooseWeightScales(*values, layout, *bias, inputScale, hasChannels);
    replaceWeights(rewriter, op, layout, *values, scales, hasChannels);
  }

  /// Whether there are formats for us to choose.
  bool isCalibrated = false;

  static double scaleOf(DequantizeOp input) {
    return Format(cast<quant::QuantizedType>(
                      input.getInput().getType().getElementType()))
        .scale();
  }

  void replaceWeights(IRRewriter &rewriter, Operation *op,
                      const ChannelLayout &layout, ArrayRef<float> values,
                      ArrayRef<double> scales, bool hasChannels) {
    auto type = cast<RankedTensorType>(op->getOperand(1).getType());
    // The multiplier of a depthwise convolution is no axis of its own.
    SmallVector<int64_t> shape(type.getShape());
    if (isa<tosa::DepthwiseConv2DOp>(op))
      shape = {shape[0], shape[1], layout.channels};
    std::optional<int32_t> axis;
    if (hasChannels)
      axis = layout.isLast ? shape.size() - 1 : 0;
    quant::QuantizedType quantized = weightFormat(&getContext(), scales, axis);
    Format format(quantized);
    SmallVector<int8_t> codes;
    codes.reserve(values.size());
    for (auto [element, value] : llvm::enumerate(values))
      codes.push_back(
          lowbit::quantize(value, format, layout.channelOf(element)));

    rewriter.setInsertionPoint(op);
    Location loc = op->getOperand(1).getLoc();
    Value constant = createCodes(rewriter, loc, shape, quantized, codes);
    Value weights = DequantizeOp::create(
        rewriter, loc, RankedTensorType::get(shape, type.getElementType()),
        constant);
    if (weights.getType() != type) {
      Value target = constantShape(rewriter, loc, type.getShape());
      weights = tosa::ReshapeOp::create(rewriter, loc, type, weights, target);
    }
    rewriter.modifyOpInPlace(op, [&] { op->setOperand(1, weights); });
  }
};

} // namespace
