//===- Model.h - An ONNX file as plain structures ---------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_MODEL_H
#define QUANTC_FRONTEND_ONNX_MODEL_H

#include "quantc/Support/OnnxTensor.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace quantc::onnx {

struct Graph;

struct Attribute {
  llvm::StringRef name;
  float f = 0;
  int64_t i = 0;
  llvm::StringRef s;
  std::optional<Tensor> tensor;
  std::vector<float> floats;
  std::vector<int64_t> ints;
  std::vector<llvm::StringRef> strings;
  /// The body of a loop or a branch.
  std::shared_ptr<const Graph> graph;
  /// The kind that the file declares (AttributeProto.type), 0 if none.
  int32_t type = 0;
  /// Inside a function: the attribute of the calling node that stands here.
  llvm::StringRef reference;
};

struct Node {
  llvm::StringRef name;
  llvm::StringRef opType;
  llvm::StringRef domain;
  /// Which of the functions of that name a call means.
  llvm::StringRef overload;
  std::vector<llvm::StringRef> inputs;
  std::vector<llvm::StringRef> outputs;
  std::vector<Attribute> attributes;
};

/// One dimension: a number, a name that stands for a number, or neither.
struct Dimension {
  std::optional<int64_t> value;
  llvm::StringRef parameter;
};

/// An input or output of a graph. Values that are neither a tensor nor a
/// sequence of tensors, nor an optional one of these, are of no kind.
struct ValueInfo {
  llvm::StringRef name;
  bool isTensor = false;
  bool isSequence = false;
  bool isOptional = false;
  /// Of the tensor, or of each one in the sequence.
  int32_t dataType = 0;
  std::optional<std::vector<Dimension>> shape;
};

/// A model's graph, or the body of a loop or a branch.
struct Graph {
  llvm::StringRef name;
  std::vector<Node> nodes;
  std::vector<Tensor> initializers;
  std::vector<ValueInfo> inputs;
  std::vector<ValueInfo> outputs;
  bool hasSparseInitializers = false;
};

/// Domains and the version of each that a model or function is written for.
using Opsets = std::vector<std::pair<llvm::StringRef, int64_t>>;

/// A function that the model brings along and calls like an operator.
struct Function {
  llvm::StringRef name;
  llvm::StringRef domain;
  llvm::StringRef overload;
  Opsets opsets;
  std::vector<llvm::StringRef> inputs;
  std::vector<llvm::StringRef> outputs;
  std::vector<Node> nodes;
  /// Attributes with a default value.
  std::vector<Attribute> defaults;
};

/// The parts of a model that the importer needs. All strings are views.
struct Model {
  int64_t irVersion = 0;
  Opsets opsets;
  std::optional<Graph> graph;
  std::vector<Function> functions;
};

/// Reads the wire format. The strings in `model` point into `bytes`. Returns
/// why the bytes are not a model, or an empty string.
std::string readModel(llvm::StringRef bytes, Model &model);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_MODEL_H
