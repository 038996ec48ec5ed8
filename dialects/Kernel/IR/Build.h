//===- Build.h - Kernels from plain weights ---------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_KERNEL_IR_BUILD_H
#define QUANTC_DIALECTS_KERNEL_IR_BUILD_H

#include "dialects/Kernel/IR/Kernel.h"
#include "mlir/IR/Builders.h"

namespace quantc::kernel {

/// What an accumulator becomes; one entry of `scale` per channel, none for f32.
struct EpilogueSpec {
  mlir::Type element; ///< Of the result: i8 or f32.
  llvm::SmallVector<float> scale;
  int64_t zeroPoint = 0;
  std::optional<std::pair<float, float>> bounds;
};

/// A window that moves over rows and columns; `pad` is [top, bottom, left,
/// right], or nothing.
struct WindowSpec {
  llvm::ArrayRef<int64_t> kernel, stride, dilation, pad = {};
};

/// Constant weights and bias. `T` is i8 with int32 sums, or float. A weight may
/// be a sum of several i8: `weights` then holds all weights of the first pass,
/// all of the second and so on.
template <typename T, typename Sum>
struct WeightSpec {
  llvm::ArrayRef<T> weights;
  llvm::ArrayRef<Sum> bias;
  bool signedInput = false;
  int64_t passes = 1;
  int64_t inputZero = 0; ///< Among codes as kernels see them: unsigned.
};
using CodeWeights = WeightSpec<int8_t, int32_t>;
using FloatWeights = WeightSpec<float, float>;

/// `input`, or a copy of it in the arena, where a kernel has to read a place
/// that moves with a loop or `readsBeyond` the end of a model's input.
mlir::Value ownMemory(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Value input, bool readsBeyond);

/// `input` with a border of `value`, as [top, bottom, left, right]; `input`
/// itself if there is none.
mlir::Value pad(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value input,
                llvm::ArrayRef<int64_t> border, mlir::TypedAttr value);

/// `input` with another shape of as many elements.
mlir::Value reshape(mlir::OpBuilder &builder, mlir::Location loc,
                    mlir::Value input, llvm::ArrayRef<int64_t> shape);

/// A kernel on `input` `[N,H,W,C]`; weights are `[O,KH,KW,C]`, their bias
/// already has the input's zero point folded in. Padding that the kernel cannot
/// leave out is written into a copy of the input.
mlir::Value buildConvolution(mlir::OpBuilder &builder, mlir::Location loc,
                             mlir::Value input, const CodeWeights &weights,
                             const WindowSpec &window,
                             const EpilogueSpec &epilogue);
mlir::Value buildConvolution(mlir::OpBuilder &builder, mlir::Location loc,
                             mlir::Value input, const FloatWeights &weights,
                             const WindowSpec &window,
                             const EpilogueSpec &epilogue);

/// The same for a depthwise convolution of an input that is padded; weights are
/// `[KH,KW,C]`.
mlir::Value buildDepthwise(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::Value input, const CodeWeights &weights,
                           const WindowSpec &window,
                           const EpilogueSpec &epilogue);
mlir::Value buildDepthwise(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::Value input, const FloatWeights &weights,
                           const WindowSpec &window,
                           const EpilogueSpec &epilogue);

/// What the codes of a product's operands mean.
struct ProductFormats {
  int64_t leftZero, rightZero; ///< Among the codes.
  bool leftSigned, rightSigned;
};

/// left `[B,M,K]` times right `[B,K,N]`, each of them computed while the
/// program runs: `right` is packed first. Codes have formats, and one scale in
/// `epilogue` for each column; reals have neither.
mlir::Value buildProduct(mlir::OpBuilder &builder, mlir::Location loc,
                         mlir::Value left, mlir::Value right,
                         std::optional<ProductFormats> formats,
                         const EpilogueSpec &epilogue);

/// What is added to the codes of a kernel; see `kernel.sum`.
struct ResidualSpec {
  float scale, residualScale;
  int64_t residualZeroPoint;
  bool signedResidual;
  int64_t zeroPoint;
  std::pair<float, float> bounds;
};

/// The same convolution, whose codes are added to `residual`.
mlir::Value addResidual(mlir::OpBuilder &builder, Conv2DOp op,
                        mlir::Value residual, const ResidualSpec &spec);

/// Which bits of codes are packed; see `kernel.pack_bits`.
struct BitInput {
  int64_t offset, firstBit, planes;
};
/// The bits below each window over `input`, `[N,H,W,C]`.
mlir::Value buildPackedBits(mlir::OpBuilder &builder, mlir::Location loc,
                            mlir::Value input, const WindowSpec &window,
                            const BitInput &bits);

/// Those bits times weights as `packBits` packs them. `start` has an element
/// for each channel; see `kernel.binary_matmul`.
mlir::Value buildBinaryMatmul(mlir::OpBuilder &builder, mlir::Location loc,
                              mlir::Value input, llvm::ArrayRef<int8_t> weights,
                              llvm::ArrayRef<int32_t> start,
                              llvm::ArrayRef<int32_t> factors,
                              const EpilogueSpec &epilogue);

/// Pooling attributes beyond the window; see `kernel.pool2d`.
struct PoolSpec {
  PoolKind kind;
  bool signedInput = false;
  int64_t offset = 0;
  std::optional<float> factor;
  int64_t zeroPoint = 0;
  std::optional<std::pair<float, float>> bounds;
};
mlir::Value buildPool(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Value input, const WindowSpec &window,
                      const PoolSpec &pool);

} // namespace quantc::kernel

#endif // QUANTC_DIALECTS_KERNEL_IR_BUILD_H
