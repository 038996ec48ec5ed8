//===- StringResult.h - Strings that the model returns ----------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_TEXT_STRINGRESULT_H
#define QUANTC_FRONTEND_ONNX_TEXT_STRINGRESULT_H

#include "../ImportState.h"

namespace quantc::onnx {

/// Strings as the C interface has them: bytes, with a dimension more, which is
/// that of the longest string; zeros fill up the others. Strings that are
/// chosen at run time are rows of a table of all strings of the import. `name`
/// is the graph output's. Emits an error for strings that cannot be told from
/// their filling and for more bytes than the importer may make.
mlir::FailureOr<mlir::Value> buildStringResult(ImportState &state,
                                               const Operand &operand,
                                               llvm::StringRef name);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_TEXT_STRINGRESULT_H
