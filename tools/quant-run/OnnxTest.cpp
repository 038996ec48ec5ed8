//===- OnnxTest.cpp - quant-run --onnx-test -------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "tools/quant-run/OnnxTest.h"

#include "quantc/Frontend/Onnx/Import.h"
#include "quantc/Pipelines/Jit.h"
#include "quantc/Pipelines/Register.h"
#include "quantc/Support/CommandLine.h"
#include "quantc/Support/Progress.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Regex.h"
#include "llvm/Support/WithColor.h"
#include <sched.h>

using namespace llvm;
using namespace quantc;

/// Compiles something small, so that what is set up on first use is there in
/// every child.
static Error warmUp(mlir::MLIRContext &context, StringRef level) {
  static constexpr StringLiteral program = R"(
    func.func @main(%x: tensor<4xf32> {quantc.name = "x"})
        -> (tensor<4xf32> {quantc.name = "y"}) {
      %y = tosa.add %x, %x : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
      return %y : tensor<4xf32>
    })";
  auto module = mlir::parseSourceString<mlir::ModuleOp>(program, &context);
  if (!module)
    return createStringError("cannot parse the program to warm up with");
  return compileHere(*module, level).takeError();
}

/// One line in a form that groups: a node that the importer refuses as
/// "Operator: why", messages without paths.
static std::string normalized(const OnnxTest &test, StringRef reason) {
  static const Regex node("^  node .*\\(([A-Za-z0-9_.]+)\\), opset [0-9]+: "
                          "(.*)$");
  SmallVector<StringRef> lines, parts;
  reason.split(lines, '\n');
  std::vector<std::string> found;
  for (StringRef line : lines) {
    if (!node.match(line, &parts))
      continue;
    std::string text = (parts[1] + ": " + parts[2]).str();
    if (!is_contained(found, text))
      found.push_back(text);
  }
  if (!found.empty())
    return join(found, "; ");
  StringRef first = lines.front();
  if (first.consume_front(test.model))
    first.consume_front(": ");
  if (first.consume_front(sys::path::parent_path(test.model)))
    first.consume_front("/");
  return first.str();
}

/// Cores that this process may use.
static unsigned cores() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0)
    return 1;
  return unsigned(std::max(1, CPU_COUNT(&set)));
}

static bool isGood(const OnnxTestOptions &options,
                   const OnnxTestResult &result) {
  return result.kind == OnnxTestResult::Pass ||
         (result.kind == OnnxTestResult::Unsupported &&
          options.allowUnsupported);
}

static Expected<std::vector<OnnxTestResult>>
runAll(const OnnxTestOptions &options, ArrayRef<OnnxTest> tests) {
  mlir::DialectRegistry registry;
  registerAllDialects(registry);
  // Children are forks, which would not have the threads of a pool.
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  context.printOpOnDiagnostic(false);
  if (Error error = warmUp(context, options.level))
    return std::move(error);
  Progress progress("testing", int64_t(tests.size()),
                    Progress::styleFor(errs(), options.quiet));
  return runIsolated(
      tests, options.threads ? options.threads : cores(), options.timeout,
      [&](const OnnxTest &test) {
        OnnxTestResult result = runOnnxTest(test, options.level, context);
        result.reason = normalized(test, result.reason);
        return result;
      },
      [&] { progress.advance(); });
}

/// "Relu imports", a line for each operator.
static int listOperators() {
  for (const OnnxOperator &known : importedOnnxOperators())
    outs() << known.name
           << (known.onlyConstants ? " constants only\n" : " imports\n");
  return Succeeded;
}

int quantc::runOnnxTests(const OnnxTestOptions &options) {
  auto report = [](Error error) {
    WithColor::error(errs(), "quant-run") << toString(std::move(error)) << "\n";
    return Failed;
  };
  if (options.listOperators)
    return listOperators();
  Expected<std::vector<OnnxTest>> tests = findOnnxTests(options.folders);
  if (!tests)
    return report(tests.takeError());
  Expected<std::vector<OnnxTestResult>> results = runAll(options, *tests);
  if (!results)
    return report(results.takeError());
  if (options.json)
    outs() << formatv("{0:2}\n", onnxTestsToJson(*tests, *results));
  else if (!options.quiet)
    printOnnxTests(*tests, *results, outs());
  return all_of(*results, [&](const auto &r) { return isGood(options, r); })
             ? Succeeded
             : Failed;
}
