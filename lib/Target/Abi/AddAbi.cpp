//===- AddAbi.cpp - Give a lowered model its C interface ------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Abi/CpuNeeds.h"
#include "lib/Target/Abi/RuntimeText.h"
#include "lib/Target/Abi/Tables.h"
#include "quantc/Target/Abi.h"

#include "mlir/Parser/Parser.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace mlir;

namespace quantc {
#define GEN_PASS_DEF_ADDABI
#include "lib/Target/Abi/Passes.h.inc"
} // namespace quantc

using namespace quantc;

namespace {

/// quantc_run_<level>(arena, tensors...) ->
/// <model>_init/run/free/selftest/model
class AddAbi : public quantc::impl::AddAbiBase<AddAbi> {
public:
  void runOnOperation() override {
    ModuleOp module = getOperation();
    FailureOr<ModelInfo> info = readModelInfo(module);
    if (failed(info) || failed(findLevels(*info)))
      return signalPassFailure();
    hideDefinitions();
    TableBuilder tables(module);
    writeLevels(tables, *info);
    writeDescriptor(tables, *info);
    if (!info->goldenOutputs.empty())
      writeGolden(tables, *info);
    if (failed(addRuntime(*info)))
      signalPassFailure();
  }

private:
  LogicalResult findLevels(const ModelInfo &info);
  void hideDefinitions();
  void writeLevels(TableBuilder &tables, const ModelInfo &info);
  std::string writeEntry(TableBuilder &tables, const ModelInfo &info,
                         StringRef level, LLVM::LLVMFuncOp function);
  LogicalResult addRuntime(const ModelInfo &info);
  LogicalResult addText(StringRef text, StringRef prefix = "");
  bool isX86();

  SmallVector<LLVM::LLVMFuncOp> levels;
};

} // namespace

LogicalResult AddAbi::findLevels(const ModelInfo &info) {
  ModuleOp module = getOperation();
  levels.clear();
  if (module.lookupSymbol("quantc_abi_model"))
    return module.emitError("expects a module without the C interface, but got "
                            "one that has it");
  auto pointer = LLVM::LLVMPointerType::get(&getContext());
  SmallVector<Type> arguments(1 + info.inputs.size() + info.outputs.size(),
                              pointer);
  auto type = LLVM::LLVMFunctionType::get(
      LLVM::LLVMVoidType::get(&getContext()), arguments);
  for (StringRef level : info.levels) {
    std::string name = ("quantc_run_" + level).str();
    auto function = module.lookupSymbol<LLVM::LLVMFuncOp>(name);
    if (!function || function.isExternal())
      return module.emitError("expects a function '")
             << name << "' for the level '" << level << "', but got none";
    if (function.getFunctionType() != type)
      return function.emitOpError("expects the type ")
             << type << " of an arena, " << info.inputs.size() << " inputs and "
             << info.outputs.size() << " outputs, but got "
             << function.getFunctionType();
    levels.push_back(function);
  }
  return success();
}

/// Only the C interface is seen from outside.
void AddAbi::hideDefinitions() {
  for (Operation &op : *getOperation().getBody()) {
    if (auto function = dyn_cast<LLVM::LLVMFuncOp>(op)) {
      if (!function.isExternal())
        function.setLinkage(LLVM::Linkage::Internal);
    } else if (auto global = dyn_cast<LLVM::GlobalOp>(op)) {
      if (global.getValueOrNull() || !global.getInitializerRegion().empty())
        global.setLinkage(LLVM::Linkage::Internal);
      // Constants of the same bytes are one: nobody compares addresses.
      if (global.getConstant())
        global.setUnnamedAddr(LLVM::UnnamedAddr::Global);
    }
  }
}

