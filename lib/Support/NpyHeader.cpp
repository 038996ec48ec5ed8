//===- NpyHeader.cpp - The text of an .npy header -------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "NpyHeader.h"

#include "quantc/Support/Failure.h"
#include "llvm/ADT/StringExtras.h"
#include <optional>

using namespace llvm;
using namespace quantc;

/// NumPy's own limit.
static constexpr size_t maxRank = 32;

namespace {

struct TypeCode {
  StringRef code;
  ElementType type;
};

/// A cursor over the dictionary. Every method skips white space first.
class Parser {
public:
  Parser(StringRef where, StringRef text) : where(where), rest(text) {}

  Expected<NpyHeader> parse();

private:
  bool take(char c);
  Error expect(char c);
  Expected<StringRef> string();
  Expected<bool> boolean();
  Error type(NpyHeader &header);
  Error shape(NpyHeader &header);
  Error entry(NpyHeader &header, StringRef key);
  Error broken(const Twine &what) {
    return failure(where,
                   "expects " + what + " in the header, but got '" +
                       printable(rest.take_front(20)) + "'",
                   "write the file again with numpy.save");
  }
  static std::string printable(StringRef text);

  StringRef where;
  StringRef rest;
  bool hasType = false, hasOrder = false, hasShape = false;
  /// Of a string, in bytes or code points.
  std::optional<int64_t> width;
};

} // namespace

static constexpr TypeCode typeCodes[] = {
    {"<f4", ElementType::F32},  {"<f8", ElementType::F64},
    {"|i1", ElementType::I8},   {"|u1", ElementType::U8},
    {"<i2", ElementType::I16},  {"<u2", ElementType::U16},
    {"<i4", ElementType::I32},  {"<u4", ElementType::U32},
    {"<i8", ElementType::I64},  {"<u8", ElementType::U64},
    {"|b1", ElementType::Bool}, {"<f2", ElementType::F16}};

StringRef quantc::npyTypeCode(ElementType type) {
  for (const TypeCode &row : typeCodes)
    if (row.type == type)
      return row.code;
  return "";
}

std::string Parser::printable(StringRef text) {
  std::string result;
  for (char c : text)
    result += isPrint(c) ? c : '?';
  return result;
}

bool Parser::take(char c) {
  rest = rest.ltrim();
  return rest.consume_front(StringRef(&c, 1));
}

Error Parser::expect(char c) {
  if (take(c))
    return Error::success();
  return broken("'" + Twine(c) + "'");
}

Expected<StringRef> Parser::string() {
  char quote = take('\'') ? '\'' : '"';
  if (quote == '"' && !take('"'))
    return broken("a string");
  size_t end = rest.find(quote);
  if (end == StringRef::npos)
    return broken("a closing quote");
  StringRef result = rest.take_front(end);
  rest = rest.drop_front(end + 1);
  return result;
}

Expected<bool> Parser::boolean() {
  rest = rest.ltrim();
  if (rest.consume_front("True"))
    return true;
  if (rest.consume_front("False"))
    return false;
  return broken("True or False");
}

Error Parser::type(NpyHeader &header) {
  rest = rest.ltrim();
  if (rest.starts_with("["))
    return failure(where, "expects numbers, but got records with fields",
                   "save one field at a time");
  Expected<StringRef> code = string();
  if (!code)
    return code.takeError();
  header.bigEndian = code->starts_with(">");
  StringRef kind = code->ltrim("<>|=");
  for (const TypeCode &row : typeCodes)
    if (row.code.drop_front() == kind) {
      header.type = row.type;
      return Error::success();
    }
  int64_t length;
  bool isText = kind.consume_front("S") || kind.starts_with("U");
  header.isWide = kind.consume_front("U");
  if (isText && !kind.getAsInteger(10, length) && length >= 1) {
    header.type = ElementType::String;
    width = length;
    return Error::success();
  }
  StringRef remedy = "convert it to float32 with x.astype('float32')";
  if (kind.starts_with("O"))
    return failure(where, "expects numbers, but got Python objects",
                   "arrays of unequal shape have to be padded first; then " +
                       remedy);
  return failure(where,
                 "expects numbers of a known type, but got type '" +
                     printable(*code) + "'",
                 remedy);
}

Error Parser::shape(NpyHeader &header) {
  if (Error error = expect('('))
    return error;
  while (!take(')')) {
    rest = rest.ltrim();
    int64_t dimension;
    if (rest.consumeInteger(10, dimension) || dimension < 0)
      return broken("a dimension between 0 and 2^63-1");
    rest.consume_front("L"); // Python 2 wrote long integers so.
    header.shape.push_back(dimension);
    if (header.shape.size() > maxRank)
      return broken("at most " + Twine(maxRank) + " dimensions");
    if (take(','))
      continue;
    if (Error error = expect(')'))
      return error;
    break;
  }
  return Error::success();
}

Error Parser::entry(NpyHeader &header, StringRef key) {
  if (key == "descr") {
    hasType = true;
    return type(header);
  }
  if (key == "shape") {
    hasShape = true;
    header.shape.clear();
    return shape(header);
  }
  if (key != "fortran_order")
    return failure(where,
                   "expects the keys descr, fortran_order and shape in "
                   "the header, but got '" +
                       printable(key) + "'",
                   "write the file again with numpy.save");
  hasOrder = true;
  Expected<bool> order = boolean();
  if (!order)
    return order.takeError();
  header.fortranOrder = *order;
  return Error::success();
}

Expected<NpyHeader> Parser::parse() {
  NpyHeader header{};
  if (Error error = expect('{'))
    return std::move(error);
  while (!take('}')) {
    Expected<StringRef> key = string();
    if (!key)
      return key.takeError();
    if (Error error = expect(':'))
      return std::move(error);
    if (Error error = entry(header, *key))
      return std::move(error);
    if (take(','))
      continue;
    if (Error error = expect('}'))
      return std::move(error);
    break;
  }
  if (!rest.trim().empty())
    return broken("nothing after '}'");
  if (!hasType || !hasOrder || !hasShape)
    return failure(where,
                   "expects descr, fortran_order and shape in the "
                   "header, but got less",
                   "write the file again with numpy.save");
  if (width)
    header.shape.push_back(*width);
  return header;
}

Expected<NpyHeader> quantc::parseNpyHeader(StringRef where, StringRef text) {
  return Parser(where, text).parse();
}
