//===- Compile.cpp - The whole flow of quantc -----------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Pipelines/Compile.h"

#include "Artefact.h"
#include "ChooseProducts.h"
#include "Describe.h"
#include "Evaluation.h"
#include "Golden.h"
#include "Load.h"
#include "Predict.h"
#include "PreferFloat.h"
#include "Program.h"
#include "Target.h"
#include "Tune.h"
#include "dialects/LowBit/IR/LowBit.h"
#include "quantc/Pipelines/Calibrate.h"
#include "quantc/Pipelines/Quantize.h"
#include "quantc/Pipelines/Register.h"
#include "quantc/Support/AtomicFile.h"
#include "quantc/Support/Constants.h"
#include "quantc/Support/Failure.h"
#include "quantc/Support/LayerName.h"
#include "quantc/Target/ModelInfo.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include <chrono>

using namespace mlir;
using namespace quantc;

namespace {

using Clock = std::chrono::steady_clock;

/// One run of quantc: the request, and what becomes of the model.
class Compilation {
public:
  Compilation(const CompileRequest &request, MLIRContext &context)
      : request(request), context(context) {}

  llvm::Error run();

private:
  llvm::Error load();
  llvm::Error calibrate();
  llvm::Error findRanges(ModuleOp module, bool products);
  llvm::Error quantize();
  llvm::Error decideProducts(const QuantizeOptions &quantizeOptions);
  llvm::Error chooseFloat(const QuantizeOptions &quantizeOptions);
  llvm::Error generateCode();
  llvm::Error predict();
  llvm::Error write();
  llvm::Error evaluate();
  llvm::Error finish();

  /// Whether float and integers are compared: only where both may be had, for
  /// formats of our own, of activations.
  bool decides() const {
    return request.needsRanges() && request.weights == "i8" &&
           request.rules.empty();
  }

  /// Writes a stage's module into --save-temps, if asked.
  llvm::Error save(ModuleOp module, StringRef stage);
  /// Notes how long the work since the last call took, and frees the constants
  /// that it has left behind. No program that is loaded may run after it.
  void lap(StringRef stage);

