//===- Elementwise.cpp - Ops on each element by itself --------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Bytes.h"
#include "Conversions.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Matchers.h"
#include <limits>

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx_export;

std::optional<double> onnx_export::splatOf(Value value) {
  ElementsAttr elements;
  if (!matchPattern(value, m_Constant(&elements)) || !elements.isSplat())
    return std::nullopt;
  if (isa<FloatType>(elements.getElementType()))
    return elements.getSplatValue<APFloat>().convertToDouble();
  if (elements.getElementType().isInteger(1))
    return elements.getSplatValue<bool>();
  if (elements.getElementType().isIntOrIndex())
    return static_cast<double>(elements.getSplatValue<APInt>().getSExtValue());
  return std::nullopt;
}

namespace {

/// Codes and unsigned integers lie in signless ones, which TOSA computes with
/// as signed: ONNX would compute something else.
LogicalResult expectSigned(Emitter &emitter, Operation *op,
                           OperandRange operands) {
  for (Value operand : operands)
    if (emitter.dataType(operand) !=
        dataTypeOf(typeOf(operand).getElementType()))
      return emitter.cannot(op)
             << "expects floats or signed integers, but got codes or unsigned "
                "integers in "
             << operand.getType();
  return success();
}

/// The operands in the order that costs least, and the result in the same one.
LogicalResult elementwise(Emitter &emitter, Operation *op, llvm::StringRef name,
                          OperandRange operands) {
  if (failed(expectSigned(emitter, op, operands)))
    return failure();
  Order order = emitter.commonOrder(operands);
  SmallVector<TensorId> inputs;
  for (Value operand : operands)
    inputs.push_back(emitter.get(operand, order));
  emitter.set(op->getResult(0), emitter.node(name, inputs), order);
  return success();
}

/// The names of ops that mean the same in TOSA and ONNX.
constexpr std::pair<const char *, const char *> kSame[] = {
    {"tosa.abs", "Abs"},         {"tosa.add", "Add"},
    {"tosa.ceil", "Ceil"},       {"tosa.cos", "Cos"},
    {"tosa.equal", "Equal"},     {"tosa.erf", "Erf"},
    {"tosa.exp", "Exp"},         {"tosa.floor", "Floor"},
    {"tosa.greater", "Greater"}, {"tosa.greater_equal", "GreaterOrEqual"},
    {"tosa.intdiv", "Div"},      {"tosa.log", "Log"},
    {"tosa.logical_and", "And"}, {"tosa.logical_not", "Not"},
    {"tosa.logical_or", "Or"},   {"tosa.logical_xor", "Xor"},
    {"tosa.maximum", "Max"},     {"tosa.minimum", "Min"},
    {"tosa.pow", "Pow"},         {"tosa.reciprocal", "Reciprocal"},
    {"tosa.select", "Where"},    {"tosa.sigmoid", "Sigmoid"},
    {"tosa.sin", "Sin"},         {"tosa.sub", "Sub"},
    {"tosa.tanh", "Tanh"},
};

LogicalResult convertSame(Emitter &emitter, Operation *op) {
  static const llvm::StringMap<llvm::StringRef> names = [] {
    llvm::StringMap<llvm::StringRef> made;
    for (auto [tosa, onnx] : kSame)
      made[tosa] = onnx;
    return made;
  }();
  // Arithmetic on 8 and 16 bits came with operator set 14.
  for (Type type : op->getOperandTypes())
    if (Type element = getElementTypeOrSelf(type);
        element.isInteger(8) || element.isInteger(16))
      emitter.graph.need(14);
  return elementwise(emitter, op, names.lookup(op->getName().getStringRef()),
                     op->getOperands());
}

LogicalResult convertBitwise(Emitter &emitter, Operation *op) {
  emitter.graph.need(18);
  llvm::StringRef name = isa<tosa::BitwiseAndOp>(op)   ? "BitwiseAnd"
                         : isa<tosa::BitwiseOrOp>(op)  ? "BitwiseOr"
                         : isa<tosa::BitwiseXorOp>(op) ? "BitwiseXor"
                                                       : "BitwiseNot";
  return elementwise(emitter, op, name, op->getOperands());
}

LogicalResult convertMul(Emitter &emitter, tosa::MulOp op) {
  if (splatOf(op.getShift()) != 0)
    return emitter.cannot(op) << "expects a shift of 0";
  return elementwise(emitter, op, "Mul", op->getOperands().take_front(2));
}

LogicalResult convertNegate(Emitter &emitter, tosa::NegateOp op) {
  if (splatOf(op.getInput1Zp()) != 0 || splatOf(op.getOutputZp()) != 0)
    return emitter.cannot(op) << "expects zero points of 0";
  return elementwise(emitter, op, "Neg", op->getOperands().take_front(1));
}

/// reciprocal(rsqrt(x)) -> Sqrt; rsqrt(x) -> Reciprocal(Sqrt(x))
LogicalResult convertReciprocal(Emitter &emitter, tosa::ReciprocalOp op) {
  auto rsqrt = op.getInput1().getDefiningOp<tosa::RsqrtOp>();
  if (!rsqrt)
    return elementwise(emitter, op, "Reciprocal", op->getOperands());
  Order order = emitter.commonOrder(rsqrt.getInput1());
  emitter.set(op.getOutput(),
              emitter.node("Sqrt", emitter.get(rsqrt.getInput1(), order)),
              order);
  return success();
}

LogicalResult convertRsqrt(Emitter &emitter, tosa::RsqrtOp op) {
  if (llvm::all_of(op->getUsers(), [](Operation *user) {
        return isa<tosa::ReciprocalOp>(user);
      }))
    return success();
  Order order = emitter.commonOrder(op.getInput1());
  TensorId root = emitter.helper("Sqrt", emitter.get(op.getInput1(), order));
  emitter.set(op.getOutput(), emitter.node("Reciprocal", root), order);
  return success();
}

/// The lowest and highest number of a float or integer type.
std::pair<double, double> limitsOf(Type element) {
  if (isa<FloatType>(element))
    return {-std::numeric_limits<float>::max(),
            std::numeric_limits<float>::max()};
  unsigned width = element.getIntOrFloatBitWidth();
  return {static_cast<double>(APInt::getSignedMinValue(width).getSExtValue()),
          static_cast<double>(APInt::getSignedMaxValue(width).getSExtValue())};
}

double boundOf(Attribute bound) {
  if (auto real = dyn_cast<FloatAttr>(bound))
    return real.getValueAsDouble();
  return static_cast<double>(
      cast<IntegerAttr>(bound).getValue().getSExtValue());
}

/// A bound of integers has their type, as its bytes.
TensorId integerBound(Emitter &emitter, Attribute bound, DataType type,
                      llvm::StringRef what) {
  auto integer = cast<IntegerAttr>(bound);
  int64_t value = integer.getValue().getSExtValue();
  std::string &bytes = emitter.graph.owned.emplace_back(
      reinterpret_cast<const char *>(&value),
      integer.getType().getIntOrFloatBitWidth() / 8);
  return emitter.initializer(emitter.layer() + "_" + what.str(), type, {},
                             bytes);
}

LogicalResult convertClamp(Emitter &emitter, tosa::ClampOp op) {
  Type element = typeOf(op.getInput()).getElementType();
  Order order = emitter.commonOrder(op.getInput());
  TensorId input = emitter.get(op.getInput(), order);
  double low = boundOf(op.getMinVal()), high = boundOf(op.getMaxVal());
  if (element.isF32()) {
    TensorId result = clamp(emitter, input, static_cast<float>(low),
                            static_cast<float>(high), /*isHelper=*/false);
    emitter.set(op.getOutput(), result, order);
    return success();
  }
  if (failed(expectSigned(emitter, op, op->getOperands())))
    return failure();
  std::optional<DataType> type = emitter.dataType(op.getInput());
  if (!isa<IntegerType>(element) || !type)
    return emitter.cannot(op)
           << "expects f32 or integers, but got " << op.getType();
  auto [least, most] = limitsOf(element);
  SmallVector<TensorId> inputs{input, kAbsent};
  if (low > least)
    inputs[1] = integerBound(emitter, op.getMinVal(), *type, "min");
  if (high < most)
    inputs.push_back(integerBound(emitter, op.getMaxVal(), *type, "max"));
  emitter.set(op.getOutput(), emitter.node("Clip", inputs), order);
  return success();
}

/// x, for select(0 > x, ceil(x), floor(x)): what the import makes of a Cast.
Value truncatedBy(Value value) {
  auto select = value.getDefiningOp<tosa::SelectOp>();
  if (!select)
    return {};
  auto isNegative = select.getInput1().getDefiningOp<tosa::GreaterOp>();
  auto ceil = select.getInput2().getDefiningOp<tosa::CeilOp>();
  auto floor = select.getInput3().getDefiningOp<tosa::FloorOp>();
  if (!isNegative || !ceil || !floor || splatOf(isNegative.getInput1()) != 0 ||
      isNegative.getInput2() != ceil.getInput1() ||
      ceil.getInput1() != floor.getInput1())
    return {};
  return ceil.getInput1();
}

/// From float to integer, TOSA rounds half to even and ONNX drops the fraction.
LogicalResult convertCast(Emitter &emitter, tosa::CastOp op) {
  Type from = typeOf(op.getInput()).getElementType(),
       to = typeOf(op.getOutput()).getElementType();
  std::optional<DataType> type = dataTypeOf(to);
  if (!type)
    return emitter.cannot(op) << "expects a type of ONNX, but got " << to;
  if (failed(expectSigned(emitter, op, op->getOperands())))
    return failure();
  bool rounds =
      isa<FloatType>(from) && isa<IntegerType>(to) && !to.isInteger(1);
  Value truncated = rounds ? truncatedBy(op.getInput()) : Value();
  Value source = truncated ? truncated : op.getInput();
  Order order = emitter.commonOrder(source);
  TensorId input = emitter.get(source, order);
  if (rounds && !truncated &&
      !isa_and_nonnull<tosa::CeilOp, tosa::FloorOp>(source.getDefiningOp()))
    input = emitter.helper("Round", input);
  emitter.set(
      op.getOutput(),
      emitter.node("Cast", input, {{"to", static_cast<int64_t>(*type)}}),
      order);
  return success();
}

} // namespace

void onnx_export::addElementwise(ConversionTable &table) {
  for (auto [tosa, onnx] : kSame)
    table[tosa] = convertSame;
  for (const char *name : {"tosa.bitwise_and", "tosa.bitwise_not",
                           "tosa.bitwise_or", "tosa.bitwise_xor"})
    table[name] = convertBitwise;
  add<tosa::CastOp, convertCast>(table);
  add<tosa::ClampOp, convertClamp>(table);
  add<tosa::MulOp, convertMul>(table);
  add<tosa::NegateOp, convertNegate>(table);
  add<tosa::ReciprocalOp, convertReciprocal>(table);
  add<tosa::RsqrtOp, convertRsqrt>(table);
}
