//===- Build.cpp - Kernels from plain weights -----------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Kernel/IR/Build.h"

#include "dialects/Kernel/IR/Packing.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "quantc/Support/Constants.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

using namespace mlir;
using namespace quantc;
using namespace quantc::kernel;

namespace {

template <typename T>
Value constant(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape,
               ArrayRef<T> values) {
  Type element = builder.getIntegerType(8 * sizeof(T));
  if constexpr (std::is_floating_point_v<T>)
    element = builder.getF32Type();
  auto type = RankedTensorType::get(shape, element);
  return arith::ConstantOp::create(
      builder, loc, type, cast<TypedAttr>(createElements(type, values)));
}

/// `values`, filled up with zeros to whole panels.
template <typename T>
Value panelConstant(OpBuilder &builder, Location loc, ArrayRef<T> values) {
  SmallVector<T> padded(values);
  padded.resize(panelsOf(values.size()) * kPanel, T(0));
  return constant<T>(builder, loc, {int64_t(padded.size())}, padded);
}

RankedTensorType tensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// Padding in front of an axis and behind it.
std::pair<int64_t, int64_t> padding(int64_t axis, const WindowSpec &spec) {
  if (spec.pad.empty())
    return {0, 0};
  return {spec.pad[2 * axis], spec.pad[2 * axis + 1]};
}

WindowAxis axisOf(int64_t size, int64_t axis, const WindowSpec &spec) {
  auto [before, after] = padding(axis, spec);
  int64_t way =
      size + before + after - spec.dilation[axis] * (spec.kernel[axis] - 1) - 1;
  return {size,
          way / spec.stride[axis] + 1,
          spec.kernel[axis],
          spec.stride[axis],
          spec.dilation[axis],
          before};
}

/// The uninitialized result of a window operation.
Value emptyResult(OpBuilder &builder, Location loc, Value input,
                  const WindowSpec &window, int64_t channels, Type element) {
  ArrayRef<int64_t> shape = tensorType(input).getShape();
  SmallVector<int64_t> result = {shape[0], axisOf(shape[1], 0, window).outputs,
                                 axisOf(shape[2], 1, window).outputs, channels};
  return tensor::EmptyOp::create(builder, loc, result, element);
}

/// The scale of every channel; null if there is none.
Value scaleConstant(OpBuilder &builder, Location loc,
                    const EpilogueSpec &epilogue) {
  if (epilogue.scale.empty())
    return {};
  return panelConstant<float>(builder, loc, epilogue.scale);
}

DenseF32ArrayAttr boundsAttr(OpBuilder &builder,
                             std::optional<std::pair<float, float>> bounds) {
  if (!bounds)
    return {};
  return builder.getDenseF32ArrayAttr({bounds->first, bounds->second});
}

/// Whether the first operand of `op` is memory that its result is a part of.
bool isView(Operation *op) {
  return isa<quant::StorageCastOp, tensor::CollapseShapeOp,
             tensor::ExpandShapeOp, tensor::ExtractSliceOp, tosa::ReshapeOp,
             tosa::SliceOp>(op);
}

/// Whether `input` is a place that moves with a loop. A kernel that reads it
/// there could not be shared.
bool movesWithLoop(Value input) {
  while (Operation *op = input.getDefiningOp()) {
    auto slice = dyn_cast<tensor::ExtractSliceOp>(op);
    if (slice && !ShapedType::isStaticShape(slice.getStaticOffsets()))
      return true;
    if (!isView(op))
      return false;
    input = op->getOperand(0);
  }
  return false;
}

/// Whether `input` is part of a model's input, which may end where its memory
/// ends.
bool isModelInput(Value input) {
  while (Operation *op = input.getDefiningOp()) {
    if (!isView(op))
      return false;
    input = op->getOperand(0);
  }
  return isa<FunctionOpInterface>(input.getParentBlock()->getParentOp());
}

template <typename T>
Value padded(OpBuilder &builder, Location loc, Value input,
             ArrayRef<int64_t> border, T value) {
  Type element = tensorType(input).getElementType();
  TypedAttr attr;
  if constexpr (std::is_floating_point_v<T>)
    attr = builder.getFloatAttr(element, value);
  else
    attr =
        builder.getIntegerAttr(element, APInt(8, static_cast<uint8_t>(value)));
  return kernel::pad(builder, loc, input, border, attr);
}

/// The most columns of a window for which leaving out some of them is worth the
/// code: a tile at the border has a loop for each.
constexpr int64_t kMostBorderColumns = 8;

/// Whether a sum without the padding's terms, weights times 0, is the same.
template <typename T, typename Sum>
bool addsNothing(const WeightSpec<T, Sum> &weights) {
  if constexpr (std::is_floating_point_v<T>)
    return llvm::all_of(weights.weights,
                        [](T w) { return std::isfinite(w); }) &&
           llvm::none_of(weights.bias,
                         [](Sum b) { return b == 0 && std::signbit(b); });
  return true;
}

/// The part of the padding, as [top, bottom, left, right], that the kernel
/// leaves out of its sums.
template <typename T, typename Sum>
SmallVector<int64_t> paddingLeftOut(const WeightSpec<T, Sum> &weights,
                                    const WindowSpec &window, const Runs &runs,
                                    int64_t width) {
  SmallVector<int64_t> none(4, 0);
  if (window.pad.empty() || !addsNothing(weights))
    return none;
  SmallVector<int64_t> pad(window.pad);
  // A column in the middle of a run has to begin with a step.
  int64_t perTap = runs.length / (runs.columns == 1 ? window.kernel[1] : 1);
  bool isAligned = perTap % width == 0 || perTap == runs.length;
  if (!isAligned || window.kernel[1] > kMostBorderColumns)
    pad[2] = pad[3] = 0;
  return pad;
}

/// What the sum of the taps in the padding would have been, for all classes of
/// outputs and all channels of whole panels, with the bias.
SmallVector<int32_t> biasOfClasses(const CodeWeights &weights,
                                   const WindowAxis &rows,
                                   const WindowAxis &columns) {
  int64_t outputs = weights.bias.size(), taps = rows.kernel * columns.kernel;
  int64_t channels = weights.weights.size() / (weights.passes * outputs * taps);
  SmallVector<int64_t> sums(outputs * taps, 0);
  for (auto [i, weight] : llvm::enumerate(weights.weights))
    sums[i / channels % (outputs * taps)] += weight;
  int64_t padded = panelsOf(outputs) * kPanel;
  SmallVector<int32_t> table(rows.classes() * columns.classes() * padded, 0);
  for (int64_t row = 0; row < rows.outputs; ++row)
    for (int64_t column = 0; column < columns.outputs; ++column) {
      int64_t place =
          rows.classOf(row) * columns.classes() + columns.classOf(column);
      for (int64_t o = 0; o < outputs; ++o) {
        int64_t missing = 0;
        for (int64_t tap = 0; tap < taps; ++tap) {
          int64_t i = tap / columns.kernel, j = tap % columns.kernel;
          bool exists = i >= rows.firstTap(row) && i < rows.endTap(row) &&
                        j >= columns.firstTap(column) &&
                        j < columns.endTap(column);
          missing += exists ? 0 : sums[o * taps + tap];
        }
        // Wraps around, as the sum that it corrects does.
        table[place * padded + o] =
            static_cast<int32_t>(weights.bias[o] + weights.inputZero * missing);
      }
    }
  return table;
}

/// One bias for each channel, or for each class of outputs and channel.
template <typename T, typename Sum>
Value convolutionBias(OpBuilder &builder, Location loc,
                      const WeightSpec<T, Sum> &weights, const WindowAxis &rows,
                      const WindowAxis &columns) {
  if constexpr (std::is_same_v<T, int8_t>)
    if (weights.inputZero != 0 && (rows.isPadded() || columns.isPadded()))
      return constant<int32_t>(builder, loc,
                               {rows.classes(), columns.classes(),
                                panelsOf(weights.bias.size()) * kPanel},
                               biasOfClasses(weights, rows, columns));
  return panelConstant<Sum>(builder, loc, weights.bias);
}

template <typename T, typename Sum>
Value convolution(OpBuilder &builder, Location loc, Value input,
                  const WeightSpec<T, Sum> &weights, const WindowSpec &window,
                  const EpilogueSpec &epilogue) {
  int64_t outputs = weights.bias.size();
  int64_t width = std::is_same_v<T, int8_t> ? kStep : 1;
  Runs runs = Runs::of(window.kernel, tensorType(input).getDimSize(3),
                       window.dilation[1] == 1);
  SmallVector<int64_t> leftOut = paddingLeftOut(weights, window, runs, width);
  SmallVector<int64_t> border(leftOut);
  for (auto [i, size] : llvm::enumerate(border))
    size = window.pad.empty() ? 0 : window.pad[i] - size;
  if (llvm::any_of(border, [](int64_t size) { return size != 0; }))
    input = padded<T>(builder, loc, input, border,
                      weights.inputZero - (weights.signedInput ? 128 : 0));
  else
    input = ownMemory(builder, loc, input, runs.length % width != 0);

  SmallVector<int64_t> shape = {panelsOf(outputs),
                                weights.passes * runs.count(),
                                runs.steps(width), kPanel};
  if (width > 1)
    shape.push_back(width);
  Value packed = constant<T>(
      builder, loc, shape,
      packWeights(weights.weights, outputs, runs, width, weights.passes));
  WindowSpec way = window;
  way.pad = leftOut;
  ArrayRef<int64_t> sizes = tensorType(input).getShape();
  Value bias = convolutionBias(builder, loc, weights, axisOf(sizes[1], 0, way),
                               axisOf(sizes[2], 1, way));
  Value scale = scaleConstant(builder, loc, epilogue);
  Value output =
      emptyResult(builder, loc, input, way, outputs, epilogue.element);
  return Conv2DOp::create(
             builder, loc, TypeRange{output.getType()}, input, packed, bias,
             scale, output, window.kernel, window.stride, window.dilation,
             leftOut, weights.signedInput, weights.passes, epilogue.zeroPoint,
             boundsAttr(builder, epilogue.bounds))
      .getResult(0);
}

template <typename T, typename Sum>
Value depthwise(OpBuilder &builder, Location loc, Value input,
                const WeightSpec<T, Sum> &weights, const WindowSpec &window,
                const EpilogueSpec &epilogue) {
  int64_t channels = weights.bias.size();
  int64_t padded = panelsOf(channels) * kPanel;
  int64_t taps = weights.passes * window.kernel[0] * window.kernel[1];
  SmallVector<T> rows(taps * padded, T(0));
  for (int64_t tap = 0; tap < taps; ++tap)
    llvm::copy(weights.weights.slice(tap * channels, channels),
               rows.begin() + tap * padded);
  Value packed = constant<T>(builder, loc, {taps, padded}, rows);
  Value bias = panelConstant<Sum>(builder, loc, weights.bias);
  Value scale = scaleConstant(builder, loc, epilogue);
  Value output =
      emptyResult(builder, loc, input, window, channels, epilogue.element);
  return DepthwiseConv2DOp::create(
             builder, loc, TypeRange{output.getType()}, input, packed, bias,
             scale, output, window.kernel, window.stride, window.dilation,
             weights.signedInput, weights.passes, epilogue.zeroPoint,
             boundsAttr(builder, epilogue.bounds))
      .getResult(0);
}

} // namespace