  const CompileRequest &request;
  MLIRContext &context;
  LowerOptions options;
  Artefact artefact = Artefact::Module;
  /// The program in float, with observers, and with codes; then as code.
  OwningOpRef<ModuleOp> imported, observed, module, code;
  /// The program before calibration, if there is a choice of what to observe.
  OwningOpRef<ModuleOp> withoutRanges;
  std::unique_ptr<llvm::MemoryBuffer> object;
  ModelReport report;
  /// By layer.
  llvm::StringMap<double> predictedUs;
  std::optional<FloatChoice> choice;
  /// Because that is faster, though it was to be quantized.
  bool isAllFloat = false;
  /// Whether no activation is ever quantized, though weights may be.
  bool hasRealActivations = false;
  Clock::time_point last = Clock::now();
};

/// Fails on a place that cannot be written to before the work rather than
/// after.
llvm::Error checkDestinations(const CompileRequest &request) {
  if (!request.dryRun)
    if (auto file = AtomicFile::create(request.output); !file)
      return file.takeError();
  if (request.report.empty() || !llvm::sys::fs::exists(request.report))
    return llvm::Error::success();
  SmallString<128> path(request.report);
  llvm::sys::path::append(path, "report.json");
  if (auto file = AtomicFile::create(path); !file)
    return file.takeError();
  return llvm::Error::success();
}

llvm::Error Compilation::run() {
  auto levels = levelsOf(request.target);
  if (!levels)
    return levels.takeError();
  options.levels = *levels;
  if (!request.dryRun)
    if (llvm::Error error = artefactOf(request.output).moveInto(artefact))
      return error;

  if (llvm::Error error = checkDestinations(request))
    return error;
  if (llvm::Error error = load())
    return error;
  if (llvm::Error error = quantize())
    return error;
  if (llvm::Error error = generateCode())
    return error;
  if (request.dryRun)
    if (llvm::Error error = predict())
      return error;
  if (llvm::Error error = evaluate())
    return error;
  if (llvm::Error error = write())
    return error;
  return finish();
}

llvm::Error Compilation::load() {
  if (llvm::Error error = loadModel(request, context).moveInto(module))
    return error;
  if (!request.eval.empty())
    imported = module->clone();
  report.floatWeightBytes = constantBytes(*module);
  lap("import");
  return save(*module, "imported");
}

/// Whether any arithmetic on codes came out of quantization.
bool hasCodes(ModuleOp module) {
  return module
      ->walk([](Operation *op) {
        return isa<lowbit::LowBitDialect>(op->getDialect())
                   ? WalkResult::interrupt()
                   : WalkResult::advance();
      })
      .wasInterrupted();
}

llvm::Error Compilation::findRanges(ModuleOp module, bool products) {
  CalibrateStageOptions options;
  options.samples = request.calibrate;
  options.calibration = request.calibration;
  options.products = products;
  options.threads = request.threads;
  options.quiet = request.quiet;
  return runStage(module, "calibrate", [&](OpPassManager &manager) {
    buildCalibratePipeline(manager, options);
  });
}

/// imported -> calibrated. A model that is quantized already needs no samples;
/// with some, what it has in float is quantized, too. Activations that stay
/// float, or whose formats the program chooses, need none either.
llvm::Error Compilation::calibrate() {
  bool isGiven = hasCodes(*module);
  if (isGiven)
    report.remarks.push_back(
        {"", "the model is quantized already; its own formats are kept"});
  if (request.calibrate.empty()) {
    if (isGiven || !request.needsRanges())
      return llvm::Error::success();
    return failure(request.model, "cannot be quantized without samples",
                   "give some with --calibrate, or choose formats when the "
                   "program runs with --activations dynamic, or leave "
                   "activations in float with --activations f32");
  }
  if (decides() && !request.products && hasProducts(*module))
    withoutRanges = module->clone();
  if (llvm::Error error = findRanges(*module, request.products.value_or(false)))
    return error;
  remarkOnConstantSites(*module, report);
  lap("calibrate");
  return save(*module, "calibrated");
}

/// imported -> quantized, or as it is for a program that stays in float.
llvm::Error Compilation::quantize() {
  if (!request.quantizes() || stageOf(*module) == "quantized")
    return llvm::Error::success();
  if (stageOf(*module) != "calibrated")
    if (llvm::Error error = calibrate())
      return error;
  QuantizeOptions quantizeOptions;
  quantizeOptions.weights = request.weights;
  quantizeOptions.activations = request.activations;
  for (const std::string &entry : request.formatFor)
    quantizeOptions.formatFor.push_back(entry);
  for (const std::string &rule : request.rules)
    quantizeOptions.rules.push_back(rule);
  if (llvm::Error error = decideProducts(quantizeOptions))
    return error;
  if (!request.eval.empty())
    observed = module->clone();
  if (llvm::Error error = chooseFloat(quantizeOptions))
    return error;
  if (llvm::Error error =
          runStage(*module, "quantize", [&](OpPassManager &manager) {
            buildQuantizePipeline(manager, quantizeOptions);
          }))
    return error;
  lap("quantize");
  bool isChosen = choice && choice->chosen < choice->integers;
  if (!hasCodes(*module) && !isChosen)
    return failure(request.model, "has no layer that can be quantized",
                   "compile it to float with --weights f32 --activations f32");
  isAllFloat = !hasCodes(*module);
  hasRealActivations =
      request.activations == "f32" &&
      !(*module)
           ->walk([](lowbit::QuantizeOp) { return WalkResult::interrupt(); })
           .wasInterrupted();
  if (isAllFloat)
    report.remarks.push_back(
        {"", "float is predicted to be faster than integers, so that nothing "
             "is quantized; --keep-integers quantizes"});
  else if (isChosen)
    report.remarks.push_back(
        {"", "some layers stay in float because that is predicted to be "
             "faster; --keep-integers quantizes them"});
  return save(*module, "quantized");
}

/// Whether products of activations are better on codes, unless the user has
/// said.
llvm::Error
Compilation::decideProducts(const QuantizeOptions &quantizeOptions) {
  if (!withoutRanges)
    return llvm::Error::success();
  OwningOpRef<ModuleOp> onCodes = withoutRanges->clone();
  if (llvm::Error error = findRanges(*onCodes, /*products=*/true))
    return error;
  auto chosen = chooseProducts(*withoutRanges, *module, *onCodes,
                               quantizeOptions, request);
  if (!chosen)
    return chosen.takeError();
  if (chosen->onCodes)
    module = std::move(onCodes);
  if (!chosen->reason.empty())
    report.remarks.push_back({"", chosen->reason});
  withoutRanges = {};
  lap("decide on products");
  return llvm::Error::success();
}

llvm::Error Compilation::chooseFloat(const QuantizeOptions &quantizeOptions) {
  if (request.keepIntegers || !decides() || stageOf(*module) != "calibrated")
    return llvm::Error::success();
  auto chosen = preferFloat(*module, quantizeOptions);
  if (!chosen)
    return chosen.takeError();
  choice = std::move(*chosen);
  report.decision = ModelReport::Decision{
      choice->integers / 1e6, choice->real / 1e6, choice->chosen / 1e6};
  lap("decide");
  return llvm::Error::success();
}

llvm::Error Compilation::generateCode() {
  options.contract = !request.quantizes() || isAllFloat || hasRealActivations;
  if (request.tuneSeconds) {
    if (llvm::Error error = tuneModel(*module, request, options, report))
      return error;
    lap("tune");
  }
  if (llvm::Error error = addGoldenVectors(*module, request, options))
    return error;
  lap("self-test");
  if (llvm::Error error = lowered(*module, options).moveInto(code))
    return error;
  lap("lower");
  if (llvm::Error error = save(*code, "lowered"))
    return error;
  if (llvm::Error error = objectOf(*code, options).moveInto(object))
    return error;
  lap("generate code");
  return llvm::Error::success();
}

/// How long the model should take, from the work of its kernels and the prices
/// of this machine, or of a plain one if the target does not run here.
llvm::Error Compilation::predict() {
  auto work = workOf(*module, options);
  if (!work)
    return work.takeError();
  const codegen::Level *level = codegen::findLevel(options.levels.back());
  auto machine = codegen::Machine::nominal(*level);
  if (runsHere(*level)) {
    if (llvm::Error error =
            measureMachine(context, level->name).moveInto(machine))
      return error;
  } else {
    report.remarks.push_back({"", "this CPU lacks what " + level->name.str() +
                                      " needs: the prediction is for a plain "
                                      "one at 3 GHz"});
  }
  report.predictedLatency = work->on(machine) / 1e6;
  for (size_t i = 0; i < codegen::kPrices; ++i) {
    auto price = static_cast<codegen::Price>(i);
    report.machine.emplace_back(codegen::nameOf(price).str(), machine[price]);
  }
  for (const codegen::KernelWork &kernel : work->kernels)
    predictedUs[kernel.layer] += kernel.on(machine, work->bytes) / 1e3;
  lap("predict");
  return llvm::Error::success();
}

llvm::Error Compilation::write() {
  if (request.dryRun)
    return llvm::Error::success();
  llvm::Error error = isCode(artefact)
                          ? writeCode(artefact, *code, *object, request.output)
                          : writeModule(artefact, *module, request.output);
  lap("write");
  return error;
}

/// Float against quantized, on the held-out samples. A dry run has none, but
/// the finished code: its latency is measured rather than guessed.
llvm::Error Compilation::evaluate() {
  std::vector<SiteDifference> differences;
  if (request.dryRun && request.eval.empty() && !request.calibrate.empty()) {
    report.outputFileBytes = object->getBufferSize();
    auto model = Model::link(std::move(object));
    if (!model)
      return model.takeError();
    if (llvm::Error error = measureHere(**model, request.calibrate, report))
      return error;
    lap("measure");
  }
  if (!request.eval.empty()) {
    LowerOptions fast;
    fast.levels = {bestLevelHere()};
    fast.contract = true;
    auto real = loadProgram(*imported, fast);
    if (!real)
      return real.takeError();
    auto quantized =
        Model::link(llvm::MemoryBuffer::getMemBufferCopy(object->getBuffer()));
    if (!quantized)
      return quantized.takeError();
    if (llvm::Error error = evaluateBoth(**real, **quantized, request, report))
      return error;
    if (observed)
      if (llvm::Error error = compareLayers(*observed, *module, request.eval)
                                  .moveInto(differences))
        return error;
    lap("evaluate");
  }
  describeLayers(*module, differences, report);
  for (ModelReport::Layer &layer : report.layers)
    if (auto found = predictedUs.find(layer.name); found != predictedUs.end())
      layer.predictedUs = found->second;
  if (choice)
    for (ModelReport::Layer &layer : report.layers)
      if (auto found = choice->layers.find(layer.name);
          found != choice->layers.end()) {
        layer.integerUs = found->second.integers / 1e3;
        layer.floatUs = found->second.real / 1e3;
      }
  return llvm::Error::success();
}

llvm::Error Compilation::finish() {
  FailureOr<ModelInfo> info = readModelInfo(*code);
  if (failed(info))
    return failure(request.model, "has no sizes to report");
  report.compiler = "quantc " QUANTC_VERSION;
  report.model = info->name;
  report.inputFile = request.model;
  report.outputFile = request.output;
  report.target = request.target;
  report.arenaBytes = info->arenaBytes;
  if (auto live = (*code)->getAttrOfType<IntegerAttr>("quantc.live_bytes"))
    report.liveBytes = live.getInt();
  report.quantizedWeightBytes = info->weightBytes;
  uint64_t bytes;
  if (!llvm::sys::fs::file_size(request.model, bytes))
    report.inputFileBytes = bytes;
  if (!request.dryRun && !llvm::sys::fs::file_size(request.output, bytes))
    report.outputFileBytes = bytes;
  if (!request.report.empty())
    if (llvm::Error error = writeReport(report, request.report))
      return error;
  if (request.json)
    llvm::outs() << llvm::formatv("{0:2}", toJson(report)) << "\n";
  else if (!request.quiet)
    printReport(report, llvm::outs());
  return llvm::Error::success();
}

llvm::Error Compilation::save(ModuleOp module, StringRef stage) {
  if (request.saveTemps.empty())
    return llvm::Error::success();
  if (std::error_code code =
          llvm::sys::fs::create_directories(request.saveTemps))
    return failure(request.saveTemps, "cannot be created: " + code.message());
  SmallString<128> path(request.saveTemps);
  llvm::sys::path::append(path, stage + ".mlir");
  return writeModule(Artefact::Module, module, path);
}

void Compilation::lap(StringRef stage) {
  Clock::time_point now = Clock::now();
  report.stages.push_back(
      {stage.str(), std::chrono::duration<double>(now - last).count()});
  last = now;
  SmallVector<ModuleOp> modules;
  for (OwningOpRef<ModuleOp> *kept :
       {&imported, &observed, &module, &code, &withoutRanges})
    if (*kept)
      modules.push_back(**kept);
  freeUnusedResources(modules);
}

/// Messages about the program: "error: conv1: expects ...".
LogicalResult printDiagnostic(Diagnostic &diagnostic) {
  if (diagnostic.getSeverity() == DiagnosticSeverity::Remark)
    return success();
  llvm::raw_ostream &os = llvm::errs();
  os << (diagnostic.getSeverity() == DiagnosticSeverity::Error ? "error: "
                                                               : "warning: ");
  if (std::string name = nameOf(diagnostic.getLocation()); !name.empty())
    os << name << ": ";
  else if (auto file = dyn_cast<FileLineColLoc>(diagnostic.getLocation()))
    os << file.getFilename().getValue() << ":" << file.getLine() << ": ";
  os << diagnostic << "\n";
  for (Diagnostic &note : diagnostic.getNotes())
    os << "note: " << note << "\n";
  return success();
}

} // namespace

llvm::Error quantc::compile(const CompileRequest &request) {
  DialectRegistry registry;
  registerAllDialects(registry);
  MLIRContext context(registry);
  context.printOpOnDiagnostic(false);
  ScopedDiagnosticHandler handler(&context, printDiagnostic);
  return Compilation(request, context).run();
}
