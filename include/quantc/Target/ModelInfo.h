//===- ModelInfo.h - What a lowered module says about itself --*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_TARGET_MODELINFO_H
#define QUANTC_TARGET_MODELINFO_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/SmallVector.h"
#include <string>

namespace quantc {

/// Bytes in front of the model's own arena that a context takes, and the
/// alignment of both.
constexpr int64_t kContextBytes = 64;

/// One input or output of a model.
struct AbiTensor {
  std::string name;
  mlir::RankedTensorType type;
  int32_t code;  ///< QUANTC_F32 and so on.
  int64_t bytes; ///< Dense, row-major.
};

/// The attributes that `lower` leaves on the module:
///
///   quantc.model = "resnet8", quantc.arena_bytes = N, quantc.weight_bytes = N,
///   quantc.inputs = [{name = "x", type = tensor<1x4xf32>}], quantc.outputs,
///   (with `text` in an entry of type tensor<..xWxui8> that holds strings of W
///   bytes),
///   quantc.levels = ["sse4", "avx2"] in ascending order, and optionally
///   quantc.golden = {inputs = [dense<..>], outputs = [dense<..>]}.
struct ModelInfo {
  std::string name;    ///< A C identifier.
  int64_t arenaBytes;  ///< Of one context, its own 64 bytes included.
  int64_t weightBytes; ///< Constant data that all contexts share.
  llvm::SmallVector<AbiTensor> inputs, outputs;
  llvm::SmallVector<std::string> levels;
  /// Both are empty if the module has no golden vectors.
  llvm::SmallVector<mlir::DenseElementsAttr> goldenInputs, goldenOutputs;
};

/// Reads and checks the attributes. Emits an error on the module that names the
/// attribute which is missing or wrong.
mlir::FailureOr<ModelInfo> readModelInfo(mlir::ModuleOp module);

} // namespace quantc

#endif // QUANTC_TARGET_MODELINFO_H
