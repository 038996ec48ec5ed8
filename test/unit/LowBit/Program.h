//===- Program.h - Run a few lines of MLIR ----------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_TEST_UNIT_LOWBIT_PROGRAM_H
#define QUANTC_TEST_UNIT_LOWBIT_PROGRAM_H

#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include <cmath>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace quantc {

/// A function `@f` on tensors, lowered by `convert-lowbit-to-linalg` to scalar
/// loops and compiled in process.
class Program {
public:
  /// `source` is the body of a module; `passes` run on it first. Reports a test
  /// failure if it does not compile.
  explicit Program(const std::string &source, const std::string &passes = "");
  ~Program();

  /// Calls `@f` with one pointer for each argument and result, in this order.
  void run(std::vector<const void *> arguments);

private:
  void compile(const std::string &source, const std::string &passes);

  mlir::MLIRContext context;
  std::unique_ptr<mlir::ExecutionEngine> engine;
};

/// Integers in [low, high] from a fixed sequence.
class Random {
public:
  explicit Random(uint32_t seed) : engine(seed) {}
  int64_t operator()(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(engine() %
                                      static_cast<uint64_t>(high - low + 1));
  }
  template <typename T>
  std::vector<T> vector(int64_t size, int64_t low, int64_t high) {
    std::vector<T> result;
    for (int64_t i = 0; i < size; ++i)
      result.push_back(static_cast<T>((*this)(low, high)));
    return result;
  }
  /// A positive f32 of many significant bits in [1, 2) * 2^exponent.
  float scale(int exponent) {
    return static_cast<float>((*this)(0x800000, 0xffffff)) *
           std::ldexp(1.0f, exponent - 23);
  }

private:
  std::mt19937 engine;
};

/// A scale as MLIR text that reads back to the same f32.
std::string text(float scale);

/// `tensor<AxBx...xELEMENT>`
std::string tensor(const std::vector<int64_t> &shape,
                   const std::string &element);

/// `!quant.uniform<u8:f32, scale:zeroPoint>` or with `i8`.
std::string perTensor(bool isSigned, float scale, int64_t zeroPoint);

/// `!quant.uniform<i8<-127:127>:f32:axis, {scales}>`
std::string perAxis(int64_t axis, const std::vector<float> &scales);

/// `!quant.uniform<u8:f32:axis, {scale:zeroPoint, ...}>` or with `i8`.
std::string perAxis(int64_t axis, bool isSigned,
                    const std::vector<float> &scales,
                    const std::vector<int64_t> &zeroPoints);

} // namespace quantc

#endif // QUANTC_TEST_UNIT_LOWBIT_PROGRAM_H
