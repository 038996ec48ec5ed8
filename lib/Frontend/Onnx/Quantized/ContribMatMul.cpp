//===- ContribMatMul.cpp - ONNX Runtime's products of codes ----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"
#include "DynamicQuantizeLinear.h"
#include "QLinear.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

using Name = Expansion::Name;

bool areConstant(NodeContext &node, llvm::ArrayRef<size_t> inputs) {
  return llvm::all_of(inputs, [&](size_t index) {
    return !node.hasInput(index) || node.constant(index);
  });
}

/// f32(integers) * scale
Name scaled(Expansion &body, Name integers, Name scale) {
  Name reals = body.add("Cast", {integers},
                        {Expansion::attribute("to", int64_t(1))}); // FLOAT
  return body.add("Mul", {reals, scale});
}

Name withBias(Expansion &body, Name value, Name bias) {
  return bias.empty() ? value : body.add("Add", {value, bias});
}

/// MatMulIntegerToFloat: A, B, scales, zero points optional, bias optional.
///
///   f32(sum (a - za) * (b - zb)) * f32(sa * sb) + bias
LogicalResult convertMatMulIntegerToFloat(NodeContext &node) {
  if (failed(node.expectInputs(4, 7)) || failed(expectScale(node, 2)) ||
      failed(expectScale(node, 3)))
    return failure();
  Expansion body(node);
  Name a = body.input(0), b = body.input(1);
  if (areConstant(node, {1, 2, 3, 4, 5}) &&
      *countElements(node.shape(2)) == 1) {
    Name lhs = body.add("DequantizeLinear", {a, body.input(2), body.input(4)});
    Name rhs = body.add("DequantizeLinear", {b, body.input(3), body.input(5)},
                        {Expansion::attribute("axis", node.rank(1) - 1)});
    return body.finish(
        withBias(body, body.add("MatMul", {lhs, rhs}), body.input(6)));
  }
  Name sums = body.add("MatMulInteger", {a, b, body.input(4), body.input(5)});
  Name scale = body.add("Mul", {body.input(2), body.input(3)});
  return body.finish(withBias(body, scaled(body, sums, scale), body.input(6)));
}

/// DynamicQuantizeMatMul: A as UINT8 over its own range, times codes B
LogicalResult convertDynamicQuantizeMatMul(NodeContext &node) {
  if (failed(node.expectInputs(3, 5)) || failed(expectScale(node, 2)))
    return failure();
  if (!node.element(0).isF32())
    return node.error() << "expects an input A of FLOAT, but got "
                        << node.element(0);
  DynamicCodes a = quantizeDynamically(node, node.input(0));
  Type u8 = IntegerType::get(node.context(), 8, IntegerType::Unsigned);
  Expansion body(node);
  Name sums =
      body.add("MatMulInteger", {body.value({a.codes, u8}), body.input(1),
                                 body.value({a.zeroPoint, u8}), body.input(3)});
  Name scale = body.add(
      "Mul", {body.value({a.scale, elementOf(a.scale)}), body.input(2)});
  return body.finish(withBias(body, scaled(body, sums, scale), body.input(4)));
}

/// f32(sa * sb), times alpha: the scale of the sums of a QGemm.
Name sumScale(NodeContext &node, Expansion &body) {
  Name scale = body.add("Mul", {body.input(1), body.input(4)});
  double alpha = node.getFloat("alpha", 1);
  return alpha == 1 ? scale : body.add("Mul", {scale, body.scalar(alpha)});
}

/// The sums of a QGemm as reals: alpha * op(A) * op(B) + C.
Name addGemm(NodeContext &node, Expansion &body) {
  bool transA = node.getInt("transA", 0), transB = node.getInt("transB", 0);
  auto each = Expansion::attribute("axis", int64_t(transB ? 0 : 1));
  Name scale = sumScale(node, body);
  if (areConstant(node, {1, 2, 3, 4, 5, 6})) {
    llvm::SmallVector<Name> operands{
        body.add("DequantizeLinear",
                 {body.input(0), body.input(1), body.input(2)}),
        body.add("DequantizeLinear",
                 {body.input(3), body.input(4), body.input(5)}, {each})};
    if (node.hasInput(6))
      operands.push_back(
          body.add("DequantizeLinear", {body.input(6), scale},
                   {Expansion::attribute(
                       "axis", std::max<int64_t>(node.rank(6), 1) - 1)}));
    return body.add("Gemm", operands, node.node().attributes);
  }
  auto operand = [&](size_t index, bool isTransposed) {
    Name value = body.input(index);
    return isTransposed ? body.add("Transpose", {value}) : value;
  };
  Name sums = body.add("MatMulInteger", {operand(0, transA), operand(3, transB),
                                         body.input(2), body.input(5)});
  return scaled(body, withBias(body, sums, body.input(6)), scale);
}

/// QGemm: A, B with scale and zero point, C of INT32 optional, scale and zero
/// point of the result optional: without them it is of FLOAT
LogicalResult convertQGemm(NodeContext &node) {
  if (failed(expectPresent(node, {0, 1, 3, 4}, 9)) ||
      failed(expectScale(node, 1)) || failed(expectScale(node, 4)))
    return failure();
  if (node.rank(0) != 2 || node.rank(3) != 2)
    return node.error() << "expects matrices, but got "
                        << shapeText(node.shape(0)) << " and "
                        << shapeText(node.shape(3));
  if (*countElements(node.shape(1)) != 1)
    return node.error() << "expects one scale for A, but got shape "
                        << shapeText(node.shape(1));
  if (node.hasInput(6) && !node.element(6).isSignlessInteger(32))
    return node.error() << "expects a C of INT32, but got " << node.element(6);
  Expansion body(node);
  Name value = addGemm(node, body);
  if (!node.hasInput(7))
    return body.finish(value);
  return body.finish(addQuantize(body, value, 7, /*like=*/0));
}

} // namespace

void quantc::onnx::addContribMatMuls(ConversionTable &table) {
  table.conversions["com.microsoft.DynamicQuantizeMatMul"] =
      convertDynamicQuantizeMatMul;
  table.conversions["com.microsoft.MatMulIntegerToFloat"] =
      convertMatMulIntegerToFloat;
  table.conversions["com.microsoft.QGemm"] = convertQGemm;
}
