//===- Object.cpp - From the LLVM dialect to machine code -----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Target/Object.h"

#include "lib/Target/Object/Optimize.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"

using namespace mlir;
using namespace quantc;

namespace {

/// Keeps LLVM's errors; its own handler would end the process.
struct ErrorCollector : llvm::DiagnosticHandler {
  explicit ErrorCollector(std::string &errors) : errors(errors) {}

  bool handleDiagnostics(const llvm::DiagnosticInfo &info) override {
    if (info.getSeverity() != llvm::DS_Error)
      return true;
    llvm::raw_string_ostream out(errors);
    llvm::DiagnosticPrinterRawOStream printer(out);
    out << (errors.empty() ? "" : "; ");
    info.print(printer);
    return true;
  }

  std::string &errors;
};

} // namespace

static void initializeTargets() {
  static const bool once = [] {
    llvm::InitializeAllTargetInfos();
    llvm::InitializeAllTargets();
    llvm::InitializeAllTargetMCs();
    llvm::InitializeAllAsmPrinters();
    llvm::InitializeAllAsmParsers(); // For inline assembly.
    return true;
  }();
  (void)once;
}

static llvm::Triple tripleOf(ModuleOp module) {
  auto triple = module->getAttrOfType<StringAttr>(
      LLVM::LLVMDialect::getTargetTripleAttrName());
  return llvm::Triple(triple ? triple.str() : llvm::sys::getProcessTriple());
}

static llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createMachine(const llvm::Triple &triple, unsigned optLevel) {
  initializeTargets();
  std::string message;
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, message);
  if (!target)
    return llvm::createStringError("cannot emit code for '" + triple.str() +
                                   "': " + message);
  llvm::TargetOptions options;
  // The same bytes at every level: a fused multiply-add rounds once, not twice.
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict;
  options.DataSections = true;
  options.FunctionSections = true;
  static const llvm::CodeGenOptLevel levels[] = {
      llvm::CodeGenOptLevel::None, llvm::CodeGenOptLevel::Less,
      llvm::CodeGenOptLevel::Default, llvm::CodeGenOptLevel::Aggressive};
  std::unique_ptr<llvm::TargetMachine> machine(target->createTargetMachine(
      triple, /*CPU=*/"", /*Features=*/"", options, llvm::Reloc::PIC_,
      std::nullopt, levels[std::min(optLevel, 3u)]));
  if (!machine)
    return llvm::createStringError("cannot emit code for '" + triple.str() +
                                   "': LLVM has no code generator for it");
  return machine;
}

/// What holds for all code of a compiled model.
static void finishFunctions(llvm::Module &module) {
  for (llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    // Nothing here throws, so that no unwind tables are needed.
    function.setDoesNotThrow();
    // Without this, LLVM prefers 256 bits on the CPUs that lower their clock.
    llvm::StringRef features =
        function.getFnAttribute("target-features").getValueAsString();
    if (features.contains("+avx512f") &&
        !function.hasFnAttribute("prefer-vector-width"))
      function.addFnAttr("prefer-vector-width", "512");
  }
}

static llvm::Error write(llvm::Module &module, CodeKind kind,
                         llvm::TargetMachine &machine,
                         llvm::raw_pwrite_stream &out) {
  if (kind == CodeKind::LLVMText) {
    module.print(out, nullptr);
    return llvm::Error::success();
  }
  if (kind == CodeKind::Bitcode) {
    llvm::WriteBitcodeToFile(module, out);
    return llvm::Error::success();
  }
  llvm::legacy::PassManager passes;
  auto type = kind == CodeKind::Assembly ? llvm::CodeGenFileType::AssemblyFile
                                         : llvm::CodeGenFileType::ObjectFile;
  if (machine.addPassesToEmitFile(passes, out, nullptr, type))
    return llvm::createStringError("cannot emit this kind of file for '" +
                                   machine.getTargetTriple().str() + "'");
  passes.run(module);
  return llvm::Error::success();
}

llvm::Error quantc::emitCode(ModuleOp module, CodeKind kind,
                             const ObjectOptions &options,
                             llvm::raw_pwrite_stream &out) {
  DialectRegistry translations;
  registerBuiltinDialectTranslation(translations);
  registerLLVMDialectTranslation(translations);
  module.getContext()->appendDialectRegistry(translations);

  auto machine = createMachine(tripleOf(module), options.optLevel);
  if (!machine)
    return machine.takeError();
  llvm::LLVMContext context;
  std::string errors;
  context.setDiagnosticHandler(std::make_unique<ErrorCollector>(errors));
  auto model = module->getAttrOfType<StringAttr>("quantc.model");
  std::unique_ptr<llvm::Module> code = translateModuleToLLVMIR(
      module, context, model ? model.getValue() : "quantc");
  if (!code)
    return llvm::createStringError(
        "cannot translate the module to LLVM IR: it has to be in the LLVM "
        "dialect throughout (run the 'lower' pipeline first)");
  code->setTargetTriple((*machine)->getTargetTriple());
  code->setDataLayout((*machine)->createDataLayout());
  finishFunctions(*code);
  optimize(*code, **machine, options);
  if (llvm::Error error = write(*code, kind, **machine, out))
    return error;
  if (!errors.empty())
    return llvm::createStringError("LLVM rejects the module: " + errors);
  return llvm::Error::success();
}

llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
quantc::compileObject(ModuleOp module, const ObjectOptions &options) {
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream out(bytes);
  if (llvm::Error error = emitCode(module, CodeKind::Object, options, out))
    return std::move(error);
  return std::make_unique<llvm::SmallVectorMemoryBuffer>(
      std::move(bytes), "model.o", /*RequiresNullTerminator=*/false);
}
