//===- FusionTest.cpp - Fused arithmetic against the program it came from -===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// lowbit-insert-qdq says what quantization means: a float program that rounds.
// lowbit-fuse-qdq may only change the order of a few roundings, so its results
// have to be those of the float program up to a code here and there.
#include "Program.h"
#include "quantc/Format/Catalog.h"
#include "quantc/Format/Levels.h"
#include "quantc/Format/Spelling.h"
#include "quantc/Format/Summary.h"
#include "gtest/gtest.h"

using namespace quantc;

namespace {

/// `dense<[...]>` of random numbers in [-1, 1], as a `tosa.const`.
std::string constant(Random &random, const std::string &name,
                     const std::vector<int64_t> &shape) {
  int64_t size = 1;
  for (int64_t extent : shape)
    size *= extent;
  std::string flat = "tensor<" + std::to_string(size) + "xf32>";
  std::string values;
  for (int64_t i = 0; i < size; ++i)
    values += (i ? ", " : "") +
              text(static_cast<float>(random(-1000, 1000)) * 0.001f);
  std::string target;
  for (int64_t extent : shape)
    target += (target.empty() ? "" : ", ") + std::to_string(extent);
  std::string rank = std::to_string(shape.size());
  return "  %" + name + "_flat = \"tosa.const\"() {values = dense<[" + values +
         "]> : " + flat + "} : () -> " + flat + "\n  %" + name +
         "_shape = tosa.const_shape {values = dense<[" + target +
         "]> : tensor<" + rank + "xindex>} : () -> !tosa.shape<" + rank +
         ">\n  %" + name + " = tosa.reshape %" + name + "_flat, %" + name +
         "_shape : (" + flat + ", !tosa.shape<" + rank + ">) -> " +
         tensor(shape, "f32") + "\n";
}

std::string observe(const std::string &name, const std::string &value,
                    const std::string &type, const std::string &range) {
  return "  %" + name + " = calib.observe %" + value + " site \"" + name +
         "\" range [" + range + "] : " + type + "\n";
}

/// conv -> ReLU -> depthwise (2 results a channel) -> add -> max pool -> mean,
/// and a matmul with a bias.
std::string network(uint32_t seed) {
  Random random(seed);
  std::string image = "tensor<1x6x6x3xf32>", map = "tensor<1x3x3x4xf32>";
  std::string pooled = "tensor<1x2x2x4xf32>", mean = "tensor<1x1x1x4xf32>";
  std::string windows = "acc_type = f32, dilation = array<i64: 1, 1>";
  std::string result =
      "func.func @f(%arg: " + image + ") -> tensor<1x5xf32> {\n";
  result += constant(random, "w1", {4, 3, 3, 3}) + constant(random, "b1", {4}) +
            constant(random, "w2", {3, 3, 3, 2}) + constant(random, "b2", {6}) +
            constant(random, "w3", {4, 1, 1, 6}) + constant(random, "b3", {4}) +
            constant(random, "w4", {1, 4, 5}) + constant(random, "b4", {1, 5});
  result += "  %z = \"tosa.const\"() {values = dense<0.0> : tensor<1xf32>} : "
            "() -> tensor<1xf32>\n"
            "  %s3 = tosa.const_shape {values = dense<[1, 1, 4]> : "
            "tensor<3xindex>} : () -> !tosa.shape<3>\n"
            "  %s2 = tosa.const_shape {values = dense<[1, 5]> : "
            "tensor<2xindex>} : () -> !tosa.shape<2>\n";
  result += observe("x", "arg", image, "-1.0, 1.0");
  result += "  %c1 = tosa.conv2d %x, %w1, %b1, %z, %z {" + windows +
            ", pad = array<i64: 0, 1, 1, 0>, stride = array<i64: 2, 2>} : (" +
            image +
            ", tensor<4x3x3x3xf32>, tensor<4xf32>, tensor<1xf32>, "
            "tensor<1xf32>) -> " +
            map +
            "\n  %r1 = tosa.clamp %c1 {min_val = 0.0 : f32, max_val = 6.0 : "
            "f32} : (" +
            map + ") -> " + map + "\n" + observe("y1", "r1", map, "0.0, 5.0");
  result += "  %c2 = tosa.depthwise_conv2d %x, %w2, %b2, %z, %z {" + windows +
            ", pad = array<i64: 1, 0, 0, 1>, stride = array<i64: 2, 2>} : (" +
            image +
            ", tensor<3x3x3x2xf32>, tensor<6xf32>, tensor<1xf32>, "
            "tensor<1xf32>) -> tensor<1x3x3x6xf32>\n" +
            observe("y2", "c2", "tensor<1x3x3x6xf32>", "-4.0, 4.5");
  result += "  %c3 = tosa.conv2d %y2, %w3, %b3, %z, %z {" + windows +
            ", pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : "
            "(tensor<1x3x3x6xf32>, tensor<4x1x1x6xf32>, tensor<4xf32>, "
            "tensor<1xf32>, tensor<1xf32>) -> " +
            map + "\n" + observe("y3", "c3", map, "-6.0, 5.0");
  result += "  %a = tosa.add %y1, %y3 : (" + map + ", " + map + ") -> " + map +
            "\n" + observe("y4", "a", map, "-6.0, 9.0");
  result += "  %m = tosa.max_pool2d %y4 {kernel = array<i64: 2, 2>, pad = "
            "array<i64: 0, 1, 0, 1>, stride = array<i64: 2, 2>} : (" +
            map + ") -> " + pooled +
            "\n  %g = tosa.avg_pool2d %m, %z, %z {kernel = array<i64: 2, 2>, "
            "pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, acc_type "
            "= f32} : (" +
            pooled + ", tensor<1xf32>, tensor<1xf32>) -> " + mean + "\n" +
            observe("y5", "g", mean, "-3.0, 9.0");
  result += "  %v = tosa.reshape %y5, %s3 : (" + mean +
            ", !tosa.shape<3>) -> tensor<1x1x4xf32>\n"
            "  %f = tosa.matmul %v, %w4, %z, %z : (tensor<1x1x4xf32>, "
            "tensor<1x4x5xf32>, tensor<1xf32>, tensor<1xf32>) -> "
            "tensor<1x1x5xf32>\n"
            "  %fr = tosa.reshape %f, %s2 : (tensor<1x1x5xf32>, "
            "!tosa.shape<2>) -> tensor<1x5xf32>\n"
            "  %o = tosa.add %fr, %b4 : (tensor<1x5xf32>, tensor<1x5xf32>) -> "
            "tensor<1x5xf32>\n  return %o : tensor<1x5xf32>\n}";
  return result;
}

} // namespace

