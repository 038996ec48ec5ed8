//===- BinaryMatmul.cpp - Loops for products of bits -------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A lane is a channel, and a vector holds 32 bits of each: a word of the row,
// the same for all lanes, differs from it in so many places. Several rows share
// what is loaded of the weights, and each of their results has a carry-save
// counter in registers:
//
//   for group of channels, for tile of rows:
//     for pair of planes:
//       for 16 words: counter[row][vector] += word[row] ^ weights[vector]
//       sums -= factor * count of the counters
//     output = epilogue(sums)
//
//===----------------------------------------------------------------------===//
#include "CarrySave.h"
#include "Kernels.h"
#include "StoreResults.h"

#include "dialects/Kernel/IR/Packing.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

namespace {

/// Rows and vectors of channels that are counted at the same time: a counter
/// takes five registers, and as many wait for their carries.
struct BinaryTile {
  int64_t rows, vectors;

  static BinaryTile choose(int64_t rows, int64_t channels, const Level &level) {
    int64_t counters = level.registers >= 32 ? 4 : 2;
    BinaryTile tile{std::min(rows, counters), 1};
    tile.vectors = std::min<int64_t>(counters / tile.rows,
                                     llvm::divideCeil(channels, level.lanes));
    return tile;
  }
};

class BinaryMatmul {
public:
  BinaryMatmul(Emitter &emit, kernel::BinaryMatmulOp op);
  void run();

private:
  /// One vector of result channels.
  struct Slice {
    Value weights; ///< Where those of its channels begin.
    Value channel;
    int64_t channels; ///< That exist.
  };
  using Slices = SmallVector<Slice>;

  Slices slicesFrom(Value first, int64_t count, int64_t channels);
  void tile(Value row, const Slices &slices);
  /// sums - factor * the differences in the words of one pair of planes
  Emitter::Carried subtractPair(Value row, int64_t plane, int64_t weightPlane,
                                const Slices &slices, Emitter::Carried sums);
  /// The differences in `count` words from `first` on, for each result.
  Emitter::Carried countWords(Value x, Value w, int64_t count,
                              const Slices &slices);
  /// Adds `count` words, at most 16, to the counters.
  void addWords(Value x, Value w, int64_t count, const Slices &slices,
                MutableArrayRef<CarrySave> counters);
  Value loadWord(Value position);
  void store(Value row, const Slices &slices, const Emitter::Carried &sums);

