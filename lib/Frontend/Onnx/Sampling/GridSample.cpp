//===- GridSample.cpp - Sampling images at places that run time tells -----===//
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

enum class Edge { Zeros, Border, Reflection };

/// How GridSample reads.
struct Sampling {
  bool alignsCorners = false;
  Edge edge = Edge::Zeros;
  int taps = 2; // 1: nearest, 2: linear, 4: cubic
};

/// Scalar arithmetic in the body of a map.
struct Scalars {
  ImplicitLocOpBuilder &b;
  Type type;

  Value number(double value) {
    return arith::ConstantOp::create(b, b.getFloatAttr(type, value));
  }
  Value add(Value x, Value y) { return arith::AddFOp::create(b, x, y); }
  Value sub(Value x, Value y) { return arith::SubFOp::create(b, x, y); }
  Value mul(Value x, Value y) { return arith::MulFOp::create(b, x, y); }
  Value min(Value x, Value y) { return arith::MinimumFOp::create(b, x, y); }
  Value max(Value x, Value y) { return arith::MaximumFOp::create(b, x, y); }
  Value floor(Value x) { return math::FloorOp::create(b, x); }

  /// Back and forth between low and high.
  Value reflect(Value x, double low, double high) {
    double range = high - low;
    if (range <= 0)
      return number(low);
    Value from = sub(x, number(low));
    Value period = floor(mul(from, number(1 / (2 * range))));
    Value place = sub(from, mul(period, number(2 * range)));
    // In [0, 2 range): the second half runs backwards.
    return add(number(low), min(place, sub(number(2 * range), place)));
  }
};

/// From [-1, 1] to elements of an axis, with what lies outside brought back as
/// the edge says.
Value toPlace(Scalars s, Value x, int64_t size, const Sampling &sampling) {
  double half = sampling.alignsCorners ? (size - 1) / 2.0 : size / 2.0;
  double shift = sampling.alignsCorners ? 0 : -0.5;
  Value place =
      s.add(s.mul(s.add(x, s.number(1)), s.number(half)), s.number(shift));
  if (sampling.taps == 1)
    place = math::RoundEvenOp::create(s.b, place);
  if (sampling.edge == Edge::Border) {
    Value clamped = s.min(s.max(place, s.number(0)), s.number(size - 1));
    // The image ends half an element beyond its first and last, up to where
    // cubic taps have their weights; two taps are the same element there.
    if (sampling.alignsCorners || sampling.taps != 4)
      return clamped;
    Value isInside = arith::AndIOp::create(
        s.b,
        arith::CmpFOp::create(s.b, arith::CmpFPredicate::OGE, place,
                              s.number(-0.5)),
        arith::CmpFOp::create(s.b, arith::CmpFPredicate::OLE, place,
                              s.number(size - 0.5)));
    return arith::SelectOp::create(s.b, isInside, place, clamped);
  }
  if (sampling.edge == Edge::Reflection)
    return sampling.alignsCorners ? s.reflect(place, 0, size - 1)
                                  : s.reflect(place, -0.5, size - 0.5);
  // Far outside is outside, and still fits into an integer.
  return s.min(s.max(place, s.number(-8)), s.number(size + 8));
}

/// The weight of tap `tap`, at a fraction of an element.
Value weightOf(Scalars s, Value fraction, int tap, int taps) {
  if (taps == 1)
    return s.number(1);
  if (taps == 2)
    return tap == 0 ? s.sub(s.number(1), fraction) : fraction;
  // Keys' cubic convolution with a = -0.75, at a distance of x.
  const double a = -0.75;
  Value x = tap == 0   ? s.add(fraction, s.number(1))
            : tap == 1 ? fraction
            : tap == 2 ? s.sub(s.number(1), fraction)
                       : s.sub(s.number(2), fraction);
  if (tap == 1 || tap == 2) {
    Value inner = s.sub(s.mul(s.number(a + 2), x), s.number(a + 3));
    return s.add(s.mul(s.mul(inner, x), x), s.number(1));
  }
  Value inner = s.sub(s.mul(s.number(a), x), s.number(5 * a));
  inner = s.add(s.mul(inner, x), s.number(8 * a));
  return s.sub(s.mul(inner, x), s.number(4 * a));
}

