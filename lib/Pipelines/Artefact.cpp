//===- Artefact.cpp - The file that comes out -----------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Artefact.h"

#include "Program.h"
#include "dialects/LowBit/Transforms/Passes.h"
#include "quantc/Support/AtomicFile.h"
#include "quantc/Support/Failure.h"
#include "quantc/Target/Header.h"
#include "quantc/Target/ModelInfo.h"
#include "quantc/Target/Object.h"
#include "quantc/Target/Onnx.h"
#include "quantc/Target/SharedLibrary.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace quantc;

namespace {

llvm::Error writeHeader(ModuleOp lowered, StringRef path) {
  FailureOr<ModelInfo> info = readModelInfo(lowered);
  if (failed(info))
    return failure(path, "has no header, since the module lacks attributes");
  SmallString<128> header(path);
  llvm::sys::path::replace_extension(header, "h");
  std::string text;
  llvm::raw_string_ostream stream(text);
  emitHeader(*info, stream);
  return writeFile(header, text);
}

llvm::Error writeText(ModuleOp lowered, CodeKind kind, StringRef path) {
  SmallString<0> code;
  llvm::raw_svector_ostream stream(code);
  if (llvm::Error error = emitCode(lowered, kind, ObjectOptions(), stream))
    return error;
  return writeFile(path, code);
}

} // namespace

llvm::Expected<Artefact> quantc::artefactOf(StringRef path) {
  auto artefact = llvm::StringSwitch<std::optional<Artefact>>(
                      llvm::sys::path::extension(path))
                      .Case(".so", Artefact::SharedLibrary)
                      .Case(".o", Artefact::Object)
                      .Case(".a", Artefact::Archive)
                      .Case(".s", Artefact::Assembly)
                      .Case(".ll", Artefact::LlvmText)
                      .Case(".mlir", Artefact::Module)
                      .Case(".mlirbc", Artefact::ModuleBytes)
                      .Case(".onnx", Artefact::Onnx)
                      .Default(std::nullopt);
  if (artefact)
    return *artefact;
  return failure(path, "has a suffix that names no artefact",
                 "use .so, .o, .a, .s, .ll, .mlir, .mlirbc or .onnx");
}

bool quantc::isCode(Artefact artefact) {
  return artefact != Artefact::Module && artefact != Artefact::ModuleBytes &&
         artefact != Artefact::Onnx;
}

llvm::Error quantc::writeModule(Artefact artefact, ModuleOp module,
                                StringRef path) {
  if (artefact == Artefact::Onnx) {
    OnnxExportOptions options;
    options.producerVersion = QUANTC_VERSION;
    // ONNX has no types for packed weights: integers of 8 bits, or reals.
    OwningOpRef<ModuleOp> copy = module.clone();
    if (llvm::Error error =
            runStage(*copy, "export", [](OpPassManager &manager) {
              lowbit::DecodeConstantsOptions decode;
              decode.codedOnly = true;
              manager.addPass(lowbit::createDecodeConstants(decode));
            }))
      return error;
    return exportOnnx(*copy, path, options);
  }
  // Straight to the file: the text may be as large as the model.
  llvm::Expected<AtomicFile> file = AtomicFile::create(path);
  if (!file)
    return file.takeError();
  if (artefact == Artefact::Module)
    module.print(file->os(), OpPrintingFlags().enableDebugInfo());
  else if (failed(writeBytecodeToFile(module, file->os())))
    return failure(path, "could not be written as bytecode");
  return file->commit();
}

llvm::Error quantc::writeCode(Artefact artefact, ModuleOp lowered,
                              llvm::MemoryBufferRef object, StringRef path) {
  if (artefact == Artefact::Assembly)
    return writeText(lowered, CodeKind::Assembly, path);
  if (artefact == Artefact::LlvmText)
    return writeText(lowered, CodeKind::LLVMText, path);
  if (artefact == Artefact::Object) {
    if (llvm::Error error = writeFile(path, object.getBuffer()))
      return error;
    return writeHeader(lowered, path);
  }
  auto file = artefact == Artefact::Archive
                  ? makeArchive(object)
                  : linkSharedLibrary(
                        object, {llvm::sys::path::filename(path).str(), ""});
  if (!file)
    return file.takeError();
  if (llvm::Error error = writeFile(path, (*file)->getBuffer()))
    return error;
  return writeHeader(lowered, path);
}
