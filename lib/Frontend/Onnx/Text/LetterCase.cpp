//===- LetterCase.cpp - Capital and small letters -------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "LetterCase.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include <clocale>
#include <cwctype>

using namespace quantc::onnx;

/// glibc has this locale built in, whatever is installed.
static locale_t unicode() {
  static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return locale;
}

static bool isAscii(llvm::StringRef text) {
  return llvm::all_of(text, [](unsigned char c) { return c < 0x80; });
}

std::optional<std::string> quantc::onnx::inLetterCase(llvm::StringRef text,
                                                      LetterCase wanted) {
  bool isUpper = wanted == LetterCase::Upper;
  if (isAscii(text))
    return isUpper ? text.upper() : text.lower();
  if (!unicode())
    return std::nullopt;
  llvm::SmallVector<llvm::UTF32> points(text.size());
  auto *from = reinterpret_cast<const llvm::UTF8 *>(text.begin());
  llvm::UTF32 *end = points.begin();
  if (llvm::ConvertUTF8toUTF32(
          &from, reinterpret_cast<const llvm::UTF8 *>(text.end()), &end,
          points.end(), llvm::strictConversion) != llvm::conversionOK)
    return std::nullopt;
  points.truncate(size_t(end - points.begin()));
  for (llvm::UTF32 &point : points)
    point = isUpper ? towupper_l(wint_t(point), unicode())
                    : towlower_l(wint_t(point), unicode());
  std::string result;
  if (!llvm::convertUTF32ToUTF8String(points, result))
    return std::nullopt;
  return result;
}

bool quantc::onnx::hasOwnLetterCase(llvm::StringRef locale) {
  std::string language =
      locale.take_until([](char c) { return !llvm::isAlpha(c); }).lower();
  return llvm::is_contained({"tr", "az", "lt"}, language);
}
