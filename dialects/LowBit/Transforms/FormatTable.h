//===- FormatTable.h - Formats that the user asks for by name ---*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_LOWBIT_TRANSFORMS_FORMATTABLE_H
#define QUANTC_DIALECTS_LOWBIT_TRANSFORMS_FORMATTABLE_H

#include "mlir/IR/BuiltinOps.h"
#include "quantc/Format/Format.h"
#include "llvm/ADT/StringMap.h"

namespace quantc::lowbit {

/// Activations get a format for each row, or each sample, when the program
/// runs.
constexpr llvm::StringLiteral dynamicActivations = "dynamic";

/// The formats that activations may have: f32, u8, i8, and few bits.
bool isActivationFormat(const format::Format &format);

/// The formats that `format-for` and `rules` ask for. A name is that of a
/// layer, else that of a calibration site. A layer without weights may be f32,
/// a site what an activation may be.
class FormatTable {
public:
  /// Parses NAME=FORMAT entries, and PATTERN=FORMAT rules. Emits an error at
  /// `module` for an entry without `=`, an unknown format, a name that neither
  /// a layer nor a site has, a format that does not exist for what the name
  /// stands for, and a pattern that is no regular expression or matches no
  /// layer.
  static mlir::FailureOr<FormatTable> parse(mlir::ModuleOp module,
                                            llvm::ArrayRef<std::string> entries,
                                            llvm::ArrayRef<std::string> rules);

  /// Null if nothing was asked for.
  const format::Format *ofLayer(llvm::StringRef layer) const;
  const format::Format *ofSite(llvm::StringRef site) const;

private:
  struct Names;
  mlir::LogicalResult addEntry(mlir::ModuleOp module, const Names &names,
                               llvm::StringRef entry);
  mlir::LogicalResult addRule(mlir::ModuleOp module, const Names &names,
                              llvm::StringRef rule);

  llvm::StringMap<format::Format> layers, sites;
};

} // namespace quantc::lowbit

#endif // QUANTC_DIALECTS_LOWBIT_TRANSFORMS_FORMATTABLE_H
