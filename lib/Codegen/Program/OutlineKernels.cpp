//===- OutlineKernels.cpp - Each kernel in a function of its own ----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Kernel/IR/Kernel.h"
#include "quantc/Codegen/Program/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/SymbolTable.h"

namespace quantc::codegen {
#define GEN_PASS_DEF_OUTLINEKERNELS
#include "lib/Codegen/Program/Passes.h.inc"
} // namespace quantc::codegen

using namespace mlir;
using namespace quantc;

namespace {

/// What two kernels must have in common to share a function.
ArrayAttr signatureOf(Operation *op) {
  Builder builder(op->getContext());
  SmallVector<Attribute> parts = {op->getName().getIdentifier(),
                                  op->getAttrDictionary(),
                                  op->getPropertiesAsAttribute()};
  for (Type type : op->getOperandTypes())
    parts.push_back(TypeAttr::get(type));
  llvm::erase(parts, Attribute());
  return builder.getArrayAttr(parts);
}

/// "conv2d_3x3_32x32x16": the kind, the window and the output's shape.
std::string nameOf(DestinationStyleOpInterface op) {
  std::string name = op->getName().stripDialect().str();
  auto append = [&](ArrayRef<int64_t> sizes) {
    name += "_";
    llvm::raw_string_ostream stream(name);
    llvm::interleave(sizes, stream, "x");
  };
  if (auto kernel = op->getAttrOfType<DenseI64ArrayAttr>("kernel"))
    append(kernel);
  append(
      cast<MemRefType>(op.getDpsInits()[0].getType()).getShape().drop_front());
  return name;
}

bool hasStaticLayout(Type type) {
  auto memory = dyn_cast<MemRefType>(type);
  if (!memory || !memory.hasStaticShape())
    return false;
  auto [strides, offset] = memory.getStridesAndOffset();
  return ShapedType::isStatic(offset) && ShapedType::isStaticShape(strides);
}

func::FuncOp outline(Operation *op, SymbolTable &symbols) {
  OpBuilder builder(op->getContext());
  auto type = builder.getFunctionType(op->getOperandTypes(), {});
  auto function = func::FuncOp::create(
      op->getLoc(), nameOf(cast<DestinationStyleOpInterface>(op)), type);
  function.setPrivate();
  symbols.insert(function);
  Block *body = function.addEntryBlock();
  builder.setInsertionPointToStart(body);
  IRMapping mapping;
  mapping.map(op->getOperands(), body->getArguments());
  builder.clone(*op, mapping);
  func::ReturnOp::create(builder, op->getLoc());
  return function;
}

struct OutlineKernels
    : quantc::codegen::impl::OutlineKernelsBase<OutlineKernels> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    SmallVector<Operation *> kernels;
    getOperation().walk([&](DestinationStyleOpInterface op) {
      if (isa<kernel::KernelDialect>(op->getDialect()) &&
          llvm::all_of(op->getOperandTypes(), hasStaticLayout))
        kernels.push_back(op);
    });
    DenseMap<Attribute, func::FuncOp> functions;
    for (Operation *op : kernels) {
      func::FuncOp &function = functions[signatureOf(op)];
      if (!function)
        function = outline(op, symbols);
      OpBuilder builder(op);
      func::CallOp::create(builder, op->getLoc(), function, op->getOperands());
      op->erase();
    }
  }
};

} // namespace