Value kernel::ownMemory(OpBuilder &builder, Location loc, Value input,
                        bool readsBeyond) {
  if (!movesWithLoop(input) && !(readsBeyond && isModelInput(input)))
    return input;
  RankedTensorType type = tensorType(input);
  Value empty = tensor::EmptyOp::create(builder, loc, type.getShape(),
                                        type.getElementType());
  return linalg::CopyOp::create(builder, loc, input, empty).getResult(0);
}

Value kernel::pad(OpBuilder &builder, Location loc, Value input,
                  ArrayRef<int64_t> border, TypedAttr value) {
  if (llvm::all_of(border, [](int64_t width) { return width == 0; }))
    return ownMemory(builder, loc, input, /*readsBeyond=*/true);
  SmallVector<int64_t> shape(tensorType(input).getShape());
  auto sizes = getAsIndexOpFoldResult(builder.getContext(), shape);
  shape[1] += border[0] + border[1];
  shape[2] += border[2] + border[3];
  Value empty = tensor::EmptyOp::create(builder, loc, shape, value.getType());
  auto offsets = getAsIndexOpFoldResult(builder.getContext(),
                                        {0, border[0], border[2], 0});
  SmallVector<OpFoldResult> strides(4, builder.getIndexAttr(1));
  Value inside = tensor::InsertSliceOp::create(builder, loc, input, empty,
                                               offsets, sizes, strides);
  return FillBorderOp::create(builder, loc, TypeRange{inside.getType()}, value,
                              inside, border)
      .getResult(0);
}

