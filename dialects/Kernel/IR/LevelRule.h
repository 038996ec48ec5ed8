//===- LevelRule.h - How codes of weights become reals ----------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_KERNEL_IR_LEVELRULE_H
#define QUANTC_DIALECTS_KERNEL_IR_LEVELRULE_H

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <optional>

namespace quantc::kernel {

/// How a register of codes becomes a register of the reals `levels[code]`,
/// without reading memory.
struct LevelRule {
  enum class Kind {
    Table,  ///< At most 16 levels: a shuffle.
    Affine, ///< first + code * step, both operations exact.
    Fields, ///< Sign, exponent, mantissa: the bits of an f32, moved up by
            ///< `shift`, times `power`.
  };
  static constexpr size_t kTable = 16;

  Kind kind = Kind::Table;
  float first = 0, step = 0;
  int32_t shift = 0;
  float power = 0;

  /// The rule that gives exactly these levels, a power of two of them; none if
  /// no rule does.
  static std::optional<LevelRule> of(llvm::ArrayRef<float> levels);
};

} // namespace quantc::kernel

#endif // QUANTC_DIALECTS_KERNEL_IR_LEVELRULE_H
