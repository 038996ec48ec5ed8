//===- Kernel.cpp - The kernel dialect ------------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Kernel/IR/Kernel.h"

#include "dialects/Kernel/IR/Packing.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/OpImplementation.h"
#include "quantc/Support/Constants.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace quantc::kernel;

#include "dialects/Kernel/IR/KernelDialect.cpp.inc"
#include "dialects/Kernel/IR/KernelEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/Kernel/IR/KernelAttributes.cpp.inc"

void KernelDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/Kernel/IR/KernelOps.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/Kernel/IR/KernelAttributes.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// What every kernel shares
//===----------------------------------------------------------------------===//

namespace {

using Effects =
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>;

/// Inputs are read and the output is written, if they are memory.
void addEffects(DestinationStyleOpInterface op, Effects &effects) {
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    MemoryEffects::Effect *effect = MemoryEffects::Read::get();
    if (op.isDpsInit(&operand))
      effect = MemoryEffects::Write::get();
    effects.emplace_back(effect, &operand, SideEffects::DefaultResource::get());
  }
}

Speculation::Speculatability speculatability(DestinationStyleOpInterface op) {
  return op.hasPureTensorSemantics() ? Speculation::Speculatable
                                     : Speculation::NotSpeculatable;
}

ShapedType shaped(Value value) { return cast<ShapedType>(value.getType()); }

LogicalResult verifySize(Operation *op, StringRef what, int64_t actual,
                         int64_t expected) {
  if (actual == expected)
    return success();
  return op->emitOpError("expects ")
         << what << " of size " << expected << ", but got " << actual;
}

/// `border` is [top, bottom, left, right].
template <typename Op>
LogicalResult verifyWindows(Op op, ArrayRef<int64_t> dilation,
                            ArrayRef<int64_t> border = {0, 0, 0, 0}) {
  for (int axis : {0, 1}) {
    int64_t window = dilation[axis] * (op.getKernel()[axis] - 1) + 1;
    int64_t size = shaped(op.getInput()).getDimSize(1 + axis) +
                   border[2 * axis] + border[2 * axis + 1];
    if (op.getKernel()[axis] < 1 || op.getStride()[axis] < 1 || window > size)
      return op.emitOpError("expects windows that fit the input, but got ")
             << window << " over " << size;
    if (failed(verifySize(op, axis == 0 ? "height" : "width",
                          shaped(op.getOutput()).getDimSize(1 + axis),
                          (size - window) / op.getStride()[axis] + 1)))
      return failure();
  }
  return verifySize(op, "batch", shaped(op.getOutput()).getDimSize(0),
                    shaped(op.getInput()).getDimSize(0));
}

template <typename Op>
LogicalResult verifyEpilogue(Op op, int64_t channels) {
  bool integer = shaped(op.getInput()).getElementType().isInteger(8);
  if (integer != shaped(op.getBias()).getElementType().isInteger(32) ||
      integer != shaped(op.getWeights()).getElementType().isInteger(8))
    return op.emitOpError("expects weights and bias for input ")
           << shaped(op.getInput()).getElementType() << ", but got "
           << op.getWeights().getType() << " and " << op.getBias().getType();
  if (integer != static_cast<bool>(op.getScale()))
    return op.emitOpError("expects a scale for i8 only, but got input ")
           << op.getInput().getType();
  bool codes = shaped(op.getOutput()).getElementType().isInteger(8);
  if (codes && (!integer || !op.getBounds()))
    return op.emitOpError(
        "expects an i8 result to have an i8 input and bounds");
  int64_t padded = panelsOf(channels) * kPanel;
  if (failed(verifySize(op, "bias", shaped(op.getBias()).getShape().back(),
                        padded)))
    return failure();
  if (!op.getScale())
    return success();
  return verifySize(op, "scale", shaped(op.getScale()).getDimSize(0), padded);
}

