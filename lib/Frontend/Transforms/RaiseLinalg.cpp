//===- RaiseLinalg.cpp - Linalg on tensors becomes TOSA where TOSA has the op -===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Transforms/RaiseLinalg.h"

#include "lib/Frontend/Transforms/Constants.h"
#include "lib/Frontend/Transforms/Layout.h"
#include "quantc/Frontend/Transforms.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace quantc::frontend {
#define GEN_PASS_DEF_RAISELINALGTOTOSA
#include "lib/Frontend/Transforms/Passes.h.inc"
} // namespace quantc::frontend

using namespace mlir;
using namespace quantc;
using namespace quantc::frontend;

bool frontend::isFilledWith(Value value, float number) {
  if (auto fill = value.getDefiningOp<linalg::FillOp>()) {
    APFloat filled(0.0f);
    return matchPattern(fill.getInputs().front(), m_ConstantFloat(&filled)) &&
           &filled.getSemantics() == &APFloat::IEEEsingle() &&
           filled.convertToFloat() == number;
  }
  std::optional<float> splat = splatOf(value);
  return splat && *splat == number;
}

Value frontend::createNumber(OpBuilder &builder, Location location,
                             float number, int64_t rank) {
  auto type = RankedTensorType::get(SmallVector<int64_t>(rank, 1),
                                    builder.getF32Type());
  return tosa::ConstOp::create(builder, location, type,
                               DenseElementsAttr::get(type, number));
}

Value frontend::addInit(PatternRewriter &rewriter, Location location,
                        Value value, Value init) {
  if (isFilledWith(init, 0.0f))
    return value;
  return tosa::AddOp::create(rewriter, location, value.getType(), value, init);
}

Value frontend::cropToWindows(PatternRewriter &rewriter, Location location,
                              Value input, ArrayRef<int64_t> outputShape,
                              ArrayRef<int64_t> kernel,
                              ArrayRef<int64_t> strides,
                              ArrayRef<int64_t> dilations) {
  auto type = cast<RankedTensorType>(input.getType());
  SmallVector<int64_t> shape(type.getShape());
  for (int64_t d = 0; d < 2; ++d)
    shape[d + 1] = (outputShape[d + 1] - 1) * strides[d] +
                   (kernel[d] - 1) * dilations[d] + 1;
  if (shape == type.getShape())
    return input;
  SmallVector<int64_t> start(shape.size(), 0);
  return tosa::SliceOp::create(
      rewriter, location, type.clone(shape), input,
      tosa::getTosaConstShape(rewriter, location, start),
      tosa::getTosaConstShape(rewriter, location, shape));
}

namespace {

struct RaiseLinalgToTosa
    : frontend::impl::RaiseLinalgToTosaBase<RaiseLinalgToTosa> {
  void runOnOperation() override {
    // Pools first: a sum over windows looks for the division behind it.
    RewritePatternSet pools(&getContext());
    populateRaisePooling(pools);
    if (failed(applyPatternsGreedily(getOperation(), std::move(pools))))
      return signalPassFailure();

    RewritePatternSet patterns(&getContext());
    populateRaiseContractions(patterns);
    populateRaiseElementwise(patterns);
    populateRaiseMovement(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
