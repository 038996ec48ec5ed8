//===- Target.cpp - What --target means -----------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Target.h"

#include "quantc/Codegen/Level.h"
#include "quantc/Support/Failure.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/TargetParser/Host.h"

using namespace quantc;

bool quantc::runsHere(const codegen::Level &level) {
  static const llvm::StringMap<bool> features = llvm::sys::getHostCPUFeatures();
  return llvm::all_of(
      llvm::split(level.features, ','), [](llvm::StringRef feature) {
        return !feature.consume_front("+") || features.lookup(feature);
      });
}

std::string quantc::bestLevelHere() {
  std::string best = "reference";
  for (const codegen::Level &level : codegen::allLevels())
    if (runsHere(level))
      best = level.name.str();
  return best;
}

llvm::Expected<std::vector<std::string>>
quantc::levelsOf(llvm::StringRef target) {
  if (target == "reference")
    return std::vector<std::string>{"reference"};
  if (target == "host")
    return std::vector<std::string>{bestLevelHere()};
  if (target == "x86-64")
    return std::vector<std::string>{"sse4", "avx2", "avxvnni", "vnni"};
  llvm::StringRef level = target;
  if (level.consume_front("x86-64:") && level != "reference" &&
      codegen::findLevel(level))
    return std::vector<std::string>{level.str()};
  return failure("--target " + target, "is not a target of this version",
                 "use host, reference, x86-64 (chosen at load time), or "
                 "x86-64: and one of sse4, avx2, avx512, avxvnni, "
                 "vnni");
}
