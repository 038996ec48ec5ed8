//===- Epilogue.h - From accumulators to results ----------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_VECTOR_EPILOGUE_H
#define QUANTC_LIB_CODEGEN_VECTOR_EPILOGUE_H

#include "Emitter.h"
#include "dialects/Kernel/IR/Kernel.h"
#include <optional>

namespace quantc::codegen {

/// A second operand that is added to the codes, and the format of the sum; see
/// `kernel.sum`.
struct Addition {
  float scale, residualScale;
  int64_t residualZeroPoint;
  bool signedResidual;
  int64_t zeroPoint;
  std::pair<float, float> bounds;
};

/// What happens to an accumulator before it is stored; see the `kernel`
/// dialect's description of epilogues.
struct Epilogue {
  bool codes;        ///< The result is i8, else f32.
  int64_t zeroPoint; ///< Of the codes.
  std::optional<std::pair<float, float>> bounds;
  bool smallScale = false; ///< Scaled sums are int32 before they are clamped.
  std::optional<Addition> addition;

  /// Of what is stored.
  int64_t resultZeroPoint() const {
    return addition ? addition->zeroPoint : zeroPoint;
  }
  std::optional<std::pair<float, float>> resultBounds() const {
    return addition ? addition->bounds : bounds;
  }
  /// Whether the result is an int32 before it is clamped.
  bool roundsToInt32() const;
};

/// Whether the scale of a kernel, or the factor of an average, is below 1.
template <typename KernelOp>
bool isSmallScale(KernelOp op) {
  if constexpr (std::is_same_v<KernelOp, kernel::Pool2DOp>)
    return op.getFactor() && op.getFactor()->convertToFloat() < 1.0f;
  else if constexpr (std::is_same_v<KernelOp, kernel::BlockMatmulOp>)
    return false; // Its sums are f32, and as large as those may be.
  else
    return op.getSmallScale();
}

/// The epilogue that a kernel's attributes describe.
template <typename KernelOp>
Epilogue epilogueOf(KernelOp op) {
  auto output = llvm::cast<mlir::ShapedType>(op.getOutput().getType());
  Epilogue epilogue{output.getElementType().isInteger(8),
                    static_cast<int64_t>(op.getZeroPoint()),
                    {},
                    isSmallScale(op),
                    {}};
  if (auto bounds = op.getBounds())
    epilogue.bounds = {(*bounds)[0], (*bounds)[1]};
  return epilogue;
}

/// The real of `sums` in units of the result's scale, not yet clamped or
/// rounded. `scale` is a vector, or null for f32 accumulators without one;
/// `residual` are the codes that are added, null if none are.
mlir::Value scaleSums(Emitter &emit, const Epilogue &epilogue, mlir::Value sums,
                      mlir::Value scale, mlir::Value residual);

/// What is stored.
mlir::Value finish(Emitter &emit, const Epilogue &epilogue, mlir::Value sums,
                   mlir::Value scale, mlir::Value residual = {});

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_VECTOR_EPILOGUE_H
