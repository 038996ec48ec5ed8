//===- Options.cpp - The command line of quant-run ------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/CommandLine.h"
#include "tools/quant-run/Session.h"
#include "llvm/Support/WithColor.h"

using namespace llvm;
using namespace quantc;

static constexpr StringRef examples = R"(
Examples:
  quant-run model.so --input test.npy --labels labels.npy
      Accuracy and latency of a classifier.
  quant-run model.so --input test.npy --against float.so --json
      How often two libraries agree, and how far they are apart, for a program.
  quant-run model.so --input a.npy,b.npy --output y.npz --threads 2 --repeat 0
      Only the outputs of a model with two inputs, on two cores.
  quant-run model.so --input test.npy --threads 4
      The latency of an inference whose work four threads share.
  quant-run language.so --input tokens.npy
      Perplexity and latency of a language model.
  quant-run model.so --selftest
      Whether the library computes here what it computed when it was compiled.
  quant-run --onnx-test onnx/backend/test/data/node --allow-unsupported
      Which of ONNX's conformance tests pass, and why the others do not.

Exit code: 0 if all went well, 1 if the work failed, 2 for wrong usage. With
--onnx-test, 1 if a test is wrong, unsupported, crashes or takes too long.
)";

namespace {

struct CommandLine {
  cl::OptionCategory category{"Options of quant-run"};
  cl::cat in{category};

  cl::list<std::string> paths{cl::Positional, cl::desc("LIB | DIR..."),
                              cl::ZeroOrMore, in};
  cl::opt<std::string> input{
      "input", cl::value_desc("X.npy[,X2.npy]|X.npz|DIR"),
      cl::desc("Samples: one array per input, first axis = sample, or a folder "
               "with test_data_set_*/input_*.pb"),
      in};
  cl::opt<std::string> output{
      "output", cl::value_desc("Y.npz"),
      cl::desc("Write one array per output, first axis = sample"), in};
  cl::opt<std::string> labels{"labels", cl::value_desc("L.npy"),
                              cl::desc("Class numbers to score with"), in};
  cl::opt<std::string> against{
      "against", cl::value_desc("LIB|Y.npz|Y.npy"),
      cl::desc("Compare with another library, or with outputs"), in};
  cl::opt<std::string> level{"level", cl::value_desc("NAME"),
                             cl::desc("CPU level (default: the best)"), in};
  cl::opt<unsigned> repeat{
      "repeat", cl::value_desc("N"),
      cl::desc("Time N inferences; 0 times none (default: at least 30, for "
               "half a second)"),
      in};
  cl::opt<unsigned> threads{
      "threads", cl::value_desc("N"), cl::init(1),
      cl::desc("Run N samples or tests side by side, and time one inference on "
               "N threads (default: 1 sample, a test for each core)"),
      in};
  cl::opt<bool> selftest{"selftest",
                         cl::desc("Run the library's golden vectors"), in};
  cl::opt<bool> onnxTest{
      "onnx-test",
      cl::desc("Run ONNX conformance tests: folders with model.onnx and "
               "test_data_set_*, or folders of such"),
      in};
  cl::opt<bool> onnxOperators{
      "onnx-operators",
      cl::desc("List the ONNX operators that can be imported"), in};
  cl::opt<bool> allowUnsupported{
      "allow-unsupported",
      cl::desc("Tests that cannot be imported are no failure"), in};
  cl::opt<unsigned> timeout{
      "timeout", cl::value_desc("SECONDS"), cl::init(60),
      cl::desc("Processor time for one test (default: 60)"), in};
  cl::opt<bool> json{"json", cl::desc("Print one JSON object"), in};
  cl::opt<bool> quiet{"quiet", cl::desc("Print errors only"), in};

  StringRef mistake() const;
  StringRef testMistake() const;
  RunOptions options() const;
  OnnxTestOptions testOptions() const;
};

} // namespace

/// What is wrong beyond what the parser sees; empty if nothing.
StringRef CommandLine::mistake() const {
  if (threads == 0 || threads > 256)
    return "--threads expects 1 to 256";
  if (onnxOperators)
    return paths.empty() ? "" : "--onnx-operators expects nothing else";
  if (onnxTest)
    return testMistake();
  if (paths.size() != 1)
    return "expects one library";
  if (allowUnsupported || timeout.getNumOccurrences() != 0)
    return "--allow-unsupported and --timeout expect --onnx-test";
  if (input.empty() && output.empty() && !selftest)
    return "expects --input, --selftest or both";
  if (input.empty() && !(labels.empty() && against.empty()))
    return "--labels and --against expect --input";
  if (!output.empty() && !StringRef(output).ends_with(".npz"))
    return "--output expects a name that ends in .npz";
  return "";
}

StringRef CommandLine::testMistake() const {
  if (!(input.empty() && output.empty() && labels.empty() && against.empty()) ||
      selftest || repeat.getNumOccurrences() != 0)
    return "--onnx-test goes with --level, --threads, --timeout, "
           "--allow-unsupported, --json and --quiet only";
  if (paths.empty())
    return "--onnx-test expects folders";
  if (timeout == 0 || timeout > 86400)
    return "--timeout expects 1 to 86400";
  return "";
}

OnnxTestOptions CommandLine::testOptions() const {
  OnnxTestOptions options;
  options.folders.assign(paths.begin(), paths.end());
  options.listOperators = onnxOperators;
  options.level = level;
  if (threads.getNumOccurrences() != 0)
    options.threads = threads;
  options.timeout = timeout;
  options.allowUnsupported = allowUnsupported;
  options.json = json;
  options.quiet = quiet;
  return options;
}

RunOptions CommandLine::options() const {
  RunOptions options;
  options.library = paths.front();
  options.input = input;
  options.output = output;
  options.labels = labels;
  options.against = against;
  options.level = level;
  if (repeat.getNumOccurrences() != 0)
    options.repeat = repeat;
  options.threads = threads;
  options.selftest = selftest;
  options.json = json;
  options.quiet = quiet;
  return options;
}

std::optional<std::variant<RunOptions, OnnxTestOptions>>
quantc::parseRunOptions(int argc, char **argv) {
  forgetForeignOptions();
  CommandLine line;
  if (!parseCommandLine(argc, argv,
                        "Runs a model that quantc compiled, or ONNX "
                        "conformance tests\n",
                        examples))
    return std::nullopt;
  if (StringRef mistake = line.mistake(); !mistake.empty()) {
    WithColor::error(errs(), "quant-run")
        << mistake << "; see 'quant-run --help'\n";
    return std::nullopt;
  }
  if (line.onnxTest || line.onnxOperators)
    return line.testOptions();
  return line.options();
}
