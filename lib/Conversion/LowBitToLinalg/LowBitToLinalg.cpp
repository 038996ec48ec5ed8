//===- LowBitToLinalg.cpp - lowbit to linalg ------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Conversion/LowBitToLinalg/LowBitToLinalg.h"

#include "Patterns.h"
#include "dialects/LowBit/IR/LowBit.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Func/Transforms/FuncConversions.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/SCF/Transforms/Patterns.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace quantc {
#define GEN_PASS_DEF_CONVERTLOWBITTOLINALG
#include "lib/Conversion/LowBitToLinalg/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

CodeTypeConverter::CodeTypeConverter() {
  addConversion([](Type type) { return type; });
  addConversion([](RankedTensorType type) -> std::optional<Type> {
    auto code = dyn_cast<quant::QuantizedType>(type.getElementType());
    if (!code)
      return std::nullopt;
    return type.clone(IntegerType::get(type.getContext(),
                                       code.getStorageTypeIntegralWidth()));
  });
  auto cast = [](OpBuilder &builder, Type type, ValueRange inputs,
                 Location loc) -> Value {
    return quant::StorageCastOp::create(builder, loc, type, inputs[0]);
  };
  addSourceMaterialization(cast);
  addTargetMaterialization(cast);
}

namespace {

/// scast(x) -> x
struct DropStorageCast : OpConversionPattern<quant::StorageCastOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(quant::StorageCastOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, adaptor.getInput());
    return success();
  }
};

struct ConvertLowBitToLinalg
    : quantc::impl::ConvertLowBitToLinalgBase<ConvertLowBitToLinalg> {
  void runOnOperation() override {
    CodeTypeConverter converter;
    ConversionTarget target(getContext());
    target.addIllegalDialect<lowbit::LowBitDialect, quant::QuantDialect>();
    // What block_matmul reads while it is converted.
    target.addLegalOp<lowbit::CodedConstantOp>();
    target.addDynamicallyLegalOp<func::FuncOp>([&](func::FuncOp function) {
      return converter.isSignatureLegal(function.getFunctionType());
    });
    target.markUnknownOpDynamicallyLegal(
        [&](Operation *op) { return converter.isLegal(op); });

    RewritePatternSet patterns(&getContext());
    populateLowBitToLinalgPatterns(converter, patterns);
    populateFunctionOpInterfaceTypeConversionPattern<func::FuncOp>(patterns,
                                                                   converter);
    populateReturnOpTypeConversionPattern(patterns, converter);
    populateCallOpTypeConversionPattern(patterns, converter);
    scf::populateSCFStructuralTypeConversionsAndLegality(converter, patterns,
                                                         target);
    if (failed(
            applyFullConversion(getOperation(), target, std::move(patterns))))
      return signalPassFailure();
    eraseUnusedConstants();
  }

private:
  void eraseUnusedConstants() {
    getOperation()->walk([](lowbit::CodedConstantOp constant) {
      if (constant->use_empty())
        constant->erase();
    });
  }
};

} // namespace

void quantc::populateLowBitToLinalgPatterns(const CodeTypeConverter &converter,
                                            RewritePatternSet &patterns) {
  lowbittolinalg::populateBlockMatmul(converter, patterns);
  lowbittolinalg::populateContractions(converter, patterns);
  lowbittolinalg::populateElementwise(converter, patterns);
  lowbittolinalg::populatePools(converter, patterns);
  lowbittolinalg::populateQuantizeRows(converter, patterns);
  patterns.add<DropStorageCast>(converter, patterns.getContext());
}
