//===- UnrollLoop.cpp - Loop as copies of its body ------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Loop.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// Copies the body once per iteration. What is constant in an iteration, its
/// number first of all, is constant in the copy; and as long as nothing of run
/// time decides whether an iteration runs, what the loop carries may change its
/// shape.
class Unroller {
public:
  Unroller(NodeContext &node, const LoopNode &loop)
      : node(node), loop(loop), carried(loop.carried), scans(loop.numScans) {
    if (loop.condition)
      condition = Operand(loop.condition, node.build.ops().getI1Type());
    else
      condition = HostTensor::splat(node.build.ops().getI1Type(), {}, 1);
  }

  FailureOr<std::vector<Operand>> run();

private:
  bool hasEnded() const {
    return condition.constant && condition.constant->asInt(0) == 0;
  }
  Value guardOf(int64_t number);
  FailureOr<std::vector<Operand>> iterate(int64_t number, Block *block);
  FailureOr<std::vector<Operand>> iterateIf(Value guard, int64_t number);
  std::vector<Operand> handThrough(llvm::ArrayRef<Operand> results);
  FailureOr<Operand> joined(llvm::ArrayRef<Operand> parts);

  NodeContext &node;
  const LoopNode &loop;
  Operand condition;
  std::vector<Operand> carried;
  /// The parts of each scan output.
  std::vector<std::vector<Operand>> scans;
};

/// Whether the iteration runs; null if it certainly does.
Value Unroller::guardOf(int64_t number) {
  TosaBuilder &build = node.build;
  Value guard;
  if (!condition.constant)
    guard = scalarOf(build, condition.value);
  if (!loop.countValue)
    return guard;
  Value count = scalarOf(build, loop.countValue);
  Value current = arith::ConstantOp::create(
      build.ops(), build.ops().getI64IntegerAttr(number));
  Value isBelow = arith::CmpIOp::create(build.ops(), arith::CmpIPredicate::slt,
                                        current, count);
  return guard ? arith::AndIOp::create(build.ops(), guard, isBelow).getResult()
               : isBelow;
}

FailureOr<std::vector<Operand>> Unroller::iterate(int64_t number,
                                                  Block *block) {
  Builder &builder = node.build.ops();
  std::vector<Operand> arguments = {
      HostTensor::splat(builder.getI64Type(), {}, number),
      HostTensor::splat(builder.getI1Type(), {}, 1)};
  arguments.insert(arguments.end(), carried.begin(), carried.end());
  auto results = node.convertBody(*loop.body, arguments, block);
  if (succeeded(results) && failed(loop.check(node, *results)))
    return failure();
  return results;
}

/// What is there in place of `results` if the iteration does not run.
std::vector<Operand> Unroller::handThrough(llvm::ArrayRef<Operand> results) {
  std::vector<Operand> same = {
      HostTensor::splat(results[0].element(), results[0].shape(), 0)};
  same.insert(same.end(), carried.begin(), carried.end());
  for (const Operand &part : results.drop_front(same.size()))
    same.push_back(HostTensor::splat(part.element(), part.shape(), 0));
  return same;
}

FailureOr<std::vector<Operand>> Unroller::iterateIf(Value guard,
                                                    int64_t number) {
  FailureOr<std::vector<Operand>> results = failure();
  return buildBranches(
      node, guard,
      [&](Block *block) { return results = iterate(number, block); },
      [&](Block *) -> FailureOr<std::vector<Operand>> {
        if (failed(results))
          return failure();
        return handThrough(*results);
      });
}

/// A scan output from its parts, and zeros for the iterations that may not run.
FailureOr<Operand> Unroller::joined(llvm::ArrayRef<Operand> parts) {
  TosaBuilder &build = node.build;
  if (parts.empty())
    return node.unsupported("its scan outputs are empty");
  SmallVector<Value> rows;
  for (const Operand &part : parts) {
    if (!agree(parts.front(), part))
      return node.unsupported("a part of a scan output is " +
                              describe(parts.front()) + ", and another one " +
                              describe(part));
    Shape shape(part.shape());
    shape.insert(shape.begin(), 1);
    rows.push_back(build.reshape(valueOf(build, part), shape));
  }
  return Operand(build.concat(rows, 0), parts.front().element());
}

FailureOr<std::vector<Operand>> Unroller::run() {
  int64_t count = loop.count ? *loop.count : *loop.scanLength;
  for (int64_t number = 0; number < count && !hasEnded(); ++number) {
    Value guard = guardOf(number);
    auto results = guard ? iterateIf(guard, number)
                         : iterate(number, node.build.ops().getBlock());
    if (failed(results))
      return failure();
    condition = results->front();
    for (auto [i, result] : llvm::enumerate(llvm::drop_begin(*results)))
      if (i < carried.size())
        carried[i] = result;
      else
        scans[i - carried.size()].push_back(result);
  }
  std::vector<Operand> outputs = carried;
  for (llvm::ArrayRef<Operand> parts : scans) {
    FailureOr<Operand> whole = joined(parts);
    if (failed(whole))
      return failure();
    outputs.push_back(*whole);
  }
  return outputs;
}

} // namespace

FailureOr<std::vector<Operand>> quantc::onnx::unrollLoop(NodeContext &node,
                                                         const LoopNode &loop) {
  return Unroller(node, loop).run();
}
