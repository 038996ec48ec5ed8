//===- Slice.cpp - Slice, Split and Concat --------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// Elements begin, begin + step, ... of one axis.
struct Range {
  int64_t begin = 0, step = 1, size = 0;
};

/// ONNX's rules: negative positions count from the end, and positions outside
/// of the axis are moved to its ends.
Range clampRange(int64_t dim, int64_t start, int64_t end, int64_t step) {
  auto place = [&](int64_t position, int64_t low, int64_t high) {
    if (position < 0)
      position += dim;
    return std::clamp(position, low, high);
  };
  Range range;
  range.step = step;
  if (step > 0) {
    range.begin = place(start, 0, dim);
    int64_t span = std::max<int64_t>(place(end, 0, dim) - range.begin, 0);
    range.size = span / step + (span % step != 0);
    return range;
  }
  range.begin = place(start, -1, dim - 1);
  int64_t span = std::max<int64_t>(range.begin - place(end, -1, dim - 1), 0);
  range.size = span / -step + (span % -step != 0);
  return range;
}

/// Every step-th element of one axis, the first of them at 0: pads to a
/// multiple, splits the axis and takes the first of each part.
Value stride(NodeContext &node, Value x, int64_t axis, int64_t step,
             int64_t size) {
  Shape shape(shapeOf(x)), low(shape.size(), 0), high(low);
  high[axis] = size * step - shape[axis];
  x = node.build.pad(x, low, high, node.build.scalar(elementOf(x), 0, 1));
  Shape split(shapeOf(x)), result(split);
  split[axis] = size;
  split.insert(split.begin() + axis + 1, step);
  result[axis] = size;
  x = node.build.reshape(x, split);
  return node.build.reshape(node.build.sliceAxis(x, axis + 1, 0, 1), result);
}

/// Rows and columns of an image are skipped by a pool of one element, which
/// keeps the layout and works on integers too.
Value strideImage(NodeContext &node, Value x, llvm::ArrayRef<Range> ranges) {
  Value nhwc = node.build.transpose(x, {0, 2, 3, 1});
  llvm::ArrayRef<int64_t> shape = shapeOf(nhwc);
  auto type = TosaBuilder::withShape(
      nhwc, {shape[0], ranges[2].size, ranges[3].size, shape[3]});
  Value pooled = tosa::MaxPool2dOp::create(
      node.build.ops(), type, nhwc, llvm::ArrayRef<int64_t>{1, 1},
      llvm::ArrayRef<int64_t>{ranges[2].step, ranges[3].step},
      llvm::ArrayRef<int64_t>{0, 0, 0, 0});
  return node.build.transpose(pooled, {0, 3, 1, 2});
}

Value sliceRanges(NodeContext &node, Value x, llvm::SmallVector<Range> ranges) {
  llvm::SmallVector<int64_t> reversed;
  Shape begin, size;
  for (auto [axis, range] : llvm::enumerate(ranges)) {
    int64_t extent = std::max<int64_t>(range.size - 1, 0) * range.step;
    if (range.step < 0) {
      // The same elements from the lower end, and turned around afterwards.
      range.begin += extent;
      range.step = -range.step;
      extent = -extent;
      reversed.push_back(axis);
    }
    begin.push_back(range.begin);
    size.push_back(extent + 1);
    if (range.size == 1)
      range.step = 1;
  }
  x = node.build.slice(x, begin, size);
  auto isStrided = [&](size_t axis) { return ranges[axis].step != 1; };
  bool isImage = ranges.size() == 4 && elementOf(x).isF32() && !isStrided(0) &&
                 !isStrided(1) && (isStrided(2) || isStrided(3));
  if (isImage)
    x = strideImage(node, x, ranges);
  else
    for (size_t axis = 0; axis < ranges.size(); ++axis)
      if (isStrided(axis))
        x = stride(node, x, axis, ranges[axis].step, ranges[axis].size);
  for (int64_t axis : reversed)
    x = node.build.reverse(x, axis);
  return x;
}

/// starts, ends, axes and steps: attributes before opset 10, inputs after.
FailureOr<llvm::SmallVector<Range>> readRanges(NodeContext &node) {
  FailureOr<std::optional<Shape>> lists[4];
  const char *names[] = {"starts", "ends", "axes", "steps"};
  for (size_t i = 0; i < 4; ++i) {
    lists[i] = node.intsFromAttributeOrInput(names[i], i + 1, 10);
    if (failed(lists[i]))
      return failure();
  }
  Shape starts = lists[0]->value_or(Shape());
  Shape ends = lists[1]->value_or(Shape()), all;
  for (size_t d = 0; d < starts.size(); ++d)
    all.push_back(d);
  FailureOr<Shape> axes =
      node.normalizeAxes(lists[2]->value_or(all), node.rank(0));
  if (failed(axes))
    return failure();
  Shape steps = lists[3]->value_or(Shape(starts.size(), 1));
  if (ends.size() != starts.size() || axes->size() != starts.size() ||
      steps.size() != starts.size()) {
    node.error() << "expects as many ends, axes and steps as starts, but got "
                 << starts.size() << " starts, " << ends.size() << " ends, "
                 << axes->size() << " axes and " << steps.size() << " steps";
    return failure();
  }
  llvm::SmallVector<Range> ranges;
  for (int64_t dim : node.shape(0))
    ranges.push_back({0, 1, dim});
  for (size_t i = 0; i < starts.size(); ++i) {
    if (steps[i] == 0) {
      node.error() << "expects steps that are not 0";
      return failure();
    }
    auto bound = [](int64_t value) {
      constexpr int64_t limit = int64_t(1) << 32;
      return std::clamp(value, -limit, limit);
    };
    int64_t axis = (*axes)[i];
    ranges[axis] = clampRange(node.shape(0)[axis], bound(starts[i]),
                              bound(ends[i]), bound(steps[i]));
  }
  return ranges;
}