Value kernel::reshape(OpBuilder &builder, Location loc, Value input,
                      ArrayRef<int64_t> shape) {
  RankedTensorType from = tensorType(input);
  if (from.getShape() == shape)
    return input;
  auto flat =
      RankedTensorType::get({from.getNumElements()}, from.getElementType());
  auto allOf = [](int64_t rank) {
    ReassociationIndices all;
    for (int64_t i = 0; i < rank; ++i)
      all.push_back(i);
    return SmallVector<ReassociationIndices>{all};
  };
  if (from.getRank() != 1)
    input = tensor::CollapseShapeOp::create(builder, loc, flat, input,
                                            allOf(from.getRank()));
  if (shape.size() == 1)
    return input;
  return tensor::ExpandShapeOp::create(
      builder, loc, RankedTensorType::get(shape, from.getElementType()), input,
      allOf(shape.size()));
}

Value kernel::buildConvolution(OpBuilder &builder, Location loc, Value input,
                               const CodeWeights &weights,
                               const WindowSpec &window,
                               const EpilogueSpec &epilogue) {
  return convolution(builder, loc, input, weights, window, epilogue);
}

Value kernel::buildConvolution(OpBuilder &builder, Location loc, Value input,
                               const FloatWeights &weights,
                               const WindowSpec &window,
                               const EpilogueSpec &epilogue) {
  return convolution(builder, loc, input, weights, window, epilogue);
}

