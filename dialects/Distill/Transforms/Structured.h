//===- Structured.h - Derivatives of loops over elements --------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_DISTILL_TRANSFORMS_STRUCTURED_H
#define QUANTC_DIALECTS_DISTILL_TRANSFORMS_STRUCTURED_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/Support/Error.h"
#include <memory>

namespace quantc::distill {

/// A tensor, and which of its elements belongs to a step of some loops.
struct Indexed {
  mlir::Value tensor;
  mlir::AffineMap map;
};

/// A computation in the form of a linalg op. `body` has an argument for each
/// input, then one for each accumulator; it yields an element of each result.
///
/// Without accumulators each element of a result is computed once. With them,
/// one for each result, a loop that a result's map leaves out folds: a sum, or
/// the largest or smallest of numbers.
struct Structured {
  llvm::SmallVector<Indexed> inputs;
  llvm::SmallVector<Indexed> results;
  unsigned accumulators = 0;
  mlir::Block *body = nullptr;
  /// Holds the body of what is no linalg op.
  std::unique_ptr<mlir::Region> storage;
};

/// The adjoint of an input from those of the results, of which null ones are
/// zero; null if it is zero. Of numbers that are equal and all the largest,
/// each gets the same share.
llvm::Expected<mlir::Value> adjointOf(const Structured &computation,
                                      unsigned input,
                                      llvm::ArrayRef<mlir::Value> adjoints,
                                      mlir::ImplicitLocOpBuilder &ops);

/// The adjoint of a tensor around the computation, which its body reads by
/// `tensor.extract` alone: each of its elements asks every step whether it was
/// read there, so that what is read twice adds up in a fixed order.
llvm::Expected<mlir::Value> adjointOfRead(const Structured &computation,
                                          mlir::Value tensor,
                                          llvm::ArrayRef<mlir::Value> adjoints,
                                          mlir::ImplicitLocOpBuilder &ops);

enum class Fold { Sum, Product };

/// One number from an element of each input; a null value stands for zero.
using ElementBody = llvm::function_ref<llvm::Expected<mlir::Value>(
    mlir::ImplicitLocOpBuilder &, mlir::ValueRange)>;

/// A tensor of a type, each element of which is the sum (or product) of what
/// `body` computes in the steps for which `map` gives the element. All `loops`
/// have to be found in `map` or in an input's map as they are; inputs that the
/// body does not use are there for that. Null if `body` gives null.
llvm::Expected<mlir::Value> accumulate(mlir::ImplicitLocOpBuilder &ops,
                                       llvm::ArrayRef<Indexed> inputs,
                                       mlir::RankedTensorType type,
                                       mlir::AffineMap map, ElementBody body,
                                       Fold fold = Fold::Sum);

/// The same for one number per element of inputs that all have one shape.
mlir::Value
mapElements(mlir::ImplicitLocOpBuilder &ops, mlir::ValueRange inputs,
            llvm::function_ref<mlir::Value(mlir::ImplicitLocOpBuilder &,
                                           mlir::ValueRange)>
                body);

/// The map from loops over `to` to a tensor of shape `from`, of the same rank,
/// whose dimensions of size 1 are repeated.
mlir::AffineMap broadcastMap(llvm::ArrayRef<int64_t> from,
                             llvm::ArrayRef<int64_t> to,
                             mlir::MLIRContext *context);

} // namespace quantc::distill

#endif // QUANTC_DIALECTS_DISTILL_TRANSFORMS_STRUCTURED_H
