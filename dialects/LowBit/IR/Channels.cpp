//===- Channels.cpp - The channels of a per-axis format -------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/IR/Channels.h"

using namespace mlir;
using namespace quantc;

using PerAxis = quant::UniformQuantizedPerAxisType;

lowbit::ChannelIndex::ChannelIndex(RankedTensorType type,
                                   const Format &format) {
  if (!format.axis)
    return;
  channels = type.getDimSize(*format.axis);
  for (int64_t size : type.getShape().drop_front(*format.axis + 1))
    inner *= size;
}

quant::QuantizedType lowbit::withAxis(PerAxis type, int32_t axis) {
  return PerAxis::get(type.getFlags(), type.getStorageType(),
                      type.getExpressedType(), type.getScales(),
                      type.getZeroPoints(), axis, type.getStorageTypeMin(),
                      type.getStorageTypeMax());
}

quant::QuantizedType
lowbit::gatherChannels(PerAxis type, ArrayRef<int64_t> channels, int32_t axis) {
  SmallVector<double> scales;
  SmallVector<int64_t> zeroPoints;
  for (int64_t channel : channels) {
    scales.push_back(type.getScales()[channel]);
    zeroPoints.push_back(type.getZeroPoints()[channel]);
  }
  return PerAxis::get(type.getFlags(), type.getStorageType(),
                      type.getExpressedType(), scales, zeroPoints, axis,
                      type.getStorageTypeMin(), type.getStorageTypeMax());
}
