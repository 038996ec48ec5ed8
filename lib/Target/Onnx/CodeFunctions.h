//===- CodeFunctions.h - Which function a table of codes stands for -*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_TARGET_ONNX_CODEFUNCTIONS_H
#define QUANTC_LIB_TARGET_ONNX_CODEFUNCTIONS_H

#include "Emitter.h"
#include "dialects/LowBit/IR/Numerics.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <functional>

namespace quantc::onnx_export {

/// A function of reals, and the nodes that compute it.
struct CodeFunction {
  std::function<double(double)> evaluate;
  std::function<TensorId(Emitter &emitter, TensorId input)> emit;
};

/// A table of 256 codes, from one format to another.
struct CodeTable {
  lowbit::Format from, to;
  llvm::ArrayRef<int8_t> codes;

  /// Whether the table holds what the function gives for each code:
  ///   quantize(f32(f(dequantize(x))))
  bool isOf(llvm::function_ref<double(double)> function) const;
};

/// A function that has this table: one of those that ONNX has an operator for,
/// or x * a, x + a, or a leaky ReLU with a slope that fits. None if there is no
/// such one; then only the table itself can be exported.
std::optional<CodeFunction> recognize(const CodeTable &table);

} // namespace quantc::onnx_export

#endif // QUANTC_LIB_TARGET_ONNX_CODEFUNCTIONS_H
