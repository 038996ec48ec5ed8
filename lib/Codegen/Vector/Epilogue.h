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
#include <optional>

namespace quantc::codegen {

/// What happens to an accumulator before it is stored; see the `kernel`
/// dialect's description of epilogues.
struct Epilogue {
  bool codes;        ///< The result is i8, else f32.
  int64_t zeroPoint; ///< Of the codes.
  std::optional<std::pair<float, float>> bounds;
};

/// The epilogue that a kernel's attributes describe.
template <typename KernelOp>
Epilogue epilogueOf(KernelOp op) {
  auto output = llvm::cast<mlir::ShapedType>(op.getOutput().getType());
  Epilogue epilogue{output.getElementType().isInteger(8),
                    static_cast<int64_t>(op.getZeroPoint()),
                    {}};
  if (auto bounds = op.getBounds())
    epilogue.bounds = {(*bounds)[0], (*bounds)[1]};
  return epilogue;
}

/// `scale` is a vector, or null for f32 accumulators without one.
mlir::Value finish(Emitter &emit, const Epilogue &epilogue, mlir::Value sums,
                   mlir::Value scale);

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_VECTOR_EPILOGUE_H
