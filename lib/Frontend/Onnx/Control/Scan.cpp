//===- Scan.cpp - Scan ----------------------------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"
#include "Regions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// A tensor that is read or written one part per step.
struct Scanned {
  int64_t axis = 0;
  bool isReverse = false;
};

/// One Scan over values, whatever inputs and outputs of the node they are.
class ScanLoop {
public:
  ScanLoop(NodeContext &node, const Graph &body) : node(node), body(body) {}

  std::vector<Operand> states;
  std::vector<Operand> inputs;
  std::vector<Scanned> scannedInputs, scannedOutputs;
  int64_t steps = 0;

  /// The last states, and after them what is scanned together.
  FailureOr<std::vector<Operand>> build();

private:
  Operand partOf(size_t input, Value time);
  FailureOr<std::vector<Operand>> convertBody(scf::ForOp loop);
  LogicalResult check(llvm::ArrayRef<Operand> results);
  Value placeOf(Value time, const Scanned &scanned);
  SmallVector<Value> collect(scf::ForOp loop, llvm::ArrayRef<Operand> results,
                             ValueRange wholes);

  NodeContext &node;
  const Graph &body;
};

Value ScanLoop::placeOf(Value time, const Scanned &scanned) {
  if (!scanned.isReverse)
    return time;
  ImplicitLocOpBuilder &ops = node.build.ops();
  Value last = arith::ConstantIndexOp::create(ops, steps - 1);
  return arith::SubIOp::create(ops, last, time);
}

/// The part of a scanned input that a step sees, without the axis.
Operand ScanLoop::partOf(size_t input, Value time) {
  const Scanned &scanned = scannedInputs[input];
  TosaBuilder &build = node.build;
  Value whole = valueOf(build, inputs[input]);
  Value part = partAt(build, whole, placeOf(time, scanned), scanned.axis);
  Shape shape(shapeOf(part));
  shape.erase(shape.begin() + scanned.axis);
  return Operand(build.reshape(part, shape), inputs[input].element());
}

FailureOr<std::vector<Operand>> ScanLoop::convertBody(scf::ForOp loop) {
  std::vector<Operand> arguments;
  for (auto [state, carried] : llvm::zip(states, loop.getRegionIterArgs()))
    arguments.push_back(Operand(carried, state.element()));
  for (size_t i = 0; i < inputs.size(); ++i)
    arguments.push_back(partOf(i, loop.getInductionVar()));
  return node.convertBody(body, arguments, loop.getBody());
}

LogicalResult ScanLoop::check(llvm::ArrayRef<Operand> results) {
  if (results.size() != states.size() + scannedOutputs.size())
    return node.error() << "expects a body with "
                        << states.size() + scannedOutputs.size()
                        << " outputs, but got " << results.size();
  for (const Operand &result : results)
    if (!result.isTensor())
      return node.error() << "expects a body that returns tensors, but got "
                          << describe(result);
  for (auto [i, pair] : llvm::enumerate(llvm::zip(states, results)))
    if (auto [before, after] = pair; !agree(before, after))
      return node.unsupported("state " + Twine(i) + " is " + describe(before) +
                              " before a step and " + describe(after) +
                              " after it");
  for (auto [scanned, result] :
       llvm::zip(scannedOutputs, results.drop_front(states.size()))) {
    auto axis = node.normalizeAxis(scanned.axis, result.shape().size() + 1);
    if (failed(axis))
      return failure();
    scanned.axis = *axis;
  }
  return success();
}

/// What a step hands on: its states, and `wholes` with its parts in place.
SmallVector<Value> ScanLoop::collect(scf::ForOp loop,
                                     llvm::ArrayRef<Operand> results,
                                     ValueRange wholes) {
  TosaBuilder &build = node.build;
  SmallVector<Value> values = valuesOf(build, results);
  for (auto [i, whole] : llvm::enumerate(wholes)) {
    const Scanned &scanned = scannedOutputs[i];
    Value &value = values[states.size() + i];
    Shape shape(shapeOf(value));
    shape.insert(shape.begin() + scanned.axis, 1);
    value = withPartAt(build, whole, build.reshape(value, shape),
                       placeOf(loop.getInductionVar(), scanned), scanned.axis);
  }
  return values;
}