/// Unpacks the arrays of `run` into the arguments of the level's function.
std::string AddAbi::writeEntry(TableBuilder &tables, const ModelInfo &info,
                               StringRef level, LLVM::LLVMFuncOp function) {
  ImplicitLocOpBuilder &builder = tables.ops();
  LLVM::LLVMPointerType pointer = tables.pointer;
  auto type = LLVM::LLVMFunctionType::get(
      LLVM::LLVMVoidType::get(&getContext()), {pointer, pointer, pointer});
  std::string name = ("quantc_abi_enter_" + level).str();
  auto entry =
      LLVM::LLVMFuncOp::create(builder, name, type, LLVM::Linkage::Internal);
  OpBuilder::InsertionGuard guard(builder);
  Block *body = entry.addEntryBlock(builder);
  builder.setInsertionPointToStart(body);
  SmallVector<Value> arguments = {body->getArgument(0)};
  auto unpack = [&](Value array, size_t count) {
    for (size_t i = 0; i < count; ++i) {
      auto field = LLVM::GEPOp::create(builder, pointer, pointer, array,
                                       ArrayRef<LLVM::GEPArg>(int32_t(i)));
      arguments.push_back(LLVM::LoadOp::create(builder, pointer, field));
    }
  };
  unpack(body->getArgument(1), info.inputs.size());
  unpack(body->getArgument(2), info.outputs.size());
  LLVM::CallOp::create(builder, function, arguments);
  LLVM::ReturnOp::create(builder, ValueRange());
  return name;
}

void AddAbi::writeLevels(TableBuilder &tables, const ModelInfo &info) {
  SmallVector<std::string> entries;
  for (auto [level, function] : llvm::zip_equal(info.levels, levels))
    entries.push_back(writeEntry(tables, info, level, function));
  tables.addresses("quantc_abi_entries", entries);

  Type i32 = tables.ops().getI32Type();
  auto words = LLVM::LLVMArrayType::get(i32, CpuNeeds().size());
  auto type = LLVM::LLVMArrayType::get(words, levels.size());
  bool known = isX86();
  tables.constant("quantc_abi_needs", type, [&](Value table) {
    for (auto [i, function] : llvm::enumerate(levels)) {
      CpuNeeds needs = known ? x86Needs(function) : CpuNeeds{};
      Value row = LLVM::ZeroOp::create(tables.ops(), words);
      for (auto [j, need] : llvm::enumerate(needs))
        row = tables.insert(row, tables.number(need, 32), j);
      table = tables.insert(table, row, i);
    }
    return table;
  });
}

/// A module without a triple is for this machine.
bool AddAbi::isX86() {
  auto triple = getOperation()->getAttrOfType<StringAttr>(
      LLVM::LLVMDialect::getTargetTripleAttrName());
  llvm::Triple target(triple ? triple.str() : llvm::sys::getProcessTriple());
  return target.getArch() == llvm::Triple::x86_64;
}

/// Appends the definitions of a text in the LLVM dialect; `prefix` goes in
/// front of names that begin with an underscore.
LogicalResult AddAbi::addText(StringRef text, StringRef prefix) {
  // The text refers to symbols of the module: verified once they are together.
  ParserConfig config(&getContext(), /*verifyAfterParse=*/false);
  OwningOpRef<ModuleOp> parsed = parseSourceString<ModuleOp>(text, config);
  if (!parsed)
    return failure();
  ModuleOp module = getOperation();
  for (Operation &op : llvm::make_early_inc_range(*parsed->getBody())) {
    StringAttr name = SymbolTable::getSymbolName(&op);
    if (name.getValue().starts_with("_"))
      SymbolTable::setSymbolName(&op, (prefix + name.getValue()).str());
    else if (auto function = dyn_cast<LLVM::LLVMFuncOp>(op);
             function && function.isExternal() && module.lookupSymbol(name))
      continue; // The model uses the same function of libc.
    else if (auto known = module.lookupSymbol<LLVM::LLVMFuncOp>(name);
             known && known.isExternal())
      known.erase(); // The model calls the runtime.
    op.moveBefore(module.getBody(), module.getBody()->end());
  }
  return success();
}

LogicalResult AddAbi::addRuntime(const ModelInfo &info) {
  bool hasGolden = !info.goldenOutputs.empty();
  if (failed(addText(runtime::context)) || failed(addText(runtime::levels)) ||
      failed(addText(isX86() ? runtime::cpuX86 : runtime::cpuAny)) ||
      failed(addText(hasGolden ? runtime::selfTest : runtime::noSelfTest)) ||
      failed(addText(runtime::threads)))
    return failure();
  return addText(runtime::named, info.name);
}
