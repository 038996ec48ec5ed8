//===- KernelToVector.cpp - The pass that emits kernels -------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Kernels.h"

#include "quantc/Codegen/Level.h"
#include "quantc/Codegen/Schedule.h"
#include "quantc/Codegen/Vector/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/TypeSwitch.h"

namespace quantc::codegen {
#define GEN_PASS_DEF_KERNELTOVECTOR
#include "lib/Codegen/Vector/Passes.h.inc"
} // namespace quantc::codegen

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

namespace {

struct KernelToVector
    : quantc::codegen::impl::KernelToVectorBase<KernelToVector> {
  using KernelToVectorBase::KernelToVectorBase;

  void runOnOperation() override {
    std::string name = level;
    if (auto own = getOperation()->getAttrOfType<StringAttr>("quantc.level"))
      name = own.getValue().str();
    const Level *target = findLevel(name);
    if (!target) {
      getOperation().emitError("expects a CPU level, but got '") << name << "'";
      return signalPassFailure();
    }
    SmallVector<DestinationStyleOpInterface> kernels;
    getOperation().walk([&](DestinationStyleOpInterface op) {
      if (isa<kernel::KernelDialect>(op->getDialect()) &&
          op.hasPureBufferSemantics())
        kernels.push_back(op);
    });
    for (DestinationStyleOpInterface op : kernels) {
      if (failed(verifySchedule(op, *target)))
        return signalPassFailure();
      emit(op, *target);
    }
  }

  static LogicalResult verifySchedule(Operation *op, const Level &target) {
    auto schedule = op->getAttrOfType<DenseI64ArrayAttr>("schedule");
    if (!schedule || fits(op, target, schedule))
      return success();
    return op->emitOpError("expects a schedule that its result and the "
                           "registers of level '")
           << target.name << "' have room for, but got ["
           << schedule.asArrayRef() << "]";
  }

  void emit(Operation *op, const Level &target) {
    OpBuilder builder(op);
    Emitter emitter(builder, op->getLoc(), target);
    TypeSwitch<Operation *>(op)
        .Case([&](kernel::BinaryMatmulOp op) { emitBinaryMatmul(emitter, op); })
        .Case([&](kernel::BlockMatmulOp op) { emitBlockMatmul(emitter, op); })
        .Case([&](kernel::CodedMatmulOp op) {
          emitCodedMatmul(emitter, op, contract);
        })
        .Case([&](kernel::Conv2DOp op) {
          emitConvolution(emitter, op, contract);
        })
        .Case([&](kernel::DepthwiseConv2DOp op) {
          emitDepthwise(emitter, op, contract);
        })
        .Case([&](kernel::FillBorderOp op) { emitFillBorder(emitter, op); })
        .Case([&](kernel::PackOp op) { emitPack(emitter, op); })
        .Case([&](kernel::PackBitsOp op) { emitPackBits(emitter, op); })
        .Case([&](kernel::PatchesOp op) { emitPatches(emitter, op); })
        .Case([&](kernel::Pool2DOp op) { emitPool(emitter, op); });
    op->erase();
  }
};

} // namespace
