//===- ContractionDerivatives.cpp - Derivatives of sums of products -------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Distill/Transforms/Models.h"
#include "dialects/Distill/Transforms/Real.h"
#include "dialects/Distill/Transforms/Structured.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"

using namespace mlir;
using namespace quantc::distill;

namespace {

using Pair = ArrayRef<int64_t>;

/// How windows lie on an image: padding (top, bottom, left, right), steps
/// between windows, and steps inside of them.
struct Windows {
  SmallVector<int64_t> padding{0, 0, 0, 0};
  Pair stride, dilation;
};

/// A convolution without a bias, [N,H,W,I] * [O,KH,KW,I].
Value convolve(ImplicitLocOpBuilder &ops, Value input, Value weight,
               const Windows &windows, TypeAttr accumulator) {
  RankedTensorType type = typeOf(input);
  Shape shape{type.getDimSize(0)};
  for (unsigned i : {0, 1}) {
    int64_t size = type.getDimSize(1 + i) + windows.padding[2 * i] +
                   windows.padding[2 * i + 1];
    int64_t reach = windows.dilation[i] * (shapeOf(weight)[1 + i] - 1);
    shape.push_back((size - reach - 1) / windows.stride[i] + 1);
  }
  shape.push_back(shapeOf(weight)[0]);
  Value zero = splat(ops, type.clone({1}), 0);
  return tosa::Conv2DOp::create(ops, type.clone(shape), input, weight, zero,
                                zero, zero,
                                ops.getDenseI64ArrayAttr(windows.padding),
                                ops.getDenseI64ArrayAttr(windows.stride),
                                ops.getDenseI64ArrayAttr(windows.dilation),
                                accumulator, ops.getBoolAttr(false));
}

/// [N,H,W,C] -> [N,(H-1)*sh+1,(W-1)*sw+1,C] with zeros in between.
Value spread(ImplicitLocOpBuilder &ops, Value value, Pair stride) {
  Shape shape(shapeOf(value)), crop(4, 0);
  if (stride[0] == 1 && stride[1] == 1)
    return value;
  value = reshape(ops, value, {shape[0], shape[1], 1, shape[2], 1, shape[3]});
  value = padOrCrop(ops, value, {0, 0, 0, 0, 0, 0},
                    {0, 0, stride[0] - 1, 0, stride[1] - 1, 0});
  value =
      reshape(ops, value,
              {shape[0], shape[1] * stride[0], shape[2] * stride[1], shape[3]});
  return padOrCrop(ops, value, {0, 0, 0, 0},
                   {0, 1 - stride[0], 1 - stride[1], 0});
}

/// Each pixel of the input was in as many windows as the kernel has places: a
/// convolution of the spread adjoint with the kernel turned by half.
Value imageAdjoint(ImplicitLocOpBuilder &ops, Value g, Value weight,
                   const Windows &windows, TypeAttr accumulator) {
  SmallVector<int64_t> low(4, 0), high(4, 0);
  Windows turned;
  int64_t ones[] = {1, 1};
  turned.stride = ones;
  turned.dilation = windows.dilation;
  for (unsigned i : {0, 1}) {
    int64_t reach = windows.dilation[i] * (shapeOf(weight)[1 + i] - 1);
    int64_t before = reach - windows.padding[2 * i];
    int64_t behind = reach - windows.padding[2 * i + 1];
    // Padding that is wider than the kernel has been in no window with pixels.
    low[1 + i] = std::min<int64_t>(before, 0);
    high[1 + i] = std::min<int64_t>(behind, 0);
    turned.padding[2 * i] = std::max<int64_t>(before, 0);
    turned.padding[2 * i + 1] = std::max<int64_t>(behind, 0);
  }
  Value image = padOrCrop(ops, spread(ops, g, windows.stride), low, high);
  Value kernel = reverse(ops, reverse(ops, weight, 1), 2);
  return convolve(ops, image, transpose(ops, kernel, {3, 1, 2, 0}), turned,
                  accumulator);
}

/// The windows slide over the image by one place of the kernel: strides and
/// dilations change their parts, and so do samples and channels.
Value kernelAdjoint(ImplicitLocOpBuilder &ops, Value input, Value g,
                    const Windows &windows, TypeAttr accumulator) {
  Windows turned{windows.padding, windows.dilation, windows.stride};
  Value result = convolve(ops, transpose(ops, input, {3, 1, 2, 0}),
                          transpose(ops, g, {3, 1, 2, 0}), turned, accumulator);
  return transpose(ops, result, {3, 1, 2, 0});
}

/// One number per channel, or one for all of them.
llvm::Expected<Value> biasAdjoint(ImplicitLocOpBuilder &ops, Value g,
                                  Value bias) {
  bool isShared = shapeOf(bias)[0] == 1;
  AffineExpr place =
      isShared ? ops.getAffineConstantExpr(0) : ops.getAffineDimExpr(3);
  return accumulate(ops, {{g, ops.getMultiDimIdentityMap(4)}}, typeOf(bias),
                    AffineMap::get(4, 0, place),
                    [](ImplicitLocOpBuilder &,
                       ValueRange x) -> llvm::Expected<Value> { return x[0]; });
}

llvm::Error deriveBias(Value bias, Derivation &d) {
  if (!d.isWanted(2))
    return llvm::Error::success();
  llvm::Expected<Value> adjoint = biasAdjoint(d.ops(), d.adjoint(), bias);
  if (!adjoint)
    return adjoint.takeError();
  d.set(2, *adjoint);
  return llvm::Error::success();
}

struct ProductRules {
  static llvm::Error derive(tosa::MatMulOp op, Derivation &d) {
    ImplicitLocOpBuilder &ops = d.ops();
    auto product = [&](Value a, Value b) -> Value {
      Shape shape{shapeOf(a)[0], shapeOf(a)[1], shapeOf(b)[2]};
      return tosa::MatMulOp::create(ops, typeOf(a).clone(shape), a, b,
                                    op.getAZp(), op.getBZp());
    };
    if (d.isWanted(0))
      d.set(0, product(d.adjoint(), transpose(ops, op.getB(), {0, 2, 1})));
    if (d.isWanted(1))
      d.set(1, product(transpose(ops, op.getA(), {0, 2, 1}), d.adjoint()));
    return llvm::Error::success();
  }

