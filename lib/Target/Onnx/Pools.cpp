//===- Pools.cpp - Pools of reals -----------------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Conversions.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx_export;

TensorId onnx_export::pool(Emitter &emitter, llvm::StringRef kind,
                           TensorId image, Value input,
                           ArrayRef<int64_t> kernel, ArrayRef<int64_t> pad,
                           ArrayRef<int64_t> stride) {
  bool isGlobal = shapeOf(input).slice(1, 2) == kernel &&
                  llvm::all_of(pad, [](int64_t size) { return size == 0; });
  if (isGlobal)
    return emitter.node(("Global" + kind).str(), image);
  return emitter.node(kind, image, windowAttributes(kernel, pad, stride));
}

namespace {

LogicalResult convertAverage(Emitter &emitter, tosa::AvgPool2dOp op) {
  if (!isa<FloatType>(typeOf(op.getInput()).getElementType()) ||
      splatOf(op.getInputZp()) != 0 || splatOf(op.getOutputZp()) != 0)
    return emitter.cannot(op) << "expects floats, and zero points of 0";
  TensorId image = emitter.get(op.getInput(), kImage);
  emitter.set(op.getOutput(),
              pool(emitter, "AveragePool", image, op.getInput(), op.getKernel(),
                   op.getPad(), op.getStride()),
              kImage);
  return success();
}

LogicalResult convertMax(Emitter &emitter, tosa::MaxPool2dOp op) {
  TensorId image = emitter.get(op.getInput(), kImage);
  emitter.set(op.getOutput(),
              pool(emitter, "MaxPool", image, op.getInput(), op.getKernel(),
                   op.getPad(), op.getStride()),
              kImage);
  if (std::optional<DataType> type = emitter.dataType(op.getInput()))
    emitter.setType(op.getOutput(), *type);
  return success();
}

} // namespace

void onnx_export::addPools(ConversionTable &table) {
  add<tosa::AvgPool2dOp, convertAverage>(table);
  add<tosa::MaxPool2dOp, convertMax>(table);
}
