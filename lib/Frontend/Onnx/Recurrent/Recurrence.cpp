//===- Recurrence.cpp - A cell, run over time -----------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Recurrence.h"

#include "../Control/Regions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

enum Input : size_t { X, W, R, B, SequenceLengths, InitialHidden };

LogicalResult readDirection(NodeContext &node, Recurrence &recurrence) {
  llvm::StringRef direction = node.getString("direction", "forward");
  recurrence.isReverse = direction == "reverse";
  recurrence.directions = direction == "bidirectional" ? 2 : 1;
  if (recurrence.isReverse || recurrence.directions == 2 ||
      direction == "forward")
    return success();
  return node.error() << "expects direction forward, reverse or "
                         "bidirectional, but got '"
                      << direction << "'";
}

LogicalResult checkShapes(NodeContext &node, const Recurrence &r) {
  Shape state{r.directions, r.batch, r.hidden};
  if (r.isBatchFirst)
    std::swap(state[0], state[1]);
  int64_t rows = r.gates * r.hidden;
  if (*countElements(node.shape(X)) == 0)
    return node.error() << "expects X with elements, but got shape "
                        << shapeText(node.shape(X));
  if (r.hidden < 1)
    return node.error() << "expects hidden_size of at least 1, but got "
                        << r.hidden;
  if (node.hasInput(SequenceLengths) &&
      (node.shape(SequenceLengths) != llvm::ArrayRef(r.batch) ||
       !node.element(SequenceLengths).isInteger(32)))
    return node.error() << "expects sequence_lens of shape "
                        << shapeText(r.batch) << " and type INT32, but got "
                        << describe(node.operand(SequenceLengths));
  return success(
      succeeded(expectInput(node, W, "W", {r.directions, rows, r.inputs})) &&
      succeeded(expectInput(node, R, "R", {r.directions, rows, r.hidden})) &&
      succeeded(expectInput(node, B, "B", {r.directions, 2 * rows})) &&
      succeeded(expectInput(node, InitialHidden, "initial_h", state)));
}

/// Whether step t of each row of the batch is within its sequence, for all t:
/// null if every sequence has full length.
Value lengthsOf(NodeContext &node, const Recurrence &recurrence) {
  if (!node.hasInput(SequenceLengths))
    return {};
  if (const HostTensor *lengths = node.constant(SequenceLengths)) {
    bool areFull = true;
    for (int64_t i = 0, e = lengths->count(); i < e; ++i)
      areFull &= lengths->asInt(i) >= recurrence.steps;
    if (areFull)
      return {};
  }
  return node.build.reshape(node.input(SequenceLengths),
                            {1, recurrence.batch, 1});
}

/// One direction, from its inputs to its outputs.
class Direction {
public:
  Direction(NodeContext &node, const Recurrence &recurrence, int64_t number)
      : node(node), recurrence(recurrence), number(number), build(node.build),
        name(nameOfNode()) {}

  /// The input's part of all steps' gates: [steps, batch, gates * hidden].
  Value project(Value rows, Value bias) {
    named("input");
    const Recurrence &r = recurrence;
    Value product = build.matmul(rows, r.weights(node, W, number, 0, r.gates));
    if (bias)
      product = build.add(product, bias);
    return build.reshape(product, {r.steps, r.batch, r.gates * r.hidden});
  }

  /// [1, batch, hidden] of an initial state, or zeros.
  Value initial(size_t index) {
    named("state");
    const Recurrence &r = recurrence;
    if (!node.hasInput(index))
      return build.constant(
          HostTensor::splat(node.element(X), {1, r.batch, r.hidden}, 0));
    Value all = node.input(index);
    if (r.isBatchFirst)
      all = build.transpose(all, {1, 0, 2});
    return build.sliceAxis(all, 0, number, 1);
  }

  /// Runs the cell; afterwards `outputs` is [steps, batch, hidden], if it is
  /// wanted, and `last` the last state.
  void run(Value gates, CellState start, Value lengths, CellStep step,
           bool wantsOutputs);

