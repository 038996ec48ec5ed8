//===- RecurrentCells.cpp - RNN, GRU and LSTM -----------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"
#include "Recurrence.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

enum Input : size_t {
  X,
  W,
  R,
  B,
  SequenceLengths,
  InitialHidden,
  InitialCell,
  P
};

/// The biases of the input and of the state, added: [1, 1, gates * hidden].
Value sumOfBiases(NodeContext &node, const Recurrence &r, int64_t direction) {
  if (!node.hasInput(B))
    return {};
  return node.build.add(r.row(node, B, direction, 0, r.gates),
                        r.row(node, B, direction, r.gates, r.gates));
}

/// Gate `index` of [1, batch, gates * hidden].
Value gate(TosaBuilder &build, const Recurrence &r, Value gates,
           int64_t index) {
  return build.sliceAxis(gates, 2, index * r.hidden, r.hidden);
}

/// 1 - x
Value complement(TosaBuilder &build, Value x) {
  return build.sub(build.scalar(elementOf(x), 1, shapeOf(x).size()), x);
}

//===----------------------------------------------------------------------===//
// RNN
//===----------------------------------------------------------------------===//

/// H' = f(X * W + H * R + b)
LogicalResult convertRnn(NodeContext &node) {
  FailureOr<Recurrence> r = Recurrence::read(node, /*gates=*/1, {"Tanh"});
  if (failed(r))
    return failure();
  auto stepOf = [&](int64_t d) -> CellStep {
    Value weights = r->weights(node, R, d, 0, 1);
    return [=, &r](TosaBuilder &build, Value gates, const CellState &before) {
      Value sum = build.add(gates, build.matmul(before[0], weights));
      return CellState{r->activate(build, d, 0, sum)};
    };
  };
  return r->run(
      node, {InitialHidden},
      [&](int64_t d) { return sumOfBiases(node, *r, d); }, stepOf);
}

//===----------------------------------------------------------------------===//
// GRU
//===----------------------------------------------------------------------===//

/// The gates lie in the order update z, reset r, hidden h. The hidden gate's
/// bias of the state is added before the reset gate is applied, or after, and
/// then it is one more bias of the input.
struct Gru {
  const Recurrence &r;
  int64_t direction;
  bool isResetLast;
  Value weights;       ///< All gates, or without h.
  Value hiddenWeights; ///< Those of h, unless they are in `weights`.
  Value hiddenBias;    ///< Of h, unless it is in the gates.

  CellState operator()(TosaBuilder &build, Value gates,
                       const CellState &before) const {
    Value state = before[0], product = build.matmul(state, weights);
    auto sum = [&](int64_t index) {
      return build.add(gate(build, r, gates, index),
                       gate(build, r, product, index));
    };
    Value update = r.activate(build, direction, 0, sum(0));
    Value reset = r.activate(build, direction, 0, sum(1));
    Value hidden;
    if (isResetLast) {
      hidden = gate(build, r, product, 2);
      if (hiddenBias)
        hidden = build.add(hidden, hiddenBias);
      hidden = build.mul(reset, hidden);
    } else {
      hidden = build.matmul(build.mul(reset, state), hiddenWeights);
    }
    hidden = r.activate(build, direction, 1,
                        build.add(gate(build, r, gates, 2), hidden));
    return {build.add(build.mul(complement(build, update), hidden),
                      build.mul(update, state))};
  }
};

/// The bias of the input's part; see Gru.
Value gruBias(NodeContext &node, const Recurrence &r, int64_t direction,
              bool isResetLast) {
  if (!isResetLast || !node.hasInput(B))
    return sumOfBiases(node, r, direction);
  Value both = node.build.add(r.row(node, B, direction, 0, 2),
                              r.row(node, B, direction, r.gates, 2));
  return node.build.concat({both, r.row(node, B, direction, 2, 1)}, 2);
}

LogicalResult convertGru(NodeContext &node) {
  auto r = Recurrence::read(node, /*gates=*/3, {"Sigmoid", "Tanh"});
  if (failed(r))
    return failure();
  bool isResetLast = node.getInt("linear_before_reset", 0) != 0;
  auto stepOf = [&](int64_t d) -> CellStep {
    Gru cell{*r, d, isResetLast, r->weights(node, R, d, 0, isResetLast ? 3 : 2),
             {}, {}};
    if (!isResetLast)
      cell.hiddenWeights = r->weights(node, R, d, 2, 1);
    else if (node.hasInput(B))
      cell.hiddenBias = r->row(node, B, d, 5, 1);
    return cell;
  };
  return r->run(
      node, {InitialHidden},
      [&](int64_t d) { return gruBias(node, *r, d, isResetLast); }, stepOf);
}

//===----------------------------------------------------------------------===//
// LSTM
//===----------------------------------------------------------------------===//

/// The gates lie in the order input i, output o, forget f, cell c.
struct Lstm {
  const Recurrence &r;
  int64_t direction;
  /// f = 1 - i
  bool isCoupled;
  Value weights;
  /// How much i, o and f see of the inner state, or null.
  std::array<Value, 3> peepholes;

  CellState operator()(TosaBuilder &build, Value gates,
                       const CellState &before) const {
    Value sum = build.add(gates, build.matmul(before[0], weights));
    Value inner = before[1];
    Value input = sigmoidGate(build, sum, 0, inner);
    Value forget = isCoupled ? complement(build, input)
                             : sigmoidGate(build, sum, 2, inner);
    Value candidate = r.activate(build, direction, 1, gate(build, r, sum, 3));
    inner = build.add(build.mul(forget, inner), build.mul(input, candidate));
    Value output = sigmoidGate(build, sum, 1, inner);
    Value hidden = build.mul(output, r.activate(build, direction, 2, inner));
    return {hidden, inner};
  }

private:
  Value sigmoidGate(TosaBuilder &build, Value sum, int64_t index,
                    Value inner) const {
    Value x = gate(build, r, sum, index);
    if (peepholes[index])
      x = build.add(x, build.mul(inner, peepholes[index]));
    return r.activate(build, direction, 0, x);
  }
};

LogicalResult checkLstmInputs(NodeContext &node, const Recurrence &r) {
  Shape state{r.directions, r.batch, r.hidden};
  if (r.isBatchFirst)
    std::swap(state[0], state[1]);
  if (failed(expectInput(node, InitialCell, "initial_c", state)))
    return failure();
  return expectInput(node, P, "P", {r.directions, 3 * r.hidden});
}

LogicalResult convertLstm(NodeContext &node) {
  auto r = Recurrence::read(node, /*gates=*/4, {"Sigmoid", "Tanh", "Tanh"});
  if (failed(r) || failed(checkLstmInputs(node, *r)))
    return failure();
  bool isCoupled = node.getInt("input_forget", 0) != 0;
  auto stepOf = [&](int64_t d) -> CellStep {
    Lstm cell{*r, d, isCoupled, r->weights(node, R, d, 0, 4), {}};
    for (int64_t index = 0; node.hasInput(P) && index < 3; ++index)
      cell.peepholes[index] = r->row(node, P, d, index, 1);
    return cell;
  };
  return r->run(
      node, {InitialHidden, InitialCell},
      [&](int64_t d) { return sumOfBiases(node, *r, d); }, stepOf);
}

} // namespace

void quantc::onnx::addRecurrences(ConversionTable &table) {
  table.conversions["GRU"] = convertGru;
  table.conversions["LSTM"] = convertLstm;
  table.conversions["RNN"] = convertRnn;
}
