//===- OutlineKernels.cpp - Loops in functions of their own ---------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "RowGroups.h"
#include "dialects/Kernel/IR/Kernel.h"
#include "lib/Codegen/Vector/StridedNest.h"
#include "quantc/Codegen/Program/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Support/MathExtras.h"

namespace quantc::codegen {
#define GEN_PASS_DEF_OUTLINEKERNELS
#include "lib/Codegen/Program/Passes.h.inc"
} // namespace quantc::codegen

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

namespace {

/// "conv2d_3x3_32x32x16": the kind, the window and the output's shape.
std::string nameOf(Operation *op, Value written, bool isGroup) {
  std::string name = isGroup ? "rows" : op->getName().stripDialect().str();
  llvm::replace(name, '.', '_');
  auto append = [&](ArrayRef<int64_t> sizes) {
    name += "_";
    llvm::raw_string_ostream stream(name);
    llvm::interleave(sizes, stream, "x");
  };
  if (auto kernel = op->getAttrOfType<DenseI64ArrayAttr>("kernel"))
    append(kernel);
  ArrayRef<int64_t> shape = cast<MemRefType>(written.getType()).getShape();
  append(shape.size() > 1 ? shape.drop_front() : shape);
  return name;
}

bool hasStaticLayout(Type type) {
  auto memory = dyn_cast<MemRefType>(type);
  if (!memory || !memory.hasStaticShape())
    return false;
  auto [strides, offset] = memory.getStridesAndOffset();
  return ShapedType::isStatic(offset) && ShapedType::isStaticShape(strides);
}

/// The one buffer that `op` writes, if `op` is a loop over elements that may
/// move into a function; null for others.
Value writtenBy(Operation *op) {
  auto loops = dyn_cast<DestinationStyleOpInterface>(op);
  if (!loops || loops.getNumDpsInits() != 1 || op->getNumResults() != 0 ||
      !isa<kernel::KernelDialect, linalg::LinalgDialect>(op->getDialect()))
    return {};
  return loops.getDpsInits().front();
}

/// A buffer's place: the memory that it is a part of, and the bytes that it
/// may touch in there if they are known.
struct Place {
  Value root;
  std::optional<std::pair<int64_t, int64_t>> bytes;

  static Place of(Value buffer) {
    while (auto view = buffer.getDefiningOp<ViewLikeOpInterface>()) {
      auto bytes = dyn_cast<memref::ViewOp>(*view);
      std::optional<int64_t> offset;
      if (bytes)
        offset = getConstantIntValue(bytes.getByteShift());
      if (offset && bytes.getType().hasStaticShape()) {
        MemRefType type = bytes.getType();
        int64_t size = llvm::divideCeil(
            type.getNumElements() * type.getElementTypeBitWidth(), 8);
        return {view.getViewSource(), {{*offset, *offset + size}}};
      }
      buffer = view.getViewSource();
    }
    return {buffer, std::nullopt};
  }

  bool isConstant() const {
    return root.getDefiningOp<memref::GetGlobalOp>() != nullptr;
  }

  /// Whether writing here leaves what is at `other` alone for sure. Nothing is
  /// known of the buffers that callers pass in.
  bool isApartFrom(const Place &other) const {
    if (isConstant() || other.isConstant())
      return root != other.root;
    return root == other.root && bytes && other.bytes &&
           (bytes->second <= other.bytes->first ||
            other.bytes->second <= bytes->first);
  }
};

/// Moves loops into functions. Those that agree in everything but their
/// buffers share one.
class Outliner {
public:
  explicit Outliner(ModuleOp module) : symbols(module) {}

  void outline(Operation *op) { outline(op, nullptr); }
  void outline(const RowGroup &group);

private:
  /// One op, or those of a group.
  void outline(ArrayRef<Operation *> ops, const RowGroup *group);
  static void markApart(func::FuncOp function, ArrayRef<Value> arguments,
                        const llvm::SmallPtrSetImpl<Value> &written,
                        bool isGroup);
  /// An equal function that exists already, or `function`, now in the module.
  func::FuncOp unify(func::FuncOp function);

