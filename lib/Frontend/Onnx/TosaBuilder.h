//===- TosaBuilder.h - Short names for the ops that importing creates *- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_TOSABUILDER_H
#define QUANTC_FRONTEND_ONNX_TOSABUILDER_H

#include "HostTensor.h"
#include "Storage.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace quantc::onnx {

/// The static ranked type of a value.
mlir::RankedTensorType typeOf(mlir::Value value);
llvm::ArrayRef<int64_t> shapeOf(mlir::Value value);
mlir::Type elementOf(mlir::Value value);

/// The shape that two shapes broadcast to as in NumPy; nothing if they do not.
std::optional<Shape> broadcastShapes(llvm::ArrayRef<int64_t> lhs,
                                     llvm::ArrayRef<int64_t> rhs);

/// One element of a result from one element of each input, in arith and math.
using ScalarBody = llvm::function_ref<mlir::Value(mlir::ImplicitLocOpBuilder &,
                                                  mlir::ValueRange)>;

/// Creates TOSA ops at one place under one location. Values have the types that
/// storageOf gives; where an element type is asked for, that of ONNX will do.
/// Callers have checked shapes and element types; nothing here reports an
/// error.
class TosaBuilder {
public:
  TosaBuilder(mlir::Location loc, mlir::OpBuilder &builder)
      : builder(loc, builder) {}

  mlir::Value constant(const HostTensor &tensor);
  /// A constant with one element, of shape [1, ..., 1].
  mlir::Value scalar(mlir::Type element, double value, int64_t rank);
  mlir::Value constShape(llvm::ArrayRef<int64_t> values);
  /// A zero point operand, which a float op has too.
  mlir::Value zeroPoint(mlir::Type element) { return scalar(element, 0, 1); }

  /// Data movement. A reshape or transpose that changes nothing is not made.
  mlir::Value reshape(mlir::Value value, llvm::ArrayRef<int64_t> shape);
  mlir::Value transpose(mlir::Value value, llvm::ArrayRef<int64_t> permutation);
  mlir::Value slice(mlir::Value value, llvm::ArrayRef<int64_t> begin,
                    llvm::ArrayRef<int64_t> size);
  mlir::Value sliceAxis(mlir::Value value, int64_t axis, int64_t begin,
                        int64_t size);
  /// Amounts are not negative; `fill` has one element.
  mlir::Value pad(mlir::Value value, llvm::ArrayRef<int64_t> low,
                  llvm::ArrayRef<int64_t> high, mlir::Value fill);
  mlir::Value concat(mlir::ValueRange values, int64_t axis);
  /// Element i of one axis goes to `begin + i * stride` of a result of `size`;
  /// what falls outside is left out, and `fill` (one element) is in between.
  mlir::Value place(mlir::Value value, int64_t axis, int64_t begin,
                    int64_t stride, int64_t size, mlir::Value fill);
  mlir::Value tile(mlir::Value value, llvm::ArrayRef<int64_t> multiples);
  mlir::Value reverse(mlir::Value value, int64_t axis);
  /// Elements `indices` of one axis, each in [0, size of the axis).
  mlir::Value take(mlir::Value value, int64_t axis,
                   llvm::ArrayRef<int64_t> indices);
  mlir::Value cast(mlir::Value value, mlir::Type element);
  /// To `element` itself, not to its storage.
  mlir::Value castExactly(mlir::Value value, mlir::Type element);
  mlir::Value broadcastTo(mlir::Value value, llvm::ArrayRef<int64_t> shape);

  /// Reshapes `value` to `rank` with leading dimensions of 1.
  mlir::Value withRank(mlir::Value value, int64_t rank);

