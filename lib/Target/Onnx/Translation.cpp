//===- Translation.cpp - --export-onnx of quant-translate -----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Target/Onnx.h"

#include "dialects/Calib/IR/Calib.h"
#include "dialects/LowBit/IR/LowBit.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Tools/mlir-translate/Translation.h"

using namespace mlir;
using namespace quantc;

void quantc::registerExportOnnx() {
  TranslateFromMLIRRegistration registration(
      "export-onnx", "Imported or quantized model to ONNX",
      [](ModuleOp module, llvm::raw_ostream &out) -> LogicalResult {
        OnnxExportOptions options;
        options.producerVersion = QUANTC_VERSION;
        llvm::Error error = exportOnnx(module, out, options);
        if (!error)
          return success();
        return module.emitError(llvm::toString(std::move(error)));
      },
      [](DialectRegistry &registry) {
        registry.insert<arith::ArithDialect, calib::CalibDialect,
                        cf::ControlFlowDialect, func::FuncDialect,
                        linalg::LinalgDialect, lowbit::LowBitDialect,
                        math::MathDialect, quant::QuantDialect,
                        tensor::TensorDialect, tosa::TosaDialect>();
      });
}
