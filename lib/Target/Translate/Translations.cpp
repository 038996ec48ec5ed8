//===- Translations.cpp - Emission from quant-translate -------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Target/Translations.h"

#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Tools/mlir-translate/Translation.h"
#include "quantc/Runtime/quantc.h"
#include "quantc/Target/Header.h"
#include "quantc/Target/Object.h"
#include "quantc/Target/SharedLibrary.h"
#include "llvm/Support/CommandLine.h"

using namespace mlir;
using namespace quantc;

namespace {

/// The options of every translation that runs LLVM.
struct CodeOptions {
  llvm::cl::opt<unsigned> optLevel{
      "emit-opt-level", llvm::cl::init(2),
      llvm::cl::desc("LLVM's optimization level, 0 to 3")};
  llvm::cl::opt<bool> vectorize{
      "emit-vectorize", llvm::cl::init(true),
      llvm::cl::desc("Run LLVM's loop and SLP vectorizers")};

  ObjectOptions get() const {
    ObjectOptions options;
    options.optLevel = optLevel;
    options.vectorize = vectorize;
    return options;
  }
};

} // namespace

static LogicalResult report(ModuleOp module, llvm::Error error) {
  if (!error)
    return success();
  return module.emitError(llvm::toString(std::move(error)));
}

static LogicalResult emitBytes(ModuleOp module, CodeKind kind,
                               const ObjectOptions &options,
                               llvm::raw_ostream &out) {
  llvm::SmallString<0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  if (failed(report(module, emitCode(module, kind, options, stream))))
    return failure();
  out << bytes;
  return success();
}

using Pack =
    llvm::function_ref<llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>(
        llvm::MemoryBufferRef)>;

/// Compiles the module and writes what `pack` makes of the object.
static LogicalResult emitPacked(ModuleOp module, const ObjectOptions &options,
                                Pack pack, llvm::raw_ostream &out) {
  if (!module.lookupSymbol(QUANTC_MODEL_SYMBOL))
    return module.emitError("expects a module with its C interface, but got "
                            "one without '" QUANTC_MODEL_SYMBOL
                            "': run target-add-abi first");
  auto object = compileObject(module, options);
  if (!object)
    return report(module, object.takeError());
  auto packed = pack((*object)->getMemBufferRef());
  if (!packed)
    return report(module, packed.takeError());
  out << (*packed)->getBuffer();
  return success();
}

static void registerDialects(DialectRegistry &registry) {
  registry.insert<DLTIDialect, LLVM::LLVMDialect>();
}

static void registerCode(StringRef name, StringRef description, CodeKind kind,
                         const CodeOptions &options) {
  TranslateFromMLIRRegistration registration(
      name, description,
      [kind, &options](ModuleOp module, llvm::raw_ostream &out) {
        return emitBytes(module, kind, options.get(), out);
      },
      registerDialects);
}

void quantc::registerTargetTranslations() {
  static CodeOptions options;
  registerCode("emit-llvm", "Lowered model to optimized LLVM IR",
               CodeKind::LLVMText, options);
  registerCode("emit-bitcode", "Lowered model to optimized LLVM bitcode",
               CodeKind::Bitcode, options);
  registerCode("emit-assembly", "Lowered model to assembly", CodeKind::Assembly,
               options);
  registerCode("emit-object", "Lowered model to an object file",
               CodeKind::Object, options);
  TranslateFromMLIRRegistration archive(
      "emit-archive", "Lowered model to a static library",
      [](ModuleOp module, llvm::raw_ostream &out) {
        return emitPacked(
            module, options.get(),
            [](llvm::MemoryBufferRef object) { return makeArchive(object); },
            out);
      },
      registerDialects);
  TranslateFromMLIRRegistration library(
      "emit-shared-library", "Lowered model to a shared library",
      [](ModuleOp module, llvm::raw_ostream &out) {
        return emitPacked(
            module, options.get(),
            [](llvm::MemoryBufferRef object) {
              return linkSharedLibrary(object);
            },
            out);
      },
      registerDialects);
  TranslateFromMLIRRegistration header(
      "emit-header", "Lowered model to its C header",
      [](ModuleOp module, llvm::raw_ostream &out) -> LogicalResult {
        FailureOr<ModelInfo> info = readModelInfo(module);
        if (failed(info))
          return failure();
        emitHeader(*info, out);
        return success();
      },
      registerDialects);
}