TEST(Fusion, KeepsTheMeaningOfQuantizeAndDequantize) {
  for (uint32_t seed = 1; seed < 3; ++seed) {
    std::string source = network(seed);
    std::string options = seed == 1 ? "" : "{activations=i8 per-axis=false}";
    Program rounded(source, "lowbit-insert-qdq" + options);
    Program fused(source, "lowbit-insert-qdq" + options +
                              ",lowbit-fuse-qdq,lowbit-prove-accumulators");
    Program real(source, "lowbit-insert-qdq{activations=f32 weights=f32}");
    Random random(seed + 100);
    double roundedError = 0, fusedError = 0;
    for (int i = 0; i < 50; ++i) {
      std::vector<float> input;
      for (int64_t j = 0; j < 6 * 6 * 3; ++j)
        input.push_back(static_cast<float>(random(-1000, 1000)) * 0.001f);
      std::vector<float> a(5), b(5), c(5);
      rounded.run({input.data(), a.data()});
      fused.run({input.data(), b.data()});
      real.run({input.data(), c.data()});
      for (int j = 0; j < 5; ++j) {
        // One code of the mean, 12/255, times weights up to 1 in 4 terms.
        ASSERT_NEAR(a[j], b[j], 0.1) << "sample " << i;
        roundedError += std::abs(a[j] - c[j]);
        fusedError += std::abs(b[j] - c[j]);
      }
    }
    // And on the whole it is no worse.
    EXPECT_GT(roundedError, 0);
    EXPECT_LT(fusedError, 1.1 * roundedError);
  }
}

