//===- BuildBits.cpp - Kernels on single bits -------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Kernel/IR/BitPacking.h"
#include "dialects/Kernel/IR/Build.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "quantc/Support/Constants.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::kernel;

namespace {

ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

template <typename T>
Value constant(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape,
               Type element, ArrayRef<T> values) {
  auto type = RankedTensorType::get(shape, element);
  return arith::ConstantOp::create(
      builder, loc, type, cast<TypedAttr>(createElements(type, values)));
}

/// `values`, filled up with zeros to whole panels.
template <typename T>
Value panelConstant(OpBuilder &builder, Location loc, Type element,
                    ArrayRef<T> values) {
  SmallVector<T> padded(values);
  padded.resize(panelsOf(values.size()) * kPanel, T(0));
  return constant<T>(builder, loc, {int64_t(padded.size())}, element, padded);
}

} // namespace

Value kernel::buildPackedBits(OpBuilder &builder, Location loc, Value input,
                              const WindowSpec &window, const BitInput &bits) {
  ArrayRef<int64_t> shape = shapeOf(input);
  int64_t rows = shape[0];
  for (int axis : {0, 1})
    rows *= (shape[1 + axis] -
             window.dilation[axis] * (window.kernel[axis] - 1) - 1) /
                window.stride[axis] +
            1;
  Runs runs = Runs::of(window.kernel, shape[3], window.dilation[1] == 1);
  SmallVector<int64_t> sizes = {rows, bits.planes, wordsOf(runs) * kStep};
  Value empty =
      tensor::EmptyOp::create(builder, loc, sizes, builder.getI8Type());
  return PackBitsOp::create(builder, loc, TypeRange{empty.getType()}, input,
                            empty, window.kernel, window.stride,
                            window.dilation, bits.offset, bits.firstBit)
      .getResult(0);
}

Value kernel::buildBinaryMatmul(OpBuilder &builder, Location loc, Value input,
                                ArrayRef<int8_t> weights,
                                ArrayRef<int32_t> start,
                                ArrayRef<int32_t> factors,
                                const EpilogueSpec &epilogue) {
  ArrayRef<int64_t> shape = shapeOf(input);
  int64_t outputs = start.size(), words = shape[2] / kStep;
  int64_t planes = static_cast<int64_t>(factors.size()) / shape[1];
  Value packed = constant<int8_t>(
      builder, loc, {panelsOf(outputs), planes, words, kPanel, kStep},
      builder.getI8Type(), weights);
  Value sums = panelConstant(builder, loc, builder.getI32Type(), start);
  Value scale = panelConstant(builder, loc, builder.getF32Type(),
                              ArrayRef<float>(epilogue.scale));
  Value empty = tensor::EmptyOp::create(
      builder, loc, ArrayRef<int64_t>{shape[0], outputs}, epilogue.element);
  DenseF32ArrayAttr bounds;
  if (epilogue.bounds)
    bounds = builder.getDenseF32ArrayAttr(
        {epilogue.bounds->first, epilogue.bounds->second});
  bool isSmall = llvm::all_of(epilogue.scale, [](float s) { return s < 1.0f; });
  return BinaryMatmulOp::create(builder, loc, TypeRange{empty.getType()}, input,
                                packed, sums, scale, empty, factors,
                                epilogue.zeroPoint, bounds, isSmall)
      .getResult(0);
}
