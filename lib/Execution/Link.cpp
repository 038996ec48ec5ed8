//===- Link.cpp - An object file becomes code of this process -------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Execution/CheckModel.h"
#include "quantc/Execution/Model.h"

#include "llvm/ExecutionEngine/Orc/AbsoluteSymbols.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/TargetSelect.h"

using namespace quantc;
namespace orc = llvm::orc;

namespace {

class LinkedModel : public Model {
public:
  LinkedModel(std::unique_ptr<orc::LLJIT> jit, const quantc_model *entry,
              quantc_set_threads_function threadSetter)
      : jit(std::move(jit)) {
    model = entry;
    setThreads = threadSetter;
  }

private:
  std::unique_ptr<orc::LLJIT> jit;
};

} // namespace

/// The symbols that the caller provides; LLJIT adds those of the process, which
/// come second.
static llvm::Error defineSymbols(orc::LLJIT &jit,
                                 llvm::ArrayRef<Model::Symbol> symbols) {
  orc::SymbolMap map;
  for (const Model::Symbol &symbol : symbols)
    map[jit.mangleAndIntern(symbol.name)] = {
        orc::ExecutorAddr::fromPtr(symbol.address),
        llvm::JITSymbolFlags::Exported};
  if (!map.empty())
    if (llvm::Error error =
            jit.getMainJITDylib().define(orc::absoluteSymbols(std::move(map))))
      return error;
  return llvm::Error::success();
}

/// `error` with what was being done in front of it.
static llvm::Error explain(llvm::Error error) {
  return llvm::createStringError("cannot link the compiled model: " +
                                 llvm::toString(std::move(error)));
}

llvm::Expected<std::unique_ptr<Model>>
Model::link(std::unique_ptr<llvm::MemoryBuffer> object,
            llvm::ArrayRef<Symbol> symbols) {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  auto jit = orc::LLJITBuilder().create();
  if (!jit)
    return explain(jit.takeError());
  // What goes wrong while linking comes back from lookup too; don't print it.
  std::string details;
  (*jit)->getExecutionSession().setErrorReporter([&](llvm::Error error) {
    details += "; " + llvm::toString(std::move(error));
  });
  std::string name = object->getBufferIdentifier().str();
  if (llvm::Error error = defineSymbols(**jit, symbols))
    return explain(std::move(error));
  if (llvm::Error error = (*jit)->addObjectFile(std::move(object)))
    return explain(std::move(error));
  auto address = (*jit)->lookup(QUANTC_MODEL_SYMBOL);
  if (!address)
    return explain(
        llvm::createStringError(llvm::toString(address.takeError()) + details));
  (*jit)->getExecutionSession().setErrorReporter(llvm::consumeError);
  auto threadSetter = (*jit)->lookup(QUANTC_SET_THREADS_SYMBOL);
  if (!threadSetter)
    return explain(threadSetter.takeError());

  const auto *model = address->toPtr<const quantc_model *>();
  if (llvm::Error error = checkModel(model, name))
    return std::move(error);
  return std::make_unique<LinkedModel>(
      std::move(*jit), model,
      threadSetter->toPtr<quantc_set_threads_function>());
}
