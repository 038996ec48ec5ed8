//===- Spell.h - Names and types as C spells them -------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_TARGET_HEADER_SPELL_H
#define QUANTC_LIB_TARGET_HEADER_SPELL_H

#include "quantc/Target/ModelInfo.h"
#include <string>

namespace quantc {

/// `text` as a string literal, with its quotes.
std::string spellString(llvm::StringRef text);

/// `text` in a comment: it cannot end the comment or its line.
std::string spellComment(llvm::StringRef text);

/// The C type of an element, such as `float`; 16-bit floats are `uint16_t`.
std::string spellElement(const AbiTensor &tensor);

/// `float[1][8]`.
std::string spellArray(const AbiTensor &tensor);

/// `QUANTC_F32`.
std::string spellCode(const AbiTensor &tensor);

} // namespace quantc

#endif // QUANTC_LIB_TARGET_HEADER_SPELL_H
