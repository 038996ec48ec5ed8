//===- Cast.h - From one element type to another ---------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_CAST_H
#define QUANTC_FRONTEND_ONNX_CAST_H

#include "../NodeContext.h"

namespace quantc::onnx {

/// One element of the ONNX type `from`, in its storage, as one of `to`, in its
/// storage. Floats lose their fraction on the way to an integer and saturate at
/// the limits of i32 (of 64 bits for wide integers), NaN is 0, and what does
/// not fit into the integer then wraps; floats are rounded once, half to even.
/// Not for floats of 8 bits and fewer.
mlir::Value convertScalar(mlir::ImplicitLocOpBuilder &ops, mlir::Value x,
                          mlir::Type from, mlir::Type to);

/// The same for a whole tensor; with a TOSA op where that does the same.
mlir::Value convertElements(NodeContext &node, mlir::Value x, mlir::Type from,
                            mlir::Type to);

/// The same for constants. The caller has taken the memory.
HostTensor convertConstant(const HostTensor &tensor, mlir::Type to);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_CAST_H
