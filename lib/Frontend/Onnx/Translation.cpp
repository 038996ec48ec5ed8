//===- Translation.cpp - --import-onnx ------------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Frontend/Onnx/Import.h"

#include "mlir/Tools/mlir-translate/Translation.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace quantc;

void quantc::registerImportOnnx() {
  static llvm::cl::list<std::string> shapes(
      "shape", llvm::cl::value_desc("NAME=1x3x224x224"),
      llvm::cl::desc("Fix the shape of an input of the ONNX model"));
  static llvm::cl::opt<int64_t> batch(
      "batch", llvm::cl::value_desc("N"), llvm::cl::init(0),
      llvm::cl::desc("Fix the leading dimension of the ONNX model's inputs"));
  static llvm::cl::list<std::string> values(
      "value", llvm::cl::value_desc("NAME=FILE.npy|1,2,3"),
      llvm::cl::desc("Make an input of the ONNX model a constant"));
  static TranslateToMLIRRegistration registration(
      "import-onnx", "Import an ONNX model as TOSA",
      [](llvm::SourceMgr &sources,
         MLIRContext *context) -> OwningOpRef<Operation *> {
        OnnxImportOptions options;
        for (const std::string &text : shapes)
          if (std::string fault = parseShapeOption(text, options);
              !fault.empty()) {
            emitError(UnknownLoc::get(context)) << fault;
            return nullptr;
          }
        for (const std::string &text : values)
          if (std::string fault = parseValueOption(text, options);
              !fault.empty()) {
            emitError(UnknownLoc::get(context)) << fault;
            return nullptr;
          }
        if (batch.getNumOccurrences())
          options.batch = batch;
        const llvm::MemoryBuffer *buffer =
            sources.getMemoryBuffer(sources.getMainFileID());
        return importOnnx(buffer->getMemBufferRef(), options, context);
      });
}
