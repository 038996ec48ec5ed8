//===- Storage.h - How elements of ONNX lie in the IR --------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_STORAGE_H
#define QUANTC_FRONTEND_ONNX_STORAGE_H

#include "HostTensor.h"

namespace quantc::onnx {

/// The type that values of an ONNX element have inside the function. Integers
/// are signless and of 8 bits or more: those of 2 and 4 bits lie sign- or
/// zero-extended in an i8. f16 and bf16 are computed in f32, which rounds less
/// often. Floats of 8 bits and fewer are their codes in an i8. BOOL, f32 and
/// f64 are themselves.
mlir::Type storageOf(mlir::Type element);

/// The type that an argument or result of the function has: f16 and bf16
/// themselves, else storageOf.
mlir::Type boundaryOf(mlir::Type element);

/// A constant with the bytes that storageOf(its element) has.
HostTensor inStorage(const HostTensor &tensor);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_STORAGE_H
