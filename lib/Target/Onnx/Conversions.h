//===- Conversions.h - What each operation becomes --------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_TARGET_ONNX_CONVERSIONS_H
#define QUANTC_LIB_TARGET_ONNX_CONVERSIONS_H

#include "Emitter.h"

#include "mlir/IR/Operation.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace quantc::onnx_export {

/// Adds the nodes of an operation, and says where its results are. Fails with a
/// diagnostic that says what ONNX cannot say.
using Conversion = llvm::LogicalResult (*)(Emitter &emitter,
                                           mlir::Operation *op);
/// By the name of the operation.
using ConversionTable = llvm::StringMap<Conversion>;

/// All of them.
const ConversionTable &conversionTable();

void addCodes(ConversionTable &table);
void addCodeContractions(ConversionTable &table);
void addContractions(ConversionTable &table);
void addDynamicCodes(ConversionTable &table);
void addElementwise(ConversionTable &table);
void addMaps(ConversionTable &table);
void addMovement(ConversionTable &table);
void addPools(ConversionTable &table);
void addReductions(ConversionTable &table);
void addResizes(ConversionTable &table);
void addTables(ConversionTable &table);

/// Adapts a function of one kind of op to the table.
template <typename Op, llvm::LogicalResult (*function)(Emitter &emitter, Op op)>
llvm::LogicalResult convert(Emitter &emitter, mlir::Operation *op) {
  return function(emitter, llvm::cast<Op>(op));
}

template <typename Op, llvm::LogicalResult (*function)(Emitter &emitter, Op op)>
void add(ConversionTable &table) {
  table[Op::getOperationName()] = convert<Op, function>;
}

/// The attributes of a window. `pad` holds the low and the high end of each
/// dimension, as MLIR has it.
Attributes windowAttributes(llvm::ArrayRef<int64_t> kernel,
                            llvm::ArrayRef<int64_t> pad,
                            llvm::ArrayRef<int64_t> stride,
                            llvm::ArrayRef<int64_t> dilation = {});

std::vector<int64_t> list(llvm::ArrayRef<int64_t> values);

/// A MaxPool or AveragePool, or its global form where the window is the image.
TensorId pool(Emitter &emitter, llvm::StringRef kind, TensorId image,
              mlir::Value input, llvm::ArrayRef<int64_t> kernel,
              llvm::ArrayRef<int64_t> pad, llvm::ArrayRef<int64_t> stride);

/// Relu or Clip; infinite or largest bounds are left out.
TensorId clamp(Emitter &emitter, TensorId input, float low, float high,
               bool isHelper);

/// How an op ends that gives codes: reals cut off to `limits` (codes, or none),
/// then QuantizeLinear. `cuts` says that the reals may be negative where the
/// format has no negative codes: that is a Relu.
TensorId quantizedWithin(Emitter &emitter, TensorId real,
                         mlir::quant::QuantizedType type,
                         std::optional<llvm::ArrayRef<int64_t>> limits,
                         bool cuts);

/// The same as the tensor of `result`, in an order of its dimensions.
void finishCodes(Emitter &emitter, mlir::Value result, TensorId real,
                 llvm::ArrayRef<int64_t> order,
                 std::optional<llvm::ArrayRef<int64_t>> limits, bool cuts);

/// The values of a !tosa.shape; nothing if they are computed.
std::optional<Shape> shapeValues(mlir::Value value);

/// The only element of a constant of reals or integers, or all of its equal
/// elements.
std::optional<double> splatOf(mlir::Value value);

} // namespace quantc::onnx_export

#endif // QUANTC_LIB_TARGET_ONNX_CONVERSIONS_H
