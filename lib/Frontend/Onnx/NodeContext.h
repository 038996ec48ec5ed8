//===- NodeContext.h - What a conversion sees of its node -------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_NODECONTEXT_H
#define QUANTC_FRONTEND_ONNX_NODECONTEXT_H

#include "ImportState.h"
#include "TosaBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringMap.h"
#include <functional>
#include <string>

namespace quantc::onnx {

/// One node under conversion: typed access to inputs and attributes, the
/// builder, and the two ways to fail.
class NodeContext {
public:
  NodeContext(ImportState &state, const Node &node);

  const Node &node() const { return theNode; }
  /// The version of the node's own domain.
  int64_t opset() const { return state.opsetOf(theNode.domain); }
  mlir::MLIRContext *context() const { return state.context; }
  TosaBuilder build;

  /// The model is wrong: "FILE: node 'NAME' (OP) expects ...".
  mlir::InFlightDiagnostic error() const;
  /// The model is right, but not supported; the import goes on to find the
  /// others. Returns failure.
  mlir::LogicalResult unsupported(const llvm::Twine &why);
  bool isUnsupported() const { return notSupported; }

  /// Inputs. An index may be past the end: such an input is absent.
  size_t numInputs() const { return theNode.inputs.size(); }
  bool hasInput(size_t index) const;
  bool allInputsConstant() const;
  mlir::LogicalResult expectInputs(size_t least, size_t most) const;
  /// Report an error unless the input, which is present, is of that kind.
  mlir::LogicalResult expectTensor(size_t index) const;
  mlir::LogicalResult expectSequence(size_t index) const;
  const Operand &operand(size_t index) const;
  llvm::ArrayRef<int64_t> shape(size_t index) const {
    return operand(index).shape();
  }
  int64_t rank(size_t index) const { return shape(index).size(); }
  /// The element type that ONNX says, and the one that input() has.
  mlir::Type element(size_t index) const { return operand(index).element(); }
  mlir::Type storage(size_t index) const { return storageOf(element(index)); }
  /// Whether it is computed in f32 or f64.
  bool isFloat(size_t index) const {
    return llvm::isa<mlir::FloatType>(storage(index));
  }
  llvm::StringRef inputName(size_t index) const {
    return theNode.inputs[index];
  }
  /// The input as a value of type storage(); a constant becomes an op on first
  /// use.
  mlir::Value input(size_t index);
  /// The input if it is a constant, else null.
  const HostTensor *constant(size_t index) const;
  /// Notes that the node could be imported if the input were a constant, for
  /// the case that it cannot.
  void wantConstant(size_t index) { state.wanted.insert(inputName(index)); }
  /// Reports that the node needs the input, its `what`, as a constant, but it
  /// is computed at run time. Returns failure.
  mlir::LogicalResult needsConstant(size_t index, llvm::StringRef what);
  /// A constant input of integers; reports `unsupported` if it is computed at
  /// run time.
  mlir::FailureOr<Shape> constantInts(size_t index, llvm::StringRef what);
  /// Reports an error unless the constant has only finite elements.
  mlir::LogicalResult expectFinite(size_t index) const;

  /// Strings, which tensors of them hold by number.
  StringTable &strings() { return state.strings; }
  /// The strings of a constant input, in row-major order.
  std::vector<llvm::StringRef> texts(size_t index) const;
  /// A constant of these strings. The caller has taken the memory of new ones.
  HostTensor textTensor(llvm::ArrayRef<llvm::StringRef> texts,
                        llvm::ArrayRef<int64_t> shape);
  /// Reports an error unless the input is a tensor of strings, and that the
  /// node needs it as a constant if it is computed at run time.
  mlir::LogicalResult expectText(size_t index);

  /// A tensor that an attribute holds.
  llvm::Expected<HostTensor> read(const Tensor &tensor) const {
    return state.reader.read(tensor);
  }