/// That a schedule has as many numbers as one of the op's kind, all positive.
template <typename Op>
LogicalResult verifySchedule(Op op, size_t numbers) {
  std::optional<ArrayRef<int64_t>> schedule = op.getSchedule();
  if (!schedule || (schedule->size() == numbers &&
                    llvm::all_of(*schedule, [](int64_t n) { return n > 0; })))
    return success();
  return op.emitOpError("expects a schedule of ")
         << numbers << " positive numbers, but got [" << *schedule << "]";
}

} // namespace

//===----------------------------------------------------------------------===//
// Verifiers
//===----------------------------------------------------------------------===//

LogicalResult SumAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                              DenseF32ArrayAttr scales, int64_t, int64_t,
                              DenseF32ArrayAttr bounds) {
  if (scales.size() == 2 && bounds.size() == 2)
    return success();
  return emitError() << "expects two scales and two bounds, but got " << scales
                     << " and " << bounds;
}

static LogicalResult verifyResidual(Conv2DOp op) {
  if (!op.getResidual() && !op.getSum())
    return success();
  if (!op.getResidual() || !op.getSum())
    return op.emitOpError("expects a residual and how to add it, but got only ")
           << (op.getSum() ? "the latter" : "the former");
  ShapedType output = shaped(op.getOutput()), other = shaped(op.getResidual());
  if (!output.getElementType().isInteger(8) ||
      !other.getElementType().isInteger(8) ||
      output.getShape() != other.getShape())
    return op.emitOpError("expects codes of one shape for a sum, but got ")
           << other << " and " << output;
  return success();
}

WindowAxis Conv2DOp::axis(int64_t number) {
  return {shaped(getInput()).getDimSize(1 + number),
          shaped(getOutput()).getDimSize(1 + number),
          getKernel()[number],
          getStride()[number],
          getDilation()[number],
          getPad()[2 * number]};
}

/// A bias is one for each channel; or for each image that has its own weights;
/// or for each class of outputs at the border.
static LogicalResult verifyBias(Conv2DOp op, bool hasImageWeights) {
  ShapedType bias = shaped(op.getBias());
  if (bias.getRank() == 2 &&
      (!hasImageWeights ||
       bias.getDimSize(0) != shaped(op.getInput()).getDimSize(0)))
    return op.emitOpError("expects a bias for each image with its own weights "
                          "only, but got ")
           << bias;
  if (bias.getRank() != 3)
    return success();
  int64_t rows = op.axis(0).classes(), columns = op.axis(1).classes();
  if (bias.getDimSize(0) == rows && bias.getDimSize(1) == columns)
    return success();
  return op.emitOpError("expects a bias for ")
         << rows << "x" << columns << " classes of outputs, but got " << bias;
}

LogicalResult Conv2DOp::verify() {
  int64_t channels = shaped(getOutput()).getDimSize(3);
  if (failed(verifyWindows(*this, getDilation(), getPad())) ||
      failed(verifyEpilogue(*this, channels)) ||
      failed(verifyResidual(*this)) || failed(verifySchedule(*this, 5)))
    return failure();
  ShapedType weights = shaped(getWeights());
  int64_t width = weights.getElementType().isInteger(8) ? kStep : 1;
  int64_t rank = width == kStep ? 5 : 4;
  ArrayRef<int64_t> sizes = weights.getShape();
  int64_t images = shaped(getInput()).getDimSize(0);
  if (weights.getRank() == rank + 1 && sizes.front() == images)
    sizes = sizes.drop_front();
  if (static_cast<int64_t>(sizes.size()) != rank)
    return emitOpError("expects packed weights, but got ") << weights;
  if (failed(verifyBias(*this, sizes.size() != weights.getShape().size())))
    return failure();
  int64_t inputs = shaped(getInput()).getDimSize(3);
  if (static_cast<int64_t>(getPasses()) < 1)
    return emitOpError("expects at least 1 pass, but got ") << getPasses();
  int64_t passes = getPasses();
  bool wholeRows = sizes[1] == passes * getKernel()[0];
  Runs runs = Runs::of(getKernel(), inputs, wholeRows);
  if (wholeRows && getKernel()[1] != 1 && getDilation()[1] != 1)
    return emitOpError("expects a run for each tap of a dilated row");
  if (wholeRows && getKernel()[1] != 1 && inputs % width != 0 &&
      axis(1).isPadded())
    return emitOpError("expects padded columns to begin with a step, but got ")
           << inputs << " channels";
  if (failed(verifySize(*this, "panels", sizes[0], panelsOf(channels))) ||
      failed(verifySize(*this, "runs", sizes[1], passes * runs.count())))
    return failure();
  return verifySize(*this, "steps", sizes[2], runs.steps(width));
}

