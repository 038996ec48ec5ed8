//===- Behind.cpp - What a kernel takes in behind a contraction -----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Behind.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "quantc/Support/Constants.h"

using namespace mlir;
using namespace quantc;

RankedTensorType tosatokernel::tensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

std::optional<SmallVector<float>> tosatokernel::perChannel(Value value,
                                                           int64_t channels) {
  std::optional<SmallVector<float>> values = constantFloats(value);
  if (!values)
    return std::nullopt;
  if (values->size() == 1)
    values->resize(channels, values->front());
  if (static_cast<int64_t>(values->size()) != channels)
    return std::nullopt;
  return values;
}

/// The clamp that is `result`'s only use, or null.
static tosa::ClampOp clampBehind(Value result) {
  if (!result.hasOneUse())
    return {};
  return dyn_cast<tosa::ClampOp>(*result.user_begin());
}

kernel::EpilogueSpec tosatokernel::epilogueBehind(Operation *&last) {
  kernel::EpilogueSpec epilogue;
  epilogue.element = Float32Type::get(last->getContext());
  if (tosa::ClampOp clamp = clampBehind(last->getResult(0))) {
    auto low = cast<FloatAttr>(clamp.getMinValAttr()).getValue();
    auto high = cast<FloatAttr>(clamp.getMaxValAttr()).getValue();
    epilogue.bounds = {low.convertToFloat(), high.convertToFloat()};
    last = clamp;
  }
  return epilogue;
}

std::optional<SmallVector<float>> tosatokernel::biasBehind(Operation *&last,
                                                           int64_t columns) {
  Value result = last->getResult(0);
  auto add = result.hasOneUse() ? dyn_cast<tosa::AddOp>(*result.user_begin())
                                : tosa::AddOp();
  if (!add || add.getType() != result.getType())
    return std::nullopt;
  Value other = add.getInput1() == result ? add.getInput2() : add.getInput1();
  ArrayRef<int64_t> shape = tensorType(other).getShape();
  // Every dimension but the last one broadcasts.
  for (int64_t size : shape.drop_back())
    if (size != 1)
      return std::nullopt;
  auto bias = perChannel(other, columns);
  if (bias)
    last = add;
  return bias;
}
