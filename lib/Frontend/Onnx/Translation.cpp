//===- Translation.cpp - --import-onnx ------------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Frontend/Onnx/Import.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Tools/mlir-translate/Translation.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace quantc;

namespace {

struct ImportOptions {
  llvm::cl::list<std::string> shapes{
      "shape", llvm::cl::value_desc("NAME=1x3x224x224"),
      llvm::cl::desc("Fix the shape of an input of the ONNX model")};
  llvm::cl::list<std::string> dims{
      "dim", llvm::cl::value_desc("NAME=N[,NAME=N...]"),
      llvm::cl::desc("Fix dimensions that the ONNX model has names for")};
  llvm::cl::opt<int64_t> batch{
      "batch", llvm::cl::value_desc("N"), llvm::cl::init(0),
      llvm::cl::desc("Fix the leading dimension of the ONNX model's inputs")};
  llvm::cl::list<std::string> lengths{
      "length", llvm::cl::value_desc("NAME=N[,NAME=N...]"),
      llvm::cl::desc("Fix how many tensors sequences have that are inputs of "
                     "the ONNX model")};
  llvm::cl::list<std::string> absent{
      "absent", llvm::cl::value_desc("NAME"),
      llvm::cl::desc("Leave out an optional input of the ONNX model")};
  llvm::cl::list<std::string> values{
      "value", llvm::cl::value_desc("NAME=FILE.npy|1,2,3|TEXT,TEXT"),
      llvm::cl::desc("Make an input of the ONNX model a constant")};

  FailureOr<OnnxImportOptions> get(MLIRContext *context) const;
};

FailureOr<OnnxImportOptions> ImportOptions::get(MLIRContext *context) const {
  OnnxImportOptions options;
  std::string fault;
  for (const std::string &text : shapes)
    if (fault.empty())
      fault = parseShapeOption(text, options);
  for (const std::string &text : dims)
    if (fault.empty())
      fault = parseDimOption(text, options);
  for (const std::string &text : lengths)
    if (fault.empty())
      fault = parseLengthOption(text, options);
  options.absent.insert(absent.begin(), absent.end());
  for (const std::string &text : values)
    if (fault.empty())
      fault = parseValueOption(text, options);
  if (batch.getNumOccurrences())
    options.batch = batch;
  if (fault.empty())
    return options;
  emitError(UnknownLoc::get(context)) << fault;
  return failure();
}

/// Whether the tool writes to a file that is named as bytecode. Its option is
/// not in any header.
bool writesBytecode() {
  llvm::cl::Option *output = llvm::cl::getRegisteredOptions().lookup("o");
  return output &&
         llvm::StringRef(
             static_cast<llvm::cl::opt<std::string> *>(output)->getValue())
             .ends_with(".mlirbc");
}

} // namespace

void quantc::registerImportOnnx() {
  static ImportOptions importOptions;
  static TranslateRegistration registration(
      "import-onnx", "Import an ONNX model as TOSA",
      [](const std::shared_ptr<llvm::SourceMgr> &sources,
         llvm::raw_ostream &out, MLIRContext *context) -> LogicalResult {
        FailureOr<OnnxImportOptions> options = importOptions.get(context);
        if (failed(options))
          return failure();
        const llvm::MemoryBuffer *buffer =
            sources->getMemoryBuffer(sources->getMainFileID());
        OwningOpRef<ModuleOp> module =
            importOnnx(buffer->getMemBufferRef(), *options, context, sources);
        if (!module)
          return failure();
        if (writesBytecode())
          return writeBytecodeToFile(*module, out);
        module->print(out);
        return success();
      });
}
