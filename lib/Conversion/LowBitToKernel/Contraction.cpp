//===- Contraction.cpp - What conversions of contractions share -------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Contraction.h"

#include "dialects/LowBit/IR/Channels.h"
#include "dialects/LowBit/IR/Numerics.h"

#include "mlir/Dialect/Quant/IR/Quant.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbittokernel;

Value lowbittokernel::toStorage(OpBuilder &builder, Location loc, Value codes) {
  auto type = tensorType(codes);
  auto format = cast<quant::QuantizedType>(type.getElementType());
  return quant::StorageCastOp::create(
      builder, loc, type.clone(format.getStorageType()), codes);
}

Value lowbittokernel::fromStorage(OpBuilder &builder, Location loc,
                                  Value storage, Type type) {
  if (storage.getType() == type)
    return storage;
  return quant::StorageCastOp::create(builder, loc, type, storage);
}

std::pair<float, float>
lowbittokernel::codeBounds(PerTensor format,
                           std::optional<ArrayRef<int64_t>> clamp) {
  if (clamp)
    return {(*clamp)[0], (*clamp)[1]};
  return {format.getStorageTypeMin(), format.getStorageTypeMax()};
}

SmallVector<int16_t> lowbittokernel::centredCodes(RankedTensorType type,
                                                  ArrayRef<int8_t> codes) {
  lowbit::Format format(cast<quant::QuantizedType>(type.getElementType()));
  lowbit::ChannelIndex channel(type, format);
  SmallVector<int16_t> result;
  result.reserve(codes.size());
  for (auto [i, byte] : llvm::enumerate(codes)) {
    int64_t code = format.isSigned ? byte : static_cast<uint8_t>(byte);
    result.push_back(
        static_cast<int16_t>(code - format.zeroPoint(channel.of(i))));
  }
  return result;
}

SmallVector<float> lowbittokernel::channelScales(Value weights,
                                                 int64_t channels) {
  Type format = tensorType(weights).getElementType();
  if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(format))
    return {perAxis.getScales().begin(), perAxis.getScales().end()};
  return SmallVector<float>(
      channels, static_cast<float>(cast<PerTensor>(format).getScale()));
}

kernel::EpilogueSpec
lowbittokernel::epilogueOf(Value input, ArrayRef<float> weightScales,
                           Value output,
                           std::optional<ArrayRef<int64_t>> clamp) {
  kernel::EpilogueSpec epilogue;
  float from = lowbit::Format(formatOf(input)).scale();
  PerTensor format = formatOf(output);
  float to = format ? lowbit::Format(format).scale() : 1.0f;
  for (float scale : weightScales)
    epilogue.scale.push_back(lowbit::multiplier(from, scale, to));
  epilogue.element = Float32Type::get(input.getContext());
  if (!format)
    return epilogue;
  epilogue.element = format.getStorageType();
  epilogue.zeroPoint = format.getZeroPoint();
  epilogue.bounds = codeBounds(format, clamp);
  return epilogue;
}
