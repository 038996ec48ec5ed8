//===- Tables.cpp - Any function of one tensor of codes -------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/Transforms/Fusion.h"
#include "dialects/LowBit/Transforms/Weights.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbit;

namespace {

bool isElementwise(Operation *op) {
  return isa_and_nonnull<
      tosa::AbsOp, tosa::AddOp, tosa::CeilOp, tosa::ClampOp, tosa::CosOp,
      tosa::EqualOp, tosa::ErfOp, tosa::ExpOp, tosa::FloorOp, tosa::GreaterOp,
      tosa::GreaterEqualOp, tosa::LogOp, tosa::MaximumOp, tosa::MinimumOp,
      tosa::MulOp, tosa::NegateOp, tosa::PowOp, tosa::ReciprocalOp,
      tosa::RsqrtOp, tosa::SelectOp, tosa::SigmoidOp, tosa::SinOp, tosa::SubOp,
      tosa::TanhOp>(op);
}

/// The operands that hold numbers: all but multiply's shift and negate's zero
/// points.
OperandRange numbers(Operation *op) {
  if (isa<tosa::MulOp>(op))
    return op->getOperands().take_front(2);
  if (isa<tosa::NegateOp>(op))
    return op->getOperands().take_front(1);
  return op->getOperands();
}

/// What an op of `isElementwise` computes from its numbers.
double apply(Operation *op, ArrayRef<double> x) {
  return TypeSwitch<Operation *, double>(op)
      .Case([&](tosa::AbsOp) { return std::abs(x[0]); })
      .Case([&](tosa::AddOp) { return x[0] + x[1]; })
      .Case([&](tosa::CeilOp) { return std::ceil(x[0]); })
      .Case([&](tosa::ClampOp clamp) {
        double low = cast<FloatAttr>(clamp.getMinVal()).getValueAsDouble();
        double high = cast<FloatAttr>(clamp.getMaxVal()).getValueAsDouble();
        return std::fmin(std::fmax(x[0], low), high);
      })
      .Case([&](tosa::CosOp) { return std::cos(x[0]); })
      .Case([&](tosa::EqualOp) { return x[0] == x[1]; })
      .Case([&](tosa::ErfOp) { return std::erf(x[0]); })
      .Case([&](tosa::ExpOp) { return std::exp(x[0]); })
      .Case([&](tosa::FloorOp) { return std::floor(x[0]); })
      .Case([&](tosa::GreaterOp) { return x[0] > x[1]; })
      .Case([&](tosa::GreaterEqualOp) { return x[0] >= x[1]; })
      .Case([&](tosa::LogOp) { return std::log(x[0]); })
      .Case([&](tosa::MaximumOp) { return std::fmax(x[0], x[1]); })
      .Case([&](tosa::MinimumOp) { return std::fmin(x[0], x[1]); })
      .Case([&](tosa::MulOp) { return x[0] * x[1]; })
      .Case([&](tosa::NegateOp) { return -x[0]; })
      .Case([&](tosa::PowOp) { return std::pow(x[0], x[1]); })
      .Case([&](tosa::ReciprocalOp) { return 1.0 / x[0]; })
      .Case([&](tosa::RsqrtOp) { return 1.0 / std::sqrt(x[0]); })
      .Case([&](tosa::SelectOp) { return x[0] != 0 ? x[1] : x[2]; })
      .Case([&](tosa::SigmoidOp) { return 1.0 / (1.0 + std::exp(-x[0])); })
      .Case([&](tosa::SinOp) { return std::sin(x[0]); })
      .Case([&](tosa::SubOp) { return x[0] - x[1]; })
      .Case([&](tosa::TanhOp) { return std::tanh(x[0]); })
      .Default([](Operation *) { return std::nan(""); });
}

/// An expression over one tensor of codes, found from its result.
class CodeFunction {
public:
  /// Follows elementwise ops and constants back to one dequantized tensor of
  /// the shape of `result`.
  bool match(Value result) {
    shape = cast<RankedTensorType>(result.getType()).getShape();
    return visit(result) && codes && !isTrivial;
  }

