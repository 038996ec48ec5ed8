//===- BufferizableOpInterfaceImpl.cpp - Kernels bufferize in place -------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Kernel/Transforms/BufferizableOpInterfaceImpl.h"

#include "dialects/Kernel/IR/Kernel.h"
#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"

using namespace mlir;
using namespace mlir::bufferization;
using namespace quantc;

namespace {

/// Inputs are read, the output is written and not read, unless a part of it
/// stays as it is.
template <typename Op>
struct KernelInterface
    : DstBufferizableOpInterfaceExternalModel<KernelInterface<Op>, Op> {
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand,
                              const AnalysisState &) const {
    return isa<kernel::FillBorderOp>(op) ||
           !cast<DestinationStyleOpInterface>(op).isDpsInit(&operand);
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPoint(op);
    SmallVector<Value> operands;
    for (Value operand : op->getOperands()) {
      FailureOr<Value> buffer = operand;
      if (isa<TensorType>(operand.getType()))
        buffer = getBuffer(rewriter, operand, options, state);
      if (failed(buffer))
        return failure();
      operands.push_back(*buffer);
    }
    Operation *onMemory =
        mlir::clone(rewriter, op, /*newResultTypes=*/{}, operands);
    auto style = cast<DestinationStyleOpInterface>(onMemory);
    replaceOpWithBufferizedValues(rewriter, op, style.getDpsInits());
    return success();
  }
};

} // namespace

void kernel::registerBufferizableOpInterfaceExternalModels(
    DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    BinaryMatmulOp::attachInterface<KernelInterface<BinaryMatmulOp>>(*context);
    BlockMatmulOp::attachInterface<KernelInterface<BlockMatmulOp>>(*context);
    CodedMatmulOp::attachInterface<KernelInterface<CodedMatmulOp>>(*context);
    Conv2DOp::attachInterface<KernelInterface<Conv2DOp>>(*context);
    DepthwiseConv2DOp::attachInterface<KernelInterface<DepthwiseConv2DOp>>(
        *context);
    FillBorderOp::attachInterface<KernelInterface<FillBorderOp>>(*context);
    PackBitsOp::attachInterface<KernelInterface<PackBitsOp>>(*context);
    PackOp::attachInterface<KernelInterface<PackOp>>(*context);
    PatchesOp::attachInterface<KernelInterface<PatchesOp>>(*context);
    Pool2DOp::attachInterface<KernelInterface<Pool2DOp>>(*context);
  });
}
