//===- CodeFunctions.cpp - Which function a table of codes stands for -----===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "CodeFunctions.h"

#include <cmath>
#include <limits>

using namespace quantc;
using namespace quantc::onnx_export;

namespace {

/// Factors that several functions have, as the f32 that the import makes.
const double kSixth = static_cast<float>(1.0 / 6);
const double kRootOfHalf = static_cast<float>(std::sqrt(0.5));
const double kRootOfTwoByPi = static_cast<float>(std::sqrt(2 / M_PI));
const double kCubic = static_cast<float>(0.044715);
const double kQuick = static_cast<float>(1.702);
const double kSeluAlpha = static_cast<float>(1.67326319217681884765625);
const double kSeluGamma = static_cast<float>(1.05070102214813232421875);

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double softplus(double x) {
  return std::fmax(x, 0) + std::log(1 + std::exp(-std::abs(x)));
}
double hardSigmoid(double x, double alpha) {
  return std::fmin(std::fmax(x * alpha + 0.5, 0), 1);
}

/// A node for the function, and helpers for what is around it.
struct Chain {
  Emitter &emitter;
  TensorId x;

  TensorId constant(llvm::StringRef what, double value) {
    return emitter.scalar(what, static_cast<float>(value));
  }
  TensorId times(TensorId lhs, TensorId rhs) {
    return emitter.helper("Mul", {lhs, rhs});
  }
};

/// A function that is one operator.
CodeFunction single(llvm::StringRef op, double (*function)(double),
                    Attributes attributes = {}, int64_t opset = 13) {
  return {function, [=](Emitter &emitter, TensorId x) {
            emitter.graph.need(opset);
            return emitter.node(op, x, attributes);
          }};
}

/// x * sigmoid(a * x)
CodeFunction swish(double a) {
  return {[a](double x) { return x * sigmoid(x * a); },
          [a](Emitter &emitter, TensorId x) {
            Chain chain{emitter, x};
            TensorId inner =
                a == 1 ? x : chain.times(x, chain.constant("factor", a));
            return emitter.node("Mul", {x, emitter.helper("Sigmoid", inner)});
          }};
}

/// x * (1 + erf(x / sqrt(2))) / 2
CodeFunction gelu() {
  return {[](double x) { return x * 0.5 * (std::erf(x * kRootOfHalf) + 1); },
          [](Emitter &emitter, TensorId x) {
            Chain chain{emitter, x};
            TensorId erf = emitter.helper(
                "Erf", chain.times(x, chain.constant("factor", kRootOfHalf)));
            TensorId sum =
                emitter.helper("Add", {erf, chain.constant("one", 1)});
            return emitter.node(
                "Mul", {chain.times(x, chain.constant("half", 0.5)), sum});
          }};
}

/// x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))) / 2
CodeFunction geluByTanh() {
  return {
      [](double x) {
        double inner = (x + x * x * x * kCubic) * kRootOfTwoByPi;
        return x * 0.5 * (std::tanh(inner) + 1);
      },
      [](Emitter &emitter, TensorId x) {
        Chain chain{emitter, x};
        TensorId cube = chain.times(chain.times(x, x), x);
        TensorId sum = emitter.helper(
            "Add", {x, chain.times(cube, chain.constant("cubic", kCubic))});
        TensorId tanh = emitter.helper(
            "Tanh", chain.times(sum, chain.constant("factor", kRootOfTwoByPi)));
        TensorId more = emitter.helper("Add", {tanh, chain.constant("one", 1)});
        return emitter.node(
            "Mul", {chain.times(x, chain.constant("half", 0.5)), more});
      }};
}

CodeFunction mish() {
  return {[](double x) { return x * std::tanh(softplus(x)); },
          [](Emitter &emitter, TensorId x) {
            TensorId inner =
                emitter.helper("Tanh", emitter.helper("Softplus", x));
            return emitter.node("Mul", {x, inner});
          }};
}

CodeFunction square() {
  return {
      [](double x) { return x * x; },
      [](Emitter &emitter, TensorId x) { return emitter.node("Mul", {x, x}); }};
}

double expLinear(double x, double alpha) {
  return x > 0 ? x : alpha * (std::exp(x) - 1);
}

const std::vector<CodeFunction> &knownFunctions() {
  using List = Attributes;
  static const std::vector<CodeFunction> functions = {
      single("Sigmoid", sigmoid),
      single("Tanh", [](double x) { return std::tanh(x); }),
      swish(1),
      gelu(),
      geluByTanh(),
      swish(kQuick),
      single(
          "HardSwish", [](double x) { return x * hardSigmoid(x, kSixth); }, {},
          14),
      single(
          "HardSigmoid", [](double x) { return hardSigmoid(x, kSixth); },
          List{{"alpha", static_cast<float>(kSixth)}}),
      single("HardSigmoid",
             [](double x) { return hardSigmoid(x, double(0.2F)); }),
      single("Elu", [](double x) { return expLinear(x, 1); }),
      single("Selu",
             [](double x) { return expLinear(x, kSeluAlpha) * kSeluGamma; }),
      single("Softplus", softplus),
      single("Softsign", [](double x) { return x / (1 + std::abs(x)); }),
      mish(),
      single("Neg", [](double x) { return -x; }),
      single("Abs", [](double x) { return std::abs(x); }),
      single("Exp", [](double x) { return std::exp(x); }),
      single("Log", [](double x) { return std::log(x); }),
      single("Sqrt", [](double x) { return std::sqrt(x); }),
      single("Reciprocal", [](double x) { return 1 / x; }),
      single("Erf", [](double x) { return std::erf(x); }),
      square(),
      single("Floor", [](double x) { return std::floor(x); }),
      single("Ceil", [](double x) { return std::ceil(x); }),
      single("Sin", [](double x) { return std::sin(x); }),
      single("Cos", [](double x) { return std::cos(x); }),
  };
  return functions;
}

/// The numbers that a parameter may be, as far as one code tells.
struct Interval {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();

