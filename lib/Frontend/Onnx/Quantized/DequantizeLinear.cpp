//===- DequantizeLinear.cpp - From codes to reals -------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"
#include "../TensorReader.h"
#include "Linear.h"

#include "dialects/LowBit/IR/LowBit.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

namespace {

/// The reals' type: `output_dtype`, else that of the scale.
FailureOr<Type> realsOf(NodeContext &node) {
  int64_t named = node.getInt("output_dtype", 0);
  Type type = named ? elementTypeOf(named, node.context()) : node.element(1);
  if (!type || !isa<FloatType>(type) || !storageOf(type).isF32())
    return node.unsupported(
        "it computes reals of type " +
        (type ? typeText(type) : dataTypeName(named).str()));
  return type;
}

/// (code - zero point) * scale in plain arithmetic.
Value expand(NodeContext &node, const Scaling &scaling) {
  llvm::ArrayRef<int64_t> shape = node.shape(0);
  llvm::SmallVector<Value> inputs{
      node.build.reshape(node.input(0), viewOf(scaling, shape)),
      spread(node, scaling.scale, scaling, shape)};
  if (scaling.zeroPoint)
    inputs.push_back(spread(node, *scaling.zeroPoint, scaling, shape));
  Type codes = scaling.codes, scale = node.element(scaling.scale);
  Value result = node.build.map(
      inputs, Float32Type::get(node.context()),
      [&](ImplicitLocOpBuilder &b, ValueRange values) -> Value {
        Value real;
        if (isa<FloatType>(codes)) {
          real = toReal(b, values[0], codes);
          if (scaling.zeroPoint)
            real = arith::SubFOp::create(b, real, toReal(b, values[2], codes));
        } else {
          Value code = widen(b, values[0], codes);
          if (scaling.zeroPoint)
            code = arith::SubIOp::create(b, code, widen(b, values[2], codes));
          real = arith::SIToFPOp::create(b, b.getF32Type(), code);
        }
        return arith::MulFOp::create(b, real, toReal(b, values[1], scale));
      });
  return node.build.reshape(result, shape);
}

/// Codes as `lowbit` has them: a constant with its location, or what a cast
/// makes of plain integers.
Value codesFor(NodeContext &node, quant::QuantizedType format) {
  const HostTensor *codes = node.constant(0);
  if (!codes)
    return toCodes(node, node.input(0), format);
  auto loc = NameLoc::get(StringAttr::get(node.context(), node.inputName(0)));
  return lowbit::ConstantOp::create(
      static_cast<OpBuilder &>(node.build.ops()), loc,
      RankedTensorType::get(codes->shape(), format),
      inStorage(*codes).toAttribute());
}

/// DequantizeLinear: codes, scale, zero point optional
LogicalResult convertDequantizeLinear(NodeContext &node) {
  if (failed(node.expectInputs(2, 3)))
    return failure();
  Type codes = node.element(0);
  if (!isCodeInteger(codes) && !isCodeFloat(codes) &&
      !codes.isSignlessInteger(32))
    return node.unsupported("its codes are of type " + typeText(codes));
  FailureOr<Type> reals = realsOf(node);
  if (failed(reals))
    return failure();
  FailureOr<Scaling> scaling =
      readScaling(node, 1, 2, codes, node.shape(0), node.getInt("axis", 1),
                  node.getInt("block_size", 0));
  if (failed(scaling))
    return failure();
  quant::QuantizedType format = formatOf(node, *scaling);
  if (!format)
    return node.set(expand(node, *scaling), 0, *reals);
  auto type =
      RankedTensorType::get(node.shape(0), Float32Type::get(node.context()));
  return node.set(lowbit::DequantizeOp::create(node.build.ops(), type,
                                               codesFor(node, format)),
                  0, *reals);
}

} // namespace

void quantc::onnx::addDequantizeLinear(ConversionTable &table) {
  table.conversions["DequantizeLinear"] = convertDequantizeLinear;
  table.conversions["com.microsoft.DequantizeLinear"] = convertDequantizeLinear;
}
