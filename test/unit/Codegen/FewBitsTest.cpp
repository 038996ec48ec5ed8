//===- FewBitsTest.cpp - Layers of few bits, at every level ----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Programs.h"

#include "dialects/Kernel/IR/Kernel.h"
#include "quantc/Conversion/LowBitToKernel/Passes.h"
#include "quantc/Pipelines/Register.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "gtest/gtest.h"
#include <algorithm>

using namespace quantc;

namespace {

/// The element type of activations, and the op that makes them.
struct Activations {
  std::string type, op;

  static Activations draw(Draw &draw) {
    if (draw.between(0, 2) == 0)
      return {"i8<-1:1>:f32, 0.75", "binarize"};
    int64_t bits = draw.between(1, 3), low = draw.coin() ? 0 : -5;
    int64_t high = low + (int64_t(1) << bits) - (draw.coin() ? 1 : 2);
    high = std::max(high, low + 1);
    return {llvm::formatv("{0}8<{1}:{2}>:f32, 0.5:{3}", low < 0 ? "i" : "u",
                          low, high, draw.between(low, high))
                .str(),
            "quantize"};
  }
};

/// Weights of 1 or 2 bits, times some number, as "0x...".
std::string weights(Draw &draw, int64_t count) {
  static constexpr int kLevels[][4] = {
      {-1, 1, -1, 1}, {-1, 0, 0, 1}, {-3, -1, 1, 3}, {-1, 1, 1, -1}};
  const int (&levels)[4] = kLevels[draw.between(0, 3)];
  int64_t unit = draw.between(0, 2) == 0 ? draw.between(2, 40) : 1;
  std::vector<uint8_t> bytes;
  for (int64_t i = 0; i < count; ++i)
    bytes.push_back(static_cast<uint8_t>(unit * levels[draw.between(0, 3)]));
  return "0x" + llvm::toHex(bytes);
}

/// A convolution, or a product of matrices if windows have one tap.
std::string program(Draw &draw, int64_t &elements) {
  Activations from = Activations::draw(draw);
  bool isMatrix = draw.coin(), codes = draw.coin();
  int64_t kernel = isMatrix ? 1 : draw.between(2, 3);
  int64_t in = isMatrix ? draw.between(100, 1500) : draw.between(30, 140);
  int64_t out = draw.coin() ? draw.between(65, 130) : draw.between(1, 64);
  int64_t size = draw.between(3, 4);
  int64_t pad = isMatrix || draw.coin() ? 0 : 1, stride = draw.between(1, 2);
  int64_t dilation = !isMatrix && kernel == 2 ? draw.between(1, 2) : 1;
  if (isMatrix)
    stride = 1;
  int64_t result = (size + 2 * pad - dilation * (kernel - 1) - 1) / stride + 1;
  elements = size * size * in;
  std::string input = dimensions({1, size, size, in});
  std::string output = dimensions({1, result, result, out});
  std::string shape = dimensions({out, kernel, kernel, in});
  std::string scales;
  for (int64_t i = 0; i < out; ++i)
    scales += (i ? ", " : "") +
              llvm::formatv("{0:f6}", 0.001 * draw.between(1, 20)).str();
  std::string text = llvm::formatv(
      "!xq = !quant.uniform<{0}>\n"
      "!yq = !quant.uniform<u8:f32, 0.25:7>\n"
      "!wq = !quant.uniform<i8<-127:127>:f32:0, {{{1}}>\n"
      "func.func @f(%x: tensor<{2}f32>) -> tensor<{3}f32> {{\n"
      "  %q = lowbit.{4} %x : tensor<{2}f32> to tensor<{2}!xq>\n"
      "  %w = lowbit.constant dense<\"{5}\"> : tensor<{6}i8> as "
      "tensor<{6}!wq>\n"
      "  %b = arith.constant {7} : tensor<{8}xi32>\n",
      from.type, scales, input, output, from.op,
      weights(draw, out * kernel * kernel * in), shape, draw.biases(out), out);
  text += llvm::formatv(
      "  %y = lowbit.conv2d %q, %w, %b pad [{0}, {0}, {0}, {0}] stride [{1}, "
      "{1}] dilation [{2}, {2}] : (tensor<{3}!xq>, tensor<{4}!wq>, "
      "tensor<{5}xi32>) -> tensor<{6}{7}>\n",
      pad, stride, dilation, input, shape, out, output, codes ? "!yq" : "f32");
  text += codes ? "  %r = lowbit.dequantize %y : tensor<" + output +
                      "!yq> to tensor<" + output + "f32>\n  return %r"
                : std::string("  return %y");
  return text + " : tensor<" + output + "f32>\n}\n";
}

/// Planes of the input and of the weights, if bits are counted for `text`.
std::pair<int64_t, int64_t> planesOf(const std::string &text) {
  mlir::DialectRegistry registry;
  registerAllDialects(registry);
  mlir::MLIRContext context(registry);
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  mlir::PassManager manager(&context);
  manager.addPass(createConvertLowBitToKernel());
  std::pair<int64_t, int64_t> planes = {0, 0};
  if (!module || failed(manager.run(*module)))
    return planes;
  module->walk([&](kernel::BinaryMatmulOp op) {
    auto sizeOf = [](mlir::Value value) {
      return llvm::cast<mlir::ShapedType>(value.getType()).getDimSize(1);
    };
    planes = {sizeOf(op.getInput()), sizeOf(op.getWeights())};
  });
  return planes;
}

} // namespace

TEST(FewBits, EveryLevelGivesTheBytesOfTheReference) {
  // Programs without bits, and with several planes of one operand.
  int bytes = 0, inputPlanes = 0, weightPlanes = 0;
  for (unsigned seed = 0; seed < 24 && !testing::Test::HasFatalFailure();
       ++seed) {
    SCOPED_TRACE(seed);
    Draw draw(seed);
    int64_t elements = 0;
    std::string text = program(draw, elements);
    std::vector<float> input = draw.reals(elements);
    expectSameBytes(text, input);
    auto [ofInput, ofWeights] = planesOf(text);
    bytes += ofInput == 0;
    inputPlanes += ofInput > 1;
    weightPlanes += ofWeights > 1;
  }
  for (int count : {bytes, inputPlanes, weightPlanes})
    EXPECT_GT(count, 1);
}
