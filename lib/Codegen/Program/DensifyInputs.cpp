//===- DensifyInputs.cpp - Copy inputs whose pixels do not touch ----------===//
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

struct DensifyInputs : quantc::codegen::impl::DensifyInputsBase<DensifyInputs> {
  void runOnOperation() override {
    getOperation().walk([](kernel::Conv2DOp op) {
      auto type = dyn_cast<MemRefType>(op.getInput().getType());
      if (!type || !readsAcrossPixels(op) || pixelsTouch(type))
        return;
      OpBuilder builder(op);
      auto dense = MemRefType::get(type.getShape(), type.getElementType());
      Value copy = memref::AllocOp::create(builder, op.getLoc(), dense);
      memref::CopyOp::create(builder, op.getLoc(), op.getInput(), copy);
      op.getInputMutable().assign(copy);
    });
  }
};

} // namespace