LogicalResult PackOp::verify() {
  ShapedType rhs = shaped(getRhs());
  bool codes = rhs.getElementType().isInteger(8);
  if (getOutput().size() != (codes ? 2u : 1u))
    return emitOpError("expects a packed operand, and a bias for i8 only, but "
                       "got ")
           << getOutput().size() << " results";
  int64_t panels = panelsOf(rhs.getDimSize(2)), depth = rhs.getDimSize(1);
  ShapedType packed = shaped(getOutput()[0]);
  SmallVector<int64_t> expected = {rhs.getDimSize(0), panels, 1, depth, kPanel};
  if (codes) {
    expected = {rhs.getDimSize(0),           panels, 1,
                (depth + kStep - 1) / kStep, kPanel, kStep};
    if (packed.getRank() == 6 && packed.getDimSize(2) == 2)
      expected[2] = 2;
  }
  if (packed.getShape() != ArrayRef(expected) ||
      packed.getElementType() != rhs.getElementType())
    return emitOpError("expects a packed operand of shape [")
           << expected << "], but got " << packed;
  if (!codes)
    return success();
  ShapedType bias = shaped(getOutput()[1]);
  SmallVector<int64_t> sums = {rhs.getDimSize(0), panels * kPanel};
  if (bias.getShape() != ArrayRef(sums) || !bias.getElementType().isInteger(32))
    return emitOpError("expects a bias of shape [")
           << sums << "], but got " << bias;
  return success();
}

LogicalResult DepthwiseConv2DOp::verify() {
  int64_t channels = shaped(getOutput()).getDimSize(3);
  if (failed(verifyWindows(*this, getDilation())) ||
      failed(verifyEpilogue(*this, channels)) ||
      failed(verifySchedule(*this, 2)) ||
      failed(verifySize(*this, "channels", shaped(getInput()).getDimSize(3),
                        channels)))
    return failure();
  ShapedType weights = shaped(getWeights());
  int64_t taps =
      static_cast<int64_t>(getPasses()) * getKernel()[0] * getKernel()[1];
  if (taps < 1)
    return emitOpError("expects at least 1 pass, but got ") << getPasses();
  if (weights.getRank() != 2 || weights.getDimSize(0) != taps ||
      weights.getDimSize(1) != panelsOf(channels) * kPanel)
    return emitOpError("expects weights of ")
           << taps << "x" << panelsOf(channels) * kPanel << ", but got "
           << weights;
  return success();
}

LogicalResult Pool2DOp::verify() {
  if (failed(verifyWindows(*this, {1, 1})))
    return failure();
  if (shaped(getInput()).getElementType() !=
      shaped(getOutput()).getElementType())
    return emitOpError("expects input and result of one type, but got ")
           << getInput().getType() << " and " << getOutput().getType();
  if (getKind() == PoolKind::Average && !getFactor())
    return emitOpError("expects a factor for an average");
  return success();
}

LogicalResult FillBorderOp::verify() {
  ShapedType output = shaped(getOutput());
  if (getValue().getType() != output.getElementType())
    return emitOpError("expects a value of type ")
           << output.getElementType() << ", but got " << getValue();
  ArrayRef<int64_t> border = getBorder();
  for (int axis : {0, 1})
    if (border[2 * axis] + border[2 * axis + 1] >= output.getDimSize(1 + axis))
      return emitOpError("expects a border inside of ")
             << output << ", but got [" << border << "]";
  auto memory = dyn_cast<MemRefType>(output);
  if (memory && !memory.areTrailingDimsContiguous(3))
    return emitOpError("expects rows that touch in memory, but got ") << memory;
  return success();
}

