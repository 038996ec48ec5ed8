//===- Gradients.cpp - Gradients against central differences --------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Gradients.h"

#include "dialects/Distill/Transforms/Differentiate.h"
#include "dialects/Distill/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "llvm/Support/TargetSelect.h"
#include "gtest/gtest.h"
#include <cmath>
#include <random>

using namespace mlir;
using namespace quantc;

namespace {

constexpr llvm::StringLiteral kToLinalg =
    "func.func(tosa-optional-decompositions,tosa-to-scf,"
    "tosa-make-broadcastable,"
    "tosa-to-linalg-named,tosa-to-linalg,tosa-to-arith,tosa-to-tensor),"
    "convert-elementwise-to-linalg,"
    "canonicalize";

constexpr llvm::StringLiteral kToLlvm =
    "one-shot-bufferize{bufferize-function-boundaries "
    "function-boundary-type-conversion=identity-layout-map},"
    "buffer-results-to-out-params{modify-public-functions=true},"
    "convert-linalg-to-loops,expand-strided-metadata,lower-affine,"
    "convert-scf-to-cf,convert-math-to-llvm,convert-math-to-libm,convert-arith-"
    "to-llvm,"
    "convert-index-to-llvm,finalize-memref-to-llvm,"
    "convert-func-to-llvm{use-bare-ptr-memref-call-conv=1},convert-cf-to-llvm,"
    "reconcile-unrealized-casts";

DialectRegistry registry() {
  static bool once = [] {
    mlir::registerAllPasses();
    distill::registerDistillPasses();
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    return true;
  }();
  (void)once;
  DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  distill::registerDerivatives(registry);
  registerAllToLLVMIRTranslations(registry);
  return registry;
}

/// Turns every f32 into an f64, so that differences are exact enough to tell a
/// wrong derivative from rounding.
void widen(ModuleOp module) {
  Type f64 = Float64Type::get(module.getContext());
  AttrTypeReplacer replacer;
  replacer.addReplacement([&](Float32Type) -> Type { return f64; });
  replacer.addReplacement([&](FloatAttr attribute) -> Attribute {
    if (!attribute.getType().isF32())
      return attribute;
    return FloatAttr::get(f64, attribute.getValueAsDouble());
  });
  replacer.addReplacement([&](DenseFPElementsAttr attribute) -> Attribute {
    if (!attribute.getElementType().isF32())
      return attribute;
    return attribute.mapValues(f64, [](const APFloat &number) {
      return APFloat(number.convertToDouble()).bitcastToAPInt();
    });
  });
  replacer.recursivelyReplaceElementsIn(module, /*replaceAttrs=*/true,
                                        /*replaceLocs=*/false,
                                        /*replaceTypes=*/true);
  // Arguments are the test's own; they stay as they are.
  for (auto f : module.getOps<func::FuncOp>())
    for (unsigned i = 0; i < f.getNumArguments(); ++i)
      f.setArgAttr(i, "bufferization.writable",
                   BoolAttr::get(module.getContext(), false));
  module.walk([](Operation *op) {
    if (isa<arith::ExtFOp, arith::TruncFOp>(op) &&
        op->getOperand(0).getType() == op->getResult(0).getType()) {
      op->replaceAllUsesWith(op->getOperands());
      op->erase();
    }
  });
}

struct Argument {
  int64_t count;
  bool isReal;
};

/// `@f` and its derivatives, compiled.
class Compiled {
public:
  Compiled(const std::string &source, int order);

  /// Calls the derivative of that order: arguments, then results.
  void call(int order, std::vector<const void *> pointers) const;
  std::vector<Argument> arguments(int order) const { return inputs[order]; }
  std::vector<Argument> results(int order) const { return outputs[order]; }
  explicit operator bool() const { return bool(engine); }

private:
  static std::string nameOf(int order) {
    std::string name = "f";
    while (order-- > 0)
      name += ".gradient";
    return name;
  }
  void compile(const std::string &source, int order);
  bool run(ModuleOp module, const llvm::Twine &passes);

