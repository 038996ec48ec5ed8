//===- Spell.cpp - Names and types as C spells them -----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Header/Spell.h"

#include "quantc/Runtime/quantc.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace quantc;

namespace {

struct Spelling {
  const char *code, *element;
};

} // namespace

/// In the order of the codes.
static const Spelling spellings[] = {
    {"QUANTC_F32", "float"},     {"QUANTC_F64", "double"},
    {"QUANTC_I8", "int8_t"},     {"QUANTC_U8", "uint8_t"},
    {"QUANTC_I16", "int16_t"},   {"QUANTC_U16", "uint16_t"},
    {"QUANTC_I32", "int32_t"},   {"QUANTC_U32", "uint32_t"},
    {"QUANTC_I64", "int64_t"},   {"QUANTC_U64", "uint64_t"},
    {"QUANTC_BOOL", "uint8_t"},  {"QUANTC_F16", "uint16_t"},
    {"QUANTC_BF16", "uint16_t"}, {"QUANTC_STRING", "char"},
};
static_assert(std::size(spellings) == QUANTC_STRING + 1, "a spelling per code");

std::string quantc::spellString(StringRef text) {
  std::string literal;
  llvm::raw_string_ostream out(literal);
  out << '"';
  for (unsigned char c : text) {
    if (c == '"' || c == '\\')
      out << '\\' << char(c);
    else if (c == '?' || !llvm::isPrint(c)) // "??/" would be a trigraph.
      out << llvm::format("\\%03o", c);
    else
      out << char(c);
  }
  out << '"';
  return literal;
}

std::string quantc::spellComment(StringRef text) {
  std::string words;
  for (unsigned char c : text)
    words +=
        llvm::isPrint(c) && c != '*' && c != '\\' && c != '?' ? char(c) : '_';
  return words;
}

std::string quantc::spellElement(const AbiTensor &tensor) {
  return spellings[tensor.code].element;
}

std::string quantc::spellArray(const AbiTensor &tensor) {
  std::string array = spellElement(tensor);
  for (int64_t extent : tensor.type.getShape())
    array += "[" + std::to_string(extent) + "]";
  return array;
}

std::string quantc::spellCode(const AbiTensor &tensor) {
  return spellings[tensor.code].code;
}
