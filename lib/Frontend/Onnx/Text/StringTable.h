//===- StringTable.h - The strings of one import ----------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_TEXT_STRINGTABLE_H
#define QUANTC_FRONTEND_ONNX_TEXT_STRINGTABLE_H

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>
#include <vector>

namespace quantc::onnx {

/// The element type of ONNX's STRING in the importer: si32, which no other has.
/// A string is its number in the StringTable, and so equal strings are equal
/// numbers, and what moves elements moves strings.
mlir::Type stringType(mlir::MLIRContext *context);
bool isString(mlir::Type element);
/// The type as users read it: "f32", "string".
std::string elementName(mlir::Type element);

/// Strings by number. The empty string is 0, so zeros are empty strings.
class StringTable {
public:
  StringTable() { (void)add(""); }

  /// The number of a string, which is kept.
  int32_t add(llvm::StringRef text);
  llvm::StringRef operator[](int64_t number) const { return texts[number]; }
  /// All of them, by number. They stay where they are.
  llvm::ArrayRef<llvm::StringRef> all() const { return texts; }

private:
  llvm::StringMap<int32_t> numbers;
  std::vector<llvm::StringRef> texts;
};

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_TEXT_STRINGTABLE_H
