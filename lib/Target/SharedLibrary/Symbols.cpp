//===- Symbols.cpp - What a library needs from outside --------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/SharedLibrary/Symbols.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Object/ObjectFile.h"

using namespace quantc;
using llvm::StringRef;

static bool isLibc(StringRef name) {
  static constexpr StringRef names[] = {
      "aligned_alloc", "bcmp",        "free",        "memcmp",
      "memcpy",        "memmove",     "memset",      "pthread_create",
      "pthread_join",  "sched_yield", "sem_destroy", "sem_init",
      "sem_post",      "sem_wait"};
  return llvm::is_contained(names, name);
}

/// The functions of `math.h` that LLVM and MLIR lower float operations to, with
/// or without the `f` of their f32 version.
static bool isLibm(StringRef name) {
  static constexpr StringRef names[] = {
      "acos",  "acosh",  "asin",      "asinh", "atan",  "atan2", "atanh",
      "cbrt",  "ceil",   "cos",       "cosh",  "erf",   "erfc",  "exp",
      "exp10", "exp2",   "expm1",     "fabs",  "floor", "fma",   "fmax",
      "fmin",  "fmod",   "ldexp",     "log",   "log10", "log1p", "log2",
      "lrint", "lround", "nearbyint", "pow",   "rint",  "round", "roundeven",
      "sin",   "sinh",   "sqrt",      "tan",   "tanh",  "trunc"};
  StringRef stem = name;
  stem.consume_back("f");
  return llvm::is_contained(names, name) || llvm::is_contained(names, stem);
}

namespace {

struct SymbolSets {
  llvm::SetVector<StringRef> undefined;
  llvm::StringSet<> defined;
};

} // namespace

/// The names point into the objects.
static llvm::Error collect(llvm::MemoryBufferRef buffer, SymbolSets &sets) {
  auto object = llvm::object::ObjectFile::createObjectFile(buffer);
  if (!object)
    return object.takeError();
  for (const llvm::object::SymbolRef &symbol : (*object)->symbols()) {
    auto flags = symbol.getFlags();
    if (!flags)
      return flags.takeError();
    auto name = symbol.getName();
    if (!name)
      return name.takeError();
    if (*flags & llvm::object::SymbolRef::SF_FormatSpecific)
      continue;
    if (*flags & llvm::object::SymbolRef::SF_Undefined)
      sets.undefined.insert(*name);
    else if (*flags & llvm::object::SymbolRef::SF_Global)
      sets.defined.insert(*name);
  }
  return llvm::Error::success();
}

llvm::Expected<bool>
quantc::needsMath(llvm::ArrayRef<llvm::MemoryBufferRef> objects) {
  SymbolSets sets;
  for (llvm::MemoryBufferRef object : objects)
    if (llvm::Error error = collect(object, sets))
      return llvm::createStringError("cannot read the object file '" +
                                     object.getBufferIdentifier() +
                                     "': " + llvm::toString(std::move(error)));
  bool usesMath = false;
  llvm::SmallVector<StringRef> unknown;
  for (StringRef name : sets.undefined) {
    if (sets.defined.contains(name) || isLibc(name))
      continue;
    if (isLibm(name))
      usesMath = true;
    else
      unknown.push_back(name);
  }
  if (unknown.empty())
    return usesMath;
  return llvm::createStringError(
      "cannot make a shared library: the code calls '" +
      llvm::join(unknown, "', '") +
      "', which neither libc nor libm has; observers are for calibration only, "
      "and other functions have to be linked in");
}
