//===- Fourier.cpp - Fourier transforms and their windows -----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"
#include "../Sampling/AxisMatrix.h"
#include "../TensorReader.h"

#include <cmath>

using namespace mlir;
using namespace quantc::onnx;

namespace {

constexpr double kPi = 3.14159265358979323846;

/// A transform along one axis, of real numbers or of pairs.
struct Transform {
  int64_t axis = 0;
  int64_t length = 0; // Of the signal: it is cut or continued with zeros.
  int64_t in = 0, out = 0;
  bool isComplex = false; // The input's last dimension is 2.
  bool isInverse = false, isOneSided = false;
};

FailureOr<Transform> readTransform(NodeContext &node) {
  Transform result;
  int64_t rank = node.rank(0), axis = node.getInt("axis", 1);
  if (!node.isFloat(0) || rank < 2 || node.shape(0).back() < 1 ||
      node.shape(0).back() > 2)
    return node.unsupported("its input is not a float (..., 1) or (..., 2)");
  if (node.opset() >= 20) {
    axis = -2;
    if (node.hasInput(2)) {
      FailureOr<Shape> given = node.constantInts(2, "axis");
      if (failed(given) || given->size() != 1)
        return node.unsupported("its axis is not one constant");
      axis = given->front();
    }
  }
  FailureOr<int64_t> normal = node.normalizeAxis(axis, rank);
  if (failed(normal))
    return failure();
  if (*normal == rank - 1)
    return node.unsupported("it transforms the real and imaginary parts");
  result.axis = *normal;
  result.in = node.shape(0)[*normal];
  result.isComplex = node.shape(0).back() == 2;
  result.isInverse = node.getInt("inverse", 0);
  result.isOneSided = node.getInt("onesided", 0);
  bool isReal = result.isInverse && result.isOneSided;
  result.length = isReal ? 2 * (result.in - 1) : result.in;
  if (node.hasInput(1)) {
    FailureOr<Shape> given = node.constantInts(1, "dft_length");
    if (failed(given) || given->size() != 1)
      return node.unsupported("its length is not one constant");
    result.length = given->front();
  }
  if (result.length < 1 || result.length > (1 << 14)) {
    node.error() << "expects a length from 1 to 2^14, but got "
                 << result.length;
    return failure();
  }
  result.out = result.isOneSided && !result.isInverse ? result.length / 2 + 1
                                                      : result.length;
  return result;
}

/// cos or sin of 2 pi r c / n. An angle is reduced exactly before it is
/// rounded.
AxisMatrix waves(const Transform &transform, bool isSine) {
  AxisMatrix matrix(transform.out, transform.in);
  int64_t n = transform.length;
  double norm = transform.isInverse ? 1.0 / n : 1;
  for (int64_t row = 0; row < transform.out; ++row)
    for (int64_t column = 0; column < std::min(transform.in, n); ++column) {
      double angle = 2 * kPi * double(row * column % n) / n;
      matrix.at(row, column) =
          norm * (isSine ? std::sin(angle) : std::cos(angle));
    }
  return matrix;
}

/// The real half of a spectrum stands for the other half too.
AxisMatrix doubled(AxisMatrix matrix, const Transform &transform) {
  for (int64_t row = 0; row < matrix.rows; ++row)
    for (int64_t column = 1; column < matrix.columns; ++column)
      if (2 * column != transform.length)
        matrix.at(row, column) *= 2;
  return matrix;
}

LogicalResult convertDft(NodeContext &node) {
  if (failed(node.expectInputs(1, 3)))
    return failure();
  FailureOr<Transform> transform = readTransform(node);
  if (failed(transform))
    return failure();
  TosaBuilder &build = node.build;
  int64_t last = node.rank(0) - 1, axis = transform->axis;
  AxisMatrix cos = waves(*transform, false), sin = waves(*transform, true);
  bool isReal = transform->isInverse && transform->isOneSided;
  if (isReal) {
    cos = doubled(cos, *transform);
    sin = doubled(sin, *transform);
  }
  Value x = build.sliceAxis(node.input(0), last, 0, 1), y;
  if (transform->isComplex)
    y = build.sliceAxis(node.input(0), last, 1, 1);
  // exp(-i a) = cos a - i sin a forth, and exp(i a) back.
  auto part = [&](Value from, const AxisMatrix &matrix) {
    return multiplyAlong(node, from, axis, matrix);
  };
  FailureOr<Value> xCos = part(x, cos), xSin = part(x, sin);
  if (failed(xCos) || failed(xSin))
    return failure();
  Value real = *xCos, imaginary = *xSin;
  if (!transform->isInverse)
    imaginary = build.negate(imaginary);
  if (y) {
    FailureOr<Value> yCos = part(y, cos), ySin = part(y, sin);
    if (failed(yCos) || failed(ySin))
      return failure();
    real =
        transform->isInverse ? build.sub(real, *ySin) : build.add(real, *ySin);
    imaginary = build.add(imaginary, *yCos);
  }
  if (isReal)
    return node.set(real);
  return node.set(build.concat({real, imaginary}, last));
}

/// a0 - a1 cos(2 pi i / n) + a2 cos(4 pi i / n)
LogicalResult convertWindow(NodeContext &node, double a0, double a1,
                            double a2) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  FailureOr<Shape> size = node.constantInts(0, "size");
  if (failed(size))
    return failure();
  Type element =
      elementTypeOf(node.getInt("output_datatype", 1), node.context());
  if (size->size() != 1 || size->front() < 1 || !element)
    return node.error() << "expects a size of 1 or more and a type of numbers";
  int64_t count = size->front();
  double n = node.getInt("periodic", 1) ? count : count - 1;
  if (failed(node.reserve(element, {count})))
    return failure();
  HostTensor window = HostTensor::zeros(element, {count});
  for (int64_t i = 0; i < count; ++i)
    window.set(i, n == 0 ? 1.0
                         : a0 - a1 * std::cos(2 * kPi * i / n) +
                               a2 * std::cos(4 * kPi * i / n));
  return node.set(window);
}

