//===- Elementwise.h - Operators that work element by element --*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_ELEMENTWISE_H
#define QUANTC_FRONTEND_ONNX_ELEMENTWISE_H

#include "../ConversionTable.h"
#include "ScalarBuilder.h"

namespace quantc::onnx {

/// Groups of element types, combined with |.
enum ElementKind : unsigned {
  kFloats = 1,
  kSigned = 2,
  kUnsigned = 4,
  kBools = 8,
  kIntegers = kSigned | kUnsigned,
  kNumbers = kFloats | kIntegers,
  kAnything = kNumbers | kBools,
};

/// The group of a type; 0 for those that ONNX only stores and casts (4-bit
/// integers, 8-bit floats).
unsigned kindOf(mlir::Type element);

/// A function of whole tensors, in TOSA.
using TensorFunction = mlir::Value (*)(NodeContext &node, mlir::ValueRange x);
/// A function of one element of each input.
using ScalarFunction = mlir::Value (*)(ScalarBuilder &s, mlir::ValueRange x);
using ScalarLambda =
    llvm::function_ref<mlir::Value(ScalarBuilder &, mlir::ValueRange)>;

/// How an operator computes. Floats that are computed in f32 go to TOSA where
/// it has the op, which later stages know best; all others get a scalar body.
struct ElementwiseRule {
  unsigned kinds;
  size_t least, most;
  TensorFunction onF32;
  ScalarFunction scalar;
  /// The result is BOOL.
  bool isPredicate = false;
};

/// A conversion that checks the operands and follows a rule. An operator with
/// more than two inputs is folded from the left.
Conversion elementwise(ElementwiseRule rule);

/// Reports an error unless the inputs from `first` on have one element type and
/// shapes that broadcast.
mlir::LogicalResult checkOperands(NodeContext &node, size_t first = 0);
/// Reports `unsupported` unless input `index` is of one of `kinds`.
mlir::LogicalResult expectKind(NodeContext &node, size_t index, unsigned kinds);

/// Input `index` under the shape that it broadcasts with: before opset 7 the
/// attribute `axis` says where the second input begins in the first.
Shape alignedShape(NodeContext &node, size_t index);
mlir::Value alignedInput(NodeContext &node, size_t index);

/// An elementwise function of inputs that broadcast. The scalars are of the
/// ONNX type `from`, the result is of `to`.
mlir::Value mapScalars(NodeContext &node, mlir::ValueRange inputs,
                       mlir::Type from, mlir::Type to, ScalarLambda body);

/// Changes the top bit of an unsigned tensor of input 0's type, and back. TOSA
/// compares integers as signed ones, which then have the order of unsigned
/// ones.
mlir::Value flipUnsigned(NodeContext &node, mlir::Value x);

/// A TOSA op of one or two operands as a TensorFunction.
template <typename Op>
mlir::Value unaryTosa(NodeContext &node, mlir::ValueRange x) {
  return node.build.unary<Op>(x[0]);
}
template <typename Op>
mlir::Value binaryTosa(NodeContext &node, mlir::ValueRange x) {
  return node.build.binary<Op>(x[0], x[1]);
}
/// An arith or math op as a ScalarFunction.
template <typename Op>
mlir::Value unaryScalar(ScalarBuilder &s, mlir::ValueRange x) {
  return Op::create(s.ops(), x[0]);
}
template <typename Op>
mlir::Value binaryScalar(ScalarBuilder &s, mlir::ValueRange x) {
  return Op::create(s.ops(), x[0], x[1]);
}

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_ELEMENTWISE_H
