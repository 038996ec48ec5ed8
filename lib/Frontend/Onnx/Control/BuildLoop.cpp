//===- BuildLoop.cpp - Loop as a loop of the program ----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Loop.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// Builds one loop. A condition that is true in every iteration makes an
/// scf.for, any other an scf.while that carries number and condition.
class LoopBuilder {
public:
  LoopBuilder(NodeContext &node, const LoopNode &loop)
      : node(node), loop(loop), build(node.build), ops(build.ops()) {}

  FailureOr<std::vector<Operand>> run();

private:
  FailureOr<std::vector<Operand>> convertBody(Value number, Operand condition,
                                              ValueRange carried, Block *block);
  LogicalResult check(llvm::ArrayRef<Operand> results);
  bool isAlwaysTrue(const Operand &condition) const;
  Value bound();
  SmallVector<Value> start(llvm::ArrayRef<Operand> results);
  SmallVector<Value> handOn(llvm::ArrayRef<Operand> results, Value number,
                            ValueRange scans);
  FailureOr<ValueRange> finishFor(scf::ForOp draft,
                                  llvm::ArrayRef<Operand> results);
  FailureOr<ValueRange> buildWhile(llvm::ArrayRef<Operand> results);
  LogicalResult fillWhile(scf::WhileOp whileOp, Value bound);

  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(ops, value);
  }

  NodeContext &node;
  const LoopNode &loop;
  TosaBuilder &build;
  ImplicitLocOpBuilder &ops;
  /// Tensors in what it carries.
  size_t numCarried = 0;
};

FailureOr<std::vector<Operand>> LoopBuilder::convertBody(Value number,
                                                         Operand condition,
                                                         ValueRange carried,
                                                         Block *block) {
  OpBuilder::InsertionGuard guard(ops);
  ops.setInsertionPointToEnd(block);
  std::vector<Operand> arguments = {
      Operand(indexTensor(build, number), ops.getI64Type()),
      std::move(condition)};
  llvm::append_range(arguments, operandsOf(carried, loop.carried));
  auto results = node.convertBody(*loop.body, arguments, block);
  if (succeeded(results) && failed(check(*results)))
    return failure();
  return results;
}

LogicalResult LoopBuilder::check(llvm::ArrayRef<Operand> results) {
  if (failed(loop.check(node, results)))
    return failure();
  for (auto [i, pair] :
       llvm::enumerate(llvm::zip(loop.carried, results.drop_front(1))))
    if (auto [before, after] = pair; !agree(before, after))
      return node.unsupported("what it carries, output " + Twine(i) + ", is " +
                              describe(before) + " before an iteration and " +
                              describe(after) + " after it");
  if (loop.numScans > 0 && !loop.scanLength)
    return node.unsupported("the number of its iterations, and so the length "
                            "of its scan outputs, is not known");
  for (const Operand &part : results.drop_front(1 + loop.carried.size())) {
    Shape shape(part.shape());
    shape.insert(shape.begin(), *loop.scanLength);
    if (failed(node.expectShape(shape)))
      return failure();
  }
  return success();
}

bool LoopBuilder::isAlwaysTrue(const Operand &condition) const {
  return !loop.condition && condition.constant &&
         condition.constant->asInt(0) != 0;
}

/// The number of iterations as an index, or null if nothing bounds it.
Value LoopBuilder::bound() {
  if (loop.count)
    return index(*loop.count);
  if (!loop.countValue)
    return {};
  Value count = arith::IndexCastOp::create(ops, ops.getIndexType(),
                                           scalarOf(build, loop.countValue));
  if (loop.numScans == 0)
    return count;
  return arith::MinSIOp::create(ops, count, index(*loop.scanLength));
}

/// What the loop carries at first, with scan outputs of zeros for iterations
/// that do not come.
SmallVector<Value> LoopBuilder::start(llvm::ArrayRef<Operand> results) {
  SmallVector<Value> values = valuesOf(build, loop.carried);
  for (const Operand &part : results.drop_front(1 + loop.carried.size())) {
    Shape shape(part.shape());
    shape.insert(shape.begin(), *loop.scanLength);
    values.push_back(
        build.constant(HostTensor::splat(part.element(), shape, 0)));
  }
  return values;
}