Value kernel::buildDepthwise(OpBuilder &builder, Location loc, Value input,
                             const CodeWeights &weights,
                             const WindowSpec &window,
                             const EpilogueSpec &epilogue) {
  return depthwise(builder, loc, input, weights, window, epilogue);
}

Value kernel::buildDepthwise(OpBuilder &builder, Location loc, Value input,
                             const FloatWeights &weights,
                             const WindowSpec &window,
                             const EpilogueSpec &epilogue) {
  return depthwise(builder, loc, input, weights, window, epilogue);
}

/// The largest magnitudes of `code - zero` need two i8 numbers.
static bool needsTwoPasses(const ProductFormats &formats) {
  int64_t low = formats.rightSigned ? -128 : 0;
  return low - formats.rightZero < -128 || low + 255 - formats.rightZero > 127;
}

Value kernel::buildProduct(OpBuilder &builder, Location loc, Value left,
                           Value right, std::optional<ProductFormats> formats,
                           const EpilogueSpec &epilogue) {
  ArrayRef<int64_t> shape = tensorType(right).getShape();
  int64_t images = shape[0], depth = shape[1], columns = shape[2];
  int64_t rows = tensorType(left).getDimSize(1), panels = panelsOf(columns);
  Type element = tensorType(right).getElementType();
  SmallVector<int64_t> packedShape = {images, panels, 1, depth, kPanel};
  int64_t passes = formats && needsTwoPasses(*formats) ? 2 : 1;
  if (formats)
    packedShape = {images, panels, passes, (depth + kStep - 1) / kStep,
                   kPanel, kStep};
  SmallVector<Value> empty = {
      tensor::EmptyOp::create(builder, loc, packedShape, element)};
  if (formats)
    empty.push_back(tensor::EmptyOp::create(
        builder, loc, {images, panels * kPanel}, builder.getI32Type()));
  int64_t lift = formats && formats->leftSigned ? 128 : 0;
  auto pack = PackOp::create(builder, loc, TypeRange(ValueRange(empty)), right,
                             empty, formats && formats->rightSigned,
                             formats ? formats->rightZero : 0,
                             formats ? formats->leftZero + lift : 0);

  Value bias, scale;
  if (formats) {
    bias = pack.getResult(1);
    scale = panelConstant<float>(builder, loc, epilogue.scale);
  } else {
    bias = panelConstant<float>(builder, loc, SmallVector<float>(columns, 0));
  }
  left = ownMemory(builder, loc, left, /*readsBeyond=*/true);
  left = kernel::reshape(builder, loc, left, {images, 1, rows, depth});
  SmallVector<int64_t> ones = {1, 1};
  Value output = tensor::EmptyOp::create(
      builder, loc, {images, 1, rows, columns}, epilogue.element);
  Value result =
      Conv2DOp::create(builder, loc, TypeRange{output.getType()}, left,
                       pack.getResult(0), bias, scale, output, ones, ones, ones,
                       /*pad=*/SmallVector<int64_t>(4, 0),
                       formats && formats->leftSigned, passes,
                       epilogue.zeroPoint, boundsAttr(builder, epilogue.bounds))
          .getResult(0);
  return kernel::reshape(builder, loc, result, {images, rows, columns});
}

Value kernel::addResidual(OpBuilder &builder, Conv2DOp op, Value residual,
                          const ResidualSpec &spec) {
  auto sum = cast<Conv2DOp>(builder.clone(*op));
  sum.getResidualMutable().assign(residual);
  sum.setSignedResidual(spec.signedResidual);
  sum.setSumAttr(SumAttr::get(
      builder.getContext(),
      builder.getDenseF32ArrayAttr({spec.scale, spec.residualScale}),
      spec.residualZeroPoint, spec.zeroPoint,
      boundsAttr(builder, spec.bounds)));
  return sum.getResult(0);
}

Value kernel::buildPool(OpBuilder &builder, Location loc, Value input,
                        const WindowSpec &window, const PoolSpec &pool) {
  RankedTensorType type = tensorType(input);
  Value output = emptyResult(builder, loc, input, window, type.getDimSize(3),
                             type.getElementType());
  FloatAttr factor;
  if (pool.factor)
    factor = builder.getF32FloatAttr(*pool.factor);
  return Pool2DOp::create(builder, loc, TypeRange{output.getType()}, input,
                          output, pool.kind, window.kernel, window.stride,
                          pool.signedInput, pool.offset, factor, pool.zeroPoint,
                          boundsAttr(builder, pool.bounds))
      .getResult(0);
}
