//===- Accumulate.cpp - Loops that sum up elements ------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Distill/Transforms/Structured.h"
#include "dialects/Distill/Transforms/Tensors.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace quantc::distill;

namespace {

/// What the loops write.
struct Output {
  RankedTensorType type;
  AffineMap map;
  SmallVector<utils::IteratorType> loops;
  bool folds = false;
};

/// A tensor that has one element for each step of some of the loops; its type
/// leaves out dimensions of size 1 that no loop is for.
std::optional<Output> plainOutput(RankedTensorType type, AffineMap map) {
  llvm::SmallBitVector parallel(map.getNumDims());
  SmallVector<AffineExpr> places;
  Shape shape;
  for (auto [place, size] :
       llvm::zip_equal(map.getResults(), type.getShape())) {
    if (isa<AffineConstantExpr>(place) && size == 1)
      continue;
    auto dim = dyn_cast<AffineDimExpr>(place);
    if (!dim || parallel.test(dim.getPosition()))
      return std::nullopt;
    parallel.set(dim.getPosition());
    places.push_back(place);
    shape.push_back(size);
  }
  Output output{type.clone(shape),
                AffineMap::get(map.getNumDims(), 0, places, map.getContext()),
                {}};
  for (unsigned d = 0; d < map.getNumDims(); ++d)
    output.loops.push_back(parallel.test(d) ? utils::IteratorType::parallel
                                            : utils::IteratorType::reduction);
  output.folds = !parallel.all();
  return output;
}

/// A tensor whose elements several steps may add to, or none: windows.
Output scatteredOutput(RankedTensorType type, AffineMap map) {
  Output output{type, map, {}};
  output.folds = true;
  for (unsigned d = 0; d < map.getNumDims(); ++d) {
    unsigned places = llvm::count_if(map.getResults(), [&](AffineExpr place) {
      return place.isFunctionOfDim(d);
    });
    bool isPlace = llvm::is_contained(map.getResults(),
                                      getAffineDimExpr(d, map.getContext()));
    output.loops.push_back(places == 1 && isPlace
                               ? utils::IteratorType::parallel
                               : utils::IteratorType::reduction);
  }
  return output;
}

/// Inputs that the body reads, and those that alone tell a loop's size.
llvm::BitVector neededInputs(Block &body, ArrayRef<Indexed> inputs,
                             AffineMap output) {
  llvm::SmallBitVector sized(output.getNumDims());
  auto note = [&](AffineMap map) {
    for (AffineExpr place : map.getResults())
      if (auto dim = dyn_cast<AffineDimExpr>(place))
        sized.set(dim.getPosition());
  };
  note(output);
  llvm::BitVector needed(inputs.size());
  for (auto [i, input] : llvm::enumerate(inputs))
    if (!body.getArgument(i).use_empty()) {
      needed.set(i);
      note(input.map);
    }
  for (auto [i, input] : llvm::enumerate(inputs)) {
    llvm::SmallBitVector before = sized;
    if (!needed.test(i))
      note(input.map);
    if (before != sized)
      needed.set(i);
  }
  assert(sized.all() && "a loop has no size");
  return needed;
}

void eraseDeadOps(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    if (isOpTriviallyDead(&op))
      op.erase();
}

/// The tensor that the loops begin with.
Value initialOf(ImplicitLocOpBuilder &ops, const Output &output, Fold fold) {
  Type element = output.type.getElementType();
  Value empty = tensor::EmptyOp::create(ops, output.type.getShape(), element);
  if (!output.folds)
    return empty;
  Value neutral = splat(ops, element, fold == Fold::Sum ? 0 : 1);
  return linalg::FillOp::create(ops, ValueRange{neutral}, ValueRange{empty})
      .getResult(0);
}

/// The input that the loops would only copy; null if they do more.
Value copiedTensor(Value element, ArrayRef<Indexed> inputs,
                   const Output &output) {
  auto argument = dyn_cast<BlockArgument>(element);
  if (!argument || output.folds || argument.getArgNumber() >= inputs.size())
    return {};
  const Indexed &input = inputs[argument.getArgNumber()];
  bool isSame =
      input.map == output.map && input.tensor.getType() == output.type;
  return isSame ? input.tensor : Value();
}

/// Ends the body with the next value of the accumulator, its last argument.
void yield(ImplicitLocOpBuilder &ops, Value value, bool folds, Fold fold) {
  Value last = ops.getBlock()->getArguments().back();
  if (folds && fold == Fold::Sum)
    value = arith::AddFOp::create(ops, last, value);
  else if (folds)
    value = arith::MulFOp::create(ops, last, value);
  linalg::YieldOp::create(ops, value);
}

} // namespace

llvm::Expected<Value> quantc::distill::accumulate(ImplicitLocOpBuilder &ops,
                                                  ArrayRef<Indexed> inputs,
                                                  RankedTensorType type,
                                                  AffineMap map,
                                                  ElementBody body, Fold fold) {
  std::optional<Output> plain = plainOutput(type, map);
  Output output = plain ? *plain : scatteredOutput(type, map);
  Region region;
  Block &block = region.emplaceBlock();
  for (const Indexed &input : inputs)
    block.addArgument(getElementTypeOrSelf(input.tensor), ops.getLoc());
  block.addArgument(type.getElementType(), ops.getLoc());
  ImplicitLocOpBuilder inside(ops.getLoc(), ops.getContext());
  inside.setInsertionPointToEnd(&block);
  llvm::Expected<Value> value =
      body(inside, ValueRange(block.getArguments()).drop_back());
  if (!value || !*value)
    return value;
  if (Value tensor = copiedTensor(*value, inputs, output))
    return reshape(ops, tensor, type.getShape());
  yield(inside, *value, output.folds, fold);
  eraseDeadOps(block);

  llvm::BitVector needed = neededInputs(block, inputs, output.map);
  SmallVector<Value> tensors;
  SmallVector<AffineMap> maps;
  for (unsigned i : needed.set_bits()) {
    tensors.push_back(inputs[i].tensor);
    maps.push_back(inputs[i].map);
  }
  maps.push_back(output.map);
  llvm::BitVector dropped = needed.flip();
  dropped.push_back(false);
  block.eraseArguments(dropped);
  auto generic = linalg::GenericOp::create(ops, output.type, tensors,
                                           initialOf(ops, output, fold), maps,
                                           output.loops);
  generic.getRegion().takeBody(region);
  return reshape(ops, generic.getResult(0), type.getShape());
}

Value quantc::distill::mapElements(
    ImplicitLocOpBuilder &ops, ValueRange inputs,
    llvm::function_ref<Value(ImplicitLocOpBuilder &, ValueRange)> body) {
  RankedTensorType type = typeOf(inputs.front());
  auto identity = ops.getMultiDimIdentityMap(type.getRank());
  SmallVector<Indexed> indexed;
  for (Value input : inputs)
    indexed.push_back({input, identity});
  return llvm::cantFail(accumulate(ops, indexed, type, identity, body));
}

AffineMap quantc::distill::broadcastMap(ArrayRef<int64_t> from,
                                        ArrayRef<int64_t> to,
                                        MLIRContext *context) {
  SmallVector<AffineExpr> places;
  for (auto [d, sizes] : llvm::enumerate(llvm::zip_equal(from, to)))
    places.push_back(std::get<0>(sizes) == std::get<1>(sizes)
                         ? getAffineDimExpr(d, context)
                         : getAffineConstantExpr(0, context));
  return AffineMap::get(to.size(), 0, places, context);
}
