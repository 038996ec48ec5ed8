//===- Channels.h - The channels of a per-axis format -----------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_LOWBIT_IR_CHANNELS_H
#define QUANTC_DIALECTS_LOWBIT_IR_CHANNELS_H

#include "dialects/LowBit/IR/Numerics.h"
#include "mlir/IR/BuiltinTypes.h"

namespace quantc::lowbit {

/// Which channel the elements of a tensor of codes belong to, row-major.
class ChannelIndex {
public:
  ChannelIndex(mlir::RankedTensorType type, const Format &format);

  /// 0 for every element of a per-tensor format.
  int64_t of(int64_t element) const { return element / inner % channels; }

private:
  /// Elements of one step along the axis, and how many steps there are.
  int64_t inner = 1, channels = 1;
};

/// `type` with its channels in dimension `axis`.
mlir::quant::QuantizedType
withAxis(mlir::quant::UniformQuantizedPerAxisType type, int32_t axis);

/// A format whose channel i, in dimension `axis`, is channel `channels[i]` of
/// `type`.
mlir::quant::QuantizedType
gatherChannels(mlir::quant::UniformQuantizedPerAxisType type,
               llvm::ArrayRef<int64_t> channels, int32_t axis);

} // namespace quantc::lowbit

#endif // QUANTC_DIALECTS_LOWBIT_IR_CHANNELS_H
