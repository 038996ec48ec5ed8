//===- BlockMatmul.cpp - Loops for packed weights in blocks ------------- -===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A tile's sums stay in registers, as f32, while a loop runs over the blocks;
// an inner one sums a block's products as int32 and decodes the weights on the
// way:
//
//   for group of channels, for tile of rows:
//     sums = start
//     for block:
//       dots = 0
//       for step: dots[row][vector] += codes[row] * levels[weights[vector]]
//       sums += f32(dots) * scale[block]
//     output = epilogue(sums)
//
// If there are many rows, a section of the blocks is decoded once for all of
// them, and sums wait in memory for the next section:
//
//   for group of channels, for some tiles of rows:
//     for section of blocks:
//       decode its weights
//       for tile: for block of the section: as above
//
//===----------------------------------------------------------------------===//
#include "Decode.h"
#include "DotProduct.h"
#include "Kernels.h"
#include "ReadAhead.h"
#include "StoreResults.h"
#include "UnpackedBlocks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"
#include <vector>

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

namespace {

/// Steps that are emitted one after the other, without a loop: at least so
/// many, and whole vectors of codes.
constexpr int64_t kLeastUnrolled = 8;

/// Sums of all blocks wait in memory if blocks have so many steps, and if
/// registers would not have room for as many sums of products as have to be
/// under way at a time.
constexpr int64_t kLongBlock = 32, kChains = 8;

/// Registers that are neither.
constexpr int64_t kOtherRegisters = 5;

/// Rows and vectors of channels that are computed in registers: each has a sum
/// of its block and, mostly, one of all blocks. Few rows leave room for more
/// vectors; a vector of weights is used once for each row.
struct BlockTile {
  int64_t rows, vectors;

  /// `vectorCost`: of getting weights into a register, in loads. `each`:
  /// registers of a vector of results.
  static BlockTile choose(int64_t rows, int64_t channels, const Level &level,
                          int64_t vectorCost, int64_t each) {
    int64_t sums = (level.registers - kOtherRegisters) / each;
    int64_t slices = llvm::divideCeil(channels, level.lanes);
    BlockTile best{1, 1};
    // Rows of the last tile that overlap are computed twice.
    auto loads = [&](const BlockTile &tile) {
      int64_t computed = llvm::divideCeil(rows, tile.rows) * tile.rows;
      return double(tile.rows + vectorCost * tile.vectors) /
             double(tile.rows * tile.vectors) * double(computed);
    };
    for (int64_t vectors = 1; vectors <= std::min<int64_t>(slices, 4);
         ++vectors) {
      BlockTile tile{std::clamp<int64_t>(sums / vectors, 1, rows), vectors};
      if (loads(tile) < loads(best))
        best = tile;
    }
    return best;
  }
};

class BlockMatmul {
public:
  BlockMatmul(Emitter &emit, kernel::BlockMatmulOp op);
  void run();

private:
  /// One vector of result channels.
  struct Slice {
    Value panel; ///< The panel it is part of ...
    Value lane;  ///< ... and its first channel in it.
    Value channel;
    int64_t channels; ///< That exist.
  };
  using Slices = SmallVector<Slice>;

  Slices slicesFrom(Value first, int64_t count, int64_t channels);
  void chooseTile();
  void groupOf(const Slices &slices);
  void unpackedGroup(const Slices &slices);
  void section(const Slices &slices, const Emitter::Tiles &tiles, Value first,
               int64_t blocks, bool isFirst, bool isLast);
  void unpack(Value first, int64_t blocks, const Slices &slices);
  void unpackBlock(Value block, Value place, int64_t taps,
                   const Slices &slices);
  void tile(Value row, const Slices &slices);
  Emitter::Carried startSums(const Slices &slices);
  int64_t lastTaps(Value first, int64_t blocks) const;
  /// Whether activations are widened, once for all vectors and steps of a tile.
  bool copiesInput() const {
    return unpacked && emit.level.dot == Dot::MulAdd16;
  }
  DotOperand activations(Value row, Value block, Value first, int64_t r,
                         int64_t step);
  Emitter::Carried addBlocks(Value row, Value first, int64_t blocks,
                             const Slices &slices, Emitter::Carried sums);
  /// The codes of a few steps of a vector of channels, and their zero points,
  /// in the bytes of each tap.
  struct Packed {
    CodeVectors codes;
    Value zeros;
  };
  std::vector<Packed> codesOf(Value block, Value first, int64_t steps,
                              const Slices &slices);
  Value scalesOf(Value block, size_t v, const Slice &slice);
  /// The weights of a step that has so many taps.
  DotOperand decode(Packed &packed, int64_t step, int64_t taps);
  Value zerosOf(Value block, const Slice &slice);
  Emitter::Carried addBlock(Value row, Value block, int64_t taps,
                            const Slices &slices, Emitter::Carried sums);
  Emitter::Carried dots(Value row, Value block, int64_t taps,
                        const Slices &slices);
  /// `steps` steps from number `first * unrolled` of the block on; the last
  /// one has `lastTaps` taps.
  Emitter::Carried chunk(Value row, Value block, Value first, int64_t steps,
                         int64_t lastTaps, const Slices &slices,
                         Emitter::Carried sums);
  bool isAhead(size_t slice) const;
  void prefetchCodes(ArrayRef<Value> positions, Value block, Value first,
                     int64_t steps);
  void prefetchChannels(const Slices &slices);
  Value maskTaps(Value levels, int64_t taps);
  void store(Value row, const Slices &slices, const Emitter::Carried &sums);
  Value finishRow(Value sums, Value row, const Slice &slice);

