//===- ScalarBuilder.h - Arithmetic on single elements ---------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_SCALARBUILDER_H
#define QUANTC_FRONTEND_ONNX_SCALARBUILDER_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace quantc::onnx {

/// Creates arith and math ops on single elements of one ONNX type. Integers are
/// signless in the IR, so the ONNX type decides between signed and unsigned ops
/// here. Integers wrap; nothing traps and nothing is undefined:
/// docs/Numerics.md says what comes out where mathematics has no answer.
class ScalarBuilder {
public:
  ScalarBuilder(mlir::ImplicitLocOpBuilder &ops, mlir::Type element);

  mlir::ImplicitLocOpBuilder &ops() { return builder; }
  bool isFloat() const { return llvm::isa<mlir::FloatType>(storage); }
  bool isUnsigned() const { return unsignedElement; }
  /// Bits of an element in the IR.
  unsigned width() const { return storage.getIntOrFloatBitWidth(); }

  /// A constant of the element type; an integer is the number's low bits.
  mlir::Value real(double value);
  mlir::Value integer(int64_t value);
  mlir::Value zero() { return integer(0); }
  mlir::Value one() { return integer(1); }
  mlir::Value lowest();

  mlir::Value add(mlir::Value a, mlir::Value b);
  mlir::Value sub(mlir::Value a, mlir::Value b);
  mlir::Value mul(mlir::Value a, mlir::Value b);
  /// Integers: toward zero, and 0 where b is 0.
  mlir::Value div(mlir::Value a, mlir::Value b);
  /// a - b * trunc(a / b), which has the sign of a. Integers: 0 where b is 0.
  mlir::Value remainder(mlir::Value a, mlir::Value b);
  /// NaN if a or b is.
  mlir::Value max(mlir::Value a, mlir::Value b);
  mlir::Value min(mlir::Value a, mlir::Value b);
  mlir::Value abs(mlir::Value a);

  /// Comparisons, i1. All but `notEqual` are false for NaN.
  mlir::Value equal(mlir::Value a, mlir::Value b);
  mlir::Value notEqual(mlir::Value a, mlir::Value b);
  mlir::Value less(mlir::Value a, mlir::Value b);
  mlir::Value lessOrEqual(mlir::Value a, mlir::Value b);

  mlir::Value select(mlir::Value condition, mlir::Value ifTrue,
                     mlir::Value ifFalse);

private:
  mlir::Value compare(mlir::arith::CmpFPredicate onFloats,
                      mlir::arith::CmpIPredicate onSigned,
                      mlir::arith::CmpIPredicate onUnsigned, mlir::Value a,
                      mlir::Value b);
  mlir::Value safeDivisor(mlir::Value a, mlir::Value b);

  mlir::ImplicitLocOpBuilder &builder;
  mlir::Type storage;
  bool unsignedElement;
};

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_SCALARBUILDER_H
