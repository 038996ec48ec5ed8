//===- Spelling.cpp - Formats as text -------------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Format/Spelling.h"

#include "quantc/Format/Catalog.h"
#include "quantc/Support/Failure.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace quantc;
using namespace quantc::format;
using llvm::StringRef;

namespace {

template <typename T>
struct Word {
  StringRef text;
  T value;
};

constexpr Word<ScaleType> scaleTypes[] = {
    {"f32", ScaleType::F32},   {"f16", ScaleType::F16},
    {"bf16", ScaleType::BF16}, {"e8m0", ScaleType::E8M0},
    {"e4m3", ScaleType::E4M3}, {"pow2", ScaleType::PowerOfTwo},
};
constexpr Word<Search> searches[] = {
    {"absmax", Search::AbsMax}, {"floor", Search::Floor}, {"mse", Search::Mse},
    {"aciq", Search::Aciq},     {"hqq", Search::Hqq},
};

template <typename T, size_t N>
std::optional<T> valueOf(const Word<T> (&words)[N], StringRef text) {
  for (const Word<T> &word : words)
    if (word.text == text)
      return word.value;
  return std::nullopt;
}

template <typename T, size_t N>
StringRef textOf(const Word<T> (&words)[N], T value) {
  for (const Word<T> &word : words)
    if (word.value == value)
      return word.text;
  return "";
}

constexpr llvm::StringLiteral knownModifiers =
    "tensor, axis, b16 .. b256, f32, f16, bf16, e8m0, e4m3, pow2, narrow, "
    "full, "
    "midrise, absmax, floor, mse, aciq, hqq, base3 and huffman";

/// Reads the modifiers of one spelling into a description.
class Parser {
public:
  Parser(StringRef text, Format described)
      : text(text), base(described), format(std::move(described)) {}

  llvm::Error modify(StringRef modifier);
  /// What the modifiers mean together, and the shortest spelling.
  llvm::Expected<Format> finish();

private:
  llvm::Error refuse(const llvm::Twine &rule) const {
    return failure("format '" + text + "'", rule);
  }
  llvm::Error granularity(StringRef modifier);
  llvm::Error range(StringRef modifier);
  llvm::Error check() const;
  llvm::Error checkSearch() const;
  bool isSignedInteger() const {
    return base.levels.decode == Decode::Integer && base.levels.lowest < 0 &&
           base.levels.unit == 1 && base.name.front() == 'i';
  }
  /// The type that scales have unless they are given one.
  ScaleType usualType() const {
    return format.isBlocked() && !base.isBlocked() &&
                   base.scaling.type == ScaleType::F32
               ? ScaleType::F16
               : base.scaling.type;
  }