  MLIRContext context;
  std::unique_ptr<ExecutionEngine> engine;
  std::vector<std::vector<Argument>> inputs, outputs;
};

bool Compiled::run(ModuleOp module, const llvm::Twine &text) {
  FailureOr<OpPassManager> passes =
      parsePassPipeline(("builtin.module(" + text + ")").str());
  if (failed(passes))
    return false;
  PassManager manager(&context, ModuleOp::getOperationName());
  static_cast<OpPassManager &>(manager) = std::move(*passes);
  return succeeded(manager.run(module));
}

std::vector<Argument> describe(TypeRange types) {
  std::vector<Argument> list;
  for (Type type : types) {
    auto tensor = cast<RankedTensorType>(type);
    list.push_back(
        {tensor.getNumElements(), isa<FloatType>(tensor.getElementType())});
  }
  return list;
}

Compiled::Compiled(const std::string &source, int order) : context(registry()) {
  compile(source, order);
}

void Compiled::compile(const std::string &source, int order) {
  auto module = parseSourceString<ModuleOp>(source, &context);
  ASSERT_TRUE(module) << source;
  for (int i = 0; i < order; ++i)
    ASSERT_TRUE(
        run(*module, "distill-derive-gradients{function=" + nameOf(i) + "}"))
        << source;
  for (int i = 0; i <= order; ++i) {
    auto f = module->lookupSymbol<func::FuncOp>(nameOf(i));
    inputs.push_back(describe(f.getArgumentTypes()));
    outputs.push_back(describe(f.getResultTypes()));
  }
  ASSERT_TRUE(run(*module, kToLinalg));
  widen(*module);
  ASSERT_TRUE(run(*module, kToLlvm));
  ExecutionEngineOptions options;
  llvm::StringRef libraries[] = {QUANTC_RUNNER_UTILS};
  options.sharedLibPaths = libraries;
  options.jitCodeGenOptLevel = llvm::CodeGenOptLevel::None;
  auto created = ExecutionEngine::create(*module, options);
  ASSERT_TRUE(static_cast<bool>(created)) << source;
  engine = std::move(*created);
}

void Compiled::call(int order, std::vector<const void *> p) const {
  auto symbol = engine->lookup(nameOf(order));
  ASSERT_TRUE(static_cast<bool>(symbol));
  ASSERT_LE(p.size(), 12u);
  // Pointers beyond those that the function reads do no harm.
  p.resize(12, nullptr);
  using Pointer = const void *;
  auto function = reinterpret_cast<void (*)(
      Pointer, Pointer, Pointer, Pointer, Pointer, Pointer, Pointer, Pointer,
      Pointer, Pointer, Pointer, Pointer)>(*symbol);
  function(p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10],
           p[11]);
}

/// The numbers of some tensors; integers are rounded when they are passed.
using Numbers = std::vector<std::vector<double>>;

Numbers call(const Compiled &program, int order, const Numbers &arguments) {
  std::vector<Argument> kinds = program.arguments(order);
  std::vector<std::vector<int32_t>> integers;
  integers.reserve(arguments.size());
  std::vector<const void *> pointers;
  for (auto [kind, numbers] : llvm::zip_equal(kinds, arguments)) {
    integers.emplace_back(numbers.begin(), numbers.end());
    pointers.push_back(kind.isReal
                           ? static_cast<const void *>(numbers.data())
                           : static_cast<const void *>(integers.back().data()));
  }
  Numbers results;
  for (const Argument &result : program.results(order))
    results.emplace_back(result.count, std::nan(""));
  for (std::vector<double> &result : results)
    pointers.push_back(result.data());
  program.call(order, pointers);
  return results;
}

