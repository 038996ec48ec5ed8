//===- Probes.cpp - Small kernels that show what a machine can do ---------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Predict.h"

#include "Program.h"
#include "quantc/Execution/Session.h"
#include "quantc/Pipelines/Lower.h"
#include "quantc/Support/Failure.h"

#include "mlir/Parser/Parser.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>
#include <chrono>
#include <ctime>

#ifdef __linux__
#include <unistd.h>
#endif

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

namespace {

/// A dense or depthwise convolution of codes, without padding.
std::string codes(bool depthwise, int64_t size, int64_t in, int64_t out,
                  int64_t kernel, StringRef storage = "u8") {
  int64_t result = size - kernel + 1;
  std::string weights =
      depthwise ? llvm::formatv("{0}x{0}x{1}x", kernel, in).str()
                : llvm::formatv("{0}x{1}x{1}x{2}x", out, kernel, in).str();
  return llvm::formatv(
      R"(!x = !quant.uniform<{6}:f32, 0.125:0>
!y = !quant.uniform<{6}:f32, 0.25:3>
!w = !quant.uniform<i8<-127:127>:f32, 0.01>
module attributes {{quantc.stage = "quantized"} {{
  func.func @probe(%x: tensor<1x{0}x{0}x{1}x!x> {{quantc.name = "x"})
      -> (tensor<1x{2}x{2}x{3}x!y> {{quantc.name = "y"}) {{
    %w = lowbit.constant dense<3> : tensor<{4}i8> as tensor<{4}!w>
    %b = arith.constant dense<1> : tensor<{3}xi32>
    %y = lowbit.{5} %x, %w, %b pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1]
       : (tensor<1x{0}x{0}x{1}x!x>, tensor<{4}!w>, tensor<{3}xi32>)
         -> tensor<1x{2}x{2}x{3}x!y>
    return %y : tensor<1x{2}x{2}x{3}x!y>
  }
})",
      size, in, result, out, weights, depthwise ? "depthwise_conv2d" : "conv2d",
      storage);
}

/// A product with constant weights, in f32.
std::string product(int64_t rows, int64_t depth, int64_t columns) {
  return llvm::formatv(
      R"(module {{
  func.func @probe(%x: tensor<1x{0}x{1}xf32> {{quantc.name = "x"})
      -> (tensor<1x{0}x{2}xf32> {{quantc.name = "y"}) {{
    %w = "tosa.const"() {{values = dense<0.5> : tensor<1x{1}x{2}xf32>}
       : () -> tensor<1x{1}x{2}xf32>
    %z = "tosa.const"() {{values = dense<0.0> : tensor<1xf32>}
       : () -> tensor<1xf32>
    %y = tosa.matmul %x, %w, %z, %z
       : (tensor<1x{0}x{1}xf32>, tensor<1x{1}x{2}xf32>, tensor<1xf32>,
          tensor<1xf32>) -> tensor<1x{0}x{2}xf32>
    return %y : tensor<1x{0}x{2}xf32>
  }
})",
      rows, depth, columns);
}

std::string elementwise(int64_t size, StringRef operation) {
  return llvm::formatv(
      R"(module {{
  func.func @probe(%x: tensor<{0}xf32> {{quantc.name = "x"})
      -> (tensor<{0}xf32> {{quantc.name = "y"}) {{
    %y = {1} %x : (tensor<{0}xf32>) -> tensor<{0}xf32>
    return %y : tensor<{0}xf32>
  }
})",
      size, operation);
}

/// Scores of attention, as they are in a program of codes: no fusion.
std::string attention(int64_t rows, int64_t depth) {
  return llvm::formatv(
      R"(module {{
  func.func @probe(%q: tensor<1x{0}x{1}xf32> {{quantc.name = "q"},
                   %k: tensor<1x{0}x{1}xf32> {{quantc.name = "k"})
      -> (tensor<1x{0}x{0}xf32> {{quantc.name = "y"}) {{
    %z = "tosa.const"() {{values = dense<0.0> : tensor<1xf32>}
       : () -> tensor<1xf32>
    %t = tosa.transpose %k {{perms = array<i32: 0, 2, 1>}
       : (tensor<1x{0}x{1}xf32>) -> tensor<1x{1}x{0}xf32>
    %y = tosa.matmul %q, %t, %z, %z
       : (tensor<1x{0}x{1}xf32>, tensor<1x{1}x{0}xf32>, tensor<1xf32>,
          tensor<1xf32>) -> tensor<1x{0}x{0}xf32>
    return %y : tensor<1x{0}x{0}xf32>
  }
})",
      rows, depth);
}

std::string softmax(int64_t rows, int64_t columns) {
  return llvm::formatv(
      R"(module {{
  func.func @probe(%x: tensor<{0}x{1}xf32> {{quantc.name = "x"})
      -> (tensor<{0}x{1}xf32> {{quantc.name = "y"}) {{
    %m = tosa.reduce_max %x {{axis = 1 : i32}
       : (tensor<{0}x{1}xf32>) -> tensor<{0}x1xf32>
    %d = tosa.sub %x, %m
       : (tensor<{0}x{1}xf32>, tensor<{0}x1xf32>) -> tensor<{0}x{1}xf32>
    %e = tosa.exp %d : (tensor<{0}x{1}xf32>) -> tensor<{0}x{1}xf32>
    %s = tosa.reduce_sum %e {{axis = 1 : i32}
       : (tensor<{0}x{1}xf32>) -> tensor<{0}x1xf32>
    %r = tosa.reciprocal %s : (tensor<{0}x1xf32>) -> tensor<{0}x1xf32>
    %h = "tosa.const"() {{values = dense<0> : tensor<1xi8>}
       : () -> tensor<1xi8>
    %y = tosa.mul %e, %r, %h
       : (tensor<{0}x{1}xf32>, tensor<{0}x1xf32>, tensor<1xi8>)
         -> tensor<{0}x{1}xf32>
    return %y : tensor<{0}x{1}xf32>
  }
})",
      rows, columns);
}

/// To codes, their sum, and back.
std::string conversions(int64_t size) {
  return llvm::formatv(
      R"(!c = !quant.uniform<u8:f32, 0.125:128>
!s = !quant.uniform<u8:f32, 0.25:128>
module attributes {{quantc.stage = "quantized"} {{
  func.func @probe(%x: tensor<{0}xf32> {{quantc.name = "x"},
                   %c: tensor<{0}x!c> {{quantc.name = "c"})
      -> (tensor<{0}xf32> {{quantc.name = "y"}) {{
    %q = lowbit.quantize %x : tensor<{0}xf32> to tensor<{0}x!c>
    %a = lowbit.add %q, %c : (tensor<{0}x!c>, tensor<{0}x!c>) -> tensor<{0}x!s>
    %y = lowbit.dequantize %a : tensor<{0}x!s> to tensor<{0}xf32>
    return %y : tensor<{0}xf32>
  }
})",
      size);
}

/// A function of codes, looked up.
std::string table(int64_t size) {
  return llvm::formatv(
      R"(!x = !quant.uniform<u8:f32, 0.125:0>
module attributes {{quantc.stage = "quantized"} {{
  func.func @probe(%x: tensor<{0}x!x> {{quantc.name = "x"})
      -> (tensor<{0}x!x> {{quantc.name = "y"}) {{
    %t = arith.constant dense<5> : tensor<256xi8>
    %y = lowbit.table %x, %t : (tensor<{0}x!x>, tensor<256xi8>)
                               -> tensor<{0}x!x>
    return %y : tensor<{0}x!x>
  }
})",
      size);
}

/// A table and what it is multiplied with, in one loop.
std::string gate(int64_t size) {
  return llvm::formatv(
      R"(!x = !quant.uniform<u8:f32, 0.125:0>
!y = !quant.uniform<u8:f32, 4.0:3>
module attributes {{quantc.stage = "quantized"} {{
  func.func @probe(%x: tensor<{0}x!x> {{quantc.name = "x"},
                   %g: tensor<{0}x!x> {{quantc.name = "g"})
      -> (tensor<{0}x!y> {{quantc.name = "y"}) {{
    %t = arith.constant dense<5> : tensor<256xi8>
    %s = lowbit.table %g, %t : (tensor<{0}x!x>, tensor<256xi8>)
                               -> tensor<{0}x!x>
    %y = lowbit.mul %s, %x : (tensor<{0}x!x>, tensor<{0}x!x>) -> tensor<{0}x!y>
    return %y : tensor<{0}x!y>
  }
})",
      size);
}

/// Kernels of every kind: sums that are long or short, much or little to store,
/// weights and buffers from each cache.
std::vector<std::string> contractedTexts() {
  return {product(64, 256, 256),
          product(8, 64, 64),
          product(1, 1024, 4096),
          elementwise(4096, "tosa.exp"),
          elementwise(262144, "tosa.sigmoid"),
          elementwise(1 << 20, "tosa.abs")};
}

/// What programs of codes have, their parts in float among it.
std::vector<std::string> probeTexts() {
  return {codes(false, 12, 256, 128, 3),
          codes(false, 28, 64, 64, 1),
          codes(false, 28, 16, 64, 1),
          codes(false, 30, 3, 32, 3),
          codes(false, 1, 2048, 2048, 1),
          codes(false, 6, 32, 32, 3),
          codes(false, 34, 16, 16, 3),
          codes(false, 34, 16, 16, 3, "i8"),
          codes(true, 30, 64, 64, 3, "i8"),
          codes(false, 14, 96, 96, 1, "i8"),
          codes(false, 10, 64, 64, 3),
          codes(false, 56, 24, 96, 1),
          codes(false, 14, 576, 96, 1),
          codes(true, 30, 64, 64, 3),
          codes(true, 16, 256, 256, 3),
          table(16384),
          gate(44032),
          conversions(32768),
          attention(99, 64),
          softmax(99, 99)};
}

/// The shortest time of one inference, in nanoseconds; the inputs are zero.
llvm::Expected<double> timeOf(const Model &model) {
  using Clock = std::chrono::steady_clock;
  auto session = Session::create(model);
  if (!session)
    return session.takeError();
  // Several runs per look at the clock, since one may take less than a
  // microsecond.
  double best = 0;
  int64_t runs = 1;
  // Of the processor's time, so that other programs do not take it all.
  std::clock_t end = std::clock() + CLOCKS_PER_SEC / 50;
  while (std::clock() < end) {
    Clock::time_point start = Clock::now();
    for (int64_t i = 0; i < runs; ++i)
      session->run();
    double took =
        std::chrono::duration<double, std::nano>(Clock::now() - start).count();
    if (took < 20000) {
      runs *= 2;
      continue;
    }
    double one = took / double(runs);
    best = best == 0 ? one : std::min(best, one);
  }
  return best;
}

} // namespace

llvm::Expected<Machine> quantc::measureMachine(MLIRContext &context,
                                               StringRef level) {
  LowerOptions options;
  options.levels = {level.str()};
  std::vector<Probe> probes;
  std::vector<std::string> contracted = contractedTexts(), texts = probeTexts();
  llvm::append_range(texts, contracted);
  for (auto [i, text] : llvm::enumerate(texts)) {
    OwningOpRef<ModuleOp> module =
        parseSourceString<ModuleOp>(text, ParserConfig(&context));
    if (!module)
      return failure("a probe of this machine", "cannot be read");
    options.contract = i + contracted.size() >= texts.size();
    auto work = workOf(*module, options);
    if (!work)
      return work.takeError();
    auto model = loadProgram(*module, options);
    if (!model)
      return model.takeError();
    auto time = timeOf(**model);
    if (!time)
      return time.takeError();
    probes.push_back({std::move(*work), *time});
  }
  Machine start = Machine::nominal(*findLevel(level));
#ifdef __linux__
  auto cache = [](int name, int64_t otherwise) {
    long size = sysconf(name);
    return size > 0 ? int64_t(size) : otherwise;
  };
  start.cache2 = cache(_SC_LEVEL2_CACHE_SIZE, start.cache2);
  start.cache3 = cache(_SC_LEVEL3_CACHE_SIZE, start.cache3);
#endif
  return fit(start, probes);
}
