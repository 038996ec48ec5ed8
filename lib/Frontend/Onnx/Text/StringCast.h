//===- StringCast.h - Between numbers and text ------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_TEXT_STRINGCAST_H
#define QUANTC_FRONTEND_ONNX_TEXT_STRINGCAST_H

#include "../NodeContext.h"

namespace quantc::onnx {

/// A Cast or CastLike of which one side is text: numbers in plain decimal
/// notation, as short as reads back; INF, -INF and NaN. Constants only.
mlir::LogicalResult convertStringCast(NodeContext &node, mlir::Type to);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_TEXT_STRINGCAST_H
