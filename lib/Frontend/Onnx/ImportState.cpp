//===- ImportState.cpp - What the nodes of one import share -----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "ImportState.h"

#include "TosaBuilder.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace quantc::onnx;

Operand Operand::sequence(std::vector<Operand> tensors, Type element) {
  Operand result;
  result.innerElement = element;
  result.list =
      std::make_shared<const std::vector<Operand>>(std::move(tensors));
  return result;
}

Operand Operand::absent() {
  Operand result;
  result.hasNoElement = true;
  return result;
}

llvm::ArrayRef<int64_t> Operand::shape() const {
  if (constant)
    return constant->shape();
  return value ? shapeOf(value) : llvm::ArrayRef<int64_t>();
}

llvm::ArrayRef<Operand> Operand::tensors() const {
  return list ? llvm::ArrayRef<Operand>(*list) : llvm::ArrayRef<Operand>();
}

std::string quantc::onnx::describe(const Operand &operand) {
  constexpr size_t kMostShapes = 8;
  if (operand.isAbsent())
    return "an optional without an element";
  std::string text;
  llvm::raw_string_ostream os(text);
  if (operand.isTensor()) {
    os << shapeText(operand.shape()) << " of "
       << elementName(operand.element());
    return text;
  }
  llvm::ArrayRef<Operand> tensors = operand.tensors();
  os << "a sequence of " << tensors.size() << " tensors of "
     << elementName(operand.element());
  for (auto [i, tensor] : llvm::enumerate(tensors.take_front(kMostShapes)))
    os << (i ? ", " : ": ") << shapeText(tensor.shape());
  if (tensors.size() > kMostShapes)
    os << ", ...";
  return text;
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