  Value outputs;
  CellState last;

private:
  std::string nameOfNode() {
    std::string text =
        cast<NameLoc>(build.ops().getLoc()).getName().getValue().str();
    bool isSecond = number == 1;
    return recurrence.directions == 2 && isSecond ? text + ".reverse" : text;
  }
  /// What is built from here on is the part `part` of the node.
  void named(llvm::StringRef part) {
    build.ops().setLoc(
        NameLoc::get(StringAttr::get(node.context(), name + "." + part.str())));
  }
  CellState body(Value time, Value gates, const CellState &before,
                 Value lengths, const CellStep &step, Value &outputs);

  NodeContext &node;
  const Recurrence &recurrence;
  int64_t number;
  TosaBuilder build;
  std::string name;
};

/// One step. Behind the end of its sequence, a row of the batch keeps its state
/// and has an output of zeros.
CellState Direction::body(Value time, Value gates, const CellState &before,
                          Value lengths, const CellStep &step, Value &outputs) {
  ImplicitLocOpBuilder &ops = build.ops();
  Value index = time;
  if (recurrence.isReverse || number == 1) {
    Value last = arith::ConstantIndexOp::create(ops, recurrence.steps - 1);
    index = arith::SubIOp::create(ops, last, time);
  }
  CellState after = step(build, partAt(build, gates, index), before);
  Value output = after[0];
  if (lengths) {
    Value now = build.cast(indexTensor(build, index), elementOf(lengths));
    Value isWithin =
        build.binary<tosa::GreaterOp>(lengths, now, ops.getI1Type());
    output =
        build.select(isWithin, output, build.scalar(elementOf(output), 0, 3));
    for (auto [state, old] : llvm::zip_equal(after, before))
      state = build.select(isWithin, state, old);
  }
  if (outputs)
    outputs = withPartAt(build, outputs, output, index);
  return after;
}

void Direction::run(Value gates, CellState start, Value lengths, CellStep step,
                    bool wantsOutputs) {
  named("recurrent");
  ImplicitLocOpBuilder &ops = build.ops();
  SmallVector<Value> carried(start.begin(), start.end());
  if (wantsOutputs)
    carried.push_back(tensor::EmptyOp::create(
        ops,
        ArrayRef<int64_t>{recurrence.steps, recurrence.batch,
                          recurrence.hidden},
        elementOf(start[0])));
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(ops, value);
  };
  auto loop = scf::ForOp::create(ops, constant(0), constant(recurrence.steps),
                                 constant(1), carried);
  for (BlockArgument argument : loop.getRegionIterArgs())
    argument.setLoc(ops.getLoc());
  ValueRange arguments = loop.getRegionIterArgs();
  {
    OpBuilder::InsertionGuard guard(ops);
    ops.setInsertionPointToStart(loop.getBody());
    Value all = wantsOutputs ? arguments.back() : Value();
    CellState next =
        body(loop.getInductionVar(), gates,
             CellState(arguments.take_front(start.size())), lengths, step, all);
    SmallVector<Value> yielded(next.begin(), next.end());
    if (all)
      yielded.push_back(all);
    scf::YieldOp::create(ops, yielded);
  }
  last = CellState(loop.getResults().take_front(start.size()));
  if (wantsOutputs)
    outputs = loop.getResults().back();
}

} // namespace

LogicalResult quantc::onnx::expectInput(NodeContext &node, size_t index,
                                        llvm::StringRef name,
                                        llvm::ArrayRef<int64_t> shape) {
  if (!node.hasInput(index))
    return success();
  if (node.shape(index) != shape)
    return node.error() << "expects " << name << " of shape "
                        << shapeText(shape) << ", but got "
                        << shapeText(node.shape(index));
  if (node.element(index) != node.element(X))
    return node.error() << "expects " << name << " of type " << node.element(X)
                        << ", but got " << node.element(index);
  return success();
}