/// One axis of the image, for one tap: which element, and how much of it.
struct Tap {
  Value index;  // i64
  Value weight; // 0 where zeros are read.
};

Tap makeTap(NodeContext &node, Value place, int64_t size, int tap,
            const Sampling &sampling) {
  Type type = elementOf(place), i64 = node.build.ops().getI64Type();
  int offset = tap - (sampling.taps - 1) / 2;
  auto element = [&](Scalars s, Value x) {
    return s.add(s.floor(x), s.number(offset));
  };
  Tap result;
  result.index = node.build.map(
      place, i64, [&](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
        Scalars s{b, type};
        Value at = element(s, in[0]);
        if (sampling.edge == Edge::Reflection)
          at = sampling.alignsCorners ? s.reflect(at, 0, size - 1)
                                      : s.reflect(at, -0.5, size - 0.5);
        at = s.min(s.max(at, s.number(0)), s.number(size - 1));
        return arith::FPToSIOp::create(b, i64, at);
      });
  result.weight = node.build.map(
      place, type, [&](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
        Scalars s{b, type};
        Value fraction = s.sub(in[0], s.floor(in[0]));
        Value weight = weightOf(s, fraction, tap, sampling.taps);
        if (sampling.edge != Edge::Zeros)
          return weight;
        Value at = element(s, in[0]);
        Value isInside = arith::AndIOp::create(
            b,
            arith::CmpFOp::create(b, arith::CmpFPredicate::OGE, at,
                                  s.number(0)),
            arith::CmpFOp::create(b, arith::CmpFPredicate::OLE, at,
                                  s.number(size - 1)));
        return arith::SelectOp::create(b, isInside, weight, s.number(0));
      });
  return result;
}

FailureOr<Sampling> readSampling(NodeContext &node) {
  Sampling result;
  llvm::StringRef mode = node.getString("mode", "linear");
  llvm::StringRef edge = node.getString("padding_mode", "zeros");
  result.alignsCorners = node.getInt("align_corners", 0);
  result.taps = mode == "nearest"                        ? 1
                : mode == "cubic" || mode == "bicubic"   ? 4
                : mode == "linear" || mode == "bilinear" ? 2
                                                         : 0;
  result.edge = edge == "border"       ? Edge::Border
                : edge == "reflection" ? Edge::Reflection
                                       : Edge::Zeros;
  if (result.taps == 0) {
    node.error() << "expects mode nearest, linear or cubic, but got '" << mode
                 << "'";
    return failure();
  }
  return result;
}

