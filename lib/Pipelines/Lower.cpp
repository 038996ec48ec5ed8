//===- Lower.cpp - From numbers to machine operations ---------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Pipelines/Lower.h"

#include "dialects/Calib/Transforms/Passes.h"
#include "dialects/LowBit/Transforms/Passes.h"
#include "quantc/Codegen/Program/Passes.h"
#include "quantc/Codegen/Vector/Passes.h"
#include "quantc/Conversion/LowBitToKernel/Passes.h"
#include "quantc/Conversion/LowBitToLinalg/LowBitToLinalg.h"
#include "quantc/Conversion/TosaToKernel/Passes.h"
#include "quantc/Pipelines/Pipelines.h"
#include "quantc/Target/Abi.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Conversion/TosaToArith/TosaToArith.h"
#include "mlir/Conversion/TosaToLinalg/TosaToLinalg.h"
#include "mlir/Conversion/TosaToSCF/TosaToSCF.h"
#include "mlir/Conversion/TosaToTensor/TosaToTensor.h"
#include "mlir/Dialect/Affine/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/Tosa/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace quantc;

namespace {

bool isReference(const LowerOptions &options) {
  return options.levels == std::vector<std::string>{"reference"};
}

void simplify(OpPassManager &manager) {
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
}

/// Numbers and layers -> kernels and linalg, still on tensors.
void addTensorPasses(OpPassManager &manager, const LowerOptions &options) {
  if (options.observe)
    manager.addPass(calib::createLowerObservers());
  else
    manager.addPass(calib::createDropObservers());
  manager.addPass(codegen::createRecordSignature());
  if (!isReference(options))
    manager.addPass(createConvertCodedToKernel());
  manager.addPass(lowbit::createDecodeConstants());
  if (!isReference(options))
    manager.addPass(createConvertLowBitToKernel());
  manager.addPass(createConvertTosaToKernel());
  manager.addPass(createConvertLowBitToLinalg());
  auto &function = manager.nest<func::FuncOp>();
  function.addPass(tosa::createTosaOptionalDecompositionsPass());
  function.addPass(createCanonicalizerPass());
  function.addPass(tosa::createTosaInferShapesPass());
  function.addPass(tosa::createTosaMakeBroadcastablePass());
  tosa::addTosaToLinalgPasses(manager, TosaToLinalgOptions(),
                              TosaToLinalgNamedOptions(),
                              /*validationOptions=*/std::nullopt);
  auto &rest = manager.nest<func::FuncOp>();
  rest.addPass(createTosaToArithPass());
  rest.addPass(createTosaToTensorPass());
  simplify(manager);
  manager.addPass(createConvertElementwiseToLinalgPass());
  manager.addNestedPass<func::FuncOp>(codegen::createExpandMath());
  manager.addNestedPass<func::FuncOp>(codegen::createExpandFloats());
  manager.addPass(createLinalgElementwiseOpFusionPass());
  simplify(manager);
}

/// Tensors -> memory: buffers, and one arena that holds them.
void addMemoryPasses(OpPassManager &manager) {
  manager.addNestedPass<func::FuncOp>(codegen::createSeparateResults());
  manager.addNestedPass<func::FuncOp>(codegen::createSeparateTemporaries());
  manager.addNestedPass<func::FuncOp>(codegen::createCarryInPlace());
  manager.addPass(bufferization::createEmptyTensorEliminationPass());
  bufferization::OneShotBufferizePassOptions options;
  options.bufferizeFunctionBoundaries = true;
  options.functionBoundaryTypeConversion =
      bufferization::LayoutMapOption::IdentityLayoutMap;
  manager.addPass(bufferization::createOneShotBufferizePass(options));
  simplify(manager);
  bufferization::BufferResultsToOutParamsPassOptions results;
  results.hoistStaticAllocs = true;
  results.modifyPublicFunctions = true;
  manager.addPass(bufferization::createBufferResultsToOutParamsPass(results));
  manager.addNestedPass<func::FuncOp>(codegen::createDensifyInputs());
  simplify(manager);
  manager.addNestedPass<func::FuncOp>(codegen::createPlanArena());
  manager.addPass(codegen::createRecordSizes());
}

/// Kernels become functions, once per CPU level.
void addLevelPasses(OpPassManager &manager, const LowerOptions &options) {
  manager.addPass(codegen::createExpandCopies());
  manager.addPass(codegen::createOutlineKernels());
  codegen::CloneLevelsOptions levels;
  levels.levels.assign(options.levels.begin(), options.levels.end());
  manager.addPass(codegen::createCloneLevels(levels));
  if (options.schedules.empty())
    return;
  codegen::ApplySchedulesOptions schedules;
  schedules.file = options.schedules;
  manager.addPass(codegen::createApplySchedules(std::move(schedules)));
}

/// Kernels -> loops.
void addLoopPasses(OpPassManager &manager, const LowerOptions &options) {
  codegen::KernelToVectorOptions vector;
  vector.contract = options.contract;
  auto &function = manager.nest<func::FuncOp>();
  function.addPass(codegen::createKernelToVector(vector));
  function.addPass(codegen::createLinalgToVector());
  function.addPass(createConvertLinalgToLoopsPass());
}

/// Loops whose iterations threads may share become functions of a range.
void addSharingPasses(OpPassManager &manager) {
  manager.addPass(codegen::createSplitKernels());
  simplify(manager.nest<func::FuncOp>());
}

/// Loops -> the LLVM dialect. There are hundreds of functions, so that passes
/// that can run on each of them by itself do, side by side.
void addLlvmPasses(OpPassManager &manager) {
  auto &function = manager.nest<func::FuncOp>();
  function.addPass(memref::createExpandStridedMetadataPass());
  function.addPass(createLowerAffinePass());
  simplify(function);
  function.addPass(createSCFToControlFlowPass());
  function.addPass(createConvertVectorToLLVMPass());
  function.addPass(createConvertMathToLLVMPass());
  // Functions of f64 that LLVM has no intrinsic for.
  manager.addPass(createConvertMathToLibmPass());
  manager.addPass(createFinalizeMemRefToLLVMConversionPass());
  manager.addPass(codegen::createFlattenConstants());
  auto &arithmetic = manager.nest<func::FuncOp>();
  arithmetic.addPass(createConvertIndexToLLVMPass());
  arithmetic.addPass(createArithToLLVMConversionPass());
  manager.addPass(createConvertControlFlowToLLVMPass());
  ConvertFuncToLLVMPassOptions options;
  options.useBarePtrCallConv = true;
  manager.addPass(createConvertFuncToLLVMPass(options));
  auto &code = manager.nest<LLVM::LLVMFuncOp>();
  code.addPass(createReconcileUnrealizedCastsPass());
  simplify(code);
}

/// `lower{levels=avx2,vnni contract observe}` on the command line.
struct LowerCommandLine : PassPipelineOptions<LowerCommandLine> {
  ListOption<std::string> levels{
      *this, "levels",
      llvm::cl::desc("CPU levels, slowest first; or reference alone")};
  Option<bool> contract{*this, "contract",
                        llvm::cl::desc("fuse f32 multiply-adds"),
                        llvm::cl::init(false)};
  Option<bool> observe{*this, "observe",
                       llvm::cl::desc("keep observers as calls"),
                       llvm::cl::init(false)};
  Option<std::string> schedules{*this, "schedules",
                                llvm::cl::desc("file of measured schedules")};
};

} // namespace

