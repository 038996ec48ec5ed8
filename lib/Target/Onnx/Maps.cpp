//===- Maps.cpp - Elementwise linalg.generic, scalar op by scalar op ------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Bytes.h"
#include "Conversions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx_export;

namespace {

/// The names of scalar ops that mean the same on tensors.
constexpr std::pair<const char *, const char *> kSame[] = {
    {"arith.addf", "Add"},       {"arith.addi", "Add"},
    {"arith.divf", "Div"},       {"arith.divsi", "Div"},
    {"arith.maximumf", "Max"},   {"arith.maxsi", "Max"},
    {"arith.minimumf", "Min"},   {"arith.minsi", "Min"},
    {"arith.mulf", "Mul"},       {"arith.muli", "Mul"},
    {"arith.negf", "Neg"},       {"arith.select", "Where"},
    {"arith.subf", "Sub"},       {"arith.subi", "Sub"},
    {"math.absf", "Abs"},        {"math.absi", "Abs"},
    {"math.acos", "Acos"},       {"math.acosh", "Acosh"},
    {"math.asin", "Asin"},       {"math.asinh", "Asinh"},
    {"math.atan", "Atan"},       {"math.atanh", "Atanh"},
    {"math.ceil", "Ceil"},       {"math.cos", "Cos"},
    {"math.cosh", "Cosh"},       {"math.erf", "Erf"},
    {"math.exp", "Exp"},         {"math.floor", "Floor"},
    {"math.log", "Log"},         {"math.powf", "Pow"},
    {"math.roundeven", "Round"}, {"math.sin", "Sin"},
    {"math.sinh", "Sinh"},       {"math.sqrt", "Sqrt"},
    {"math.tan", "Tan"},         {"math.tanh", "Tanh"},
};

llvm::StringRef sameName(Operation *op) {
  for (auto [scalar, onnx] : kSame)
    if (op->getName().getStringRef() == scalar)
      return onnx;
  return "";
}

/// and, or, xor of bits; of whole integers since operator set 18.
llvm::StringRef bitwiseName(Emitter &emitter, Operation *op) {
  if (!isa<arith::AndIOp, arith::OrIOp, arith::XOrIOp>(op))
    return "";
  if (op->getResult(0).getType().isInteger(1))
    return isa<arith::AndIOp>(op)  ? "And"
           : isa<arith::OrIOp>(op) ? "Or"
                                   : "Xor";
  emitter.graph.need(18);
  return isa<arith::AndIOp>(op)  ? "BitwiseAnd"
         : isa<arith::OrIOp>(op) ? "BitwiseOr"
                                 : "BitwiseXor";
}

/// Ordered comparisons: false for NaN, as in ONNX.
llvm::StringRef comparisonName(Operation *op) {
  if (auto real = dyn_cast<arith::CmpFOp>(op))
    switch (real.getPredicate()) {
    case arith::CmpFPredicate::OEQ:
      return "Equal";
    case arith::CmpFPredicate::OGT:
      return "Greater";
    case arith::CmpFPredicate::OGE:
      return "GreaterOrEqual";
    case arith::CmpFPredicate::OLT:
      return "Less";
    case arith::CmpFPredicate::OLE:
      return "LessOrEqual";
    default:
      return "";
    }
  if (auto integer = dyn_cast<arith::CmpIOp>(op))
    switch (integer.getPredicate()) {
    case arith::CmpIPredicate::eq:
      return "Equal";
    case arith::CmpIPredicate::sgt:
      return "Greater";
    case arith::CmpIPredicate::sge:
      return "GreaterOrEqual";
    case arith::CmpIPredicate::slt:
      return "Less";
    case arith::CmpIPredicate::sle:
      return "LessOrEqual";
    default:
      return "";
    }
  return "";
}

/// Whether `op` is a Cast of ONNX. A BOOL counts as 0 and 1, so as unsigned.
bool isCast(Operation *op) {
  if (isa<arith::ExtFOp, arith::TruncFOp, arith::TruncIOp, arith::FPToSIOp>(op))
    return !op->getResult(0).getType().isInteger(1);
  if (isa<arith::SIToFPOp, arith::ExtSIOp>(op))
    return !op->getOperand(0).getType().isInteger(1);
  return isa<arith::UIToFPOp, arith::ExtUIOp>(op) &&
         op->getOperand(0).getType().isInteger(1);
}

/// Dimension d of an operand lies along loop d, counted from the last, or has
/// one element.
bool broadcasts(AffineMap map, ArrayRef<int64_t> shape) {
  int64_t offset = map.getNumDims() - map.getNumResults();
  for (auto [d, place] : llvm::enumerate(map.getResults())) {
    auto loop = dyn_cast<AffineDimExpr>(place);
    bool isLoop = loop && loop.getPosition() == offset + d;
    if (!isLoop && shape[d] != 1)
      return false;
  }
  return offset >= 0;
}

bool isElementwise(linalg::GenericOp op) {
  if (op.getNumParallelLoops() != op.getNumLoops() ||
      op.getNumDpsInits() != 1 || op->getNumResults() != 1 ||
      !op.getMatchingIndexingMap(op.getDpsInitOperand(0)).isIdentity() ||
      op.payloadUsesValueFromOperand(op.getDpsInitOperand(0)))
    return false;
  return llvm::all_of(op.getDpsInputOperands(), [&](OpOperand *operand) {
    return broadcasts(op.getMatchingIndexingMap(operand),
                      shapeOf(operand->get()));
  });
}

/// The nodes of one body.
class Body {
public:
  Body(Emitter &emitter, linalg::GenericOp op) : emitter(emitter), op(op) {}