LogicalResult convertGridSample(NodeContext &node) {
  if (failed(node.expectInputs(2, 2)))
    return failure();
  FailureOr<Sampling> sampling = readSampling(node);
  if (failed(sampling))
    return failure();
  llvm::ArrayRef<int64_t> shape = node.shape(0), grid = node.shape(1);
  int64_t spatial = int64_t(shape.size()) - 2;
  if (!node.isFloat(0) || !node.isFloat(1) || spatial < 1 || spatial > 3 ||
      grid.size() != shape.size() || grid.back() != spatial ||
      grid[0] != shape[0])
    return node.error() << "expects (N, C, spatial...) and a grid (N, out..., "
                        << spatial << "), but got shapes " << shapeText(shape)
                        << " and " << shapeText(grid);
  // Places of each axis, as (N, 1, out...). The grid's last dimension has the
  // innermost axis first.
  Shape outer(grid.drop_back());
  outer.insert(outer.begin() + 1, 1);
  Type type = node.storage(0);
  llvm::SmallVector<Value> places;
  for (int64_t d = 0; d < spatial; ++d) {
    Value part =
        node.build.sliceAxis(node.input(1), spatial + 1, spatial - 1 - d, 1);
    part = node.build.cast(node.build.reshape(part, outer), type);
    places.push_back(node.build.map(
        part, type, [&](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
          return toPlace({b, type}, in[0], shape[2 + d], *sampling);
        }));
  }
  // The sum over all combinations of taps.
  int64_t combinations = 1;
  for (int64_t d = 0; d < spatial; ++d)
    combinations *= sampling->taps;
  int64_t rank = shape.size();
  Value sum;
  for (int64_t combination = 0; combination < combinations; ++combination) {
    llvm::SmallVector<Value> indices{node.build.iota(shape[0], 0, rank),
                                     node.build.iota(shape[1], 1, rank)};
    Value weight;
    for (int64_t d = 0, rest = combination; d < spatial;
         ++d, rest /= sampling->taps) {
      Tap tap = makeTap(node, places[d], shape[2 + d], rest % sampling->taps,
                        *sampling);
      indices.push_back(tap.index);
      weight = weight ? node.build.mul(weight, tap.weight) : tap.weight;
    }
    Value value =
        node.build.lookUp(node.input(0), node.build.placeOf(indices, shape));
    value = node.build.mul(value, weight);
    sum = sum ? node.build.add(sum, value) : value;
  }
  return node.set(sum);
}

/// theta (N, 2, 3) or (N, 3, 4) times the places of an image of a given size.
LogicalResult convertAffineGrid(NodeContext &node) {
  if (failed(node.expectInputs(2, 2)))
    return failure();
  FailureOr<Shape> size = node.constantInts(1, "size");
  if (failed(size))
    return failure();
  int64_t spatial = int64_t(size->size()) - 2;
  Shape expected{size->empty() ? 0 : size->front(), spatial, spatial + 1};
  if (spatial < 2 || spatial > 3 || !node.isFloat(0) ||
      node.shape(0) != llvm::ArrayRef(expected))
    return node.error() << "expects theta (N, 2, 3) or (N, 3, 4) that fits its "
                           "size, but got "
                        << shapeText(node.shape(0)) << " and "
                        << shapeText(*size);
  Shape out(llvm::ArrayRef(*size).drop_front(2));
  if (!countElements(out) || failed(node.expectShape(out)) ||
      failed(node.reserve(node.storage(0), {spatial + 1, *countElements(out)})))
    return failure();
  // Homogeneous coordinates: the innermost axis first, and ones.
  int64_t count = *countElements(out);
  HostTensor places =
      HostTensor::splat(node.storage(0), {1, spatial + 1, count}, 1).dense();
  bool alignsCorners = node.getInt("align_corners", 0);
  for (int64_t i = 0; i < count; ++i)
    for (int64_t d = spatial - 1, rest = i; d >= 0; rest /= out[d], --d) {
      double n = out[d], at = rest % out[d];
      double x = alignsCorners ? (n == 1 ? -1 : 2 * at / (n - 1) - 1)
                               : (2 * at + 1) / n - 1;
      places.set((spatial - 1 - d) * count + i, x);
    }
  int64_t batch = expected[0];
  Value theta =
      node.build.reshape(node.input(0), {1, batch * spatial, spatial + 1});
  Value grid = node.build.matmul(theta, node.build.constant(places));
  grid = node.build.transpose(node.build.reshape(grid, {batch, spatial, count}),
                              {0, 2, 1});
  Shape shape{batch};
  shape.append(out);
  shape.push_back(spatial);
  return node.set(node.build.reshape(grid, shape));
}

} // namespace

void quantc::onnx::addGridSample(ConversionTable &table) {
  table.conversions["AffineGrid"] = convertAffineGrid;
  table.conversions["GridSample"] = convertGridSample;
}