  Emitter &emit;
  kernel::BlockMatmulOp op;
  FlatBuffer input, weights, scales, zeros, start, scale, rowScale, bias,
      output;
  int64_t depth, block, registers;
  kernel::Planes planes;
  int64_t unrolled;
  BlockTile shape{1, 1};
  std::optional<Sections> sections;
  std::optional<UnpackedBlocks> unpacked;
  Value sectionStart; ///< The first of the blocks that are unpacked.
  bool sumsInMemory = false;
  Value tileNumber; ///< Of the tile's sums in memory.
  std::optional<ReadAhead> ahead;
};

BlockMatmul::BlockMatmul(Emitter &emit, kernel::BlockMatmulOp op)
    : emit(emit), op(op), input(emit.flatten(op.getInput())),
      weights(emit.flatten(op.getWeights())),
      scales(emit.flatten(op.getScales())), start(emit.flatten(op.getStart())),
      output(emit.flatten(op.getOutput())), depth(input.shape[1]),
      block(op.getBlock()), registers(dotRegisters(emit.level)),
      planes(kernel::Planes::ofLevels(op.getLevels().size(),
                                      kernel::stepsOf(op.getBlock()))),
      unrolled(llvm::alignTo(kLeastUnrolled, planes.period())) {
  chooseTile();
  ahead.emplace(
      emit, weights, scales,
      std::max<int64_t>(1, shape.vectors * emit.level.lanes / kernel::kPanel));
  if (op.getZeros())
    zeros = emit.flatten(op.getZeros());
  if (op.getScale())
    scale = emit.flatten(op.getScale());
  if (op.getRowScale())
    rowScale = emit.flatten(op.getRowScale());
  if (op.getBias())
    bias = emit.flatten(op.getBias());
}

void BlockMatmul::chooseTile() {
  constexpr int64_t kDecode = 3, kLoad = 1;
  int64_t rows = output.shape[0], channels = output.shape[1];
  int64_t steps = kernel::stepsOf(block);
  int64_t room = (emit.level.registers - kOtherRegisters) / (registers + 1);
  bool isWaiting =
      steps >= kLongBlock && emit.level.dot == Dot::Vnni && room < kChains;
  shape = BlockTile::choose(rows, channels, emit.level, kLoad,
                            registers + !isWaiting);
  sections = Sections::choose(emit.level, shape.vectors, steps,
                              llvm::divideCeil(depth, block), shape.rows,
                              llvm::divideCeil(rows, shape.rows));
  if (!sections) {
    shape =
        BlockTile::choose(rows, channels, emit.level, kDecode, registers + 1);
    return;
  }
  unpacked.emplace(emit, *sections, shape.vectors, steps, shape.rows);
  sumsInMemory = isWaiting;
}

void BlockMatmul::run() {
  int64_t channels = output.shape[1], lanes = emit.level.lanes;
  int64_t groupChannels = shape.vectors * lanes;
  int64_t whole = channels / groupChannels, rest = channels % groupChannels;
  if (whole > 0)
    emit.forEach(whole, [&](Value i) {
      groupOf(slicesFrom(emit.multiply(i, shape.vectors), shape.vectors,
                         groupChannels));
    });
  if (rest > 0)
    groupOf(slicesFrom(emit.index(whole * shape.vectors),
                       llvm::divideCeil(rest, lanes), rest));
}

void BlockMatmul::groupOf(const Slices &slices) {
  if (unpacked)
    return unpackedGroup(slices);
  emit.forEachTile(output.shape[0], shape.rows,
                   [&](Value row) { tile(row, slices); });
}

void BlockMatmul::unpackedGroup(const Slices &slices) {
  int64_t blocks = llvm::divideCeil(depth, block), most = sections->blocks;
  // The last section has the block that may be short.
  int64_t whole = (blocks - 1) / most;
  emit.forEachBlock(
      llvm::divideCeil(output.shape[0], shape.rows), sections->tiles,
      [&](const Emitter::Tiles &tiles) {
        if (whole > 0)
          section(slices, tiles, emit.index(0), most, /*isFirst=*/true,
                  /*isLast=*/false);
        if (whole > 1)
          emit.forEach(emit.range(1, whole), {},
                       [&](Value i, Emitter::Carried) {
                         section(slices, tiles, emit.multiply(i, most), most,
                                 /*isFirst=*/false, /*isLast=*/false);
                         return Emitter::Carried{};
                       });
        section(slices, tiles, emit.index(whole * most), blocks - whole * most,
                /*isFirst=*/whole == 0, /*isLast=*/true);
      });
}

/// Decodes `blocks` blocks from number `first` on, and adds their products to
/// the sums of all `tiles`.
void BlockMatmul::section(const Slices &slices, const Emitter::Tiles &tiles,
                          Value first, int64_t blocks, bool isFirst,
                          bool isLast) {
  sectionStart = first;
  unpack(first, blocks, slices);
  // Threads share groups of tiles, each with all sections. The last tile
  // overlaps the one before it, and has sums of its own.
  Emitter::Range range{tiles.first, tiles.end, tiles.average};
  emit.forEach(range, {}, [&](Value i, Emitter::Carried) {
    Value row =
        emit.least(emit.multiply(i, shape.rows), output.shape[0] - shape.rows);
    tileNumber = emit.subtract(i, tiles.first);
    size_t count = shape.rows * slices.size();
    Emitter::Carried sums = isFirst ? startSums(slices)
                            : sumsInMemory
                                ? Emitter::Carried{}
                                : unpacked->loadSums(tileNumber, count);
    if (sumsInMemory) {
      unpacked->storeSums(tileNumber, sums);
      sums.clear();
    }
    if (copiesInput())
      unpacked->storeInput(input,
                           emit.add(emit.multiply(row, input.strides[0]),
                                    emit.multiply(first, block)),
                           (blocks - 1) * block + lastTaps(first, blocks),
                           op.getSignedInput());
    sums = addBlocks(row, first, blocks, slices, std::move(sums));
    if (!isLast)
      unpacked->storeSums(tileNumber, sums);
    else
      store(row, slices,
            sumsInMemory ? unpacked->loadSums(tileNumber, count) : sums);
    return Emitter::Carried{};
  });
}

void BlockMatmul::unpack(Value first, int64_t blocks, const Slices &slices) {
  int64_t last = lastTaps(first, blocks);
  int64_t whole = last < block ? blocks - 1 : blocks;
  if (whole > 0)
    emit.forEach(whole, {}, [&](Value i, Emitter::Carried) {
      unpackBlock(emit.add(first, i), i, block, slices);
      return Emitter::Carried{};
    });
  if (whole < blocks)
    unpackBlock(emit.add(first, whole), emit.index(whole), last, slices);
}

/// Decodes a block of `taps` taps to `place` in the section.
void BlockMatmul::unpackBlock(Value b, Value place, int64_t taps,
                              const Slices &slices) {
  for (auto [v, slice] : llvm::enumerate(slices))
    unpacked->storeScales(place, v, scalesOf(b, v, slice));
  int64_t steps = kernel::stepsOf(taps);
  auto chunk = [&](Value i, int64_t count, int64_t lastTaps) {
    auto codes = codesOf(b, i, count, slices);
    for (int64_t step = 0; step < count; ++step)
      for (size_t v = 0; v < slices.size(); ++v)
        unpacked->storeWeights(
            place, emit.add(emit.multiply(i, unrolled), step), v,
            decode(codes[v], step,
                   step == count - 1 ? lastTaps : kernel::kStep));
  };
  int64_t whole = (steps - 1) / unrolled;
  if (whole > 0)
    emit.forEach(whole, {}, [&](Value i, Emitter::Carried) {
      chunk(i, unrolled, kernel::kStep);
      return Emitter::Carried{};
    });
  chunk(emit.index(whole), steps - whole * unrolled,
        taps - (steps - 1) * kernel::kStep);
}

BlockMatmul::Slices BlockMatmul::slicesFrom(Value first, int64_t count,
                                            int64_t channels) {
  int64_t lanes = emit.level.lanes;
  Slices slices;
  for (int64_t v = 0; v < count; ++v) {
    Value channel = emit.multiply(emit.add(first, v), lanes);
    Value size = emit.index(kernel::kPanel);
    slices.push_back(
        {emit.builder.createOrFold<arith::DivUIOp>(emit.loc, channel, size),
         emit.builder.createOrFold<arith::RemUIOp>(emit.loc, channel, size),
         channel, std::min(lanes, channels - v * lanes)});
  }
  return slices;
}

void BlockMatmul::tile(Value row, const Slices &slices) {
  Emitter::Carried sums = startSums(slices);
  prefetchChannels(slices);
  sums = addBlocks(row, emit.index(0), llvm::divideCeil(depth, block), slices,
                   std::move(sums));
  store(row, slices, sums);
}

Emitter::Carried BlockMatmul::startSums(const Slices &slices) {
  Emitter::Carried sums;
  for (int64_t r = 0; r < shape.rows; ++r)
    for (const Slice &slice : slices)
      sums.push_back(emit.load(start, slice.channel, emit.level.lanes));
  return sums;
}

/// Taps of the last of `blocks` blocks from number `first` on. Only those that
/// end with the last one of all begin at a number that is known.
int64_t BlockMatmul::lastTaps(Value first, int64_t blocks) const {
  int64_t all = llvm::divideCeil(depth, block);
  std::optional<int64_t> number = getConstantIntValue(first);
  return number && *number + blocks == all ? depth - (all - 1) * block : block;
}

Emitter::Carried BlockMatmul::addBlocks(Value row, Value first, int64_t blocks,
                                        const Slices &slices,
                                        Emitter::Carried sums) {
  int64_t last = lastTaps(first, blocks);
  int64_t whole = last < block ? blocks - 1 : blocks;
  if (whole > 0)
    sums = emit.forEach(whole, sums, [&](Value i, Emitter::Carried sums) {
      return addBlock(row, emit.add(first, i), block, slices, sums);
    });
  if (whole < blocks)
    sums = addBlock(row, emit.add(first, whole), last, slices, sums);
  return sums;
}

/// Whether what this slice needs later is asked for now: if no packed weight is
/// read again soon, since one tile has all rows, or all tiles read what is
/// unpacked. The first slice of a panel asks for all of it.
bool BlockMatmul::isAhead(size_t slice) const {
  int64_t lanes = emit.level.lanes;
  bool isWhole = shape.vectors * lanes % kernel::kPanel == 0;
  bool isFirst = slice * lanes % kernel::kPanel == 0;
  bool isOnce = unpacked || output.shape[0] <= shape.rows;
  return isOnce && (isFirst || !isWhole);
}

/// The vectors of the planes that begin at `positions`.
void BlockMatmul::prefetchCodes(ArrayRef<Value> positions, Value b, Value first,
                                int64_t steps) {
  int64_t bytes = planes.bytesOfPeriods(unrolled / planes.period());
  Value offset = emit.add(emit.multiply(b, weights.strides[1]),
                          emit.multiply(first, bytes));
  for (auto [plane, position] : llvm::zip_equal(planes.planes, positions))
    ahead->codes(position, offset,
                 llvm::divideCeil(steps, plane.stepsPerVector()));
}

void BlockMatmul::prefetchChannels(const Slices &slices) {
  if (!isAhead(0))
    return;
  for (const FlatBuffer *values : {&start, &scale, &bias})
    ahead->channels(*values, slices.front().channel);
  if (output.shape[0] == 1)
    ahead->channels(output, slices.front().channel);
}

Emitter::Carried BlockMatmul::addBlock(Value row, Value b, int64_t taps,
                                       const Slices &slices,
                                       Emitter::Carried sums) {
  OpBuilder &builder = emit.builder;
  int64_t lanes = emit.level.lanes;
  Emitter::Carried products = dots(row, b, taps, slices);
  for (auto [v, slice] : llvm::enumerate(slices)) {
    Value factor = unpacked
                       ? unpacked->loadScales(emit.subtract(b, sectionStart), v)
                       : scalesOf(b, v, slice);
    for (int64_t r = 0; r < shape.rows; ++r) {
      size_t i = r * slices.size() + v;
      Value dot =
          endSums(emit, ArrayRef(products).slice(i * registers, registers));
      dot = arith::SIToFPOp::create(builder, emit.loc,
                                    emit.vector(lanes, emit.f32()), dot);
      dot = arith::MulFOp::create(builder, emit.loc, dot, factor);
      Value sum = sumsInMemory ? unpacked->loadSum(tileNumber, i) : sums[i];
      sum = arith::AddFOp::create(builder, emit.loc, sum, dot);
      if (sumsInMemory)
        unpacked->storeSum(tileNumber, i, sum);
      else
        sums[i] = sum;
    }
  }
  return sums;
}

Value BlockMatmul::scalesOf(Value b, size_t v, const Slice &slice) {
  Value position = emit.add(emit.multiply(slice.panel, scales.strides[0]),
                            emit.multiply(b, scales.strides[1]));
  position = emit.add(position, slice.lane);
  if (isAhead(v))
    ahead->scalesOf(position, b);
  return loadScales(emit, scales, position, op.getScaleType(),
                    op.getFactor().convertToFloat());
}

Emitter::Carried BlockMatmul::dots(Value row, Value b, int64_t taps,
                                   const Slices &slices) {
  Emitter::Carried sums;
  Value zero = emit.splat(int32_t(0), emit.level.lanes);
  for (size_t i = 0; i < shape.rows * slices.size() * registers; ++i)
    sums.push_back(zero);
  int64_t steps = kernel::stepsOf(taps);
  int64_t lastTaps = taps - (steps - 1) * kernel::kStep;
  // The chunk whose last step lacks taps is none of the loop's.
  int64_t whole = steps / unrolled;
  if (steps % unrolled == 0 && lastTaps < kernel::kStep)
    --whole;
  if (whole > 0)
    sums = emit.forEach(whole, sums, [&](Value i, Emitter::Carried sums) {
      return chunk(row, b, i, unrolled, kernel::kStep, slices, sums);
    });
  if (int64_t rest = steps - whole * unrolled)
    sums = chunk(row, b, emit.index(whole), rest, lastTaps, slices, sums);
  return sums;
}

/// The packed codes of `steps` steps from number `first * unrolled` on.
std::vector<BlockMatmul::Packed> BlockMatmul::codesOf(Value b, Value first,
                                                      int64_t steps,
                                                      const Slices &slices) {
  std::vector<Packed> codes;
  for (auto [v, slice] : llvm::enumerate(slices)) {
    Value corner = emit.add(emit.multiply(slice.panel, weights.strides[0]),
                            emit.multiply(b, weights.strides[1]));
    corner = emit.add(corner, emit.multiply(slice.lane, kernel::kStep));
    SmallVector<Value> positions;
    for (const kernel::Planes::Plane &plane : planes.planes)
      positions.push_back(
          emit.add(emit.add(corner, plane.first * kernel::Planes::kVector),
                   emit.multiply(first, unrolled / plane.stepsPerVector() *
                                            kernel::Planes::kVector)));
    codes.push_back({CodeVectors(emit, weights, planes, positions, steps),
                     zerosOf(b, slice)});
    if (isAhead(v))
      prefetchCodes(positions, b, first, steps);
  }
  return codes;
}

/// The zero point of a block in each of the four bytes of a channel.
Value BlockMatmul::zerosOf(Value b, const Slice &slice) {
  if (!zeros.memory)
    return {};
  OpBuilder &builder = emit.builder;
  int64_t lanes = emit.level.lanes;
  Value position = emit.add(emit.multiply(slice.panel, zeros.strides[0]),
                            emit.multiply(b, zeros.strides[1]));
  Value bytes = emit.load(zeros, emit.add(position, slice.lane), lanes);
  Value words = arith::ExtUIOp::create(builder, emit.loc,
                                       emit.vector(lanes, emit.i32()), bytes);
  words = arith::MulIOp::create(builder, emit.loc, words,
                                emit.splat(int32_t(0x01010101), lanes));
  return emit.bitcast(words, kernel::kStep * lanes, emit.i8());
}

DotOperand BlockMatmul::decode(Packed &packed, int64_t step, int64_t taps) {
  Value levels = decodeLevels(emit, packed.codes.step(step), op.getLevels());
  if (packed.zeros)
    levels =
        arith::SubIOp::create(emit.builder, emit.loc, levels, packed.zeros);
  if (taps < kernel::kStep)
    levels = maskTaps(levels, taps);
  return toWeights(emit, levels);
}

Emitter::Carried BlockMatmul::chunk(Value row, Value b, Value first,
                                    int64_t steps, int64_t lastTaps,
                                    const Slices &slices,
                                    Emitter::Carried sums) {
  std::vector<Packed> codes =
      codesOf(b, first, steps, unpacked ? Slices() : slices);
  for (int64_t step = 0; step < steps; ++step) {
    int64_t taps = step == steps - 1 ? lastTaps : kernel::kStep;
    SmallVector<DotOperand> w;
    for (size_t v = 0; v < slices.size(); ++v)
      w.push_back(unpacked
                      ? unpacked->loadWeights(
                            emit.subtract(b, sectionStart),
                            emit.add(emit.multiply(first, unrolled), step), v)
                      : decode(codes[v], step, taps));
    for (int64_t r = 0; r < shape.rows; ++r) {
      DotOperand x = activations(row, b, first, r, step);
      for (size_t v = 0; v < slices.size(); ++v)
        accumulate(emit, x, w[v],
                   MutableArrayRef(sums).slice(
                       (r * slices.size() + v) * registers, registers));
    }
  }
  return sums;
}

/// Those of row `r` of the tile, for the step that is `step` after number
/// `first * unrolled` of the block.
DotOperand BlockMatmul::activations(Value row, Value b, Value first, int64_t r,
                                    int64_t step) {
  bool isCopied = copiesInput();
  const FlatBuffer &from = isCopied ? unpacked->input() : input;
  Value x = isCopied ? emit.multiply(emit.subtract(b, sectionStart), block)
                     : emit.add(emit.multiply(row, input.strides[0]),
                                emit.multiply(b, block));
  x = emit.add(x, emit.multiply(first, unrolled * kernel::kStep));
  x = emit.add(x, r * from.strides[0] + step * kernel::kStep);
  return loadActivations(emit, from, x, op.getSignedInput() && !isCopied);
}

/// 0 for the taps that do not exist; what stands in the activations' memory
/// behind the last one is not ours.
Value BlockMatmul::maskTaps(Value levels, int64_t taps) {
  auto type = cast<VectorType>(levels.getType());
  SmallVector<int8_t> mask;
  for (int64_t i = 0; i < type.getNumElements(); ++i)
    mask.push_back(i % kernel::kStep < taps ? -1 : 0);
  Value constant = arith::ConstantOp::create(
      emit.builder, emit.loc, DenseElementsAttr::get(type, ArrayRef(mask)));
  return arith::AndIOp::create(emit.builder, emit.loc, levels, constant);
}

Value BlockMatmul::finishRow(Value sums, Value row, const Slice &slice) {
  OpBuilder &builder = emit.builder;
  int64_t lanes = emit.level.lanes;
  Value factor = emit.splat(emit.loadScalar(rowScale, row), lanes);
  sums = arith::MulFOp::create(builder, emit.loc, sums, factor);
  if (!bias.memory)
    return sums;
  return arith::AddFOp::create(builder, emit.loc, sums,
                               emit.load(bias, slice.channel, lanes));
}

void BlockMatmul::store(Value row, const Slices &slices,
                        const Emitter::Carried &sums) {
  int64_t lanes = emit.level.lanes;
  Value corner =
      emit.add(emit.multiply(row, output.strides[0]), slices.front().channel);
  SmallVector<Result> results;
  for (int64_t r = 0; r < shape.rows; ++r)
    for (auto [v, slice] : llvm::enumerate(slices)) {
      Value result = sums[r * slices.size() + v], factor;
      if (scale.memory)
        factor = emit.load(scale, slice.channel, lanes);
      else
        result = finishRow(result, emit.add(row, r), slice);
      results.push_back({result, factor,
                         r * output.strides[0] + int64_t(v) * lanes,
                         slice.channels});
    }
  storeResults(emit, epilogueOf(op), output, corner, results);
}

} // namespace

void quantc::codegen::emitBlockMatmul(Emitter &emit, kernel::BlockMatmulOp op) {
  BlockMatmul(emit, op).run();
}
