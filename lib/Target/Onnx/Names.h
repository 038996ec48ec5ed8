//===- Names.h - Names that differ ------------------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_TARGET_ONNX_NAMES_H
#define QUANTC_LIB_TARGET_ONNX_NAMES_H

#include "llvm/ADT/StringSet.h"
#include <string>

namespace quantc::onnx_export {

/// Hands out each name once. Names that somebody will ask for later are
/// reserved, so that no made-up name takes them.
class Names {
public:
  void reserve(llvm::StringRef name) { reserved.insert(name); }

  /// `name` itself the first time, then "name/2" and so on.
  std::string take(llvm::StringRef name) {
    if (used.insert(name).second)
      return name.str();
    for (unsigned i = 2;; ++i) {
      std::string other = (name + "/" + llvm::Twine(i)).str();
      if (!reserved.contains(other) && used.insert(other).second)
        return other;
    }
  }

  /// A name made from another one: never one that is reserved.
  std::string derive(llvm::StringRef name) {
    return take(reserved.contains(name) ? (name + "/2").str() : name.str());
  }

private:
  llvm::StringSet<> reserved, used;
};

} // namespace quantc::onnx_export

#endif // QUANTC_LIB_TARGET_ONNX_NAMES_H
