//===- LetterCase.h - Capital and small letters -----------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_TEXT_LETTERCASE_H
#define QUANTC_FRONTEND_ONNX_TEXT_LETTERCASE_H

#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>

namespace quantc::onnx {

enum class LetterCase { Lower, Upper };

/// UTF-8 text with each code point in that case, one for one, as Unicode has it
/// for most languages: "straße" becomes "STRAßE". Nothing if the text is not
/// UTF-8.
std::optional<std::string> inLetterCase(llvm::StringRef text,
                                        LetterCase wanted);

/// Whether the language of a locale ("en_US", "tr_TR.UTF-8") has letters of its
/// own rules, which inLetterCase does not follow: Turkish, Azerbaijani and
/// Lithuanian.
bool hasOwnLetterCase(llvm::StringRef locale);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_TEXT_LETTERCASE_H