Numbers draw(const std::vector<Argument> &kinds,
             const std::vector<Interval> &intervals) {
  std::mt19937 generator(7);
  Numbers numbers;
  for (auto [i, kind] : llvm::enumerate(kinds)) {
    Interval from = i < intervals.size() ? intervals[i] : Interval();
    std::uniform_real_distribution<double> distribution(from.low, from.high);
    numbers.emplace_back();
    for (int64_t k = 0; k < kind.count; ++k) {
      double number = distribution(generator);
      numbers.back().push_back(kind.isReal ? number : std::floor(number));
    }
  }
  return numbers;
}

double dot(const std::vector<double> &a, const std::vector<double> &b) {
  double sum = 0;
  for (auto [x, y] : llvm::zip_equal(a, b))
    sum += x * y;
  return sum;
}

/// How fast `sum(f * seed)` changes with one number of one argument.
double difference(const Compiled &program, int order, Numbers arguments,
                  const std::vector<double> &seed, size_t i, size_t k) {
  double at = arguments[i][k], step = 1e-5 * std::max(1.0, std::abs(at));
  double sums[2];
  for (int side : {0, 1}) {
    arguments[i][k] = at + (side ? step : -step);
    sums[side] = dot(call(program, order, arguments)[0], seed);
  }
  return (sums[1] - sums[0]) / (2 * step);
}

} // namespace

void quantc::expectGradients(const std::string &source,
                             std::vector<Interval> intervals, int order) {
  SCOPED_TRACE(source);
  Compiled program(source, order);
  ASSERT_TRUE(program);
  std::vector<Argument> kinds = program.arguments(order);
  Numbers all = draw(kinds, intervals);
  Numbers arguments(all.begin(), all.end() - 1);
  Numbers gradients = call(program, order, all);
  size_t next = 0;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (!kinds[i].isReal)
      continue;
    const std::vector<double> &gradient = gradients[next++];
    double largest = 0;
    for (size_t k = 0; k < arguments[i].size(); ++k) {
      double expected =
          difference(program, order - 1, arguments, all.back(), i, k);
      largest = std::max(largest, std::abs(expected));
      ASSERT_NEAR(gradient[k], expected,
                  1e-6 * std::max(1.0, std::abs(expected)))
          << "argument " << i << ", element " << k;
    }
    EXPECT_GT(largest, 1e-3) << "nothing depends on argument " << i;
  }
}

Numbers quantc::gradientsAt(const std::string &source,
                            const Numbers &arguments) {
  Compiled program(source, 1);
  if (!program)
    return {};
  return call(program, 1, arguments);
}

std::string quantc::gradientError(const std::string &source) {
  MLIRContext context(registry());
  auto module = parseSourceString<ModuleOp>(source, &context);
  EXPECT_TRUE(module) << source;
  if (!module)
    return "";
  std::string text;
  ScopedDiagnosticHandler handler(
      &context, [&](Diagnostic &diagnostic) { text += diagnostic.str(); });
  PassManager manager(&context);
  if (failed(parsePassPipeline("builtin.module(distill-derive-gradients)")))
    return "no such pass";
  static_cast<OpPassManager &>(manager) =
      *parsePassPipeline("builtin.module(distill-derive-gradients)");
  if (succeeded(manager.run(*module)))
    return "";
  return text;
}

std::string quantc::function(const std::string &op,
                             const std::vector<std::string> &types) {
  std::string arguments, operands;
  for (size_t i = 0; i + 1 < types.size(); ++i) {
    arguments +=
        (i ? ", %" : "%") + std::to_string(i) + ": tensor<" + types[i] + ">";
    operands += (i ? ", tensor<" : "tensor<") + types[i] + ">";
  }
  std::string result = "tensor<" + types.back() + ">";
  return "func.func @f(" + arguments + ") -> " + result + " {\n  %y = " + op +
         " : (" + operands + ") -> " + result + "\n  return %y : " + result +
         "\n}\n";
}
