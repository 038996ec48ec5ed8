//===- ConversionTable.cpp - From operator names to conversions -----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "ConversionTable.h"

using namespace quantc::onnx;

const ConversionTable &quantc::onnx::conversionTable() {
  static const ConversionTable table = [] {
    ConversionTable made;
#define FAMILY(NAME) add##NAME(made);
#include "Families.def"
    return made;
  }();
  return table;
}
