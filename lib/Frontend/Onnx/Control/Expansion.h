//===- Expansion.h - An operator as a few others -------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_EXPANSION_H
#define QUANTC_FRONTEND_ONNX_EXPANSION_H

#include "../NodeContext.h"

#include <deque>

namespace quantc::onnx {

/// A node written as nodes of ONNX's own domain, which then are converted in
/// its place:
///
///   Expansion body(node);
///   Expansion::Name x = body.add("DequantizeLinear", {body.input(0), ...});
///   return body.finish(body.add("Relu", {x}));
class Expansion {
public:
  /// What stands for a value among the new nodes; empty for an absent input.
  using Name = llvm::StringRef;
  using Attribute = quantc::onnx::Attribute;

  /// The opset that the new nodes are written for.
  static constexpr int64_t kOpset = 21;

  explicit Expansion(NodeContext &node) : node(node) {}

  NodeContext &original() { return node; }

  /// The node's own input; empty if it is absent.
  Name input(size_t index);
  Name constant(HostTensor tensor);
  Name value(const Operand &operand);
  Name scalar(double number); // of f32

  static Attribute attribute(llvm::StringRef name, int64_t value);
  static Attribute attribute(llvm::StringRef name, float value);
  static Attribute attribute(llvm::StringRef name,
                             llvm::ArrayRef<int64_t> values);
  static Attribute attribute(llvm::StringRef name, llvm::StringRef value);

  /// A node of one output.
  Name add(llvm::StringRef op, llvm::ArrayRef<Name> inputs,
           llvm::ArrayRef<Attribute> attributes = {});

  /// Converts the new nodes; `results` are the node's outputs, in order.
  mlir::LogicalResult finish(llvm::ArrayRef<Name> results);

private:
  Name newName();

  NodeContext &node;
  std::deque<std::string> names;
  llvm::StringMap<Operand> arguments;
  std::vector<Node> nodes;
};

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_EXPANSION_H
