//===- BitPlanes.cpp - Numbers of few bits as sums of 1 and -1 --------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "BitPlanes.h"

#include "Contraction.h"

#include "dialects/LowBit/IR/LowBit.h"
#include "dialects/LowBit/IR/Numerics.h"
#include "quantc/Support/DataMovement.h"

#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "llvm/Support/MathExtras.h"
#include <cstdlib>
#include <numeric>

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbittokernel;

/// More planes take longer than products of bytes.
static constexpr int64_t kMostPlanes = 4;

/// Whether all codes are 1 or -1: signs, perhaps moved.
static bool areSigns(Value codes) {
  while (Operation *op = codes.getDefiningOp()) {
    if (isa<lowbit::BinarizeOp>(op))
      return true;
    // Padding may be with codes that stand for 0.
    if (!isa<quant::StorageCastOp>(op) &&
        (!keepsFormat(op) || isa<tosa::PadOp, tensor::PadOp>(op)))
      return false;
    codes = op->getOperand(0);
  }
  return false;
}

std::optional<InputPlanes> lowbittokernel::inputPlanes(Value codes) {
  PerTensor type = formatOf(codes);
  if (!type || !type.getStorageType().isInteger(8))
    return std::nullopt;
  lowbit::Format format(type);
  InputPlanes planes;
  // -1 and 1 are 0 and 2 with an offset of 1.
  if (areSigns(codes)) {
    planes.factors = {2};
    planes.offset = planes.firstBit = 1;
    return planes;
  }
  int64_t count = llvm::Log2_64_Ceil(format.highest - format.lowest + 1);
  if (count < 1 || count > kMostPlanes)
    return std::nullopt;
  for (int64_t p = 0; p < count; ++p)
    planes.factors.push_back(int64_t(1) << p);
  planes.offset = -format.lowest;
  planes.rest =
      (int64_t(1) << count) - 1 + 2 * (format.lowest - format.zeroPoint());
  return planes;
}

std::optional<WeightPlanes>
lowbittokernel::weightPlanes(ArrayRef<int16_t> weights) {
  int64_t unit = 0;
  bool hasZero = false;
  for (int16_t weight : weights) {
    unit = std::gcd(unit, int64_t(weight));
    hasZero |= weight == 0;
  }
  if (unit == 0)
    return std::nullopt;
  int64_t most = 0;
  bool areOdd = true;
  for (int16_t weight : weights) {
    most = std::max<int64_t>(most, std::abs(weight) / unit);
    areOdd &= weight / unit % 2 != 0;
  }
  WeightPlanes planes;
  auto addPlane = [&](int64_t factor, auto isOne) {
    planes.factors.push_back(factor);
    for (int16_t weight : weights)
      planes.bits.push_back(isOne(weight / unit));
  };
  if (most == 1 && !hasZero) {
    addPlane(2 * unit, [](int64_t w) { return w > 0; });
    return planes;
  }
  if (most == 1) {
    addPlane(unit, [](int64_t w) { return w >= 0; });
    addPlane(unit, [](int64_t w) { return w > 0; });
    return planes;
  }
  if (most != 3 || !areOdd)
    return std::nullopt;
  addPlane(2 * unit, [](int64_t w) { return w == 3 || w == -1; });
  addPlane(4 * unit, [](int64_t w) { return w > 0; });
  return planes;
}
