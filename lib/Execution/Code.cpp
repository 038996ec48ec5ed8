//===- Code.cpp - Functions of an object file in memory -------------------- ===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Execution/Code.h"

#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/TargetSelect.h"

using namespace quantc;
namespace orc = llvm::orc;

struct Code::Linker {
  std::unique_ptr<orc::LLJIT> jit;
};

Code::Code(std::unique_ptr<Linker> linker) : linker(std::move(linker)) {}
Code::Code(Code &&) = default;
Code::~Code() = default;

llvm::Expected<Code> Code::link(std::unique_ptr<llvm::MemoryBuffer> object) {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  auto jit = orc::LLJITBuilder().create();
  if (!jit)
    return jit.takeError();
  if (llvm::Error error = (*jit)->addObjectFile(std::move(object)))
    return std::move(error);
  return Code(std::make_unique<Linker>(Linker{std::move(*jit)}));
}

llvm::Expected<void *> Code::function(llvm::StringRef name) const {
  auto address = linker->jit->lookup(name);
  if (!address)
    return address.takeError();
  return address->toPtr<void *>();
}
