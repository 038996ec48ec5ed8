//===- Model.h - A compiled model in this process -------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_EXECUTION_MODEL_H
#define QUANTC_EXECUTION_MODEL_H

#include "quantc/Runtime/quantc.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <memory>

namespace llvm {
class MemoryBuffer;
} // namespace llvm

namespace quantc {

/// Owns the code of a compiled model, from a shared library or from an object
/// file in memory, and hands out contexts to run it.
class Model {
public:
  virtual ~Model();

  /// Opens a shared library that quantc wrote. Fails if the file cannot be
  /// opened, has no model in it, or speaks another ABI version.
  static llvm::Expected<std::unique_ptr<Model>> open(llvm::StringRef path);

  /// A symbol that the object file refers to and the host provides.
  struct Symbol {
    llvm::StringRef name;
    void *address;
  };

  /// Links an object file for this machine into the process.
  static llvm::Expected<std::unique_ptr<Model>>
  link(std::unique_ptr<llvm::MemoryBuffer> object,
       llvm::ArrayRef<Symbol> symbols = {});

  const quantc_model &descriptor() const { return *model; }
  /// Null in libraries of early versions, whose contexts have one thread.
  quantc_set_threads_function threadSetter() const { return setThreads; }

protected:
  const quantc_model *model = nullptr;
  quantc_set_threads_function setThreads = nullptr;
};

/// Scratch memory of one inference at a time, and the model's code at one CPU
/// level.
class Context {
public:
  /// `level` names one of the descriptor's levels; empty means the best that
  /// this CPU runs. Fails with the list of levels if there is no such one.
  static llvm::Expected<Context> create(const Model &model,
                                        llvm::StringRef level = "");
  Context(Context &&other);
  Context &operator=(Context &&other);
  ~Context();

  /// Inferences use so many threads from now on, the caller's among them, with
  /// the same results. Fails, and leaves the context with one thread, if they
  /// are not to be had.
  llvm::Error setThreads(unsigned threads);

  /// One inference; a pointer per tensor in the descriptor's order.
  void run(llvm::ArrayRef<const void *> inputs, llvm::ArrayRef<void *> outputs);

private:
  Context(const Model &owner, quantc_context *context)
      : model(&owner.descriptor()), threadSetter(owner.threadSetter()),
        context(context) {}
  const quantc_model *model;
  quantc_set_threads_function threadSetter;
  quantc_context *context;
};

} // namespace quantc

#endif // QUANTC_EXECUTION_MODEL_H
