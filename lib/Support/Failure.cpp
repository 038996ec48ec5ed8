//===- Failure.cpp - Errors in the house form -----------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/Failure.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

Error quantc::failure(const Twine &where, const Twine &what,
                      const Twine &remedy) {
  std::string text = (where + ": " + what).str();
  if (!remedy.isTriviallyEmpty())
    text += ("; " + remedy).str();
  return createStringError(inconvertibleErrorCode(), Twine(text));
}

std::string quantc::shapeText(ArrayRef<int64_t> shape) {
  if (shape.empty())
    return "scalar";
  std::string text;
  raw_string_ostream os(text);
  interleave(shape, os, "x");
  return text;
}

std::string quantc::bytesText(uint64_t bytes) {
  if (bytes < 1000)
    return std::to_string(bytes) + " B";
  static const char *const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
  double value = double(bytes) / 1000;
  unsigned unit = 0;
  for (; value >= 999.5; ++unit)
    value /= 1000;
  std::string text;
  raw_string_ostream os(text);
  os << format(value < 9.995   ? "%.2f"
               : value < 99.95 ? "%.1f"
                               : "%.0f",
               value)
     << " " << units[unit];
  return text;
}
