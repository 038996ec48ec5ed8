//===- ImportState.cpp - What the nodes of one import share -----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "ImportState.h"

#include "TosaBuilder.h"

using namespace mlir;
using namespace quantc::onnx;

llvm::ArrayRef<int64_t> Operand::shape() const {
  return constant ? constant->shape() : shapeOf(value);
}

Operand *ImportState::find(llvm::StringRef name) const {
  for (Scope *place = scope; place; place = place->outer)
    if (auto found = place->operands.find(name); found != place->operands.end())
      return &found->second;
  return nullptr;
}

bool quantc::onnx::isStandardDomain(llvm::StringRef domain) {
  return domain.empty() || domain == "ai.onnx";
}

int64_t ImportState::opsetOf(llvm::StringRef domain) const {
  int64_t newest = 0;
  for (auto [name, version] : opsets)
    if (name == domain || (isStandardDomain(name) && isStandardDomain(domain)))
      newest = std::max(newest, version);
  return newest;
}

InFlightDiagnostic ImportState::error() const {
  return emitError(UnknownLoc::get(context)) << fileName << ": ";
}