  /// Attributes, or their default if absent.
  const Attribute *attribute(llvm::StringRef name) const;
  int64_t getInt(llvm::StringRef name, int64_t otherwise) const;
  double getFloat(llvm::StringRef name, double otherwise) const;
  llvm::StringRef getString(llvm::StringRef name,
                            llvm::StringRef otherwise) const;
  llvm::ArrayRef<llvm::StringRef> getStrings(llvm::StringRef name) const;
  Shape getInts(llvm::StringRef name, llvm::ArrayRef<int64_t> otherwise) const;
  /// Integers from the attribute `name` before opset `since`, from the input
  /// `index` after. Absent: nothing.
  mlir::FailureOr<std::optional<Shape>>
  intsFromAttributeOrInput(llvm::StringRef name, size_t index, int64_t since);

  /// -rank..rank-1 to 0..rank-1; reports an error for others.
  mlir::FailureOr<int64_t> normalizeAxis(int64_t axis, int64_t rank) const;
  mlir::FailureOr<Shape> normalizeAxes(llvm::ArrayRef<int64_t> axes,
                                       int64_t rank) const;
  /// Reports an error unless `shape` has dimensions and a size that the
  /// importer handles.
  mlir::LogicalResult expectShape(llvm::ArrayRef<int64_t> shape) const;
  /// Takes the memory of a folded constant from the budget.
  mlir::LogicalResult reserve(mlir::Type element,
                              llvm::ArrayRef<int64_t> shape) const;
  mlir::LogicalResult reserveBytes(int64_t bytes) const;

  /// Outputs. `set` returns success so that a conversion can end with it.
  /// `element` is the type that ONNX says for a value; without it, that of
  /// input 0 if its storage is the value's type, else the value's type.
  bool usesOutput(size_t index) const {
    return index < theNode.outputs.size() &&
           state.used.contains(theNode.outputs[index]);
  }
  mlir::LogicalResult set(mlir::Value value, size_t index = 0,
                          mlir::Type element = nullptr);
  mlir::LogicalResult set(HostTensor constant, size_t index = 0);
  /// Output 0 is input 0.
  mlir::LogicalResult forward();
  /// Output 0 is input 0 under another shape of as many elements.
  mlir::LogicalResult setReshaped(llvm::ArrayRef<int64_t> shape);
  /// Output `index` is `operand`.
  mlir::LogicalResult set(const Operand &operand, size_t index);
  /// Output `index` is the sequence of `tensors`, all of the type `element`.
  mlir::LogicalResult setSequence(std::vector<Operand> tensors,
                                  mlir::Type element, size_t index = 0);

  /// Converts a graph that an attribute holds at the end of `block`: its inputs
  /// stand for `arguments`, and it sees the names around the node. Returns its
  /// outputs, in order. Fails like a conversion: see isUnsupported().
  mlir::FailureOr<std::vector<Operand>>
  convertBody(const Graph &body, llvm::ArrayRef<Operand> arguments,
              mlir::Block *block);

  /// What `name`, a tensor around the node, is if others have other values:
  /// converts once more the nodes between them. Fails like a conversion.
  mlir::FailureOr<Operand> recompute(llvm::StringRef name,
                                     const llvm::StringMap<Operand> &values);
  /// Whether something around the node has the name.
  bool isDefined(llvm::StringRef name) const { return state.find(name); }

  /// Size of an output along an axis as the model declares it, if it does.
  std::optional<int64_t> declaredSize(size_t output, size_t axis) const;

  /// What to return to when something else is tried in place of what is not
  /// supported.
  struct Checkpoint {
    size_t unsupported, nodeCount;
  };
  Checkpoint checkpoint() const {
    return {state.unsupported.size(), state.nodeCount};
  }
  void rollBack(const Checkpoint &to);

  /// Converts `nodes` instead of this one, in a scope of their own where only
  /// the names in `operands` are known. They are of ONNX's own domain, as of
  /// `opset`; their `results` are the outputs, where an empty one is absent.
  mlir::LogicalResult replace(llvm::ArrayRef<Node> nodes,
                              llvm::StringMap<Operand> operands,
                              llvm::ArrayRef<llvm::StringRef> results,
                              int64_t opset);

private:
  ImportState &state;
  const Node &theNode;
  bool notSupported = false;
};

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_NODECONTEXT_H
