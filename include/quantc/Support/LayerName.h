//===- LayerName.h - What the user calls an operation ---------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_SUPPORT_LAYERNAME_H
#define QUANTC_SUPPORT_LAYERNAME_H

#include "mlir/IR/Location.h"
#include <string>

namespace mlir {
class Operation;
class Value;
} // namespace mlir

namespace quantc {

/// The first name in a location, looking through fusion and call sites; empty
/// if it has none.
std::string nameOf(mlir::Location location);

/// The name of the layer that `op` came from: the name in its location, else
/// the op's own name with its place in a source file ("tosa.add@model.mlir:7").
std::string layerName(mlir::Operation *op);

/// The name of a value: its layer's, or an argument's `quantc.name`, else
/// "input<n>".
std::string valueName(mlir::Value value);

} // namespace quantc

#endif // QUANTC_SUPPORT_LAYERNAME_H