  static llvm::Error derive(tosa::Conv2DOp op, Derivation &d) {
    Windows windows{SmallVector<int64_t>(op.getPad()), op.getStride(),
                    op.getDilation()};
    if (d.isWanted(0))
      d.set(0, imageAdjoint(d.ops(), d.adjoint(), op.getWeight(), windows,
                            op.getAccTypeAttr()));
    if (d.isWanted(1))
      d.set(1, kernelAdjoint(d.ops(), op.getInput(), d.adjoint(), windows,
                             op.getAccTypeAttr()));
    return deriveBias(op.getBias(), d);
  }

  /// The transposed convolution is the image's adjoint, so its own adjoint is a
  /// convolution.
  static llvm::Error derive(tosa::TransposeConv2DOp op, Derivation &d) {
    ImplicitLocOpBuilder &ops = d.ops();
    ArrayRef<int64_t> out = op.getOutPad();
    int64_t ones[] = {1, 1};
    Windows windows{{0, 0, 0, 0}, op.getStride(), ones};
    Value g = padOrCrop(ops, d.adjoint(), {0, -out[0], -out[2], 0},
                        {0, -out[1], -out[3], 0});
    if (d.isWanted(0))
      d.set(0, convolve(ops, g, transpose(ops, op.getWeight(), {3, 1, 2, 0}),
                        windows, op.getAccTypeAttr()));
    if (d.isWanted(1))
      d.set(1, transpose(ops,
                         kernelAdjoint(ops, g, op.getInput(), windows,
                                       op.getAccTypeAttr()),
                         {3, 1, 2, 0}));
    return deriveBias(op.getBias(), d);
  }

  /// [N,H,W,C] * [KH,KW,C,M] -> [N,H',W',C*M], as loops (n, h, w, c, m, kh,
  /// kw).
  static llvm::Error derive(tosa::DepthwiseConv2DOp op, Derivation &d) {
    ImplicitLocOpBuilder &ops = d.ops();
    AffineExpr dims[7];
    bindDimsList(ops.getContext(), MutableArrayRef<AffineExpr>(dims));
    auto [n, h, w, c, m, kh, kw] = dims;
    auto map = [&](ArrayRef<AffineExpr> places) {
      return AffineMap::get(7, 0, places, ops.getContext());
    };
    ArrayRef<int64_t> stride = op.getStride(), dilation = op.getDilation(),
                      pad = op.getPad(), out = shapeOf(op.getOutput());
    AffineMap onImage = map({n, h * stride[0] + kh * dilation[0],
                             w * stride[1] + kw * dilation[1], c});
    AffineMap onKernel = map({kh, kw, c, m});
    Value image = padOrCrop(ops, op.getInput(), {0, pad[0], pad[2], 0},
                            {0, pad[1], pad[3], 0});
    ArrayRef<int64_t> kernel = shapeOf(op.getWeight());
    Value g = reshape(ops, d.adjoint(),
                      {out[0], out[1], out[2], kernel[2], kernel[3]});
    Indexed adjoint{g, map({n, h, w, c, m})};
    auto multiply = [](ImplicitLocOpBuilder &b,
                       ValueRange x) -> llvm::Expected<Value> {
      return Value(Real{&b, x[0]} * Real{&b, x[1]});
    };
    if (d.isWanted(0)) {
      Value padded =
          llvm::cantFail(accumulate(ops, {adjoint, {op.getWeight(), onKernel}},
                                    typeOf(image), onImage, multiply));
      d.set(0, padOrCrop(ops, padded, {0, -pad[0], -pad[2], 0},
                         {0, -pad[1], -pad[3], 0}));
    }
    if (d.isWanted(1))
      d.set(1, llvm::cantFail(accumulate(ops, {adjoint, {image, onImage}},
                                         typeOf(op.getWeight()), onKernel,
                                         multiply)));
    return deriveBias(op.getBias(), d);
  }
};

} // namespace

void quantc::distill::attachContractionDerivatives(MLIRContext *context) {
  attachModels<ProductRules, tosa::Conv2DOp, tosa::DepthwiseConv2DOp,
               tosa::MatMulOp, tosa::TransposeConv2DOp>(context);
}
