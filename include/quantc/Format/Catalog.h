//===- Catalog.h - The formats that exist -----------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FORMAT_CATALOG_H
#define QUANTC_FORMAT_CATALOG_H

#include "quantc/Format/Format.h"

namespace quantc::format {

/// A name, or a name with a number ("i4"), and the description behind it.
struct Family {
  std::string pattern; ///< As help prints it: "i2 .. i8".
  std::string summary; ///< One line, without a full stop.
  /// The description of `name`, with defaults; none if it is not of this
  /// family.
  std::optional<Format> (*describe)(llvm::StringRef name);
  /// A spelling to show, to test and to measure.
  std::vector<std::string> examples;
};

/// Those of this library and those that were registered, in their order.
llvm::ArrayRef<Family> catalog();

/// Adds a family. Call it before the first compilation; there is no lock.
void registerFamily(Family family);

} // namespace quantc::format

#endif // QUANTC_FORMAT_CATALOG_H
