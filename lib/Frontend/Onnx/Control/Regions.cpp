//===- Regions.cpp - What loops and branches are made of ------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Regions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// Offsets, sizes and steps of the part at `index`.
struct Place {
  SmallVector<OpFoldResult> offsets, sizes, steps;

  Place(TosaBuilder &build, Value whole, Value index, int64_t axis) {
    Builder &builder = build.ops();
    for (auto [d, size] : llvm::enumerate(shapeOf(whole))) {
      bool isAxis = int64_t(d) == axis;
      offsets.push_back(isAxis ? OpFoldResult(index)
                               : OpFoldResult(builder.getIndexAttr(0)));
      sizes.push_back(builder.getIndexAttr(isAxis ? 1 : size));
      steps.push_back(builder.getIndexAttr(1));
    }
  }
};

} // namespace

Value quantc::onnx::partAt(TosaBuilder &build, Value whole, Value index,
                           int64_t axis) {
  Place place(build, whole, index, axis);
  return tensor::ExtractSliceOp::create(build.ops(), whole, place.offsets,
                                        place.sizes, place.steps);
}

Value quantc::onnx::withPartAt(TosaBuilder &build, Value whole, Value part,
                               Value index, int64_t axis) {
  Place place(build, whole, index, axis);
  return tensor::InsertSliceOp::create(build.ops(), part, whole, place.offsets,
                                       place.sizes, place.steps);
}

Value quantc::onnx::scalarOf(TosaBuilder &build, Value tensor) {
  SmallVector<Value> indices;
  for (size_t d = 0; d < shapeOf(tensor).size(); ++d)
    indices.push_back(arith::ConstantIndexOp::create(build.ops(), 0));
  return tensor::ExtractOp::create(build.ops(), tensor, indices);
}

Value quantc::onnx::indexTensor(TosaBuilder &build, Value index) {
  ImplicitLocOpBuilder &ops = build.ops();
  Value number = arith::IndexCastOp::create(ops, ops.getI64Type(), index);
  return tensor::FromElementsOp::create(
      ops, RankedTensorType::get({}, ops.getI64Type()), number);
}

Value quantc::onnx::valueOf(TosaBuilder &build, const Operand &tensor) {
  return tensor.value ? tensor.value : build.constant(*tensor.constant);
}

SmallVector<Value> quantc::onnx::valuesOf(TosaBuilder &build,
                                          llvm::ArrayRef<Operand> operands) {
  SmallVector<Value> values;
  for (const Operand &operand : operands)
    if (operand.isTensor())
      values.push_back(valueOf(build, operand));
    else
      values.append(valuesOf(build, operand.tensors()));
  return values;
}

std::vector<Operand> quantc::onnx::operandsOf(ValueRange values,
                                              llvm::ArrayRef<Operand> like) {
  std::vector<Operand> operands;
  for (const Operand &operand : like) {
    if (operand.isTensor()) {
      operands.push_back(Operand(values.front(), operand.element()));
      values = values.drop_front();
    } else if (operand.isSequence()) {
      llvm::ArrayRef<Operand> tensors = operand.tensors();
      operands.push_back(
          Operand::sequence(operandsOf(values, tensors), operand.element()));
      values = values.drop_front(tensors.size());
    } else {
      operands.push_back(operand);
    }
  }
  return operands;
}

FailureOr<const Graph *> quantc::onnx::bodyOf(NodeContext &node,
                                              llvm::StringRef name) {
  const quantc::onnx::Attribute *attribute = node.attribute(name);
  if (attribute && attribute->graph)
    return attribute->graph.get();
  node.error() << "expects a graph as attribute '" << name << "', but got none";
  return failure();
}

bool quantc::onnx::agree(const Operand &before, const Operand &after) {
  return before.isTensor() == after.isTensor() &&
         before.isSequence() == after.isSequence() &&
         before.element() == after.element() &&
         before.shape() == after.shape() &&
         llvm::equal(before.tensors(), after.tensors(), agree);
}

FailureOr<std::vector<Operand>> quantc::onnx::buildBranches(NodeContext &node,
                                                            Value condition,
                                                            Branch ifTrue,
                                                            Branch ifFalse) {
  ImplicitLocOpBuilder &ops = node.build.ops();
  // Result types are known when both branches are.
  auto draft = scf::IfOp::create(ops, TypeRange(), condition,
                                 /*addThenBlock=*/true, /*addElseBlock=*/true);
  FailureOr<std::vector<Operand>> results[2] = {ifTrue(draft.thenBlock()),
                                                ifFalse(draft.elseBlock())};
  if (failed(results[0]) || failed(results[1])) {
    draft.erase();
    return failure();
  }
  if (results[0]->size() != results[1]->size()) {
    node.error() << "expects branches with as many outputs, but got "
                 << results[0]->size() << " and " << results[1]->size();
    draft.erase();
    return failure();
  }
  for (auto [i, pair] : llvm::enumerate(llvm::zip(*results[0], *results[1])))
    if (auto [yes, no] = pair; !agree(yes, no)) {
      (void)node.unsupported("output " + Twine(i) + " is " + describe(yes) +
                             " in one branch and " + describe(no) +
                             " in the other");
      draft.erase();
      return failure();
    }
  SmallVector<Type> types;
  Block *blocks[2] = {draft.thenBlock(), draft.elseBlock()};
  for (auto [branch, block] : llvm::zip(results, blocks)) {
    auto builder = OpBuilder::atBlockEnd(block);
    TosaBuilder build(ops.getLoc(), builder);
    SmallVector<Value> values = valuesOf(build, *branch);
    types.assign(ValueRange(values).getTypes().begin(),
                 ValueRange(values).getTypes().end());
    scf::YieldOp::create(build.ops(), values);
  }
  auto branches = scf::IfOp::create(ops, types, condition,
                                    /*addThenBlock=*/false,
                                    /*addElseBlock=*/false);
  branches.getThenRegion().takeBody(draft.getThenRegion());
  branches.getElseRegion().takeBody(draft.getElseRegion());
  draft.erase();
  return operandsOf(branches.getResults(), *results[0]);
}
