//===- Load.cpp - A model from its file -----------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Load.h"

#include "Program.h"
#include "quantc/Frontend/Onnx/Import.h"
#include "quantc/Pipelines/Pipelines.h"
#include "quantc/Support/Failure.h"

#include "mlir/Parser/Parser.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace quantc;

namespace {

OwningOpRef<ModuleOp> read(const CompileRequest &request,
                           MLIRContext &context) {
  if (!StringRef(request.model).ends_with(".onnx"))
    return parseSourceFile<ModuleOp>(request.model, &context);
  OnnxImportOptions options;
  for (const auto &[name, shape] : request.shapes)
    options.shapes[name].assign(shape.begin(), shape.end());
  options.dims = request.dims;
  options.batch = request.batch;
  options.lengths = request.lengths;
  options.absent.insert(request.absent.begin(), request.absent.end());
  for (const std::string &text : request.values)
    if (std::string fault = parseValueOption(text, options); !fault.empty()) {
      emitError(UnknownLoc::get(&context)) << fault;
      return nullptr;
    }
  return importOnnx(request.model, options, &context);
}

} // namespace

StringRef quantc::stageOf(ModuleOp module) {
  auto stage = module->getAttrOfType<StringAttr>("quantc.stage");
  return stage ? stage.getValue() : StringRef();
}

llvm::Expected<OwningOpRef<ModuleOp>>
quantc::loadModel(const CompileRequest &request, MLIRContext &context) {
  StringRef suffix = llvm::sys::path::extension(request.model);
  if (suffix != ".onnx" && suffix != ".mlir" && suffix != ".mlirbc")
    return failure(request.model, "is not a model that quantc can read",
                   "give a .onnx, .mlir or .mlirbc file");
  if (!llvm::sys::fs::exists(request.model))
    return failure(request.model, "does not exist", "check the path");
  if (llvm::sys::fs::is_directory(request.model))
    return failure(request.model, "is a folder", "give the model file in it");
  OwningOpRef<ModuleOp> module = read(request, context);
  if (!module)
    return failure(request.model, "could not be imported",
                   "the messages above say what is wrong with it");
  if (stageOf(*module).empty())
    if (llvm::Error error =
            runStage(*module, "import", buildImportCleanupPipeline))
      return error;
  return module;
}
