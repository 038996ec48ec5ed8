//===- ElementType.cpp - Element types of arrays and tensors --------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/ElementType.h"

#include <iterator>

using namespace quantc;

namespace {
struct Row {
  const char *name;
  int64_t bytes;
};
} // namespace

/// In the order of the enumeration.
static constexpr Row rows[] = {{"float32", 4},  {"float64", 8}, {"int8", 1},
                               {"uint8", 1},    {"int16", 2},   {"uint16", 2},
                               {"int32", 4},    {"uint32", 4},  {"int64", 8},
                               {"uint64", 8},   {"bool", 1},    {"float16", 2},
                               {"bfloat16", 2}, {"string", 1}};

static const Row &rowOf(ElementType type) { return rows[int32_t(type)]; }

std::optional<ElementType> quantc::elementTypeFrom(int32_t number) {
  if (number < 0 || number >= int32_t(std::size(rows)))
    return std::nullopt;
  return ElementType(number);
}

int64_t quantc::byteWidth(ElementType type) { return rowOf(type).bytes; }

llvm::StringRef quantc::nameOf(ElementType type) { return rowOf(type).name; }

bool quantc::isFloat(ElementType type) {
  return type == ElementType::F16 || type == ElementType::BF16 ||
         type == ElementType::F32 || type == ElementType::F64;
}
