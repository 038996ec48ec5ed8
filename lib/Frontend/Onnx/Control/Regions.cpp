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

Value quantc::onnx::valueOf(TosaBuilder &build, const Operand &operand) {
  return operand.value ? operand.value : build.constant(*operand.constant);
}

SmallVector<Value> quantc::onnx::valuesOf(TosaBuilder &build,
                                          llvm::ArrayRef<Operand> operands) {
  return llvm::map_to_vector(operands, [&](const Operand &operand) {
    return valueOf(build, operand);
  });
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
  return before.element() == after.element() && before.shape() == after.shape();
}

std::string quantc::onnx::describe(const Operand &operand) {
  std::string text = shapeText(operand.shape()) + " of ";
  llvm::raw_string_ostream(text) << operand.element();
  return text;
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
  std::vector<Operand> outputs;
  for (auto [result, operand] : llvm::zip(branches.getResults(), *results[0]))
    outputs.push_back(Operand(result, operand.element()));
  return outputs;
}
