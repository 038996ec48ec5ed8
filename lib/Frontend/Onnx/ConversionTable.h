//===- ConversionTable.h - From operator names to conversions ---*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_CONVERSIONTABLE_H
#define QUANTC_FRONTEND_ONNX_CONVERSIONTABLE_H

#include "NodeContext.h"
#include "Text/StringInputs.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include <functional>

namespace quantc::onnx {

/// Converts one node. Its inputs that are present are known, and are tensors
/// unless the operator is one of those that take lists.
using Conversion = std::function<mlir::LogicalResult(NodeContext &)>;

/// All conversions by operator name; each family of operators adds its own.
/// Those of other domains than ONNX's own go by "domain.Operator".
struct ConversionTable {
  llvm::StringMap<Conversion> conversions;
  /// Computes the outputs of nodes whose inputs are all constant.
  llvm::StringMap<Conversion> folders;
  /// Operators whose inputs may be sequences and optionals, too.
  llvm::StringSet<> takesLists;
  /// Operators that take strings; all others need not know of them.
  llvm::StringMap<StringInputs> onStrings;

  void addForLists(llvm::StringRef name, Conversion convert) {
    conversions[name] = std::move(convert);
    takesLists.insert(name);
  }
};

/// The one table that has them all.
const ConversionTable &conversionTable();

#define FAMILY(NAME) void add##NAME(ConversionTable &table);
#include "Families.def"

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_CONVERSIONTABLE_H