/// What an iteration hands on, its parts of the scan outputs in their places.
SmallVector<Value> LoopBuilder::handOn(llvm::ArrayRef<Operand> results,
                                       Value number, ValueRange scans) {
  SmallVector<Value> values = valuesOf(build, results.drop_front(1));
  for (auto [i, whole] : llvm::enumerate(scans)) {
    Value &value = values[numCarried + i];
    Shape shape(shapeOf(value));
    shape.insert(shape.begin(), 1);
    value = withPartAt(build, whole, build.reshape(value, shape), number);
  }
  return values;
}

FailureOr<ValueRange> LoopBuilder::finishFor(scf::ForOp draft,
                                             llvm::ArrayRef<Operand> results) {
  Value end = bound();
  if (!end)
    return node.error() << "expects a trip count or a condition that ends the "
                           "loop, but got neither";
  SmallVector<Value> values = start(results);
  auto final = scf::ForOp::create(ops, index(0), end, index(1), values);
  final.getRegion().takeBody(draft.getRegion());
  Block *block = final.getBody();
  SmallVector<Value> scans;
  for (Value whole : ArrayRef(values).drop_front(numCarried))
    scans.push_back(block->addArgument(whole.getType(), ops.getLoc()));
  OpBuilder::InsertionGuard guard(ops);
  ops.setInsertionPointToEnd(block);
  SmallVector<Value> next = handOn(results, final.getInductionVar(), scans);
  scf::YieldOp::create(ops, next);
  return ValueRange(final.getResults());
}

LogicalResult LoopBuilder::fillWhile(scf::WhileOp whileOp, Value bound) {
  OpBuilder::InsertionGuard guard(ops);
  TypeRange types = whileOp.getResultTypes();
  SmallVector<Location> locations(types.size(), ops.getLoc());
  Block *before = ops.createBlock(&whileOp.getBefore(), {}, types, locations);
  Value goesOn = before->getArgument(1);
  if (bound) {
    Value isBelow = arith::CmpIOp::create(ops, arith::CmpIPredicate::slt,
                                          before->getArgument(0), bound);
    goesOn = arith::AndIOp::create(ops, goesOn, isBelow);
  }
  scf::ConditionOp::create(ops, goesOn, before->getArguments());

  Block *after = ops.createBlock(&whileOp.getAfter(), {}, types, locations);
  ValueRange carried = after->getArguments().drop_front(2);
  Value number = after->getArgument(0);
  // In an iteration, the condition has been true.
  auto results = convertBody(number, HostTensor::splat(ops.getI1Type(), {}, 1),
                             carried.take_front(numCarried), after);
  if (failed(results))
    return failure();
  ops.setInsertionPointToEnd(after);
  SmallVector<Value> next = {arith::AddIOp::create(ops, number, index(1)),
                             scalarOf(build, valueOf(build, results->front()))};
  next.append(handOn(*results, number, carried.drop_front(numCarried)));
  scf::YieldOp::create(ops, next);
  return success();
}

FailureOr<ValueRange> LoopBuilder::buildWhile(llvm::ArrayRef<Operand> results) {
  Value first = loop.condition
                    ? scalarOf(build, loop.condition)
                    : arith::ConstantOp::create(ops, ops.getBoolAttr(true));
  Value end = bound();
  SmallVector<Value> values = {index(0), first};
  values.append(start(results));
  auto whileOp =
      scf::WhileOp::create(ops, ValueRange(values).getTypes(), values);
  if (failed(fillWhile(whileOp, end))) {
    whileOp.erase();
    return failure();
  }
  return ValueRange(whileOp.getResults().drop_front(2));
}

FailureOr<std::vector<Operand>> LoopBuilder::run() {
  // The body says what there is to carry.
  SmallVector<Value> first = valuesOf(build, loop.carried);
  numCarried = first.size();
  auto draft = scf::ForOp::create(ops, index(0), index(1), index(1), first);
  if (first.empty()) // Then it has a terminator already.
    draft.getBody()->getTerminator()->erase();
  auto results = convertBody(draft.getInductionVar(),
                             HostTensor::splat(ops.getI1Type(), {}, 1),
                             draft.getRegionIterArgs(), draft.getBody());
  if (failed(results)) {
    draft.erase();
    return failure();
  }
  FailureOr<ValueRange> values = isAlwaysTrue(results->front())
                                     ? finishFor(draft, *results)
                                     : buildWhile(*results);
  draft.erase();
  if (failed(values))
    return failure();
  return operandsOf(*values, ArrayRef(*results).drop_front(1));
}

} // namespace

FailureOr<std::vector<Operand>> quantc::onnx::buildLoop(NodeContext &node,
                                                        const LoopNode &loop) {
  return LoopBuilder(node, loop).run();
}
