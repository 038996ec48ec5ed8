//===- Register.cpp - Everything a tool has to know -----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Pipelines/Register.h"

#include "dialects/Calib/IR/Calib.h"
#include "dialects/Calib/Transforms/Passes.h"
#include "dialects/Check/IR/Check.h"
#include "dialects/Check/Transforms/Passes.h"
#include "dialects/Distill/Transforms/Differentiate.h"
#include "dialects/Distill/Transforms/Passes.h"
#include "dialects/Kernel/IR/Kernel.h"
#include "dialects/Kernel/Transforms/BufferizableOpInterfaceImpl.h"
#include "dialects/LowBit/IR/LowBit.h"
#include "dialects/LowBit/Transforms/Passes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Pass/PassRegistry.h"
#include "quantc/Codegen/Program/Passes.h"
#include "quantc/Codegen/Vector/Passes.h"
#include "quantc/Conversion/LowBitToKernel/Passes.h"
#include "quantc/Conversion/LowBitToLinalg/LowBitToLinalg.h"
#include "quantc/Conversion/TosaToKernel/Passes.h"
#include "quantc/Frontend/Transforms.h"
#include "quantc/Pipelines/Calibrate.h"
#include "quantc/Pipelines/Lower.h"
#include "quantc/Pipelines/Pipelines.h"
#include "quantc/Pipelines/Quantize.h"
#include "quantc/Target/Abi.h"

void quantc::registerAllDialects(mlir::DialectRegistry &registry) {
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  registry.insert<calib::CalibDialect, check::CheckDialect,
                  kernel::KernelDialect, lowbit::LowBitDialect>();
  distill::registerDerivatives(registry);
  kernel::registerBufferizableOpInterfaceExternalModels(registry);
}

void quantc::registerAllPasses() {
  mlir::registerAllPasses();
  calib::registerCalibPasses();
  check::registerCheckPasses();
  codegen::registerCodegenProgramPasses();
  codegen::registerCodegenVectorPasses();
  distill::registerDistillPasses();
  registerLowBitToKernelPasses();
  registerLowBitToLinalgPasses();
  lowbit::registerLowBitPasses();
  registerTargetAbiPasses();
  frontend::registerFrontendTransformsPasses();
  registerPipelinesPasses();
  mlir::PassPipelineRegistration<>(
      "import-cleanup", "Bring an imported module to the stage 'imported'",
      buildImportCleanupPipeline);
  registerTosaToKernelPasses();
  registerCalibratePipeline();
  registerLowerPipeline();
  registerQuantizePipeline();
}