void quantc::buildKernelPipeline(OpPassManager &manager,
                                 const LowerOptions &options) {
  addTensorPasses(manager, options);
  addMemoryPasses(manager);
  addLevelPasses(manager, options);
}

void quantc::buildLoopPipeline(OpPassManager &manager,
                               const LowerOptions &options) {
  buildKernelPipeline(manager, options);
  addLoopPasses(manager, options);
}

void quantc::buildCodePipeline(OpPassManager &manager,
                               const LowerOptions &options) {
  addLoopPasses(manager, options);
  addLlvmPasses(manager);
}

void quantc::buildLowerPipeline(OpPassManager &manager,
                                const LowerOptions &options) {
  buildLoopPipeline(manager, options);
  addSharingPasses(manager);
  addLlvmPasses(manager);
  manager.addPass(createShareKernels());
  manager.addPass(createAddAbi());
  MarkStageOptions lowered;
  lowered.stage = "lowered";
  manager.addPass(createMarkStage(lowered));
  VerifyStageOptions verify;
  verify.stage = "lowered";
  manager.addPass(createVerifyStage(verify));
}

void quantc::registerLowerPipeline() {
  PassPipelineRegistration<LowerCommandLine>(
      "lower", "imported, calibrated or quantized -> the LLVM dialect",
      [](OpPassManager &manager, const LowerCommandLine &commandLine) {
        LowerOptions options;
        if (!commandLine.levels.empty())
          options.levels.assign(commandLine.levels.begin(),
                                commandLine.levels.end());
        options.contract = commandLine.contract;
        options.observe = commandLine.observe;
        options.schedules = commandLine.schedules;
        buildLowerPipeline(manager, options);
      });
}
