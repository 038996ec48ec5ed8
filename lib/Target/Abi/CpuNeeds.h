//===- CpuNeeds.h - What a level's code needs of the CPU ------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_TARGET_ABI_CPUNEEDS_H
#define QUANTC_LIB_TARGET_ABI_CPUNEEDS_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include <array>

namespace quantc {

/// Bits in the words that Runtime/CpuX86.mlir reads from the CPU.
using CpuNeeds = std::array<int32_t, 8>;

/// The needs of a function that is compiled for x86, from its target CPU and
/// target features: the compiler may use whatever they allow.
CpuNeeds x86Needs(mlir::LLVM::LLVMFuncOp function);

} // namespace quantc

#endif // QUANTC_LIB_TARGET_ABI_CPUNEEDS_H
