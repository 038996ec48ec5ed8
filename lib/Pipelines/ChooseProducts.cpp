//===- ChooseProducts.cpp - Attention on codes or in float ----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How much rounding the operands of a product costs depends on what comes of
// it: the weights of attention may be a few large numbers or many small ones.
// So the programs run, both, on the samples that chose the ranges.
//
//===----------------------------------------------------------------------===//
#include "ChooseProducts.h"

#include "Predict.h"
#include "PreferFloat.h"
#include "Program.h"
#include "Target.h"
#include "dialects/LowBit/IR/LowBit.h"
#include "quantc/Codegen/Level.h"
#include "quantc/Execution/Evaluate.h"
#include "quantc/Pipelines/Compile.h"
#include "quantc/Support/DataMovement.h"
#include "quantc/Support/Metrics.h"
#include "quantc/Support/Progress.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace quantc;

/// What products on codes may lose of the outputs' SQNR, in dB.
static constexpr double kMostLoss = 0.5;

/// Codes have to be faster by so much: predictions are not better than that.
static constexpr double kMargin = 1.05;

using Outputs = std::vector<NamedArray>;

/// The outputs of a program for the calibration samples.
static llvm::Expected<Outputs>
calibrationOutputs(ModuleOp module, StringRef label,
                   const CompileRequest &request) {
  LowerOptions options;
  options.levels = {bestLevelHere()};
  auto program = loadProgram(module, options);
  if (!program)
    return program.takeError();
  auto inputs = inputsOf(**program);
  if (!inputs)
    return inputs.takeError();
  auto samples = SampleSet::load(request.calibrate, *inputs);
  if (!samples)
    return samples.takeError();
  Progress progress(label, samples->size(),
                    Progress::styleFor(llvm::errs(), request.quiet));
  EvaluateOptions evaluateOptions;
  evaluateOptions.threads = request.threads;
  evaluateOptions.progress = &progress;
  return evaluate(**program, *samples, evaluateOptions);
}

static double sqnr(const Outputs &expected, const Outputs &actual) {
  Difference difference;
  for (auto [x, y] : llvm::zip_equal(expected, actual))
    if (isFloat(x.array.type()))
      difference.add(x.array, y.array);
  return difference.sqnr();
}

/// A quantized program, and the nanoseconds that it is predicted to take.
struct Candidate {
  OwningOpRef<ModuleOp> module;
  double cost;
};

static llvm::Expected<Candidate> quantizedFrom(ModuleOp calibrated,
                                               const QuantizeOptions &options) {
  auto module = quantized(calibrated, options);
  if (!module)
    return module.takeError();
  LowerOptions lower;
  lower.levels = {kDecisionLevel.str()};
  auto work = workOf(**module, lower);
  if (!work)
    return work.takeError();
  auto machine =
      codegen::Machine::standard(*codegen::findLevel(kDecisionLevel));
  return Candidate{std::move(*module), work->on(machine)};
}

static bool multipliesCodes(ModuleOp quantized) {
  return quantized
      ->walk([](lowbit::BatchMatmulOp) { return WalkResult::interrupt(); })
      .wasInterrupted();
}

bool quantc::hasProducts(ModuleOp module) {
  return module
      ->walk([](tosa::MatMulOp op) {
        return isConstantData(op.getA()) || isConstantData(op.getB())
                   ? WalkResult::advance()
                   : WalkResult::interrupt();
      })
      .wasInterrupted();
}

llvm::Expected<ProductChoice>
quantc::chooseProducts(ModuleOp imported, ModuleOp inFloat, ModuleOp onCodes,
                       const QuantizeOptions &options,
                       const CompileRequest &request) {
  auto real = quantizedFrom(inFloat, options);
  if (!real)
    return real.takeError();
  auto codes = quantizedFrom(onCodes, options);
  if (!codes)
    return codes.takeError();
  // Layers say themselves why they cannot be on codes.
  if (!multipliesCodes(*codes->module))
    return ProductChoice{};
  std::string times =
      llvm::formatv("{0:f1} us instead of {1:f1} us, as predicted",
                    codes->cost / 1e3, real->cost / 1e3);
  if (codes->cost * kMargin >= real->cost)
    return ProductChoice{false,
                         "products of two activations stay in float: on codes "
                         "the model takes " +
                             times};
  auto expected = calibrationOutputs(imported, "products: float", request);
  if (!expected)
    return expected.takeError();
  auto without =
      calibrationOutputs(*real->module, "products in float", request);
  if (!without)
    return without.takeError();
  auto with = calibrationOutputs(*codes->module, "products on codes", request);
  if (!with)
    return with.takeError();
  double before = sqnr(*expected, *without), after = sqnr(*expected, *with);
  std::string decibels = llvm::formatv(
      "outputs for the calibration samples have {0:f1} dB instead of {1:f1} dB",
      after, before);
  if (after >= before - kMostLoss)
    return ProductChoice{
        true, "products of two activations are on codes: " + times + ", and " +
                  decibels + "; --products=false leaves them in float"};
  return ProductChoice{false,
                       "products of two activations stay in float: on codes, " +
                           decibels + "; --products quantizes them"};
}