namespace {

/// A format that the library does not have: four numbers, none of them 0, three
/// bits for each.
std::optional<format::Format> toy(llvm::StringRef name) {
  if (name != "toy")
    return std::nullopt;
  format::Format format;
  format.name = "toy";
  format.levels.decode = format::Decode::Table;
  format.levels.bits = 3;
  format.levels.table = {-5, -1.5, 2, 6};
  format.scaling.type = format::ScaleType::BF16;
  format.search = format::Search::Mse;
  return format;
}

std::vector<float> outputs(Program &program, uint32_t seed) {
  Random random(seed);
  std::vector<float> all;
  for (int i = 0; i < 20; ++i) {
    std::vector<float> input, output(5);
    for (int64_t j = 0; j < 6 * 6 * 3; ++j)
      input.push_back(static_cast<float>(random(-1000, 1000)) * 0.001f);
    program.run({input.data(), output.data()});
    all.insert(all.end(), output.begin(), output.end());
  }
  return all;
}

} // namespace

/// The same for weights of other formats, those of a format from outside the
/// library too: the network whose weights are decoded to reals, and the one
/// that computes with codes where it can.
TEST(Fusion, KeepsTheMeaningOfPackedWeights) {
  static bool isRegistered = false;
  if (!isRegistered)
    format::registerFamily({"toy", "four numbers", toy, {"toy", "toy:b16"}});
  isRegistered = true;
  std::string source = network(7), decode = ",lowbit-decode-constants";
  Program real(source, "lowbit-insert-qdq{activations=f32 weights=f32}");
  std::vector<float> exact = outputs(real, 8);
  for (const char *name :
       {"i2",         "i4",   "i4:full",          "i3:midrise",    "i4:tensor",
        "u4",         "u8",   "ternary",          "ternary:base3", "binary",
        "fp4",        "pow2", "kmeans16:huffman", "kmeans256",     "lqnets2",
        "fp8e4m3",    "nf4",  "i4:b32",           "mxfp4",         "nvfp4",
        "u4:b64:hqq", "toy",  "toy:b16"}) {
    std::string insert = std::string("lowbit-insert-qdq{weights=") + name + "}";
    Program rounded(source, insert + decode);
    Program fused(source, insert +
                              ",lowbit-fuse-qdq,lowbit-drop-qdq,"
                              "lowbit-prove-accumulators" +
                              decode);
    std::vector<float> a = outputs(rounded, 8), b = outputs(fused, 8);
    double loss = 0;
    for (size_t i = 0; i < a.size(); ++i) {
      // A layer in float between others has no rounding of its input.
      ASSERT_NEAR(a[i], b[i], 0.2) << name << " " << i;
      loss += std::abs(a[i] - exact[i]) / double(a.size());
    }
    EXPECT_GT(loss, 0) << name;
    EXPECT_LT(loss, 2) << name;
  }
}

/// Everything that follows from a description exists for the toy format, too.
TEST(Fusion, AToyFormatHasWhatOthersHave) {
  if (llvm::Expected<format::Format> known = format::parse("toy"); !known) {
    llvm::consumeError(known.takeError());
    format::registerFamily({"toy", "four numbers", toy, {"toy", "toy:b16"}});
  }
  format::Format plain = llvm::cantFail(format::parse("toy"));
  format::Format blocked = llvm::cantFail(format::parse("toy:b16"));
  EXPECT_EQ(format::levelCount(plain.levels), 4u);
  EXPECT_EQ(format::bitsPerWeight(plain, 8, 64), 3 + 16 / 64.0);
  EXPECT_EQ(format::bitsPerWeight(blocked, 8, 64), 4);
  EXPECT_TRUE(format::integerUnit(plain));
  EXPECT_FALSE(format::integerUnit(blocked));
  EXPECT_LT(format::gaussianError(plain).meanSquare, 0.2);
}
