//===- StoredScale.h - Scales of packed weights in memory -------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_KERNEL_IR_STOREDSCALE_H
#define QUANTC_DIALECTS_KERNEL_IR_STOREDSCALE_H

#include "dialects/Kernel/IR/Kernel.h"
#include "llvm/Support/ErrorHandling.h"

namespace quantc::kernel {

/// Bits that a scale of that type takes.
inline unsigned storageBits(ScaleType type) {
  switch (type) {
  case ScaleType::F32:
    return 32;
  case ScaleType::F16:
  case ScaleType::BF16:
    return 16;
  case ScaleType::E8M0:
  case ScaleType::E4M3:
    return 8;
  }
  llvm_unreachable("all types of scales are above");
}

} // namespace quantc::kernel

#endif // QUANTC_DIALECTS_KERNEL_IR_STOREDSCALE_H
