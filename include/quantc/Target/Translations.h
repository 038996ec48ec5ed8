//===- Translations.h - Emission from quant-translate ---------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_TARGET_TRANSLATIONS_H
#define QUANTC_TARGET_TRANSLATIONS_H

namespace quantc {

/// Registers --emit-llvm, --emit-assembly, --emit-object, --emit-archive,
/// --emit-shared-library and --emit-header for a lowered module that has its C
/// interface.
void registerTargetTranslations();

} // namespace quantc

#endif // QUANTC_TARGET_TRANSLATIONS_H