  void meet(double one, double other) {
    low = std::fmax(low, std::fmin(one, other));
    high = std::fmin(high, std::fmax(one, other));
  }
};

/// For each code in use that is not cut off: its real, and the reals between
/// which its result lies.
void forEachResult(
    const CodeTable &table,
    llvm::function_ref<void(double x, double low, double high)> visit) {
  for (int64_t code = table.from.lowest; code <= table.from.highest; ++code) {
    int64_t result = table.codes[code - table.from.storageLowest];
    if (!table.to.isSigned)
      result &= 0xFF;
    if (result == table.to.lowest || result == table.to.highest)
      continue;
    double steps = double(result - table.to.zeroPoint());
    visit(lowbit::dequantize(code, table.from),
          (steps - 0.5) * table.to.scale(), (steps + 0.5) * table.to.scale());
  }
}

/// The shortest decimal number in the interval for which `make` gives the
/// table's function.
std::optional<CodeFunction> fit(const CodeTable &table,
                                const Interval &interval,
                                llvm::function_ref<CodeFunction(float)> make) {
  if (!(std::isfinite(interval.low) && std::isfinite(interval.high)) ||
      interval.low > interval.high)
    return std::nullopt;
  double middle = interval.low + (interval.high - interval.low) / 2;
  double unit = 1;
  for (unsigned digits = 0; digits < 9; ++digits, unit *= 10) {
    double rounded = std::round(middle * unit) / unit;
    if (rounded < interval.low || rounded > interval.high)
      continue;
    CodeFunction function = make(static_cast<float>(rounded));
    if (table.isOf(function.evaluate))
      return function;
  }
  CodeFunction function = make(static_cast<float>(middle));
  if (table.isOf(function.evaluate))
    return function;
  return std::nullopt;
}

CodeFunction scaled(float factor) {
  return {[factor](double x) { return x * factor; },
          [factor](Emitter &emitter, TensorId x) {
            return emitter.node("Mul", {x, emitter.scalar("factor", factor)});
          }};
}

CodeFunction shifted(float addend) {
  return {[addend](double x) { return x + addend; },
          [addend](Emitter &emitter, TensorId x) {
            return emitter.node("Add", {x, emitter.scalar("addend", addend)});
          }};
}

CodeFunction leaky(float slope) {
  return {[slope](double x) { return x > 0 ? x : x * slope; },
          [slope](Emitter &emitter, TensorId x) {
            return emitter.node("LeakyRelu", x, {{"alpha", slope}});
          }};
}

} // namespace

bool CodeTable::isOf(llvm::function_ref<double(double)> function) const {
  for (int64_t i = 0; i < 256; ++i) {
    int64_t code =
        std::clamp(from.storageLowest + i, from.lowest, from.highest);
    double real = function(lowbit::dequantize(code, from));
    int64_t result = lowbit::quantize(static_cast<float>(real), to);
    if (static_cast<int8_t>(result) != codes[i])
      return false;
  }
  return true;
}

std::optional<CodeFunction> onnx_export::recognize(const CodeTable &table) {
  for (const CodeFunction &function : knownFunctions())
    if (table.isOf(function.evaluate))
      return function;
  Interval factor, addend, slope;
  forEachResult(table, [&](double x, double low, double high) {
    addend.meet(low - x, high - x);
    if (x == 0)
      return;
    factor.meet(low / x, high / x);
    if (x < 0)
      slope.meet(low / x, high / x);
  });
  if (auto function = fit(table, slope, leaky))
    return function;
  if (auto function = fit(table, factor, scaled))
    return function;
  return fit(table, addend, shifted);
}