  StringRef text;
  const Format base;
  Format format;
  std::optional<ScaleType> type;
  std::string rangeName;
};

llvm::Error Parser::modify(StringRef modifier) {
  int64_t block = 0;
  StringRef digits = modifier;
  bool isBlock = digits.consume_front("b") && !digits.getAsInteger(10, block);
  if (base.isReal())
    return refuse("expects no modifiers of f32, but got '" + modifier + "'");
  if (modifier == "tensor" || modifier == "axis" || isBlock)
    return granularity(modifier);
  if (std::optional<ScaleType> value = valueOf(scaleTypes, modifier)) {
    type = value;
    return llvm::Error::success();
  }
  if (std::optional<Search> value = valueOf(searches, modifier)) {
    format.search = *value;
    return llvm::Error::success();
  }
  if (modifier == "narrow" || modifier == "full" || modifier == "midrise")
    return range(modifier);
  if (modifier == "base3")
    format.packing = Packing::Base3;
  else if (modifier == "huffman")
    format.packing = Packing::Huffman;
  else
    return refuse("expects the modifiers " + knownModifiers + ", but got '" +
                  modifier + "'");
  return llvm::Error::success();
}

llvm::Error Parser::granularity(StringRef modifier) {
  format.scaling.block = 0;
  if (modifier == "tensor") {
    format.scaling.granularity = Granularity::Tensor;
  } else if (modifier == "axis") {
    format.scaling.granularity = Granularity::Axis;
  } else {
    format.scaling.granularity = Granularity::Block;
    if (modifier.drop_front().getAsInteger(10, format.scaling.block) ||
        format.scaling.block < 16 || format.scaling.block > 256)
      return refuse("expects blocks of 16 to 256 values, but got '" + modifier +
                    "'");
  }
  return llvm::Error::success();
}

llvm::Error Parser::range(StringRef modifier) {
  if (!isSignedInteger())
    return refuse("expects '" + modifier + "' on i2 .. i8 only");
  Levels &levels = format.levels;
  levels = base.levels;
  rangeName = modifier == "narrow" ? "" : modifier.str();
  if (modifier == "full")
    levels.lowest = -(levels.highest + 1);
  if (modifier == "midrise")
    levels.decode = Decode::Odd;
  return llvm::Error::success();
}

llvm::Error Parser::checkSearch() const {
  bool isPower = format.scaling.type == ScaleType::E8M0 ||
                 format.scaling.type == ScaleType::PowerOfTwo;
  switch (format.search) {
  case Search::Floor:
    if (!isPower)
      return refuse("expects 'floor' with scales e8m0 or pow2, but got " +
                    spell(format.scaling.type));
    break;
  case Search::Aciq:
    if (format.levels.decode != Decode::Integer ||
        format.zeroPoint != ZeroPoint::None)
      return refuse("expects 'aciq' on signed integers only");
    break;
  case Search::Hqq:
    if (format.zeroPoint == ZeroPoint::None)
      return refuse(
          "expects 'hqq' on formats with a zero point (u1 .. u8) only");
    break;
  case Search::AbsMax:
  case Search::Mse:
    break;
  }
  if (format.isFitted() && format.search != Search::Mse)
    return refuse("expects no search on levels that are fitted, but got '" +
                  spell(format.search) + "'");
  return llvm::Error::success();
}

llvm::Error Parser::check() const {
  bool isTernary = format.levels.decode == Decode::Integer &&
                   format.levels.lowest == -1 && format.levels.highest == 1;
  if (format.packing == Packing::Base3 && !isTernary)
    return refuse("expects 'base3' on ternary only");
  if (format.packing == Packing::Huffman &&
      format.levels.decode != Decode::Codebook)
    return refuse("expects 'huffman' on kmeans2 .. kmeans256 only");
  if (format.levels.decode == Decode::Basis &&
      format.scaling.granularity != Granularity::Axis)
    return refuse("expects a scale for each channel, as the basis is fitted to "
                  "each");
  if (format.scaling.type == ScaleType::E4M3 && !format.isBlocked())
    return refuse("expects e4m3 scales for blocks only");
  return checkSearch();
}

llvm::Expected<Format> Parser::finish() {
  format.scaling.type = type.value_or(usualType());
  format.scaling.second = format.scaling.type == ScaleType::E4M3;
  if (format.search == Search::Hqq && format.zeroPoint != ZeroPoint::None)
    format.zeroPoint = ZeroPoint::F16;
  if (llvm::Error error = check())
    return std::move(error);
  format.name = base.name;
  auto add = [&](const llvm::Twine &modifier) {
    format.name += (":" + modifier).str();
  };
  const Scaling &scaling = format.scaling;
  if (scaling.granularity != base.scaling.granularity ||
      scaling.block != base.scaling.block) {
    if (format.isBlocked())
      add("b" + llvm::Twine(scaling.block));
    else
      add(scaling.granularity == Granularity::Axis ? "axis" : "tensor");
  }
  if (scaling.type != usualType())
    add(spell(scaling.type));
  if (!rangeName.empty())
    add(rangeName);
  if (format.search != base.search)
    add(spell(format.search));
  if (format.packing == Packing::Base3)
    add("base3");
  if (format.packing == Packing::Huffman)
    add("huffman");
  return format;
}

} // namespace

StringRef format::spell(ScaleType type) { return textOf(scaleTypes, type); }
StringRef format::spell(Search search) { return textOf(searches, search); }

std::string format::knownFormats() {
  llvm::SmallVector<StringRef> patterns;
  for (const Family &family : catalog())
    patterns.push_back(family.pattern);
  return llvm::join(patterns, ", ");
}

llvm::Expected<Format> format::parse(StringRef text) {
  llvm::SmallVector<StringRef> words;
  text.split(words, ':');
  for (const Family &family : catalog()) {
    std::optional<Format> described = family.describe(words.front());
    if (!described)
      continue;
    Parser parser(text, std::move(*described));
    for (StringRef modifier : llvm::ArrayRef(words).drop_front())
      if (llvm::Error error = parser.modify(modifier))
        return std::move(error);
    return parser.finish();
  }
  return failure("format '" + text + "'",
                 "expects one of " + knownFormats() +
                     ", each with modifiers such as ':b32'");
}
