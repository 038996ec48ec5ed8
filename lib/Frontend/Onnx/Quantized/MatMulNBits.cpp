//===- MatMulNBits.cpp - Products with packed weights of few bits ----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// com.microsoft.MatMulNBits: A (.., K) times the transposed weights (N, K).
// Each row of the weights is cut into blocks with a scale and a zero point of
// their own; codes of 2, 4 or 8 bits fill bytes from the low bits on.
#include "../ConversionTable.h"
#include "QLinear.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

using Name = Expansion::Name;

struct Packing {
  int64_t rows, depth; // N, K
  int64_t bits, block;

  int64_t blocks() const { return (depth + block - 1) / block; }
  int64_t perByte() const { return 8 / bits; }
  int64_t bytesPerBlock() const { return (block + perByte() - 1) / perByte(); }
  int64_t bytesOfZeroPoints() const {
    return (blocks() + perByte() - 1) / perByte();
  }
  Type element(MLIRContext *context) const {
    return IntegerType::get(context, bits, IntegerType::Unsigned);
  }
};

enum Input { kA, kB, kScales, kZeroPoints, kGroupIndex, kBias };

FailureOr<Packing> readPacking(NodeContext &node) {
  Packing packing{node.getInt("N", 0), node.getInt("K", 0),
                  node.getInt("bits", 4), node.getInt("block_size", 0)};
  if (packing.rows < 1 || packing.depth < 1 || packing.block < 1 ||
      packing.depth > kMaxElements || packing.block > kMaxElements ||
      packing.rows > kMaxElements / packing.depth) {
    node.error() << "expects N, K and block_size of 1 or more, but got "
                 << packing.rows << ", " << packing.depth << " and "
                 << packing.block;
    return failure();
  }
  if (packing.bits != 2 && packing.bits != 4 && packing.bits != 8) {
    (void)node.unsupported("its weights have " + llvm::Twine(packing.bits) +
                           " bits, not 2, 4 or 8");
    return failure();
  }
  return packing;
}

/// A constant of bytes with as many elements as `expected`.
LogicalResult checkBytes(NodeContext &node, size_t index, int64_t expected) {
  if (!node.constant(index))
    return node.unsupported("input '" + node.inputName(index) +
                            "' is computed at run time");
  if (node.element(index).isUnsignedInteger(8) &&
      *countElements(node.shape(index)) == expected)
    return success();
  return node.error() << "expects input '" << node.inputName(index) << "' of "
                      << expected << " UINT8, but got " << node.element(index)
                      << " of shape " << shapeText(node.shape(index));
}

LogicalResult checkInputs(NodeContext &node, const Packing &packing) {
  if (node.hasInput(kGroupIndex))
    return node.unsupported("it has a g_idx; quantize the model without "
                            "reordering its groups");
  if (!node.storage(kA).isF32() || node.shape(kA).empty() ||
      node.shape(kA).back() != packing.depth)
    return node.error() << "expects an input A of floats with " << packing.depth
                        << " columns, but got " << node.element(kA)
                        << " of shape " << shapeText(node.shape(kA));
  int64_t blocks = packing.rows * packing.blocks();
  if (failed(checkBytes(node, kB, blocks * packing.bytesPerBlock())) ||
      failed(expectScale(node, kScales)))
    return failure();
  if (*countElements(node.shape(kScales)) != blocks)
    return node.error() << "expects " << blocks << " scales, but got shape "
                        << shapeText(node.shape(kScales));
  if (node.hasInput(kBias) && node.shape(kBias) != llvm::ArrayRef(packing.rows))
    return node.error() << "expects a bias of shape [" << packing.rows
                        << "], but got " << shapeText(node.shape(kBias));
  if (!node.hasInput(kZeroPoints))
    return success();
  if (!isa<FloatType>(node.element(kZeroPoints)))
    return checkBytes(node, kZeroPoints,
                      packing.rows * packing.bytesOfZeroPoints());
  if (*countElements(node.shape(kZeroPoints)) != blocks)
    return node.error() << "expects " << blocks
                        << " zero points, but got shape "
                        << shapeText(node.shape(kZeroPoints));
  return success();
}