LogicalResult PatchesOp::verify() {
  ShapedType input = shaped(getInput());
  if (!input.getElementType().isInteger(8))
    return emitOpError("expects codes of 8 bits, but got ") << input;
  auto isLess = [](int64_t value) { return value < 1; };
  if (llvm::any_of(getKernel(), isLess) || llvm::any_of(getStride(), isLess) ||
      llvm::any_of(getDilation(), isLess))
    return emitOpError("expects a kernel, a stride and a dilation of at least "
                       "1, but got [")
           << getKernel() << "], [" << getStride() << "] and [" << getDilation()
           << "]";
  SmallVector<int64_t> expected = {input.getDimSize(0), input.getDimSize(3)};
  for (int i = 0; i < 2; ++i) {
    int64_t way =
        input.getDimSize(1 + i) - getDilation()[i] * (getKernel()[i] - 1) - 1;
    expected[0] *= way < 0 ? 0 : way / getStride()[i] + 1;
    expected[1] *= getKernel()[i];
  }
  if (shaped(getOutput()).getShape() != ArrayRef(expected))
    return emitOpError("expects a result of shape [")
           << expected << "], but got " << getOutput().getType();
  return success();
}

//===----------------------------------------------------------------------===//
// Interfaces
//===----------------------------------------------------------------------===//

void BinaryMatmulOp::getEffects(Effects &effects) {
  addEffects(*this, effects);
}
void BlockMatmulOp::getEffects(Effects &effects) { addEffects(*this, effects); }
void CodedMatmulOp::getEffects(Effects &effects) { addEffects(*this, effects); }
void Conv2DOp::getEffects(Effects &effects) { addEffects(*this, effects); }
void DepthwiseConv2DOp::getEffects(Effects &effects) {
  addEffects(*this, effects);
}
/// What the border surrounds stays, so the output counts as read.
void FillBorderOp::getEffects(Effects &effects) {
  addEffects(*this, effects);
  if (isa<MemRefType>(getOutput().getType()))
    effects.emplace_back(MemoryEffects::Read::get(), &getOutputMutable(),
                         SideEffects::DefaultResource::get());
}
void PackBitsOp::getEffects(Effects &effects) { addEffects(*this, effects); }
void PackOp::getEffects(Effects &effects) { addEffects(*this, effects); }
void PatchesOp::getEffects(Effects &effects) { addEffects(*this, effects); }
void Pool2DOp::getEffects(Effects &effects) { addEffects(*this, effects); }

Speculation::Speculatability BinaryMatmulOp::getSpeculatability() {
  return speculatability(*this);
}
Speculation::Speculatability BlockMatmulOp::getSpeculatability() {
  return speculatability(*this);
}
Speculation::Speculatability CodedMatmulOp::getSpeculatability() {
  return speculatability(*this);
}
Speculation::Speculatability Conv2DOp::getSpeculatability() {
  return speculatability(*this);
}
Speculation::Speculatability DepthwiseConv2DOp::getSpeculatability() {
  return speculatability(*this);
}
Speculation::Speculatability FillBorderOp::getSpeculatability() {
  return speculatability(*this);
}
Speculation::Speculatability PackBitsOp::getSpeculatability() {
  return speculatability(*this);
}
Speculation::Speculatability PackOp::getSpeculatability() {
  return speculatability(*this);
}
Speculation::Speculatability PatchesOp::getSpeculatability() {
  return speculatability(*this);
}
Speculation::Speculatability Pool2DOp::getSpeculatability() {
  return speculatability(*this);
}

/// Whether `scale` is constant and below 1 for every channel.
static bool isSmall(Value scale) {
  auto scales = scale ? quantc::constantFloats(scale) : std::nullopt;
  return scales && llvm::all_of(*scales, [](float s) { return s < 1.0f; });
}

#define GET_OP_CLASSES
#include "dialects/Kernel/IR/KernelOps.cpp.inc"