  TypedValue<RankedTensorType> input() const { return codes; }

  /// The function at one code.
  double evaluate(Value value, int64_t code) {
    llvm::DenseMap<Value, double> known;
    return evaluate(value, code, known);
  }

private:
  /// The first half of a quantize-dequantize pair inside the function.
  static QuantizeOp roundingOf(Value value) {
    Value codes = codesBehind(value);
    return codes ? codes.getDefiningOp<QuantizeOp>() : QuantizeOp();
  }

  /// The value that such a pair rounds.
  static Value beforeRounding(Value value) {
    QuantizeOp quantize = roundingOf(value);
    return quantize && isElementwise(quantize.getInput().getDefiningOp())
               ? quantize.getInput()
               : Value();
  }

  static double roundTrip(double real, const Format &format) {
    return dequantize(quantize(static_cast<float>(real), format), format);
  }

  bool visit(Value value) {
    if (constantSplat(value) || !visited.insert(value))
      return true;
    if (cast<RankedTensorType>(value.getType()).getShape() != shape)
      return false;
    // What comes before a rounding in between may be a function of the same
    // codes.
    if (Value inner = beforeRounding(value)) {
      CodeFunction before = *this;
      if (before.visit(inner)) {
        *this = std::move(before);
        rounded.insert(value);
        return true;
      }
    }
    if (auto leaf = codesBehind(value)) {
      if (formatOf(leaf).bits != 8 || (codes && codes != leaf))
        return false;
      codes = leaf;
      return true;
    }
    Operation *op = value.getDefiningOp();
    if (!isElementwise(op) || staysFloat(op))
      return false;
    isTrivial &= isa<tosa::ClampOp>(op);
    return llvm::all_of(numbers(op), [&](Value v) { return visit(v); });
  }

  double evaluate(Value value, int64_t code,
                  llvm::DenseMap<Value, double> &known) {
    if (auto found = known.find(value); found != known.end())
      return found->second;
    double result;
    if (std::optional<float> splat = constantSplat(value)) {
      result = *splat;
    } else if (rounded.contains(value)) {
      result = evaluate(beforeRounding(value), code, known);
      QuantizeOp rounding = roundingOf(value);
      if (isGiven(rounding))
        result = roundTrip(result, formatOf(rounding.getOutput()));
    } else if (codesBehind(value)) {
      result = dequantize(code, formatOf(codes));
    } else {
      SmallVector<double> operands;
      for (Value operand : numbers(value.getDefiningOp()))
        operands.push_back(evaluate(operand, code, known));
      result = apply(value.getDefiningOp(), operands);
    }
    known[value] = result;
    return result;
  }

  ArrayRef<int64_t> shape;
  TypedValue<RankedTensorType> codes;
  llvm::SetVector<Value> visited;
  llvm::DenseSet<Value> rounded;
  bool isTrivial = true;
};

} // namespace

LogicalResult lowbit::fuseTable(RewriterBase &rewriter, QuantizeOp op) {
  auto type = op.getOutput().getType();
  Format format = formatOf(op.getOutput());
  CodeFunction function;
  if (format.axis || format.bits != 8 || !function.match(op.getInput()))
    return failure();

  Format from = formatOf(function.input());
  SmallVector<int8_t> table;
  for (int64_t i = 0; i < 256; ++i) {
    int64_t code =
        std::clamp(from.storageLowest + i, from.lowest, from.highest);
    double real = function.evaluate(op.getInput(), code);
    table.push_back(
        static_cast<int8_t>(quantize(static_cast<float>(real), format)));
  }
  Location loc = op.getInput().getLoc();
  rewriter.setInsertionPoint(op);
  auto tableType = RankedTensorType::get({256}, rewriter.getI8Type());
  Value constant = arith::ConstantOp::create(
      rewriter, loc,
      DenseElementsAttr::get(tableType, ArrayRef<int8_t>(table)));
  replaceQuantize(
      rewriter, op,
      TableOp::create(rewriter, loc, type, function.input(), constant));
  return success();
}
