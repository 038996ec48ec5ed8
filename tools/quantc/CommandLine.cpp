//===- CommandLine.cpp - The options of quantc ----------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "CommandLine.h"

#include "quantc/Frontend/Onnx/Import.h"
#include "quantc/Pipelines/Config.h"
#include "quantc/Support/CommandLine.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/raw_ostream.h"

using namespace quantc;
namespace cl = llvm::cl;

namespace {

template <typename T>
using Opt = cl::opt<T>;
using Text = Opt<std::string>;

constexpr llvm::StringLiteral overview =
    "Compiles a trained network (.onnx, or .mlir in TOSA or linalg) to small, "
    "fast native code.\n";
constexpr llvm::StringLiteral examples =
    "EXAMPLES\n"
    "  Quantize to 8 bits and compile; writes net.so and net.h:\n"
    "    quantc net.onnx -o net.so --calibrate train.npy\n\n"
    "  The same, and compare with float on held-out data:\n"
    "    quantc net.onnx -o net.so --calibrate train.npy --eval test.npy "
    "--labels labels.npy --report out\n\n"
    "  Compile without quantizing:\n"
    "    quantc net.onnx -o net_f32.so --weights f32 --activations f32\n\n"
    "  Weights of 4 bits with a scale for each 32, but 8 bits for layer fc:\n"
    "    quantc net.onnx -o net.so --calibrate train.npy --weights i4:b32 "
    "--format-for fc=i8\n\n"
    "  See the quantized program:\n"
    "    quantc net.onnx -o net.mlir --calibrate train.npy\n\n"
    "  Quantize for other tools, as ONNX with QuantizeLinear and "
    "DequantizeLinear:\n"
    "    quantc net.onnx -o net_int8.onnx --calibrate train.npy\n";

bool wrong(const llvm::Twine &message) {
  llvm::errs() << "error: " << message << "\nsee quantc --help\n";
  return false;
}

/// "NAME=1x3x224x224"
bool parseShape(llvm::StringRef text, CompileRequest &request) {
  auto [name, sizes] = text.rsplit('=');
  std::vector<int64_t> shape;
  for (llvm::StringRef size : llvm::split(sizes, 'x')) {
    int64_t value;
    if (size.getAsInteger(10, value) || value < 1)
      return wrong("--shape " + text +
                   ": expects NAME=1x3x224x224, sizes of at least 1");
    shape.push_back(value);
  }
  if (name.empty())
    return wrong("--shape " + text + ": expects the name of an input");
  request.shapes[name.str()] = shape;
  return true;
}

/// The options, which exist while the command line is read.
struct CommandLine {
  Text model{cl::Positional, cl::desc("MODEL")};
  Text output{"o",
              cl::desc("Write the artefact that the suffix names: .so, .o, "
                       ".a, .s, .ll, .mlir, .mlirbc, .onnx"),
              cl::value_desc("OUT")};
  Text calibrate{
      "calibrate",
      cl::desc("Samples to choose ranges from: .npz, .npy, or a folder "
               "of ONNX test_data_set_*"),
      cl::value_desc("PATH[,PATH...]")};
  Text calibration{"calibration",
                   cl::desc("minmax, moving, percentile:P or mse"),
                   cl::value_desc("ESTIMATOR"), cl::init("minmax")};
  Text weights{
      "weights",
      cl::desc("Format of weights: i8, i4, i4:b32, ternary, nf4, mxfp4, "
               "...; docs/Formats.md has them all"),
      cl::value_desc("FMT"), cl::init("i8")};
  Text activations{
      "activations",
      cl::desc("Format of activations: u8, i8, u1 to u4, binary, f32, or "
               "dynamic: chosen for each row when the program "
               "runs, without --calibrate"),
      cl::value_desc("FMT"), cl::init("u8")};
  Opt<bool> products{
      "products",
      cl::desc("Quantize products of two activations (attention), or leave "
               "them in float; else the calibration samples decide")};
  cl::list<std::string> formatFor{"format-for",
                                  cl::desc("Format of one layer: NAME=FMT"),
                                  cl::value_desc("NAME=FMT")};
  Text config{
      "config",
      cl::desc("Formats from a JSON file, for layers by name or regular "
               "expression, too (docs/Formats.md); other options count "
               "more"),
      cl::value_desc("FILE.json")};
  Opt<bool> keepIntegers{
      "keep-integers",
      cl::desc(
          "Compute with codes also where float is predicted to be faster")};
  Text target{
      "target",
      cl::desc("host, reference (scalar), or x86-64[:sse4|avx2|avx512|avxvnni|"
               "vnni]; without a level, the library chooses when it loads"),
      cl::value_desc("TARGET"), cl::init("x86-64")};
  cl::list<std::string> shape{
      "shape", cl::desc("Fix an input's shape: NAME=1x3x224x224"),
      cl::value_desc("NAME=SHAPE")};
  cl::list<std::string> dim{
      "dim", cl::desc("Fix dimensions that the model has names for"),
      cl::value_desc("NAME=N[,NAME=N...]")};
  Opt<int64_t> batch{"batch", cl::desc("Fix a dynamic batch"),
                     cl::value_desc("N"), cl::init(0)};
  cl::list<std::string> length{
      "length", cl::desc("Fix how many tensors a sequence input has"),
      cl::value_desc("NAME=N[,NAME=N...]")};
  cl::list<std::string> absent{"absent",
                               cl::desc("Leave out an optional input"),
                               cl::value_desc("NAME")};
  cl::list<std::string> value{
      "value", cl::desc("Make an input of the ONNX model a constant"),
      cl::value_desc("NAME=FILE.npy|1,2,3|TEXT,TEXT")};
  Opt<double> tune{
      "tune",
      cl::desc("Measure schedules of kernels on this machine for so long, and "
               "remember them; 0 uses what is remembered"),
      cl::value_desc("SECONDS"), cl::init(0)};
  Text tuneCache{"tune-cache",
                 cl::desc("Remember schedules in this file rather than in the "
                          "user's cache folder"),
                 cl::value_desc("FILE")};
  Text eval{"eval", cl::desc("Held-out samples: float against quantized"),
            cl::value_desc("PATH[,PATH...]")};
  Text labels{"labels",
              cl::desc("Classes of the held-out samples, integer .npy"),
              cl::value_desc("L.npy")};
  Text report{"report", cl::desc("Write report.json into a folder"),
              cl::value_desc("DIR")};
  Text saveTemps{"save-temps", cl::desc("Write the module of each stage"),
                 cl::value_desc("DIR")};
  Opt<bool> formats{"formats",
                    cl::desc("List formats of weights, what they take and what "
                             "they lose; do nothing else")};
  Opt<bool> dryRun{
      "dry-run",
      cl::desc("Say sizes, memory, latency and layers; write nothing")};
  Opt<bool> json{"json", cl::desc("Print the report as JSON")};
  Opt<bool> quiet{"quiet", cl::desc("No progress, no summary")};
  Opt<unsigned> threads{"threads", cl::desc("Threads that run samples"),
                        cl::value_desc("N"), cl::init(1)};
  Opt<unsigned> seed{"seed",
                     cl::desc("Seed of random choices (none are made yet)"),
                     cl::value_desc("N"), cl::init(0)};

