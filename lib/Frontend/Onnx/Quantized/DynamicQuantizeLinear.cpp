//===- DynamicQuantizeLinear.cpp - Codes of the range that is there --------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "DynamicQuantizeLinear.h"
#include "../ConversionTable.h"

#include "Linear.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

Value number(ImplicitLocOpBuilder &b, double value) {
  return arith::ConstantOp::create(b, b.getF32FloatAttr(value));
}

} // namespace

DynamicCodes quantc::onnx::quantizeDynamically(NodeContext &node, Value x) {
  Type u8 = IntegerType::get(node.context(), 8, IntegerType::Unsigned);
  Type f32 = Float32Type::get(node.context());
  int64_t count = 1;
  for (int64_t size : shapeOf(x))
    count *= size;
  Value list = node.build.reshape(x, {count});
  Value low = node.build.reduce<tosa::ReduceMinOp>(list, {0});
  Value high = node.build.reduce<tosa::ReduceMaxOp>(list, {0});
  low = node.build.reshape(low, {});
  high = node.build.reshape(high, {});

  // Zero is one of the codes; a tensor of zeros has a scale, too.
  DynamicCodes result;
  result.scale = node.build.map(
      {low, high}, f32, [](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
        Value least = arith::MinNumFOp::create(b, in[0], number(b, 0));
        Value most = arith::MaxNumFOp::create(b, in[1], number(b, 0));
        Value range = arith::SubFOp::create(b, most, least);
        Value isEmpty =
            arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, most, least);
        Value scale = arith::DivFOp::create(b, range, number(b, 255));
        return arith::SelectOp::create(b, isEmpty, number(b, 1), scale);
      });
  result.zeroPoint = node.build.map(
      {low, result.scale}, u8,
      [&](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
        Value least = arith::MinNumFOp::create(b, in[0], number(b, 0));
        Value steps = arith::DivFOp::create(b, least, in[1]);
        Value zero = arith::SubFOp::create(b, number(b, 0), steps);
        return roundToCode(b, zero, nullptr, u8);
      });
  result.codes =
      node.build.map({x, result.scale, result.zeroPoint}, u8,
                     [&](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
                       Value real = arith::DivFOp::create(b, in[0], in[1]);
                       return roundToCode(b, real, widen(b, in[2], u8), u8);
                     });
  return result;
}

/// DynamicQuantizeLinear: codes, scale and zero point of x
static LogicalResult convertDynamicQuantizeLinear(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  if (!node.element(0).isF32())
    return node.error() << "expects an input of FLOAT, but got "
                        << node.element(0);
  DynamicCodes result = quantizeDynamically(node, node.input(0));
  Type u8 = IntegerType::get(node.context(), 8, IntegerType::Unsigned);
  (void)node.set(result.codes, 0, u8);
  (void)node.set(result.scale, 1);
  return node.set(result.zeroPoint, 2, u8);
}

void quantc::onnx::addDynamicQuantizeLinear(ConversionTable &table) {
  table.conversions["DynamicQuantizeLinear"] = convertDynamicQuantizeLinear;
}
