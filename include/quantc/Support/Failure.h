//===- Failure.h - Errors in the house form ---------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_SUPPORT_FAILURE_H
#define QUANTC_SUPPORT_FAILURE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <string>

namespace quantc {

/// An error for the user: "<where>: <what>; <remedy>". `where` names the file,
/// tensor or layer at fault, `what` says what was expected and what came, and
/// `remedy`, which may be empty, says what to do.
llvm::Error failure(const llvm::Twine &where, const llvm::Twine &what,
                    const llvm::Twine &remedy = "");

/// "500x32x32x3"; "scalar" for a shape without dimensions.
std::string shapeText(llvm::ArrayRef<int64_t> shape);

/// "3.4 MB": decimal units, three significant digits.
std::string bytesText(uint64_t bytes);

} // namespace quantc

#endif // QUANTC_SUPPORT_FAILURE_H
