//===- DifferentiableOpInterface.h - Ops with a derivative ------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_DISTILL_IR_DIFFERENTIABLEOPINTERFACE_H
#define QUANTC_DIALECTS_DISTILL_IR_DIFFERENTIABLEOPINTERFACE_H

#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/OpDefinition.h"
#include "llvm/ADT/SmallBitVector.h"
#include "llvm/Support/Error.h"
#include <optional>

namespace quantc::distill {

/// One op's turn in a reverse sweep: what is known of its results, and what is
/// asked of its operands.
class Derivation {
public:
  /// New ops have the location `loc`. `adjoints` has one value for each result
  /// of the op, null for zero; `wanted` has one bit for each operand;
  /// `captured` are values around the op that its body reads and that are
  /// wanted, too.
  Derivation(mlir::Location loc, mlir::OpBuilder &builder,
             llvm::ArrayRef<mlir::Value> adjoints, llvm::SmallBitVector wanted,
             llvm::ArrayRef<mlir::Value> captured)
      : builder(loc, builder), adjoints(adjoints), wanted(std::move(wanted)),
        capturedValues(captured), found(this->wanted.size()),
        foundCaptured(captured.size()) {}

  /// Where new ops go.
  mlir::ImplicitLocOpBuilder &ops() { return builder; }

  /// The adjoint of a result; null for zero. That of an op's only result never
  /// is.
  mlir::Value adjoint(unsigned result = 0) const { return adjoints[result]; }

  /// Whether the operand depends on what is differentiated for.
  bool isWanted(unsigned operand) const { return wanted.test(operand); }

  /// The adjoint of an operand, of the operand's type.
  void set(unsigned operand, mlir::Value adjoint) {
    if (isWanted(operand))
      found[operand] = adjoint;
  }
  mlir::Value get(unsigned operand) const { return found[operand]; }

  /// What the op's body reads from around it. Each needs an answer, null for
  /// zero: without one, the op has no derivative.
  llvm::ArrayRef<mlir::Value> captured() const { return capturedValues; }
  void setCaptured(unsigned index, mlir::Value adjoint) {
    foundCaptured[index] = adjoint;
  }
  std::optional<mlir::Value> getCaptured(unsigned index) const {
    return foundCaptured[index];
  }

private:
  mlir::ImplicitLocOpBuilder builder;
  llvm::ArrayRef<mlir::Value> adjoints;
  llvm::SmallBitVector wanted;
  llvm::ArrayRef<mlir::Value> capturedValues;
  llvm::SmallVector<mlir::Value> found;
  llvm::SmallVector<std::optional<mlir::Value>> foundCaptured;
};

} // namespace quantc::distill

#include "dialects/Distill/IR/DifferentiableOpInterface.h.inc"

#endif // QUANTC_DIALECTS_DISTILL_IR_DIFFERENTIABLEOPINTERFACE_H
