//===- StringTable.cpp - The strings of one import ------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "StringTable.h"

#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace quantc::onnx;

Type quantc::onnx::stringType(MLIRContext *context) {
  return IntegerType::get(context, 32, IntegerType::Signed);
}

bool quantc::onnx::isString(Type element) {
  return element.isSignedInteger(32);
}

std::string quantc::onnx::elementName(Type element) {
  std::string name;
  llvm::raw_string_ostream os(name);
  if (isString(element))
    os << "string";
  else
    os << element;
  return name;
}

int32_t StringTable::add(llvm::StringRef text) {
  auto [entry, isNew] = numbers.try_emplace(text, int32_t(texts.size()));
  if (isNew)
    texts.push_back(entry->getKey());
  return entry->second;
}