/// Packed codes as (count, rows): `count` in a row, which is pieces of `piece`
/// codes that start on a byte.
HostTensor unpack(const Packing &packing, const HostTensor &packed,
                  int64_t count, int64_t piece, Type element) {
  HostTensor codes = HostTensor::zeros(element, {count, packing.rows});
  int64_t mask = (int64_t(1) << packing.bits) - 1, perByte = packing.perByte();
  int64_t pieces = (count + piece - 1) / piece;
  int64_t pieceBytes = (piece + perByte - 1) / perByte;
  for (int64_t row = 0; row < packing.rows; ++row)
    for (int64_t i = 0; i < count; ++i) {
      int64_t start = (row * pieces + i / piece) * pieceBytes;
      int64_t byte = packed.asInt(start + i % piece / perByte);
      int64_t shift = i % piece % perByte * packing.bits;
      codes.set(i * packing.rows + row, (byte >> shift) & mask);
    }
  return codes;
}

/// Which block each of `depth` codes is in.
HostTensor blockIndices(MLIRContext *context, const Packing &packing) {
  Shape indices;
  for (int64_t k = 0; k < packing.depth; ++k)
    indices.push_back(k / packing.block);
  return HostTensor::fromInts(context, indices);
}

/// (N * blocks) or (N, blocks) as (blocks, N).
Name byBlock(Expansion &body, Name values, const Packing &packing) {
  MLIRContext *context = body.original().context();
  Name shape = body.constant(
      HostTensor::fromInts(context, {packing.rows, packing.blocks()}));
  return body.add("Transpose", {body.add("Reshape", {values, shape})});
}

/// Zero points that are codes, as (blocks, N). Without any, the middle code.
Name addZeroPoints(NodeContext &node, Expansion &body, const Packing &packing,
                   Type element) {
  Shape shape{packing.blocks(), packing.rows};
  if (!node.hasInput(kZeroPoints))
    return body.constant(
        HostTensor::splat(element, shape, double(1 << (packing.bits - 1))));
  return body.constant(unpack(packing, *node.constant(kZeroPoints),
                              packing.blocks(), packing.blocks(), element));
}

/// (code - zero point) * scale with zero points that are no codes.
Name addRealZeroPoints(NodeContext &node, Expansion &body,
                       const Packing &packing, Name codes, Name scales) {
  Name one = body.constant(HostTensor::splat(node.element(kScales), {}, 1));
  Name reals = body.add("DequantizeLinear", {codes, one});
  Name block = body.constant(blockIndices(node.context(), packing));
  auto each = [&](Name values) {
    return body.add("Gather", {values, block},
                    {Expansion::attribute("axis", int64_t(0))});
  };
  Name zeros = byBlock(body, body.input(kZeroPoints), packing);
  return body.add("Mul", {body.add("Sub", {reals, each(zeros)}), each(scales)});
}

/// The weights as reals (K, N).
Name addWeights(NodeContext &node, Expansion &body, const Packing &packing) {
  Type element = packing.element(node.context());
  Name codes = body.constant(unpack(packing, *node.constant(kB), packing.depth,
                                    packing.block, element));
  Name scales = byBlock(body, body.input(kScales), packing);
  if (node.hasInput(kZeroPoints) && isa<FloatType>(node.element(kZeroPoints)))
    return addRealZeroPoints(node, body, packing, codes, scales);
  Name zeros = addZeroPoints(node, body, packing, element);
  if (packing.blocks() > 1)
    return body.add("DequantizeLinear", {codes, scales, zeros},
                    {Expansion::attribute("axis", int64_t(0)),
                     Expansion::attribute("block_size", packing.block)});
  // One block is all of a column: scales go along the columns.
  Name list = body.constant(HostTensor::fromInts(node.context(), {-1}));
  return body.add("DequantizeLinear",
                  {codes, body.add("Reshape", {scales, list}),
                   body.add("Reshape", {zeros, list})},
                  {Expansion::attribute("axis", int64_t(1))});
}

/// MatMulNBits: A, B, scales, zero points optional, g_idx, bias optional
LogicalResult convertMatMulNBits(NodeContext &node) {
  if (failed(node.expectInputs(3, 6)))
    return failure();
  FailureOr<Packing> packing = readPacking(node);
  if (failed(packing) || failed(checkInputs(node, *packing)) ||
      failed(node.reserve(packing->element(node.context()),
                          {packing->rows, packing->depth})))
    return failure();
  Expansion body(node);
  Name weights = addWeights(node, body, *packing);
  Name value = body.add("MatMul", {body.input(kA), weights});
  if (node.hasInput(kBias))
    value = body.add("Add", {value, body.input(kBias)});
  return body.finish(value);
}

} // namespace

void quantc::onnx::addMatMulNBits(ConversionTable &table) {
  table.conversions["com.microsoft.MatMulNBits"] = convertMatMulNBits;
}