FailureOr<Recurrence>
Recurrence::read(NodeContext &node, int64_t gates,
                 llvm::ArrayRef<llvm::StringRef> defaults) {
  if (failed(node.expectInputs(3, 8)))
    return failure();
  Recurrence r;
  r.gates = gates;
  if (failed(readDirection(node, r)))
    return failure();
  if (!node.storage(X).isF32())
    return node.unsupported("its input is not f32, f16 or bf16");
  if (node.rank(X) != 3 || node.rank(W) != 3 || node.rank(R) != 3) {
    node.error() << "expects X, W and R of rank 3, but got "
                 << shapeText(node.shape(X)) << ", " << shapeText(node.shape(W))
                 << " and " << shapeText(node.shape(R));
    return failure();
  }
  r.isBatchFirst = node.getInt("layout", 0) != 0;
  r.steps = node.shape(X)[r.isBatchFirst ? 1 : 0];
  r.batch = node.shape(X)[r.isBatchFirst ? 0 : 1];
  r.inputs = node.shape(X)[2];
  r.hidden = node.getInt("hidden_size", node.shape(R)[2]);
  r.clip = node.getFloat("clip", 0);
  if (failed(checkShapes(node, r)))
    return failure();
  auto activations = readActivations(node, defaults, r.directions);
  if (failed(activations))
    return failure();
  r.activations = std::move(*activations);
  return r;
}

Value Recurrence::weights(NodeContext &node, size_t index, int64_t direction,
                          int64_t first, int64_t count) const {
  int64_t columns = node.shape(index)[2];
  Shape begin{direction, first * hidden, 0}, size{1, count * hidden, columns};
  if (const HostTensor *constant = node.constant(index))
    return node.build.constant(
        constant->sliced(begin, {1, 1, 1}, size).transposed({0, 2, 1}));
  return node.build.transpose(node.build.slice(node.input(index), begin, size),
                              {0, 2, 1});
}

Value Recurrence::row(NodeContext &node, size_t index, int64_t direction,
                      int64_t first, int64_t count) const {
  Shape begin{direction, first * hidden}, size{1, count * hidden};
  Shape shape{1, 1, count * hidden};
  if (const HostTensor *constant = node.constant(index))
    return node.build.constant(
        constant->sliced(begin, {1, 1}, size).reshaped(shape));
  return node.build.reshape(node.build.slice(node.input(index), begin, size),
                            shape);
}

Value Recurrence::clipped(TosaBuilder &build, Value x) const {
  return clip > 0 ? build.clamp(x, -clip, clip) : x;
}

Value Recurrence::activate(TosaBuilder &build, int64_t direction, size_t index,
                           Value x) const {
  size_t perDirection = activations.size() / directions;
  return activations[direction * perDirection + index](build,
                                                       clipped(build, x));
}

LogicalResult
Recurrence::run(NodeContext &node, llvm::ArrayRef<size_t> initialStates,
                llvm::function_ref<Value(int64_t)> biasOf,
                llvm::function_ref<CellStep(int64_t)> stepOf) const {
  Value x = node.input(X);
  if (isBatchFirst)
    x = node.build.transpose(x, {1, 0, 2});
  Value rows = node.build.reshape(x, {1, steps * batch, inputs});
  Value lengths = lengthsOf(node, *this);

  SmallVector<Value> outputs;
  SmallVector<SmallVector<Value>> states(initialStates.size());
  for (int64_t number = 0; number < directions; ++number) {
    Direction direction(node, *this, number);
    CellState start;
    for (size_t index : initialStates)
      start.push_back(direction.initial(index));
    Value gates = direction.project(rows, biasOf(number));
    direction.run(gates, start, lengths, stepOf(number), node.usesOutput(0));
    if (direction.outputs)
      outputs.push_back(
          node.build.reshape(direction.outputs, {steps, 1, batch, hidden}));
    for (auto [all, state] : llvm::zip_equal(states, direction.last))
      all.push_back(state);
  }
  Type element = node.element(X);
  if (!outputs.empty()) {
    Value all = node.build.concat(outputs, 1);
    if (isBatchFirst)
      all = node.build.transpose(all, {2, 0, 1, 3});
    (void)node.set(all, 0, element);
  }
  for (auto [index, parts] : llvm::enumerate(states)) {
    Value all = node.build.concat(parts, 0);
    if (isBatchFirst)
      all = node.build.transpose(all, {1, 0, 2});
    (void)node.set(all, index + 1, element);
  }
  return success();
}