FailureOr<std::vector<Operand>> ScanLoop::build() {
  ImplicitLocOpBuilder &ops = node.build.ops();
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(ops, value);
  };
  Value zero = constant(0), count = constant(steps), one = constant(1);
  SmallVector<Value> start = valuesOf(node.build, states);
  // The shapes of scanned outputs are known when the body is.
  auto draft = scf::ForOp::create(ops, zero, count, one, start);
  if (start.empty()) // Then it has a terminator already.
    draft.getBody()->getTerminator()->erase();
  OpBuilder::InsertionGuard guard(ops);
  ops.setInsertionPointToEnd(draft.getBody());
  auto results = convertBody(draft);
  if (failed(results) || failed(check(*results))) {
    draft.erase();
    return failure();
  }
  ops.setInsertionPoint(draft);
  for (size_t i = states.size(); i < results->size(); ++i) {
    Shape shape((*results)[i].shape());
    shape.insert(shape.begin() + scannedOutputs[i - states.size()].axis, steps);
    if (failed(node.expectShape(shape)))
      return failure();
    start.push_back(tensor::EmptyOp::create(
        ops, shape, storageOf((*results)[i].element())));
  }
  auto loop = scf::ForOp::create(ops, zero, count, one, start);
  loop.getRegion().takeBody(draft.getRegion());
  Block *block = loop.getBody();
  SmallVector<Value> wholes;
  for (Value whole : ArrayRef(start).drop_front(states.size()))
    wholes.push_back(block->addArgument(whole.getType(), ops.getLoc()));
  ops.setInsertionPointToEnd(block);
  SmallVector<Value> yielded = collect(loop, *results, wholes);
  scf::YieldOp::create(ops, yielded);
  draft.erase();
  std::vector<Operand> outputs;
  for (auto [result, operand] : llvm::zip(loop.getResults(), *results))
    outputs.push_back(Operand(result, operand.element()));
  return outputs;
}

//===----------------------------------------------------------------------===//
// From the node
//===----------------------------------------------------------------------===//

/// Axes and directions, one of each for every scanned tensor.
LogicalResult readScanned(NodeContext &node, llvm::StringRef axes,
                          llvm::StringRef directions,
                          std::vector<Scanned> &scanned) {
  Shape zeros(scanned.size(), 0);
  Shape axis = node.getInts(axes, zeros);
  Shape direction = node.getInts(directions, zeros);
  if (axis.size() != scanned.size() || direction.size() != scanned.size())
    return node.error() << "expects " << scanned.size() << " of '" << axes
                        << "' and '" << directions << "', but got "
                        << axis.size() << " and " << direction.size();
  for (auto [i, entry] : llvm::enumerate(scanned))
    entry = {axis[i], direction[i] != 0};
  return success();
}

LogicalResult readSteps(NodeContext &node, ScanLoop &scan) {
  for (auto [input, scanned] : llvm::zip(scan.inputs, scan.scannedInputs)) {
    int64_t rank = input.shape().size();
    FailureOr<int64_t> axis = node.normalizeAxis(scanned.axis, rank);
    if (failed(axis))
      return failure();
    scanned.axis = *axis;
    int64_t steps = input.shape()[*axis];
    if (scan.steps != 0 && steps != scan.steps)
      return node.error() << "expects scanned inputs of one length, but got "
                          << scan.steps << " and " << steps;
    if (steps == 0)
      return node.error() << "expects scanned inputs with elements, but got "
                          << describe(input);
    scan.steps = steps;
  }
  return success();
}

LogicalResult expectCounts(NodeContext &node, int64_t scanned, size_t inputs,
                           size_t outputs) {
  if (scanned >= 1 && scanned <= int64_t(inputs) && outputs + scanned >= inputs)
    return success();
  return node.error() << "expects num_scan_inputs in [1, " << inputs
                      << "] and an output for each state, but got " << scanned
                      << " and " << outputs << " outputs";
}

