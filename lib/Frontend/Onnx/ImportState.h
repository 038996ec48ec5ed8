//===- ImportState.h - What the nodes of one import share -----*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_IMPORTSTATE_H
#define QUANTC_FRONTEND_ONNX_IMPORTSTATE_H

#include "HostTensor.h"
#include "Model.h"
#include "TensorReader.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include <string>

namespace quantc::onnx {

/// What a name in the graph stands for: a constant, a value in the IR, both
/// once a constant has been put into the IR, or neither behind a node that is
/// not supported.
class Operand {
public:
  Operand() = default;
  Operand(HostTensor constant) : constant(std::move(constant)) {}
  /// `element` is the type that ONNX says, whose storage `value` has.
  Operand(mlir::Value value, mlir::Type element)
      : value(value), valueElement(element) {}

  bool isKnown() const { return constant || value; }
  llvm::ArrayRef<int64_t> shape() const;
  /// The element type that ONNX says.
  mlir::Type element() const {
    return constant ? constant->elementType() : valueElement;
  }

  std::optional<HostTensor> constant;
  mlir::Value value;

private:
  mlir::Type valueElement;
};

/// The names of one graph. Bodies see those around them.
struct Scope {
  llvm::StringMap<Operand> operands;
  Scope *outer = nullptr;
  /// Where constants become ops.
  mlir::Block *block = nullptr;
};

/// State of one import that all nodes share.
struct ImportState {
  ImportState(mlir::MLIRContext *context, std::string folder)
      : context(context), builder(context), reader(context, std::move(folder)) {
  }

  std::string fileName;
  mlir::MLIRContext *context;
  /// The versions that the graph or function under conversion is written for.
  Opsets opsets;
  Scope *scope = nullptr;
  /// Names that a node or a graph's outputs read, in any graph.
  llvm::StringSet<> used;
  /// One line per node that cannot be imported.
  std::vector<std::string> unsupported;
  /// Names that a node needs as constants, but that are computed at run time.
  llvm::StringSet<> wanted;
  size_t nodeCount = 0;
  /// Conversions so far, those of copied bodies and called functions included.
  size_t conversions = 0;
  /// The model's own functions, and how many calls of them are under way.
  llvm::ArrayRef<Function> functions;
  int64_t callDepth = 0;
  /// Shapes that the model declares for its outputs.
  llvm::StringMap<std::vector<Dimension>> declared;
  /// Bytes that folding may still produce.
  int64_t foldingBudget = 0;
  mlir::OpBuilder builder;
  TensorReader reader;

  /// What a name stands for here; null if nothing defines it.
  Operand *find(llvm::StringRef name) const;
  /// The version of a domain, 0 if the model does not name it.
  int64_t opsetOf(llvm::StringRef domain) const;

  mlir::InFlightDiagnostic error() const;
};

/// Whether the name is one of ONNX's own domain.
bool isStandardDomain(llvm::StringRef domain);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_IMPORTSTATE_H