  /// What cl::opt itself cannot check.
  bool check() const {
    if (formats)
      return true;
    if (model.empty())
      return wrong("expects a model, but got none");
    if (output.empty() && !dryRun)
      return wrong("expects -o OUT or --dry-run");
    if (!labels.empty() && eval.empty())
      return wrong("--labels needs --eval, the samples that they belong to");
    if (batch.getNumOccurrences() && batch < 1)
      return wrong("--batch expects at least 1");
    if (threads < 1 || threads > 256)
      return wrong("--threads expects 1 to 256");
    if (!(tune >= 0 && tune <= 1e6))
      return wrong("--tune expects 0 to 1000000 seconds");
    if (!tuneCache.empty() && !tune.getNumOccurrences())
      return wrong("--tune-cache needs --tune SECONDS");
    for (llvm::StringRef entry : formatFor)
      if (!entry.contains('='))
        return wrong("--format-for " + entry + ": expects NAME=FMT");
    for (llvm::StringRef entry : value)
      if (!entry.contains('='))
        return wrong("--value " + entry +
                     ": expects NAME=FILE.npy, NAME=1,2,3 or NAME=TEXT,TEXT");
    return true;
  }

  std::optional<CompileRequest> request() const;
};

std::optional<CompileRequest> CommandLine::request() const {
  CompileRequest request;
  request.listFormats = formats;
  request.model = model;
  request.output = output;
  for (llvm::StringRef entry : shape)
    if (!parseShape(entry, request))
      return std::nullopt;
  OnnxImportOptions dims;
  for (const std::string &entry : dim)
    if (std::string fault = parseDimOption(entry, dims); !fault.empty()) {
      wrong(fault);
      return std::nullopt;
    }
  for (const std::string &entry : length)
    if (std::string fault = parseLengthOption(entry, dims); !fault.empty()) {
      wrong(fault);
      return std::nullopt;
    }
  request.dims = dims.dims;
  request.lengths = dims.lengths;
  request.absent.assign(absent.begin(), absent.end());
  if (batch > 0)
    request.batch = batch;
  request.values.assign(value.begin(), value.end());
  request.calibrate = calibrate;
  if (!config.empty())
    if (llvm::Error error = readConfig(config, request)) {
      wrong(llvm::toString(std::move(error)));
      return std::nullopt;
    }
  for (auto [option, field] : {std::pair<const Text *, std::string *>{
                                   &calibration, &request.calibration},
                               {&weights, &request.weights},
                               {&activations, &request.activations}})
    if (option->getNumOccurrences() > 0)
      *field = *option;
  if (products.getNumOccurrences() > 0)
    request.products = products;
  for (const std::string &entry : formatFor)
    request.formatFor.push_back(entry);
  request.keepIntegers = keepIntegers;
  request.target = target;
  if (tune.getNumOccurrences())
    request.tuneSeconds = tune;
  request.tuneCache = tuneCache;
  request.eval = eval;
  request.labels = labels;
  request.report = report;
  request.saveTemps = saveTemps;
  request.dryRun = dryRun;
  request.json = json;
  request.quiet = quiet;
  request.threads = threads;
  return request;
}

} // namespace

std::optional<CompileRequest> parseRequest(int argc, char **argv) {
  forgetForeignOptions();
  CommandLine line;
  if (!parseCommandLine(argc, argv, overview, examples) || !line.check())
    return std::nullopt;
  return line.request();
}
