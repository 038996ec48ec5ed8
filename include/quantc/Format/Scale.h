//===- Scale.h - Scales as they are stored ----------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FORMAT_SCALE_H
#define QUANTC_FORMAT_SCALE_H

#include "quantc/Format/Format.h"

namespace quantc::format {

/// Bits of a stored scale: 32, 16 or 8.
unsigned scaleBits(ScaleType type);

/// `scale` rounded to a scale of `type`, half to even: positive and finite, at
/// least the smallest and at most the largest that the type has. E8M0 and
/// powers of two go to the nearer in ratio (2^round(log2 scale)).
///
///   f32, powers of two   normal f32: 2^-126 and above
///   f16, bf16            2^-24 and 2^-126 to the type's largest
///   E8M0                 2^-127 .. 2^127
///   E4M3                 2^-9 .. 448
double roundScale(ScaleType type, double scale);

/// The bits of a scale that `roundScale` gave, and the scale of such bits. NaN
/// for bits that are no number (E8M0 0xFF, E4M3 0x7F).
uint32_t encodeScale(ScaleType type, double scale);
double decodeScale(ScaleType type, uint32_t bits);

/// The scale next to `scale`, which `type` has: `steps` of them above, or below
/// if negative. Saturates.
double neighbour(ScaleType type, double scale, int steps);

} // namespace quantc::format

#endif // QUANTC_FORMAT_SCALE_H
