//===- QuantizeLinear.cpp - From reals to codes ---------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"
#include "../NarrowFloat.h"
#include "../TensorReader.h"
#include "Linear.h"

#include "dialects/LowBit/IR/LowBit.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

namespace {

/// The codes' type: that of the zero point, else `output_dtype`, else UINT8.
FailureOr<Type> codesOf(NodeContext &node) {
  int64_t named = node.getInt("output_dtype", 0);
  Type declared = named ? elementTypeOf(named, node.context()) : Type();
  Type codes = declared;
  if (node.hasInput(2))
    codes = node.element(2);
  else if (named == 0)
    codes = IntegerType::get(node.context(), 8, IntegerType::Unsigned);
  if (!codes || !(isCodeInteger(codes) || isCodeFloat(codes)))
    return node.unsupported(
        "it makes codes of type " +
        (codes ? typeText(codes) : dataTypeName(named).str()));
  if (named && declared != codes) {
    node.error() << "expects an output_dtype as its zero point has, " << codes
                 << ", but got " << dataTypeName(named);
    return failure();
  }
  return codes;
}

/// The type that the division is in: `precision`, else that of the scale.
FailureOr<FloatType> precisionOf(NodeContext &node) {
  int64_t named = node.getInt("precision", 0);
  Type type = named ? elementTypeOf(named, node.context()) : node.element(1);
  // A power of two has no precision of its own.
  if (isa_and_nonnull<Float8E8M0FNUType>(type))
    type = Float32Type::get(node.context());
  auto precision = dyn_cast_or_null<FloatType>(type);
  if (!precision || !(precision.isF32() || precision.getWidth() == 16)) {
    node.error() << "expects a precision of FLOAT, FLOAT16 or BFLOAT16, but "
                    "got "
                 << dataTypeName(named);
    return failure();
  }
  return precision;
}

/// Codes of constant reals, which weights of some exporters are.
HostTensor foldToCodes(const HostTensor &reals, Type element,
                       quant::QuantizedType type) {
  lowbit::Format format(type);
  HostTensor codes = HostTensor::zeros(element, reals.shape());
  int64_t inner = 1, channels = 1;
  if (format.axis) {
    channels = reals.shape()[*format.axis];
    for (int64_t size : reals.shape().drop_front(*format.axis + 1))
      inner *= size;
  }
  for (int64_t i = 0, e = reals.count(); i < e; ++i)
    codes.set(i, lowbit::quantize(static_cast<float>(reals.asDouble(i)), format,
                                  i / inner % channels));
  return codes;
}

/// round(x / scale) + zero point in plain arithmetic.
Value expand(NodeContext &node, const Scaling &scaling, FloatType precision) {
  llvm::ArrayRef<int64_t> shape = node.shape(0);
  llvm::SmallVector<Value> inputs{
      node.build.reshape(node.input(0), viewOf(scaling, shape)),
      spread(node, scaling.scale, scaling, shape)};
  if (scaling.zeroPoint)
    inputs.push_back(spread(node, *scaling.zeroPoint, scaling, shape));
  Type from = node.element(0), scale = node.element(scaling.scale);
  bool saturates = node.getInt("saturate", 1);
  Value result = node.build.map(
      inputs, scaling.codes, [&](ImplicitLocOpBuilder &b, ValueRange values) {
        auto round = [&](Value real) {
          return precision.isF32() ? real : roundToFloat(b, real, precision);
        };
        Value real = arith::DivFOp::create(b, round(toReal(b, values[0], from)),
                                           round(toReal(b, values[1], scale)));
        real = round(real);
        if (auto type = dyn_cast<FloatType>(scaling.codes)) {
          // A zero point of 0 makes 0 of -0.
          if (scaling.zeroPoint)
            real = arith::AddFOp::create(b, real, toReal(b, values[2], type));
          return encodeFloat(b, real, type, saturates);
        }
        Value zeroPoint;
        if (scaling.zeroPoint)
          zeroPoint = widen(b, values[2], scaling.codes);
        return roundToCode(b, real, zeroPoint, scaling.codes);
      });
  return node.build.reshape(result, shape);
}

/// QuantizeLinear: x, scale, zero point optional
LogicalResult convertQuantizeLinear(NodeContext &node) {
  if (failed(node.expectInputs(2, 3)))
    return failure();
  Type from = node.element(0);
  if (!node.storage(0).isF32() && !from.isSignlessInteger(32))
    return node.unsupported("it quantizes " + typeText(from));
  FailureOr<Type> codes = codesOf(node);
  if (failed(codes))
    return failure();
  FailureOr<Scaling> scaling =
      readScaling(node, 1, 2, *codes, node.shape(0), node.getInt("axis", 1),
                  node.getInt("block_size", 0));
  FailureOr<FloatType> precision = precisionOf(node);
  if (failed(scaling) || failed(precision))
    return failure();

  quant::QuantizedType format;
  if (precision->isF32() && node.storage(0).isF32())
    format = formatOf(node, *scaling);
  if (!format)
    return node.set(expand(node, *scaling, *precision), 0, *codes);
  if (const HostTensor *reals = node.constant(0)) {
    if (failed(node.reserve(*codes, reals->shape())))
      return failure();
    return node.set(foldToCodes(*reals, *codes, format));
  }
  Value quantized = lowbit::QuantizeOp::create(
      node.build.ops(), RankedTensorType::get(node.shape(0), format),
      node.input(0));
  return node.set(toIntegers(node, quantized), 0, *codes);
}

} // namespace

void quantc::onnx::addQuantizeLinear(ConversionTable &table) {
  table.conversions["QuantizeLinear"] = convertQuantizeLinear;
  table.conversions["com.microsoft.QuantizeLinear"] = convertQuantizeLinear;
}
