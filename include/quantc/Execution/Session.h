//===- Session.h - A model with memory to run it on -------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_EXECUTION_SESSION_H
#define QUANTC_EXECUTION_SESSION_H

#include "quantc/Execution/Model.h"
#include "quantc/Support/SampleSet.h"

namespace quantc {

/// A context of a model, and memory for its inputs, zeros at first, and its
/// outputs. Used by one thread at a time; the model has to live as long.
struct Session {
  Context context;
  TensorBuffers inputs, outputs;

  /// `level` as for Context::create.
  static llvm::Expected<Session> create(const Model &model,
                                        llvm::StringRef level = "");

  /// One inference.
  void run() { context.run(inputs.constPointers(), outputs.pointers()); }
};

} // namespace quantc

#endif // QUANTC_EXECUTION_SESSION_H
