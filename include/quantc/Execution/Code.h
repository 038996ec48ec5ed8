//===- Code.h - Functions of an object file in memory --------------*- C++ -*- ===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_EXECUTION_CODE_H
#define QUANTC_EXECUTION_CODE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include <memory>

namespace quantc {

/// An object file that is part of this process: functions rather than a model.
class Code {
public:
  /// Links an object file for this machine.
  static llvm::Expected<Code> link(std::unique_ptr<llvm::MemoryBuffer> object);
  Code(Code &&);
  ~Code();

  /// The address of a function. Fails if there is no such one.
  llvm::Expected<void *> function(llvm::StringRef name) const;

private:
  struct Linker;
  explicit Code(std::unique_ptr<Linker> linker);
  std::unique_ptr<Linker> linker;
};

} // namespace quantc

#endif // QUANTC_EXECUTION_CODE_H
