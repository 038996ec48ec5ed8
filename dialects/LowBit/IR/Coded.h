//===- Coded.h - Packed weights in the program ------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_LOWBIT_IR_CODED_H
#define QUANTC_DIALECTS_LOWBIT_IR_CODED_H

#include "dialects/LowBit/IR/LowBit.h"
#include "quantc/Format/Quantize.h"

namespace quantc::lowbit {

/// The description of a type's format, which its verifier has parsed before.
format::Format descriptionOf(CodedType type);

/// `encoded`, whose rows are the output channels in dimension `axis` of `shape`
/// (the first or the last).
CodedConstantOp createCoded(mlir::OpBuilder &builder, mlir::Location loc,
                            llvm::ArrayRef<int64_t> shape, int64_t axis,
                            const format::Format &format,
                            const format::Encoded &encoded);

/// The same weights under another shape.
CodedConstantOp cloneCoded(mlir::OpBuilder &builder, CodedConstantOp constant,
                           llvm::ArrayRef<int64_t> shape, int64_t axis);

/// What is stored, taken apart.
format::Encoded encodedOf(CodedConstantOp constant);

/// Every bit that the constant stores.
int64_t storedBits(CodedConstantOp constant);

/// Values of rows [rows, depth] in the order of a tensor's elements, and back.
/// `axis` is that of the rows.
template <typename T>
llvm::SmallVector<T> fromRows(llvm::ArrayRef<T> values, int64_t rows,
                              bool isLast) {
  llvm::SmallVector<T> result(values.begin(), values.end());
  auto depth = static_cast<int64_t>(values.size()) / std::max<int64_t>(rows, 1);
  for (int64_t row = 0; isLast && row < rows; ++row)
    for (int64_t k = 0; k < depth; ++k)
      result[k * rows + row] = values[row * depth + k];
  return result;
}
template <typename T>
llvm::SmallVector<T> toRows(llvm::ArrayRef<T> values, int64_t rows,
                            bool isLast) {
  // Row r of `depth` columns is column r of a matrix with that many rows.
  auto depth = static_cast<int64_t>(values.size()) / std::max<int64_t>(rows, 1);
  return fromRows(values, depth, isLast);
}

/// The reals of a constant, in the order of its elements.
llvm::SmallVector<float> decodeReals(CodedConstantOp constant);

/// Codes of 8 bits that stand for the same numbers.
struct GridCodes {
  mlir::quant::QuantizedType type; ///< Channels in dimension `axis`.
  llvm::SmallVector<int8_t> codes; ///< Row after row.
};

/// None, and `reason` says why, if there are no such codes.
std::optional<GridCodes> gridCodes(CodedConstantOp constant, int32_t axis,
                                   llvm::StringRef &reason);

} // namespace quantc::lowbit

#endif // QUANTC_DIALECTS_LOWBIT_IR_CODED_H
