//===- Constants.h - The numbers in a constant ------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_SUPPORT_CONSTANTS_H
#define QUANTC_SUPPORT_CONSTANTS_H

#include "mlir/IR/Value.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace quantc {

/// The elements of an f32 constant, whether the attribute holds them itself or
/// refers to a resource, seen through reshapes; nothing for any other value.
std::optional<llvm::SmallVector<float>> constantFloats(mlir::Value value);

} // namespace quantc

#endif // QUANTC_SUPPORT_CONSTANTS_H