  Emitter &emit;
  kernel::BinaryMatmulOp op;
  FlatBuffer input, weights, start, scale, output;
  BinaryTile shape;
};

BinaryMatmul::BinaryMatmul(Emitter &emit, kernel::BinaryMatmulOp op)
    : emit(emit), op(op), input(emit.flatten(op.getInput())),
      weights(emit.flatten(op.getWeights())),
      start(emit.flatten(op.getStart())), scale(emit.flatten(op.getScale())),
      output(emit.flatten(op.getOutput())),
      shape(BinaryTile::choose(output.shape[0], output.shape[1], emit.level)) {}

void BinaryMatmul::run() {
  int64_t channels = output.shape[1], lanes = emit.level.lanes;
  int64_t groupChannels = shape.vectors * lanes;
  int64_t whole = channels / groupChannels, rest = channels % groupChannels;
  auto allRows = [&](const Slices &slices) {
    emit.forEachTile(output.shape[0], shape.rows,
                     [&](Value row) { tile(row, slices); });
  };
  if (whole > 0)
    emit.forEach(whole, [&](Value i) {
      allRows(slicesFrom(emit.multiply(i, shape.vectors), shape.vectors,
                         groupChannels));
    });
  if (rest > 0)
    allRows(slicesFrom(emit.index(whole * shape.vectors),
                       llvm::divideCeil(rest, lanes), rest));
}

BinaryMatmul::Slices BinaryMatmul::slicesFrom(Value first, int64_t count,
                                              int64_t channels) {
  OpBuilder &builder = emit.builder;
  int64_t lanes = emit.level.lanes;
  Slices slices;
  for (int64_t v = 0; v < count; ++v) {
    Value channel = emit.multiply(emit.add(first, v), lanes);
    Value size = emit.index(kernel::kPanel);
    Value panel = builder.createOrFold<arith::DivUIOp>(emit.loc, channel, size);
    Value lane = builder.createOrFold<arith::RemUIOp>(emit.loc, channel, size);
    Value corner = emit.add(emit.multiply(panel, weights.strides[0]),
                            emit.multiply(lane, weights.strides[3]));
    slices.push_back({corner, channel, std::min(lanes, channels - v * lanes)});
  }
  return slices;
}

void BinaryMatmul::tile(Value row, const Slices &slices) {
  Emitter::Carried sums;
  for (int64_t r = 0; r < shape.rows; ++r)
    for (const Slice &slice : slices)
      sums.push_back(emit.load(start, slice.channel, emit.level.lanes));
  for (int64_t plane = 0; plane < input.shape[1]; ++plane)
    for (int64_t other = 0; other < weights.shape[1]; ++other)
      sums = subtractPair(row, plane, other, slices, sums);
  store(row, slices, sums);
}

Emitter::Carried BinaryMatmul::subtractPair(Value row, int64_t plane,
                                            int64_t weightPlane,
                                            const Slices &slices,
                                            Emitter::Carried sums) {
  Value x =
      emit.add(emit.multiply(row, input.strides[0]), plane * input.strides[1]);
  Value w = emit.index(weightPlane * weights.strides[1]);
  int32_t factor = op.getFactors()[plane * weights.shape[1] + weightPlane];
  auto subtract = [&](Value first, int64_t count, Emitter::Carried sums) {
    Emitter::Carried counts = countWords(
        emit.add(x, emit.multiply(first, input.strides[2] * kernel::kStep)),
        emit.add(w, emit.multiply(first, weights.strides[2])), count, slices);
    for (auto [sum, differences] : llvm::zip_equal(sums, counts)) {
      Value product =
          arith::MulIOp::create(emit.builder, emit.loc, differences,
                                emit.splat(factor, emit.level.lanes));
      sum = arith::SubIOp::create(emit.builder, emit.loc, sum, product);
    }
    return sums;
  };
  // What a counter has in bytes is only so large.
  int64_t words = weights.shape[2], whole = words / kMostCarrySaved;
  if (whole > 0)
    sums = emit.forEach(whole, sums, [&](Value i, Emitter::Carried sums) {
      return subtract(emit.multiply(i, kMostCarrySaved), kMostCarrySaved,
                      std::move(sums));
    });
  if (int64_t rest = words % kMostCarrySaved)
    sums = subtract(emit.index(whole * kMostCarrySaved), rest, sums);
  return sums;
}

Emitter::Carried BinaryMatmul::countWords(Value x, Value w, int64_t count,
                                          const Slices &slices) {
  constexpr int64_t kChunk = CarrySave::kVectors;
  size_t results = shape.rows * slices.size();
  SmallVector<CarrySave> counters(results, CarrySave(emit));
  int64_t whole = count / kChunk;
  auto at = [&](Value from, int64_t stride, Value chunk) {
    return emit.add(from, emit.multiply(chunk, kChunk * stride));
  };
  auto addChunk = [&](Value chunk, int64_t words) {
    addWords(at(x, kernel::kStep, chunk), at(w, weights.strides[2], chunk),
             words, slices, counters);
  };
  if (whole == 1)
    addChunk(emit.index(0), kChunk);
  if (whole > 1) {
    Emitter::Carried state;
    for (size_t i = 0; i < results; ++i)
      llvm::append_range(state, CarrySave::zeros(emit));
    auto restore = [&](const Emitter::Carried &state) {
      for (auto [i, counter] : llvm::enumerate(counters))
        counter = CarrySave(emit, ArrayRef(state).slice(i * CarrySave::kCarried,
                                                        CarrySave::kCarried));
    };
    restore(emit.forEach(whole, state, [&](Value i, Emitter::Carried state) {
      restore(state);
      addChunk(i, kChunk);
      Emitter::Carried next;
      for (const CarrySave &counter : counters)
        llvm::append_range(next, counter.carried());
      return next;
    }));
  }
  if (int64_t rest = count % kChunk)
    addChunk(emit.index(whole), rest);
  Emitter::Carried counts;
  for (CarrySave &counter : counters)
    counts.push_back(counter.count());
  return counts;
}

void BinaryMatmul::addWords(Value x, Value w, int64_t count,
                            const Slices &slices,
                            MutableArrayRef<CarrySave> counters) {
  int64_t lanes = emit.level.lanes;
  for (int64_t word = 0; word < count; ++word) {
    SmallVector<Value> channels;
    for (const Slice &slice : slices) {
      Value position =
          emit.add(emit.add(slice.weights, w), word * weights.strides[2]);
      channels.push_back(
          emit.bitcast(emit.load(weights, position, kernel::kStep * lanes),
                       lanes, emit.i32()));
    }
    for (int64_t r = 0; r < shape.rows; ++r) {
      Value bits =
          loadWord(emit.add(x, r * input.strides[0] + word * kernel::kStep));
      for (size_t v = 0; v < slices.size(); ++v)
        counters[r * slices.size() + v].add(
            arith::XOrIOp::create(emit.builder, emit.loc, bits, channels[v]));
    }
  }
}

/// A word of a row in every lane.
Value BinaryMatmul::loadWord(Value position) {
  Value word =
      emit.bitcast(emit.load(input, position, kernel::kStep), 1, emit.i32());
  word = vector::ExtractOp::create(emit.builder, emit.loc, word,
                                   ArrayRef<int64_t>{0});
  return emit.splat(word, emit.level.lanes);
}

void BinaryMatmul::store(Value row, const Slices &slices,
                         const Emitter::Carried &sums) {
  int64_t lanes = emit.level.lanes;
  Value corner =
      emit.add(emit.multiply(row, output.strides[0]), slices.front().channel);
  SmallVector<Result> results;
  for (int64_t r = 0; r < shape.rows; ++r)
    for (auto [v, slice] : llvm::enumerate(slices))
      results.push_back(
          {sums[r * slices.size() + v], emit.load(scale, slice.channel, lanes),
           r * output.strides[0] + int64_t(v) * lanes, slice.channels});
  storeResults(emit, epilogueOf(op), output, corner, results);
}

} // namespace

void quantc::codegen::emitBinaryMatmul(Emitter &emit,
                                       kernel::BinaryMatmulOp op) {
  BinaryMatmul(emit, op).run();
}