  SymbolTable symbols;
  llvm::StringMap<SmallVector<func::FuncOp>> byName;
};

func::FuncOp Outliner::unify(func::FuncOp function) {
  SmallVector<func::FuncOp> &others = byName[function.getName()];
  for (func::FuncOp other : others)
    if (other.getFunctionType() == function.getFunctionType() &&
        other->getAttr(kRowsAttrName) == function->getAttr(kRowsAttrName) &&
        other.getAllArgAttrs() == function.getAllArgAttrs() &&
        OperationEquivalence::isRegionEquivalentTo(
            &other.getBody(), &function.getBody(),
            OperationEquivalence::IgnoreLocations)) {
      function.erase();
      return other;
    }
  others.push_back(function);
  symbols.insert(function);
  return function;
}

/// Marks what is written, and in a group what is read, too, if nothing else
/// touches it: what LLVM could see from the offsets in the arena before.
void Outliner::markApart(func::FuncOp function, ArrayRef<Value> arguments,
                         const llvm::SmallPtrSetImpl<Value> &written,
                         bool isGroup) {
  auto isApart = [&](Value argument) {
    Place place = Place::of(argument);
    return llvm::all_of(arguments, [&](Value other) {
      return other == argument || !isa<MemRefType>(other.getType()) ||
             (!written.contains(argument) && !written.contains(other)) ||
             place.isApartFrom(Place::of(other));
    });
  };
  for (auto [number, argument] : llvm::enumerate(arguments))
    if (isa<MemRefType>(argument.getType()) &&
        (isGroup || written.contains(argument)) && isApart(argument))
      function.setArgAttr(number, "llvm.noalias",
                          UnitAttr::get(function.getContext()));
}

/// One of `known` that is the same memory of the same elements as `buffer`.
Value sameMemory(Value buffer, ArrayRef<Value> known) {
  auto type = dyn_cast<MemRefType>(buffer.getType());
  if (!type || !type.getLayout().isIdentity())
    return {};
  Place place = Place::of(buffer);
  const Value *found = llvm::find_if(known, [&](Value other) {
    auto as = dyn_cast<MemRefType>(other.getType());
    if (!as || !as.getLayout().isIdentity() ||
        as.getElementType() != type.getElementType() ||
        as.getNumElements() != type.getNumElements())
      return false;
    Place there = Place::of(other);
    return place.bytes && place.root == there.root &&
           place.bytes == there.bytes;
  });
  return found == known.end() ? Value() : *found;
}

/// `buffer` in the form of `type`, of as many elements.
Value reshaped(OpBuilder &builder, Location loc, Value buffer,
               MemRefType type) {
  if (buffer.getType() == type)
    return buffer;
  SmallVector<OpFoldResult> sizes, strides;
  for (int64_t size : type.getShape())
    sizes.push_back(builder.getIndexAttr(size));
  for (int64_t stride : type.getStridesAndOffset().first)
    strides.push_back(builder.getIndexAttr(stride));
  return memref::ReinterpretCastOp::create(
      builder, loc, type, buffer, builder.getIndexAttr(0), sizes, strides);
}

void Outliner::outline(const RowGroup &group) {
  outline(SmallVector<Operation *>(group.ops.begin(), group.ops.end()), &group);
}

void Outliner::outline(ArrayRef<Operation *> ops, const RowGroup *group) {
  llvm::SetVector<Value> values;
  llvm::SmallPtrSet<Value, 4> written;
  Operation *last = ops.front();
  for (Operation *op : ops) {
    values.insert(op->operand_begin(), op->operand_end());
    getUsedValuesDefinedAbove(op->getRegions(), values);
    written.insert(writtenBy(op));
    if (last->isBeforeInBlock(op))
      last = op;
  }
  SmallVector<Value> arguments, constants;
  SmallVector<std::pair<Value, Value>> again;
  for (Value value : values) {
    Operation *source = value.getDefiningOp();
    if (isa<BaseMemRefType>(value.getType()) &&
        !hasStaticLayout(value.getType()))
      return;
    if (source && source->hasTrait<OpTrait::ConstantLike>()) {
      constants.push_back(value);
      continue;
    }
    Value same = group ? sameMemory(value, arguments) : Value();
    if (!same) {
      arguments.push_back(value);
      continue;
    }
    again.push_back({value, same});
    if (written.contains(value))
      written.insert(same);
  }

  OpBuilder builder(last->getContext());
  Location loc = last->getLoc();
  auto type = builder.getFunctionType(TypeRange(ValueRange(arguments)), {});
  auto function = func::FuncOp::create(
      loc, nameOf(last, writtenBy(last), group != nullptr), type);
  function.setPrivate();
  if (group)
    function->setAttr(kRowsAttrName,
                      builder.getDenseI64ArrayAttr(group->sizes));
  Block *body = function.addEntryBlock();
  builder.setInsertionPointToStart(body);
  IRMapping mapping;
  mapping.map(arguments, body->getArguments());
  for (Value constant : constants)
    builder.clone(*constant.getDefiningOp(), mapping);
  for (auto [value, same] : again)
    mapping.map(value, reshaped(builder, loc, mapping.lookup(same),
                                cast<MemRefType>(value.getType())));
  for (auto [number, op] : llvm::enumerate(ops)) {
    Operation *copy = builder.clone(*op, mapping);
    if (group)
      copy->setAttr(kPassAttrName,
                    builder.getI64IntegerAttr(group->passes[number]));
  }
  func::ReturnOp::create(builder, loc);
  markApart(function, arguments, written, group != nullptr);

  builder.setInsertionPoint(last);
  func::CallOp::create(builder, loc, unify(function), arguments);
  for (Operation *op : ops)
    op->erase();
}

struct OutlineKernels
    : quantc::codegen::impl::OutlineKernelsBase<OutlineKernels> {
  void runOnOperation() override {
    SmallVector<RowGroup> groups;
    getOperation().walk([&](Block *block) {
      llvm::append_range(groups, findRowGroups(*block));
    });
    Outliner outliner(getOperation());
    for (const RowGroup &group : groups)
      outliner.outline(group);
    SmallVector<Operation *> loops;
    getOperation().walk([&](Operation *op) {
      auto function = op->getParentOfType<func::FuncOp>();
      if (writtenBy(op) && !(function && function->hasAttr(kRowsAttrName)))
        loops.push_back(op);
    });
    for (Operation *op : loops)
      outliner.outline(op);
  }
};

} // namespace
