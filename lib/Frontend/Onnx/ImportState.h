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
#include "Text/StringTable.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace quantc::onnx {

/// What a name in the graph stands for: a tensor, which is a constant, a value
/// in the IR, or both once a constant has been put into the IR; a sequence of
/// tensors, whose length is known while importing; an optional without an
/// element (one that has an element is that element); or nothing behind a node
/// that is not supported.
class Operand {
public:
  Operand() = default;
  Operand(HostTensor constant) : constant(std::move(constant)) {}
  /// `element` is the type that ONNX says, whose storage `value` has.
  Operand(mlir::Value value, mlir::Type element)
      : value(value), innerElement(element) {}
  /// `element` is the type of the tensors' elements, which an empty sequence
  /// has too. Copies share the list.
  static Operand sequence(std::vector<Operand> tensors, mlir::Type element);
  static Operand absent();

  bool isKnown() const { return isTensor() || isSequence() || isAbsent(); }
  bool isTensor() const { return constant || value; }
  bool isSequence() const { return list != nullptr; }
  bool isAbsent() const { return hasNoElement; }

  /// Of a tensor.
  llvm::ArrayRef<int64_t> shape() const;
  /// The element type that ONNX says, of a tensor or of those in a sequence.
  mlir::Type element() const {
    return constant ? constant->elementType() : innerElement;
  }
  /// Of a sequence, in its order.
  llvm::ArrayRef<Operand> tensors() const;

  std::optional<HostTensor> constant;
  mlir::Value value;

private:
  /// Of a value, or of the tensors in `list`.
  mlir::Type innerElement;
  std::shared_ptr<const std::vector<Operand>> list;
  bool hasNoElement = false;
};

/// "[2, 3] of f32", "a sequence of 2 tensors of f32: [2], [3]"
std::string describe(const Operand &operand);

/// The names of one graph. Bodies see those around them.
struct Scope {
  llvm::StringMap<Operand> operands;
  Scope *outer = nullptr;
  /// Where constants become ops.
  mlir::Block *block = nullptr;
  /// The nodes under conversion.
  llvm::ArrayRef<Node> nodes = {};
};

/// State of one import that all nodes share.
struct ImportState {
  ImportState(mlir::MLIRContext *context, std::string folder)
      : context(context), builder(context),
        reader(context, std::move(folder), strings) {}

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
  StringTable strings;
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