  /// Arithmetic with broadcasting over any two ranks.
  template <typename Op>
  mlir::Value binary(mlir::Value lhs, mlir::Value rhs,
                     mlir::Type element = nullptr) {
    mlir::RankedTensorType type = equalizeRanks(lhs, rhs, element);
    return Op::create(builder, type, lhs, rhs);
  }
  mlir::Value add(mlir::Value lhs, mlir::Value rhs) {
    return binary<mlir::tosa::AddOp>(lhs, rhs);
  }
  mlir::Value sub(mlir::Value lhs, mlir::Value rhs) {
    return binary<mlir::tosa::SubOp>(lhs, rhs);
  }
  mlir::Value mul(mlir::Value lhs, mlir::Value rhs);
  mlir::Value div(mlir::Value lhs, mlir::Value rhs);
  mlir::Value select(mlir::Value condition, mlir::Value ifTrue,
                     mlir::Value ifFalse);
  /// value op constant, on the element type of `value`.
  mlir::Value addScalar(mlir::Value value, double number);
  mlir::Value mulScalar(mlir::Value value, double number);

  template <typename Op>
  mlir::Value unary(mlir::Value value) {
    return Op::create(builder, value.getType(), value);
  }
  mlir::Value negate(mlir::Value value);
  mlir::Value sqrt(mlir::Value value);
  mlir::Value clamp(mlir::Value value, double low, double high);

  /// What TOSA has no op for, or not on these types: an elementwise
  /// `linalg.generic` over inputs that broadcast as in NumPy.
  mlir::Value map(mlir::ValueRange inputs, mlir::Type element, ScalarBody body);

  /// Sums (say) over the `reduced` last of the loops: a `linalg.generic` of
  /// result shape `shape`. `maps` tell from the loops which element of each
  /// input is read. The last element that `body` gets is the value so far, at
  /// first `initial`.
  mlir::Value fold(mlir::ValueRange inputs,
                   llvm::ArrayRef<mlir::AffineMap> maps,
                   llvm::ArrayRef<int64_t> shape, unsigned reduced,
                   mlir::TypedAttr initial, ScalarBody body);
  /// The same, beginning with the elements of a tensor.
  mlir::Value foldInto(mlir::Value initial, mlir::ValueRange inputs,
                       llvm::ArrayRef<mlir::AffineMap> maps, unsigned reduced,
                       ScalarBody body);
  /// Elements of `data` at places in row-major order, an integer tensor of the
  /// result's shape. Places outside of the data are moved to its ends, so that
  /// nothing else is read.
  mlir::Value lookUp(mlir::Value data, mlir::Value places);
  /// The row-major place that indices stand for, one integer tensor per
  /// dimension of `shape`; they broadcast.
  mlir::Value placeOf(mlir::ValueRange indices, llvm::ArrayRef<int64_t> shape);
  /// Indices as i64 in [0, dim): negative ones count from the end.
  mlir::Value wrap(mlir::Value indices, int64_t dim);
  /// 0, 1, ... along one axis, and 1 in all others.
  mlir::Value iota(int64_t count, int64_t axis, int64_t rank);

  /// Reduces over axes and keeps them with size 1.
  template <typename Op>
  mlir::Value reduce(mlir::Value value, llvm::ArrayRef<int64_t> axes) {
    for (int64_t axis : axes) {
      Shape shape(shapeOf(value));
      shape[axis] = 1;
      value =
          Op::create(builder, withShape(value, shape), value, uint32_t(axis));
    }
    return value;
  }
  mlir::Value mean(mlir::Value value, llvm::ArrayRef<int64_t> axes);

  /// [B, M, K] x [B, K, N] -> [B, M, N]
  mlir::Value matmul(mlir::Value lhs, mlir::Value rhs);

  mlir::ImplicitLocOpBuilder &ops() { return builder; }
  static mlir::RankedTensorType withShape(mlir::Value value,
                                          llvm::ArrayRef<int64_t> shape);

private:
  mlir::RankedTensorType equalizeRanks(mlir::Value &lhs, mlir::Value &rhs,
                                       mlir::Type element);

  mlir::ImplicitLocOpBuilder builder;
};

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_TOSABUILDER_H
