//===- RuntimeText.h - The texts of Runtime/ ------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_TARGET_ABI_RUNTIMETEXT_H
#define QUANTC_LIB_TARGET_ABI_RUNTIMETEXT_H

namespace quantc::runtime {

/// The files in Runtime/, as the build found them.
extern const char context[], levels[], cpuX86[], cpuAny[], selfTest[],
    noSelfTest[], threads[], named[];

} // namespace quantc::runtime

#endif // QUANTC_LIB_TARGET_ABI_RUNTIMETEXT_H
