//===- Header.h - The C header of a compiled model ------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_TARGET_HEADER_H
#define QUANTC_TARGET_HEADER_H

#include "quantc/Target/ModelInfo.h"
#include "llvm/Support/raw_ostream.h"

namespace quantc {

/// Writes a header for C99 and C++ that needs no other file of ours: quantc.h
/// is inside, under its own include guard, so that several models go together.
void emitHeader(const ModelInfo &info, llvm::raw_ostream &out);

} // namespace quantc

#endif // QUANTC_TARGET_HEADER_H
