//===- Softmax.h - The parts of a Softmax as one node -----------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_TARGET_ONNX_SOFTMAX_H
#define QUANTC_LIB_TARGET_ONNX_SOFTMAX_H

#include "Conversions.h"

#include "mlir/IR/Block.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace quantc::onnx_export {

/// A Softmax or LogSoftmax along one dimension of a value.
struct Softmax {
  llvm::StringRef kind;
  mlir::Value input;
  int64_t axis = 0;
};

/// The ops that end a Softmax or LogSoftmax, and those in front of them that
/// belong to it and are used for nothing else.
struct Softmaxes {
  llvm::DenseMap<mlir::Operation *, Softmax> ends;
  llvm::DenseSet<mlir::Operation *> inner;
};

Softmaxes findSoftmaxes(mlir::Block &block);

/// One Softmax node in place of the op that ends it.
void emitSoftmax(Emitter &emitter, mlir::Operation *end,
                 const Softmax &softmax);

} // namespace quantc::onnx_export

#endif // QUANTC_LIB_TARGET_ONNX_SOFTMAX_H