LogicalResult setSliced(NodeContext &node, llvm::ArrayRef<Range> ranges,
                        size_t output) {
  Shape begin, step, size;
  for (const Range &range : ranges) {
    begin.push_back(range.begin);
    step.push_back(range.step);
    size.push_back(range.size);
  }
  if (const HostTensor *constant = node.constant(0)) {
    if (failed(node.reserve(constant->elementType(), size)))
      return failure();
    return node.set(constant->sliced(begin, step, size), output);
  }
  if (llvm::is_contained(size, 0))
    return node.error() << "expects a result with elements, but got shape "
                        << shapeText(size);
  return node.set(
      sliceRanges(node, node.input(0), llvm::SmallVector<Range>(ranges)),
      output);
}

LogicalResult convertSlice(NodeContext &node) {
  bool hasInputs = node.opset() >= 10;
  if (failed(node.expectInputs(hasInputs ? 3 : 1, hasInputs ? 5 : 1)))
    return failure();
  FailureOr<llvm::SmallVector<Range>> ranges = readRanges(node);
  if (failed(ranges))
    return failure();
  return setSliced(node, *ranges, 0);
}

/// Sizes of the parts: given, or equal with a smaller last one (opset 18).
FailureOr<Shape> readParts(NodeContext &node, int64_t dim) {
  FailureOr<std::optional<Shape>> given =
      node.intsFromAttributeOrInput("split", 1, 13);
  if (failed(given))
    return failure();
  int64_t count = node.node().outputs.size(), sum = 0;
  Shape parts;
  if (*given) {
    parts = **given;
  } else {
    int64_t size = (dim + count - 1) / std::max<int64_t>(count, 1);
    for (int64_t i = 0; i < count; ++i)
      parts.push_back(std::clamp<int64_t>(dim - i * size, 0, size));
  }
  bool isValid = int64_t(parts.size()) == count;
  for (int64_t part : parts) {
    isValid &= part >= 0 && part <= dim;
    sum += isValid ? part : 0;
  }
  if (!isValid || sum != dim) {
    node.error() << "expects " << count << " parts with sum " << dim
                 << ", but got " << shapeText(parts);
    return failure();
  }
  return parts;
}

LogicalResult convertSplit(NodeContext &node) {
  if (failed(node.expectInputs(1, 2)))
    return failure();
  FailureOr<int64_t> axis =
      node.normalizeAxis(node.getInt("axis", 0), node.rank(0));
  if (failed(axis))
    return failure();
  FailureOr<Shape> parts = readParts(node, node.shape(0)[*axis]);
  if (failed(parts))
    return failure();
  int64_t begin = 0;
  for (auto [i, part] : llvm::enumerate(*parts)) {
    llvm::SmallVector<Range> ranges;
    for (int64_t dim : node.shape(0))
      ranges.push_back({0, 1, dim});
    ranges[*axis] = {begin, 1, part};
    if (node.usesOutput(i) && failed(setSliced(node, ranges, i)))
      return failure();
    begin += part;
  }
  return success();
}

/// Copies constants behind each other: rows of all dimensions from axis on.
HostTensor concatConstants(NodeContext &node, int64_t axis, Shape shape) {
  HostTensor result = HostTensor::zeros(node.element(0), shape);
  char *target = result.mutableBytes().data();
  int64_t rows = 1;
  for (int64_t dim : llvm::ArrayRef(shape).take_front(axis))
    rows *= dim;
  llvm::SmallVector<HostTensor> parts;
  for (size_t i = 0; i < node.numInputs(); ++i)
    parts.push_back(node.constant(i)->dense());
  for (int64_t row = 0; row < rows; ++row)
    for (const HostTensor &part : parts) {
      llvm::ArrayRef<char> bytes = part.bytes();
      size_t size = bytes.size() / rows;
      target = std::copy_n(bytes.data() + row * size, size, target);
    }
  return result;
}

LogicalResult convertConcat(NodeContext &node) {
  if (failed(node.expectInputs(1, 65536)))
    return failure();
  FailureOr<int64_t> axis =
      node.normalizeAxis(node.getInt("axis", 1), node.rank(0));
  if (failed(axis))
    return failure();
  Shape shape(node.shape(0));
  shape[*axis] = 0;
  for (size_t i = 0; i < node.numInputs(); ++i) {
    if (!node.hasInput(i))
      return node.error() << "expects all of its inputs to have names";
    Shape part(node.shape(i)), first(node.shape(0));
    if (part.size() == first.size()) {
      shape[*axis] += part[*axis];
      part[*axis] = first[*axis];
    }
    if (part != first || node.element(i) != node.element(0))
      return node.error() << "expects inputs that differ only in dimension "
                          << *axis << ", but got " << shapeText(node.shape(0))
                          << " and " << shapeText(node.shape(i));
  }
  if (failed(node.expectShape(shape)))
    return failure();
  if (node.allInputsConstant()) {
    if (failed(node.reserve(node.element(0), shape)))
      return failure();
    return node.set(concatConstants(node, *axis, shape));
  }
  llvm::SmallVector<Value> values;
  for (size_t i = 0; i < node.numInputs(); ++i)
    if (node.shape(i)[*axis] != 0)
      values.push_back(node.input(i));
  return node.set(node.build.concat(values, *axis));
}

} // namespace

void quantc::onnx::addSlices(ConversionTable &table) {
  table.conversions["Concat"] = convertConcat;
  table.conversions["Slice"] = convertSlice;
  table.conversions["Split"] = convertSplit;
}