  LogicalResult run();

private:
  LogicalResult convert(Operation *scalar);
  FailureOr<TensorId> operand(Value value);

  Emitter &emitter;
  linalg::GenericOp op;
  llvm::DenseMap<Value, TensorId> tensors;
};

FailureOr<TensorId> Body::operand(Value value) {
  if (auto known = tensors.find(value); known != tensors.end())
    return known->second;
  TypedAttr constant;
  std::optional<DataType> type = dataTypeOf(value.getType());
  if (!matchPattern(value, m_Constant(&constant)) || !type)
    return emitter.cannot(op) << "expects a body of its operands and constants";
  auto scalar = DenseElementsAttr::get(
      RankedTensorType::get({}, value.getType()), Attribute(constant));
  std::optional<llvm::StringRef> bytes =
      bytesOf(scalar, /*isUnsigned=*/false, emitter.graph.owned);
  return tensors[value] = emitter.initializer(emitter.layer() + "_constant",
                                              *type, {}, bytes.value_or(""));
}

LogicalResult Body::convert(Operation *scalar) {
  if (scalar->hasTrait<OpTrait::ConstantLike>())
    return success();
  llvm::StringRef name = sameName(scalar);
  if (name.empty())
    name = bitwiseName(emitter, scalar);
  if (name.empty())
    name = comparisonName(scalar);
  Attributes attributes;
  if (name.empty() && isCast(scalar))
    if (auto type = dataTypeOf(scalar->getResult(0).getType())) {
      name = "Cast";
      attributes.push_back({"to", static_cast<int64_t>(*type)});
    }
  if (name.empty())
    return emitter.cannot(op) << "ONNX has no operator for '"
                              << scalar->getName() << "' in its body";
  for (Type type : scalar->getOperandTypes())
    if (type.isInteger(8) || type.isInteger(16))
      emitter.graph.need(14);
  SmallVector<TensorId> inputs;
  for (Value value : scalar->getOperands()) {
    FailureOr<TensorId> input = operand(value);
    if (failed(input))
      return failure();
    inputs.push_back(*input);
  }
  bool isLast = scalar->getNextNode() == op.getBody()->getTerminator();
  tensors[scalar->getResult(0)] =
      isLast ? emitter.node(name, inputs, std::move(attributes))
             : emitter.helper(name, inputs, std::move(attributes));
  return success();
}

LogicalResult Body::run() {
  SmallVector<Value> inputs(op.getInputs());
  int64_t rank = rankOf(op->getResult(0));
  bool haveRank = !inputs.empty() && llvm::all_of(inputs, [&](Value input) {
    return rankOf(input) == rank;
  });
  Order order = haveRank ? emitter.commonOrder(inputs) : identity(rank);
  for (auto [input, argument] :
       llvm::zip(inputs, op.getBody()->getArguments())) {
    if (emitter.dataType(input) != dataTypeOf(argument.getType()))
      return emitter.cannot(op)
             << "expects floats or signed integers, but got codes or unsigned "
                "integers in "
             << input.getType();
    tensors[argument] =
        haveRank ? emitter.get(input, order) : emitter.get(input);
  }
  for (Operation &scalar : op.getBody()->without_terminator())
    if (failed(convert(&scalar)))
      return failure();
  Value result = op.getBody()->getTerminator()->getOperand(0);
  if (!result.getDefiningOp() || !tensors.contains(result))
    return emitter.cannot(op) << "expects a body that computes something";
  emitter.set(op->getResult(0), tensors[result], order);
  return success();
}

LogicalResult convertGeneric(Emitter &emitter, linalg::GenericOp op) {
  if (!isElementwise(op))
    return emitter.cannot(op) << "expects an elementwise op, but got another "
                                 "iteration space";
  return Body(emitter, op).run();
}

LogicalResult convertEmpty(Emitter &, tensor::EmptyOp) { return success(); }

} // namespace

void onnx_export::addMaps(ConversionTable &table) {
  add<linalg::GenericOp, convertGeneric>(table);
  add<tensor::EmptyOp, convertEmpty>(table);
}
