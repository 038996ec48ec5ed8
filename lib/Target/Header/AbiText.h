//===- AbiText.h - quantc.h, to be copied into headers --------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_TARGET_HEADER_ABITEXT_H
#define QUANTC_LIB_TARGET_HEADER_ABITEXT_H

namespace quantc {

/// The text of include/quantc/Runtime/quantc.h.
extern const char abiText[];

} // namespace quantc

#endif // QUANTC_LIB_TARGET_HEADER_ABITEXT_H
