//===- DensifyInputs.cpp - Copy operands that kernels cannot reach into ---===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Codegen/Program/Passes.h"

#include "dialects/Kernel/IR/Kernel.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Builders.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"

namespace quantc::codegen {
#define GEN_PASS_DEF_DENSIFYINPUTS
#include "lib/Codegen/Program/Passes.h.inc"
} // namespace quantc::codegen

using namespace mlir;
using namespace quantc;

namespace {

/// Whether the kernel reads the taps of a row as one run, from pixel to pixel.
bool readsAcrossPixels(kernel::Conv2DOp op) {
  auto weights = cast<ShapedType>(op.getWeights().getType());
  int64_t passes = op.getPasses();
  return op.getKernel()[1] > 1 &&
         weights.getDimSize(1) == passes * op.getKernel()[0];
}

/// Whether a pixel begins where its neighbour in the row ends.
bool pixelsTouch(MemRefType type) {
  auto [strides, offset] = type.getStridesAndOffset();
  return strides[3] == 1 && strides[2] == type.getDimSize(3);
}

/// Whether elements of the innermost dimension lie side by side, so that one
/// load or store reaches several.
bool elementsTouch(MemRefType type) {
  if (type.getRank() == 0 || type.getShape().back() == 1)
    return true;
  return type.getStridesAndOffset().first.back() == 1;
}

Value allocateLike(OpBuilder &builder, Location loc, MemRefType type) {
  return memref::AllocOp::create(
      builder, loc, MemRefType::get(type.getShape(), type.getElementType()));
}

struct DensifyInputs : quantc::codegen::impl::DensifyInputsBase<DensifyInputs> {
  void runOnOperation() override {
    getOperation().walk([](DestinationStyleOpInterface op) {
      if (!isa<kernel::KernelDialect>(op->getDialect()))
        return;
      for (OpOperand *input : op.getDpsInputOperands())
        copyBefore(op, *input);
      for (OpOperand &output : op.getDpsInitsMutable())
        copyBehind(op, output);
    });
  }

  static void copyBefore(DestinationStyleOpInterface op, OpOperand &input) {
    auto type = dyn_cast<MemRefType>(input.get().getType());
    auto conv = dyn_cast<kernel::Conv2DOp>(op.getOperation());
    bool isRun =
        conv && input.get() == conv.getInput() && readsAcrossPixels(conv);
    if (!type || (elementsTouch(type) && !(isRun && !pixelsTouch(type))))
      return;
    OpBuilder builder(op);
    Value copy = allocateLike(builder, op.getLoc(), type);
    memref::CopyOp::create(builder, op.getLoc(), input.get(), copy);
    input.set(copy);
  }

  static void copyBehind(DestinationStyleOpInterface op, OpOperand &output) {
    auto type = dyn_cast<MemRefType>(output.get().getType());
    if (!type || elementsTouch(type))
      return;
    OpBuilder builder(op);
    Value whole = output.get();
    Value dense = allocateLike(builder, op.getLoc(), type);
    output.set(dense);
    builder.setInsertionPointAfter(op);
    memref::CopyOp::create(builder, op.getLoc(), dense, whole);
  }
};

} // namespace
