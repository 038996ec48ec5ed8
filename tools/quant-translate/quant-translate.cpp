//===- quant-translate.cpp - Models in, artefacts out ---------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Frontend/Onnx/Import.h"
#include "quantc/Target/Onnx.h"
#include "quantc/Target/Translations.h"

#include "mlir/InitAllTranslations.h"
#include "mlir/Support/LogicalResult.h"
#include "mlir/Tools/mlir-translate/MlirTranslateMain.h"

int main(int argc, char **argv) {
  mlir::registerAllTranslations();
  quantc::registerExportOnnx();
  quantc::registerImportOnnx();
  quantc::registerTargetTranslations();
  return mlir::failed(mlir::mlirTranslateMain(
      argc, argv, "Quantc's translations: models in, artefacts out"));
}
