//===- Bytes.h - The data of constants as ONNX stores it --------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_TARGET_ONNX_BYTES_H
#define QUANTC_LIB_TARGET_ONNX_BYTES_H

#include "Graph.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Types.h"
#include <optional>

namespace quantc::onnx_export {

/// The ONNX type of an element type of MLIR: signless integers are signed, i1
/// is BOOL, an index is INT64. Nothing for what ONNX has not.
std::optional<DataType> dataTypeOf(mlir::Type element);

/// Whether the data of a constant is in the module.
bool hasBytes(mlir::ElementsAttr elements);

/// The elements of a constant in row-major order, as `raw_data` has them:
/// little endian, a byte for each BOOL and each integer below 8 bits. They lie
/// in the attribute, or in `owned` where it holds them in another form. Nothing
/// if the attribute refers to data that is not there.
std::optional<llvm::StringRef> bytesOf(mlir::ElementsAttr elements,
                                       bool isUnsigned,
                                       std::deque<std::string> &owned);

/// The dimensions in another order: result dimension i is dimension order[i].
Shape permute(llvm::ArrayRef<int64_t> values, llvm::ArrayRef<int64_t> order);

/// The elements of a tensor of `shape` with its dimensions in another order.
std::string permuteBytes(llvm::StringRef bytes, llvm::ArrayRef<int64_t> shape,
                         llvm::ArrayRef<int64_t> order);

/// Two integers of 4 bits in each byte, the first in the low half.
std::string packNibbles(llvm::StringRef bytes);

} // namespace quantc::onnx_export

#endif // QUANTC_LIB_TARGET_ONNX_BYTES_H
