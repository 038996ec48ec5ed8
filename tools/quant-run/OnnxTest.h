//===- OnnxTest.h - ONNX conformance tests ----------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef TOOLS_QUANT_RUN_ONNXTEST_H
#define TOOLS_QUANT_RUN_ONNXTEST_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include <string>
#include <vector>

namespace mlir {
class MLIRContext;
} // namespace mlir

namespace quantc {

/// The command line of --onnx-test and --onnx-operators.
struct OnnxTestOptions {
  std::vector<std::string> folders;
  std::string level;     // A CPU level, "reference", or empty for the best.
  unsigned threads = 0;  // Tests side by side; 0 means one per core.
  unsigned timeout = 60; // Seconds of processor time for one test.
  bool allowUnsupported = false;
  bool listOperators = false; // Run nothing.
  bool json = false;
  bool quiet = false;
};

/// One model, and the data sets to run it on.
struct OnnxTest {
  /// Serialized tensors, in the order of the graph's inputs and outputs.
  struct DataSet {
    std::vector<std::string> inputs, outputs;
  };

  std::string group; ///< The folder that holds it and others.
  std::string name;
  std::string model; ///< Path.
  std::vector<DataSet> dataSets;
  /// There are no input files: input element i of n is i / n.
  bool hasRamps = false;
};

/// What became of a test.
struct OnnxTestResult {
  enum Class { Pass, Wrong, Unsupported, Crashed, Timeout };

  Class kind = Wrong;
  std::string reason;   ///< One line; empty for a pass.
  bool isExact = false; ///< All outputs are the expected bits.
  /// Inputs that took their test data while importing.
  std::vector<std::string> fixedInputs;
  /// Operators of the graph, "domain.Name" outside of the standard domain.
  std::vector<std::string> operators;
};

/// "pass", "wrong", ...
llvm::StringRef nameOf(OnnxTestResult::Class kind);

/// The tests in `folders` and the folders in them, sorted: a folder with
/// model.onnx and test_data_set_*/{input,output}_<k>.pb, or NAME.onnx with
/// NAME_output_<k>.pb beside it. Fails where there is none.
llvm::Expected<std::vector<OnnxTest>>
findOnnxTests(llvm::ArrayRef<std::string> folders);

/// Imports, compiles and runs a test in this process, and compares its outputs.
OnnxTestResult runOnnxTest(const OnnxTest &test, llvm::StringRef level,
                           mlir::MLIRContext &context);

/// Calls `run` for every test in a process of its own, several side by side,
/// and `finished` in this process as each of them ends. `timeout` is in seconds
/// of processor time. This process must have one thread only.
std::vector<OnnxTestResult>
runIsolated(llvm::ArrayRef<OnnxTest> tests, unsigned threads, unsigned timeout,
            llvm::function_ref<OnnxTestResult(const OnnxTest &)> run,
            llvm::function_ref<void()> finished);

/// Between processes.
llvm::json::Value toJson(const OnnxTestResult &result);
bool fromJson(const llvm::json::Value &value, OnnxTestResult &result,
              llvm::json::Path path);

/// For people: a table by group, then the failures by reason.
void printOnnxTests(llvm::ArrayRef<OnnxTest> tests,
                    llvm::ArrayRef<OnnxTestResult> results,
                    llvm::raw_ostream &os);

/// For programs.
llvm::json::Value onnxTestsToJson(llvm::ArrayRef<OnnxTest> tests,
                                  llvm::ArrayRef<OnnxTestResult> results);

/// The whole of --onnx-test; returns the exit code.
int runOnnxTests(const OnnxTestOptions &options);

} // namespace quantc

#endif // TOOLS_QUANT_RUN_ONNXTEST_H
