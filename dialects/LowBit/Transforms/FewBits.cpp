//===- FewBits.cpp - Activations of fewer than 8 bits ---------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/Transforms/FewBits.h"

#include "dialects/Calib/IR/Sites.h"
#include "dialects/LowBit/IR/LowBit.h"
#include "dialects/LowBit/IR/Parameters.h"
#include "dialects/LowBit/Transforms/Constants.h"
#include "dialects/LowBit/Transforms/Passes.h"
#include "dialects/LowBit/Transforms/Weights.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "quantc/Support/DataMovement.h"
#include <cfloat>
#include <cmath>

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbit;

namespace {

/// Whether nothing but contractions with constant weights reads what `use`
/// does.
bool isOfContractions(OpOperand &use) {
  Operation *user = use.getOwner();
  if (use.getOperandNumber() != 0)
    return false;
  if (keepsFormat(user))
    return !user->use_empty() &&
           llvm::all_of(user->getUses(), isOfContractions);
  return isa<tosa::Conv2DOp, tosa::MatMulOp>(user) && !staysFloat(user) &&
         isConstantData(user->getOperand(1));
}

bool isModelInput(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!keepsFormat(op))
      return false;
    value = op->getOperand(0);
  }
  return true;
}

/// How large the values of a site are that are not 0.
double magnitudeOf(calib::ObserveOp observe) {
  auto [low, high] =
      std::pair((*observe.getRange())[0], (*observe.getRange())[1]);
  double magnitude = std::max(std::abs(low), std::abs(high)) / 2;
  if (auto mean = observe->getAttrOfType<FloatAttr>(calib::magnitudeAttribute))
    magnitude = mean.getValueAsDouble();
  return magnitude > FLT_MIN ? static_cast<double>(float(magnitude)) : 1.0;
}

/// The format of a site: signs, or codes from 0 on.
quant::UniformQuantizedType formatFor(calib::ObserveOp observe,
                                      StringRef format) {
  MLIRContext *context = observe.getContext();
  double low = (*observe.getRange())[0], high = (*observe.getRange())[1];
  auto make = [&](bool isSigned, double scale, int64_t zeroPoint,
                  int64_t lowest, int64_t highest) {
    return quant::UniformQuantizedType::get(
        isSigned ? quant::QuantizationFlags::Signed : 0,
        IntegerType::get(context, 8), Float32Type::get(context), scale,
        zeroPoint, lowest, highest);
  };
  if (format != "binary") {
    int64_t bits = 0;
    format.drop_front().getAsInteger(10, bits);
    int64_t highest = (int64_t(1) << bits) - 1;
    Parameters parameters = chooseAsymmetric(low, high, 0, highest);
    return make(false, parameters.scale, parameters.zeroPoint, 0, highest);
  }
  if (low < 0)
    return make(true, magnitudeOf(observe), 0, -1, 1);
  // The threshold is half of the scale: the mean of what is not 0.
  return make(false, 2 * magnitudeOf(observe), 0, 0, 1);
}

/// `input` with a convolution's padding around it, which that then has no more.
/// What is padded with zeros has signs for them.
Value padBefore(RewriterBase &rewriter, tosa::Conv2DOp conv, Value input) {
  ArrayRef<int64_t> pad = conv.getPad();
  if (llvm::all_of(pad, [](int64_t size) { return size == 0; }))
    return input;
  Location loc = conv.getLoc();
  auto type = cast<RankedTensorType>(input.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape[1] += pad[0] + pad[1];
  shape[2] += pad[2] + pad[3];
  Value border = constantShape(rewriter, loc,
                               {0, 0, pad[0], pad[1], pad[2], pad[3], 0, 0});
  auto scalar = RankedTensorType::get({1}, type.getElementType());
  Value zero = tosa::ConstOp::create(
      rewriter, loc, scalar,
      cast<ElementsAttr>(DenseElementsAttr::get(scalar, 0.0f)));
  rewriter.modifyOpInPlace(conv, [&] { conv.setPad({0, 0, 0, 0}); });
  return tosa::PadOp::create(rewriter, loc, type.clone(shape), input, border,
                             zero);
}

} // namespace

bool lowbit::isFewBits(StringRef format) {
  return format == "binary" || format == "u1" || format == "u2" ||
         format == "u3" || format == "u4";
}

void lowbit::quantizeFewBits(RewriterBase &rewriter, calib::ObserveOp observe,
                             StringRef format) {
  if (isModelInput(observe.getInput()))
    return;
  SmallVector<OpOperand *> uses;
  for (OpOperand &use : observe.getOutput().getUses())
    if (isOfContractions(use))
      uses.push_back(&use);
  quant::UniformQuantizedType codes = formatFor(observe, format);
  for (OpOperand *use : uses) {
    Operation *user = use->getOwner();
    Location loc = observe.getLoc();
    rewriter.setInsertionPoint(user);
    Value input = observe.getInput();
    auto conv = dyn_cast<tosa::Conv2DOp>(user);
    if (conv && codes.isSigned())
      input = padBefore(rewriter, conv, input);
    auto type = cast<RankedTensorType>(input.getType());
    Operation *quantize;
    if (codes.isSigned())
      quantize = BinarizeOp::create(rewriter, loc, type.clone(codes), input);
    else
      quantize = QuantizeOp::create(rewriter, loc, type.clone(codes), input);
    quantize->setAttr(siteAttribute, observe.getSiteAttr());
    Value rounded =
        DequantizeOp::create(rewriter, loc, type, quantize->getResult(0));
    rewriter.modifyOpInPlace(user, [&] { use->set(rounded); });
  }
}
