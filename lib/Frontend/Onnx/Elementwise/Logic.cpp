//===- Logic.cpp - Logic on BOOL and on the bits of integers ------------------- ===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"
#include "Elementwise.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

template <typename Op>
LogicalResult convertLogical(NodeContext &node) {
  if (failed(node.expectInputs(2, 2)) || failed(checkOperands(node)))
    return failure();
  if (!node.element(0).isInteger(1))
    return node.error() << "expects BOOL inputs, but got " << node.element(0);
  return node.set(node.build.binary<Op>(node.input(0), alignedInput(node, 1)));
}

LogicalResult convertNot(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  if (!node.element(0).isInteger(1))
    return node.error() << "expects a BOOL input, but got " << node.element(0);
  return node.set(node.build.unary<tosa::LogicalNotOp>(node.input(0)));
}

Value scalarNot(ScalarBuilder &s, ValueRange x) {
  return arith::XOrIOp::create(s.ops(), x[0], s.integer(-1));
}

/// Bits that are shifted out are lost, and all are by the width and more.
template <typename Op>
Value scalarShift(ScalarBuilder &s, ValueRange x) {
  Value isPartial = s.less(x[1], s.integer(s.width()));
  Value amount = s.select(isPartial, x[1], s.zero());
  return s.select(isPartial, Op::create(s.ops(), x[0], amount), s.zero());
}

LogicalResult convertBitShift(NodeContext &node) {
  static const Conversion left =
      elementwise({kUnsigned, 2, 2, nullptr, scalarShift<arith::ShLIOp>});
  static const Conversion right =
      elementwise({kUnsigned, 2, 2, nullptr, scalarShift<arith::ShRUIOp>});
  llvm::StringRef direction = node.getString("direction", "");
  if (direction == "LEFT")
    return left(node);
  if (direction == "RIGHT")
    return right(node);
  return node.error() << "expects the direction LEFT or RIGHT, but got '"
                      << direction << "'";
}

} // namespace

void quantc::onnx::addLogic(ConversionTable &table) {
  auto &conversions = table.conversions;
  auto bitwise = [](ScalarFunction scalar) {
    return elementwise({kIntegers, 2, 2, nullptr, scalar});
  };
  conversions["And"] = convertLogical<tosa::LogicalAndOp>;
  conversions["BitShift"] = convertBitShift;
  conversions["BitwiseAnd"] = bitwise(binaryScalar<arith::AndIOp>);
  conversions["BitwiseNot"] =
      elementwise({kIntegers, 1, 1, nullptr, scalarNot});
  conversions["BitwiseOr"] = bitwise(binaryScalar<arith::OrIOp>);
  conversions["BitwiseXor"] = bitwise(binaryScalar<arith::XOrIOp>);
  conversions["Not"] = convertNot;
  conversions["Or"] = convertLogical<tosa::LogicalOrOp>;
  conversions["Xor"] = convertLogical<tosa::LogicalXorOp>;
}