/// Since opset 9 there is no batch.
LogicalResult convertScan9(NodeContext &node, const Graph &body,
                           int64_t numScanned) {
  size_t numStates = node.numInputs() - numScanned;
  if (failed(expectCounts(node, numScanned, node.numInputs(),
                          node.node().outputs.size())))
    return failure();
  ScanLoop scan(node, body);
  for (size_t i = 0; i < node.numInputs(); ++i) {
    if (!node.hasInput(i))
      return node.error() << "expects input " << i << ", but got none";
    (i < numStates ? scan.states : scan.inputs).push_back(node.operand(i));
  }
  scan.scannedInputs.resize(numScanned);
  scan.scannedOutputs.resize(node.node().outputs.size() - numStates);
  if (failed(readScanned(node, "scan_input_axes", "scan_input_directions",
                         scan.scannedInputs)) ||
      failed(readScanned(node, "scan_output_axes", "scan_output_directions",
                         scan.scannedOutputs)) ||
      failed(readSteps(node, scan)))
    return failure();
  auto outputs = scan.build();
  if (failed(outputs))
    return failure();
  for (auto [i, output] : llvm::enumerate(*outputs))
    (void)node.set(output, i);
  return success();
}

/// Row `index` of the first axis, which vanishes.
Operand rowOf(TosaBuilder &build, const Operand &batch, int64_t index) {
  Value row = build.sliceAxis(valueOf(build, batch), 0, index, 1);
  return Operand(build.reshape(row, batch.shape().drop_front()),
                 batch.element());
}

/// In opset 8, the first input is the lengths of the sequences, and everything
/// else has a batch as its first axis, each row of which is a scan.
LogicalResult convertScan8(NodeContext &node, const Graph &body,
                           int64_t numScanned) {
  if (node.hasInput(0))
    return node.unsupported("it has sequence_lens");
  size_t count = node.numInputs() - 1, numStates = count - numScanned;
  size_t numOutputs = node.node().outputs.size();
  if (failed(expectCounts(node, numScanned, count, numOutputs)))
    return failure();
  for (size_t i = 1; i <= count; ++i)
    if (!node.hasInput(i) || node.rank(i) == 0 ||
        node.shape(i)[0] != node.shape(1)[0])
      return node.error() << "expects inputs with one batch size, but not so "
                             "input "
                          << i;
  std::vector<SmallVector<Value>> rows(numOutputs);
  std::vector<Type> elements(numOutputs);
  for (int64_t row = 0; row < node.shape(1)[0]; ++row) {
    ScanLoop scan(node, body);
    for (size_t i = 0; i < count; ++i)
      (i < numStates ? scan.states : scan.inputs)
          .push_back(rowOf(node.build, node.operand(i + 1), row));
    scan.scannedInputs.resize(numScanned);
    scan.scannedOutputs.resize(numOutputs - numStates);
    if (failed(readScanned(node, "", "directions", scan.scannedInputs)) ||
        failed(readSteps(node, scan)))
      return failure();
    auto outputs = scan.build();
    if (failed(outputs))
      return failure();
    for (auto [i, output] : llvm::enumerate(*outputs)) {
      Shape shape(output.shape());
      shape.insert(shape.begin(), 1);
      rows[i].push_back(node.build.reshape(output.value, shape));
      elements[i] = output.element();
    }
  }
  for (size_t i = 0; i < numOutputs; ++i)
    (void)node.set(node.build.concat(rows[i], 0), i, elements[i]);
  return success();
}

LogicalResult convertScan(NodeContext &node) {
  auto body = bodyOf(node, "body");
  if (failed(body) || failed(node.expectInputs(node.opset() < 9 ? 0 : 1, 1024)))
    return failure();
  int64_t numScanned = node.getInt("num_scan_inputs", 0);
  if (node.opset() >= 9)
    return convertScan9(node, **body, numScanned);
  if (node.numInputs() < 2)
    return node.error() << "expects at least 2 inputs, but got "
                        << node.numInputs();
  return convertScan8(node, **body, numScanned);
}

} // namespace

void quantc::onnx::addScans(ConversionTable &table) {
  table.conversions["Scan"] = convertScan;
}
