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
#include "llvm/ADT/StringMap.h"

namespace quantc::lowbit {

enum class FormatName { f32, i8, u8 };

/// `text` as a format; none if there is no such one.
std::optional<FormatName> parseFormat(llvm::StringRef text);

/// The formats that `format-for` asks for. A name is that of a layer, else that
/// of a calibration site. A layer may be f32, or i8 if it has weights.
class FormatTable {
public:
  /// Parses NAME=FORMAT entries. Emits an error at `module` for an entry
  /// without `=`, an unknown format, a name that neither a layer nor a site
  /// has, and a format that does not exist for what the name stands for.
  static mlir::FailureOr<FormatTable>
  parse(mlir::ModuleOp module, llvm::ArrayRef<std::string> entries);

  /// None if nothing was asked for.
  std::optional<FormatName> ofLayer(llvm::StringRef layer) const;
  std::optional<FormatName> ofSite(llvm::StringRef site) const;

private:
  llvm::StringMap<FormatName> layers, sites;
};

} // namespace quantc::lowbit

#endif // QUANTC_DIALECTS_LOWBIT_TRANSFORMS_FORMATTABLE_H
