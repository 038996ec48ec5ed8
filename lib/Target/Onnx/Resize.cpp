//===- Resize.cpp - Images of another size --------------------------------===//
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

namespace {

/// TOSA reads at (i * d + offset) / n for element i of `out`.
struct Axis {
  int64_t in, out, n, d, offset;

  /// The coordinates of ONNX, with the scale out / in where they need one:
  ///   asymmetric     i * in / out
  ///   half_pixel     (i + 0.5) * in / out - 0.5
  ///   align_corners  i * (in - 1) / (out - 1)
  bool isAsymmetric() const { return offset == 0 && n * in == d * out; }
  bool isHalfPixel() const { return 2 * offset == d - n && n * in == d * out; }
  bool isAligned() const {
    return offset == 0 &&
           (out == 1 || (in > 1 && n * (in - 1) == d * (out - 1)));
  }
};

/// The mode that all axes have, or an empty name.
llvm::StringRef modeOf(ArrayRef<Axis> axes) {
  if (llvm::all_of(axes, [](const Axis &axis) { return axis.isHalfPixel(); }))
    return "half_pixel";
  if (llvm::all_of(axes, [](const Axis &axis) { return axis.isAsymmetric(); }))
    return "asymmetric";
  if (llvm::all_of(axes, [](const Axis &axis) { return axis.isAligned(); }))
    return "align_corners";
  return "";
}

LogicalResult convertResize(Emitter &emitter, tosa::ResizeOp op) {
  std::optional<Shape> scale = shapeValues(op.getScale()),
                       offset = shapeValues(op.getOffset());
  if (!scale || !offset)
    return emitter.cannot(op) << "expects constant scales and offsets";
  if (!isa<FloatType>(typeOf(op.getInput()).getElementType()) &&
      op.getMode() != tosa::ResizeMode::NEAREST_NEIGHBOR)
    return emitter.cannot(op)
           << "expects floats, but got " << op.getInput().getType();
  ArrayRef<int64_t> in = shapeOf(op.getInput()), out = shapeOf(op.getOutput());
  SmallVector<Axis> axes;
  for (size_t d : {0, 1})
    axes.push_back({in[1 + d], out[1 + d], (*scale)[2 * d], (*scale)[2 * d + 1],
                    (*offset)[d]});
  llvm::StringRef mode = modeOf(axes);
  if (mode.empty())
    return emitter.cannot(op)
           << "expects the coordinates half_pixel, asymmetric or "
              "align_corners, but got scale "
           << (*scale)[0] << "/" << (*scale)[1] << ", " << (*scale)[2] << "/"
           << (*scale)[3] << " and offset " << (*offset)[0] << ", "
           << (*offset)[1];
  // Halfway between two elements, TOSA takes the one behind.
  bool isNearest = op.getMode() == tosa::ResizeMode::NEAREST_NEIGHBOR;
  Attributes attributes = {
      {"coordinate_transformation_mode", mode.str()},
      {"mode", std::string(isNearest ? "nearest" : "linear")}};
  if (isNearest)
    attributes.push_back({"nearest_mode", std::string("round_prefer_ceil")});
  TensorId image = emitter.get(op.getInput(), kImage);
  TensorId sizes = emitter.integers("sizes", {out[0], out[3], out[1], out[2]});
  emitter.set(op.getOutput(),
              emitter.node("Resize", {image, kAbsent, kAbsent, sizes},
                           std::move(attributes)),
              kImage);
  if (std::optional<DataType> type = emitter.dataType(op.getInput()))
    emitter.setType(op.getOutput(), *type);
  return success();
}

} // namespace

void onnx_export::addResizes(ConversionTable &table) {
  add<tosa::ResizeOp, convertResize>(table);
}
