//===- Graph.h - An ONNX graph before it is written -------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_TARGET_ONNX_GRAPH_H
#define QUANTC_LIB_TARGET_ONNX_GRAPH_H

#include "quantc/Support/OnnxTensor.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <deque>
#include <string>
#include <variant>
#include <vector>

namespace quantc::onnx_export {

using Shape = llvm::SmallVector<int64_t, 6>;

using onnx::DataType;

/// A tensor of the graph: an index into its names.
using TensorId = unsigned;
/// Stands for an optional input that is left out; its name is empty.
constexpr TensorId kAbsent = 0;

struct NodeAttribute {
  std::string name;
  std::variant<int64_t, float, std::string, std::vector<int64_t>> value;
};

using Attributes = std::vector<NodeAttribute>;

struct Node {
  std::string op, name;
  llvm::SmallVector<TensorId> inputs;
  TensorId output = kAbsent;
  Attributes attributes;
};

/// A constant. `bytes` lie in the module's own storage or in Graph::owned.
struct Initializer {
  TensorId tensor = kAbsent;
  DataType type = DataType::Float;
  Shape shape;
  llvm::StringRef bytes;
};

/// An input or output of the graph.
struct Boundary {
  TensorId tensor = kAbsent;
  DataType type = DataType::Float;
  Shape shape;
};

struct Graph {
  std::string name;
  std::vector<std::string> names{""};
  std::vector<Node> nodes;
  std::vector<Initializer> initializers;
  std::vector<Boundary> inputs, outputs;
  /// The lowest operator set that can say everything so far.
  int64_t opset = 13;
  /// Data of constants that no attribute holds in this form.
  std::deque<std::string> owned;

  void need(int64_t version) { opset = std::max(opset, version); }
};

} // namespace quantc::onnx_export

#endif // QUANTC_LIB_TARGET_ONNX_GRAPH_H