/// Frames of a real signal (B, L[, 1]) that a window weighs, transformed.
LogicalResult convertStft(NodeContext &node) {
  if (failed(node.expectInputs(2, 4)))
    return failure();
  llvm::ArrayRef<int64_t> shape = node.shape(0);
  FailureOr<Shape> step = node.constantInts(1, "frame_step");
  if (failed(step))
    return failure();
  if (!node.isFloat(0) || shape.size() < 2 || shape.size() > 3 ||
      (shape.size() == 3 && shape[2] != 1) || step->size() != 1 ||
      step->front() < 1)
    return node.unsupported("its signal is not real (B, L), or its step is not "
                            "one positive number");
  int64_t length = 0;
  if (node.hasInput(2))
    length = *countElements(node.shape(2));
  if (node.hasInput(3)) {
    FailureOr<Shape> given = node.constantInts(3, "frame_length");
    if (failed(given) || given->size() != 1)
      return node.unsupported("its frame_length is not one constant");
    length = given->front();
  }
  int64_t frames = length < 1 ? 0 : (shape[1] - length) / step->front() + 1;
  if (frames < 1 || shape[1] < length || length > (1 << 14))
    return node.error() << "expects frames from 1 to 2^14 that fit into "
                        << shape[1] << " samples, but got " << length;
  if (failed(node.expectShape({shape[0], frames, length})))
    return failure();
  // Frame f begins at f * step.
  Shape places;
  for (int64_t frame = 0; frame < frames; ++frame)
    for (int64_t i = 0; i < length; ++i)
      places.push_back(frame * step->front() + i);
  Value signal = node.build.reshape(node.input(0), {shape[0], shape[1]});
  Value x = node.build.reshape(node.build.take(signal, 1, places),
                               {shape[0], frames, length});
  if (node.hasInput(2))
    x = node.build.mul(x, node.build.reshape(node.input(2), {1, 1, length}));
  Transform transform;
  transform.length = transform.in = length;
  transform.isOneSided = node.getInt("onesided", 1);
  transform.out = transform.isOneSided ? length / 2 + 1 : length;
  FailureOr<Value> real = multiplyAlong(node, x, 2, waves(transform, false));
  FailureOr<Value> imaginary =
      multiplyAlong(node, x, 2, waves(transform, true));
  if (failed(real) || failed(imaginary))
    return failure();
  Shape pairs{shape[0], frames, transform.out, 1};
  return node.set(node.build.concat(
      {node.build.reshape(*real, pairs),
       node.build.reshape(node.build.negate(*imaginary), pairs)},
      3));
}

} // namespace

void quantc::onnx::addFourier(ConversionTable &table) {
  auto &conversions = table.conversions;
  conversions["BlackmanWindow"] = [](NodeContext &node) {
    return convertWindow(node, 0.42, 0.5, 0.08);
  };
  conversions["DFT"] = convertDft;
  conversions["HammingWindow"] = [](NodeContext &node) {
    return convertWindow(node, 25.0 / 46, 21.0 / 46, 0);
  };
  conversions["HannWindow"] = [](NodeContext &node) {
    return convertWindow(node, 0.5, 0.5, 0);
  };
  conversions["STFT"] = convertStft;
}
