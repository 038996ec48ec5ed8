//===- CodedMatmul.cpp - Loops for packed weights and reals ---------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Few rows fit into one tile of sums in registers; weights are decoded on their
// way into it:
//
//   for group of channels:
//     sums = bias
//     for block, for tap:
//       sums[row][vector] += x[row][tap] * decode(weights[vector][tap])
//     output = clamp(sums)
//
// With several tiles of rows, some taps at a time are decoded into memory that
// the innermost cache holds, for all rows:
//
//   for group of channels:
//     output = bias
//     for section of taps:
//       decoded = decode(weights[section])
//       for tile of rows:
//         output += sum of x * decoded
//     output = clamp(output)
//
// Either way a sum goes over its taps in their order.
//
//===----------------------------------------------------------------------===//
#include "Decode.h"
#include "DecodeReals.h"
#include "DotProduct.h"
#include "Epilogue.h"
#include "Kernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

namespace {

/// Steps of a loop that decodes, at the least.
constexpr int64_t kFewestSteps = 2;

/// Taps of a section, unless a block has more; and the most a block may have
/// to be decoded at once, so that the stack of a thread has room for it.
constexpr int64_t kSection = 128, kLargestBlock = 256;

/// Vectors of channels that a section may be wide.
constexpr int64_t kSectionVectors = 3;

/// Taps of a loop over what is decoded.
constexpr int64_t kTapsAtOnce = 4;

struct RealTile {
  int64_t rows, vectors;

  /// The fewest reads for each multiplication: of a row's activation, and of a
  /// vector of weights. Few rows leave registers for more vectors, so that
  /// enough additions are under way at a time.
  static RealTile choose(int64_t rows, int64_t channels, const Level &level) {
    auto slices = int64_t(llvm::divideCeil(channels, level.lanes));
    int64_t sums = level.registers - (level.registers > 16 ? 8 : 6);
    auto reads = [](const RealTile &tile) {
      return double(tile.rows + tile.vectors) /
             double(tile.rows * tile.vectors);
    };
    RealTile best{1, 1};
    for (int64_t vectors = 1; vectors <= std::min<int64_t>(slices, 4);
         ++vectors) {
      int64_t most = std::max<int64_t>(1, sums / vectors);
      auto tiles = int64_t(llvm::divideCeil(rows, most));
      RealTile tile{int64_t(llvm::divideCeil(rows, tiles)), vectors};
      bool isDecodedOnce = tiles == 1;
      if ((vectors <= kSectionVectors || isDecodedOnce) &&
          reads(tile) < reads(best))
        best = tile;
    }
    return best;
  }
};

class CodedMatmul {
public:
  CodedMatmul(Emitter &emit, kernel::CodedMatmulOp op, bool contract);
  void run();

private:
  using Carried = Emitter::Carried;

  /// One vector of result channels.
  struct Slice {
    Value panel; ///< The panel it is part of ...
    Value lane;  ///< ... and its first channel in it.
    Value channel;
    int64_t channels; ///< That exist.
  };
  using Slices = SmallVector<Slice>;

  /// Some taps of one block.
  struct Taps {
    Value block;
    Value step; ///< The first, a multiple of the steps that planes repeat in.
    int64_t count;
  };

  /// What a block's levels become weights with.
  struct BlockScale {
    SmallVector<Value> scales, zeros;
  };

  /// Gets the vectors of weights of each tap, the first one being number 0.
  using UseWeights = function_ref<void(int64_t tap, ArrayRef<Value> weights)>;

  Slices slicesFrom(Value first, int64_t count, int64_t channels);
  void group(const Slices &slices);

  // Decoding
  BlockScale scaleOf(Value block, const Slices &slices);
  void decode(const Taps &taps, const Slices &slices, const BlockScale &scale,
              UseWeights use);
  /// decode() in a loop; `use` gets the first tap of an iteration, counted from
  /// the first of `taps`, as a value.
  Carried
  decodeAll(const Taps &taps, const Slices &slices, Carried carried,
            function_ref<void(Value, int64_t, ArrayRef<Value>, Carried &)> use);

  // One tile of rows
  void direct(const Slices &slices);
  Value startOf(const Slice &slice);
  void accumulateTap(Value position, int64_t rows, ArrayRef<Value> weights,
                     MutableArrayRef<Value> sums);

  // Several tiles of rows
  bool hasSections() const;
  /// Whether sums need not wait in the output for more of them.
  bool isOneSection() const { return depth <= section; }
  void inSections(const Slices &slices);
  void fill(Value first, int64_t count, const Slices &slices);
  void addSection(Value first, int64_t count, const Slices &slices);
  void addToTile(Value row, int64_t rows, Value first, int64_t count,
                 const Slices &slices);
  void forEachRow(const Slices &slices,
                  function_ref<Value(Value position, const Slice &)> value);
  FlatBuffer makeScratch();

  Value outputAt(Value row, const Slice &slice);
  Value clamped(Value sums);

  Emitter &emit;
  kernel::CodedMatmulOp op;
  bool contract;
  FlatBuffer input, weights, scales, zeros, bias, output, scratch;
  int64_t rows, depth, block, section;
  kernel::Planes planes;
  RealTile shape;
  std::optional<RealLevels> levels;
};

CodedMatmul::CodedMatmul(Emitter &emit, kernel::CodedMatmulOp op, bool contract)
    : emit(emit), op(op), contract(contract),
      input(emit.flatten(op.getInput())),
      weights(emit.flatten(op.getWeights())),
      scales(emit.flatten(op.getScales())), bias(emit.flatten(op.getBias())),
      output(emit.flatten(op.getOutput())), rows(input.shape[0]),
      depth(input.shape[1]), block(op.getBlock()),
      planes(kernel::Planes::of(op.getBits(), kernel::stepsOf(op.getBlock()))),
      shape(RealTile::choose(rows, output.shape[1], emit.level)) {
  FlatBuffer table;
  if (op.getTable())
    table = emit.flatten(op.getTable());
  if (op.getZeros())
    zeros = emit.flatten(op.getZeros());
  levels.emplace(emit, op.getLevels(), table);
  section = kSection;
  if (block < depth)
    section = std::max<int64_t>(kSection / block, 1) * block;
}

/// Whether a section is some blocks or a part of the only one.
bool CodedMatmul::hasSections() const {
  return rows > shape.rows && (block >= depth || block <= kLargestBlock);
}

void CodedMatmul::run() {
  int64_t channels = output.shape[1], lanes = emit.level.lanes;
  int64_t groupChannels = shape.vectors * lanes;
  int64_t whole = channels / groupChannels, rest = channels % groupChannels;
  if (hasSections())
    scratch = makeScratch();
  if (whole > 0)
    emit.forEach(whole, [&](Value i) {
      group(slicesFrom(emit.multiply(i, shape.vectors), shape.vectors,
                       groupChannels));
    });
  if (rest > 0)
    group(slicesFrom(emit.index(whole * shape.vectors),
                     llvm::divideCeil(rest, lanes), rest));
}

CodedMatmul::Slices CodedMatmul::slicesFrom(Value first, int64_t count,
                                            int64_t channels) {
  int64_t lanes = emit.level.lanes;
  Value size = emit.index(kernel::kPanel);
  Slices slices;
  for (int64_t v = 0; v < count; ++v) {
    Value channel = emit.multiply(emit.add(first, v), lanes);
    slices.push_back(
        {emit.builder.createOrFold<arith::DivUIOp>(emit.loc, channel, size),
         emit.builder.createOrFold<arith::RemUIOp>(emit.loc, channel, size),
         channel, std::min(lanes, channels - v * lanes)});
  }
  return slices;
}

/// All of a group is one operation: parts that threads do may not keep what is
/// decoded apart from its use.
void CodedMatmul::group(const Slices &slices) {
  if (!hasSections())
    return direct(slices);
  OpBuilder &builder = emit.builder;
  auto once = scf::ForOp::create(builder, emit.loc, emit.index(0),
                                 emit.index(1), emit.index(1));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(once.getBody());
  inSections(slices);
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

CodedMatmul::BlockScale CodedMatmul::scaleOf(Value b, const Slices &slices) {
  BlockScale result;
  for (const Slice &slice : slices) {
    Value position = emit.add(emit.multiply(slice.panel, scales.strides[0]),
                              emit.multiply(b, scales.strides[1]));
    position = emit.add(position, slice.lane);
    result.scales.push_back(loadScales(emit, scales, position,
                                       op.getScaleType(),
                                       op.getFactor().convertToFloat()));
    if (zeros.memory)
      result.zeros.push_back(emit.load(zeros, position, emit.level.lanes));
  }
  return result;
}

void CodedMatmul::decode(const Taps &taps, const Slices &slices,
                         const BlockScale &scale, UseWeights use) {
  OpBuilder &builder = emit.builder;
  int64_t steps = kernel::stepsOf(taps.count);
  SmallVector<CodeVectors> codes;
  for (const Slice &slice : slices) {
    Value corner = emit.add(emit.multiply(slice.panel, weights.strides[0]),
                            emit.multiply(taps.block, weights.strides[1]));
    corner = emit.add(corner, emit.multiply(slice.lane, kernel::kStep));
    SmallVector<Value> positions;
    for (const kernel::Planes::Plane &plane : planes.planes) {
      Value vector = builder.createOrFold<arith::DivUIOp>(
          emit.loc, taps.step, emit.index(plane.stepsPerVector()));
      positions.push_back(
          emit.add(emit.add(corner, plane.first * kernel::Planes::kVector),
                   emit.multiply(vector, kernel::Planes::kVector)));
    }
    codes.emplace_back(emit, weights, planes, positions, steps);
  }
  for (int64_t step = 0; step < steps; ++step) {
    SmallVector<SmallVector<Value, 4>> vectors;
    for (CodeVectors &code : codes)
      vectors.push_back(levels->decode(code.step(step)));
    for (int64_t tap = 0; tap < kernel::kStep; ++tap) {
      if (step * kernel::kStep + tap >= taps.count)
        return;
      SmallVector<Value> w;
      for (size_t v = 0; v < slices.size(); ++v) {
        Value level = vectors[v][tap];
        if (zeros.memory)
          level =
              arith::SubFOp::create(builder, emit.loc, level, scale.zeros[v]);
        w.push_back(
            arith::MulFOp::create(builder, emit.loc, level, scale.scales[v]));
      }
      use(step * kernel::kStep + tap, w);
    }
  }
}

CodedMatmul::Carried CodedMatmul::decodeAll(
    const Taps &taps, const Slices &slices, Carried carried,
    function_ref<void(Value, int64_t, ArrayRef<Value>, Carried &)> use) {
  int64_t steps = std::max(planes.period(), kFewestSteps);
  int64_t size = steps * kernel::kStep;
  int64_t whole = taps.count / size, rest = taps.count % size;
  BlockScale scale = scaleOf(taps.block, slices);
  auto some = [&](Value i, int64_t count, Carried &carried) {
    Taps part{taps.block, emit.add(taps.step, emit.multiply(i, steps)), count};
    Value first = emit.multiply(i, size);
    decode(part, slices, scale, [&](int64_t tap, ArrayRef<Value> w) {
      use(first, tap, w, carried);
    });
  };
  if (whole > 0)
    carried = emit.forEach(whole, carried, [&](Value i, Carried carried) {
      some(i, size, carried);
      return carried;
    });
  if (rest > 0)
    some(emit.index(whole), rest, carried);
  return carried;
}

//===----------------------------------------------------------------------===//
// One tile of rows
//===----------------------------------------------------------------------===//

Value CodedMatmul::startOf(const Slice &slice) {
  return emit.load(bias, slice.channel, emit.level.lanes);
}

/// sums[row][vector] += input[position + row] * weights[vector]
void CodedMatmul::accumulateTap(Value position, int64_t rows, ArrayRef<Value> w,
                                MutableArrayRef<Value> sums) {
  for (int64_t r = 0; r < rows; ++r) {
    Value x = emit.splat(
        emit.loadScalar(input, emit.add(position, r * input.strides[0])),
        emit.level.lanes);
    for (size_t v = 0; v < w.size(); ++v) {
      Value &sum = sums[r * w.size() + v];
      sum = multiplyAddFloat(emit, x, w[v], sum, contract);
    }
  }
}

void CodedMatmul::direct(const Slices &slices) {
  auto addBlock = [&](Value row, Value b, int64_t count, Carried sums) {
    Value corner =
        emit.add(emit.multiply(row, input.strides[0]), emit.multiply(b, block));
    return decodeAll(
        {b, emit.index(0), count}, slices, std::move(sums),
        [&](Value first, int64_t tap, ArrayRef<Value> w, Carried &sums) {
          Value position = emit.add(emit.add(corner, first), tap);
          accumulateTap(position, shape.rows, w, sums);
        });
  };
  emit.forEachTile(rows, shape.rows, [&](Value row) {
    Carried sums;
    for (int64_t r = 0; r < shape.rows; ++r)
      for (const Slice &slice : slices)
        sums.push_back(startOf(slice));
    int64_t whole = depth / block, rest = depth % block;
    if (whole > 0)
      sums = emit.forEach(whole, sums, [&](Value b, Carried sums) {
        return addBlock(row, b, block, sums);
      });
    if (rest > 0)
      sums = addBlock(row, emit.index(whole), rest, sums);
    for (int64_t r = 0; r < shape.rows; ++r)
      for (auto [v, slice] : llvm::enumerate(slices))
        emit.store(clamped(sums[r * slices.size() + v]), output,
                   outputAt(emit.add(row, r), slice), slice.channels);
  });
}

//===----------------------------------------------------------------------===//
// Several tiles of rows
//===----------------------------------------------------------------------===//

/// At the entry of the function, so that a group takes no memory of its own.
FlatBuffer CodedMatmul::makeScratch() {
  OpBuilder::InsertionGuard guard(emit.builder);
  auto *parent = emit.builder.getInsertionBlock()->getParentOp();
  auto function = dyn_cast<func::FuncOp>(parent);
  if (!function)
    function = parent->getParentOfType<func::FuncOp>();
  emit.builder.setInsertionPointToStart(&function.getBody().front());
  FlatBuffer result;
  int64_t width = shape.vectors * emit.level.lanes;
  result.shape = {section, width};
  result.strides = {width, 1};
  result.element = emit.f32();
  result.memory = memref::AllocaOp::create(
      emit.builder, emit.loc, MemRefType::get({section * width}, emit.f32()),
      emit.builder.getI64IntegerAttr(64));
  return result;
}

void CodedMatmul::inSections(const Slices &slices) {
  if (isOneSection()) {
    fill(emit.index(0), depth, slices);
    return addSection(emit.index(0), depth, slices);
  }
  forEachRow(slices, [&](Value, const Slice &slice) { return startOf(slice); });
  int64_t whole = depth / section, rest = depth % section;
  auto add = [&](Value first, int64_t count) {
    fill(first, count, slices);
    addSection(first, count, slices);
  };
  if (whole > 0)
    emit.forEach(whole, {}, [&](Value i, Carried) {
      add(emit.multiply(i, section), section);
      return Carried{};
    });
  if (rest > 0)
    add(emit.index(whole * section), rest);
  if (op.getBounds())
    forEachRow(slices, [&](Value position, const Slice &slice) {
      return clamped(
          emit.loadPart(output, position, emit.level.lanes, slice.channels));
    });
}

/// Decodes taps [first, first + count).
void CodedMatmul::fill(Value first, int64_t count, const Slices &slices) {
  OpBuilder &builder = emit.builder;
  auto store = [&](Value from) {
    return [&, from](Value first, int64_t tap, ArrayRef<Value> w, Carried &) {
      Value row = emit.add(emit.add(from, first), tap);
      Value position = emit.multiply(row, scratch.strides[0]);
      for (auto [v, vector] : llvm::enumerate(w))
        emit.store(vector, scratch,
                   emit.add(position, int64_t(v) * emit.level.lanes),
                   emit.level.lanes);
    };
  };
  if (block >= depth) {
    Value step = builder.createOrFold<arith::DivUIOp>(
        emit.loc, first, emit.index(kernel::kStep));
    decodeAll({emit.index(0), step, count}, slices, {}, store(emit.index(0)));
    return;
  }
  Value firstBlock =
      builder.createOrFold<arith::DivUIOp>(emit.loc, first, emit.index(block));
  int64_t whole = count / block, rest = count % block;
  auto fillBlock = [&](Value i, int64_t taps) {
    decodeAll({emit.add(firstBlock, i), emit.index(0), taps}, slices, {},
              store(emit.multiply(i, block)));
  };
  if (whole > 0)
    emit.forEach(whole, {}, [&](Value i, Carried) {
      fillBlock(i, block);
      return Carried{};
    });
  if (rest > 0)
    fillBlock(emit.index(whole), rest);
}

/// No tile overlaps another: each adds to what the output has.
void CodedMatmul::addSection(Value first, int64_t count, const Slices &slices) {
  int64_t whole = rows / shape.rows, rest = rows % shape.rows;
  emit.forEach(whole, {}, [&](Value i, Carried) {
    addToTile(emit.multiply(i, shape.rows), shape.rows, first, count, slices);
    return Carried{};
  });
  if (rest > 0)
    addToTile(emit.index(whole * shape.rows), rest, first, count, slices);
}

void CodedMatmul::addToTile(Value row, int64_t tileRows, Value first,
                            int64_t count, const Slices &slices) {
  int64_t lanes = emit.level.lanes;
  Carried sums;
  for (int64_t r = 0; r < tileRows; ++r)
    for (const Slice &slice : slices)
      sums.push_back(isOneSection()
                         ? startOf(slice)
                         : emit.loadPart(output,
                                         outputAt(emit.add(row, r), slice),
                                         lanes, slice.channels));
  Value corner = emit.add(emit.multiply(row, input.strides[0]), first);
  auto taps = [&](Value from, int64_t number, Carried sums) {
    for (int64_t tap = 0; tap < number; ++tap) {
      Value place = emit.multiply(emit.add(from, tap), scratch.strides[0]);
      SmallVector<Value> w;
      for (size_t v = 0; v < slices.size(); ++v)
        w.push_back(
            emit.load(scratch, emit.add(place, int64_t(v) * lanes), lanes));
      accumulateTap(emit.add(corner, emit.add(from, tap)), tileRows, w, sums);
    }
    return sums;
  };
  int64_t whole = count / kTapsAtOnce, rest = count % kTapsAtOnce;
  if (whole > 0)
    sums = emit.forEach(whole, sums, [&](Value i, Carried sums) {
      return taps(emit.multiply(i, kTapsAtOnce), kTapsAtOnce, sums);
    });
  if (rest > 0)
    sums = taps(emit.index(whole * kTapsAtOnce), rest, sums);
  for (int64_t r = 0; r < tileRows; ++r)
    for (auto [v, slice] : llvm::enumerate(slices))
      emit.store(isOneSection() ? clamped(sums[r * slices.size() + v])
                                : sums[r * slices.size() + v],
                 output, outputAt(emit.add(row, r), slice), slice.channels);
}

/// output[row] = value(...) for every row of the group.
void CodedMatmul::forEachRow(
    const Slices &slices,
    function_ref<Value(Value position, const Slice &)> value) {
  emit.forEach(rows, {}, [&](Value row, Carried) {
    for (const Slice &slice : slices) {
      Value position = outputAt(row, slice);
      emit.store(value(position, slice), output, position, slice.channels);
    }
    return Carried{};
  });
}

Value CodedMatmul::outputAt(Value row, const Slice &slice) {
  return emit.add(emit.multiply(row, output.strides[0]), slice.channel);
}

Value CodedMatmul::clamped(Value sums) {
  Epilogue epilogue{/*codes=*/false, 0, {}, false, {}};
  if (auto bounds = op.getBounds())
    epilogue.bounds = {(*bounds)[0], (*bounds)[1]};
  return finish(emit, epilogue, sums, Value());
}

} // namespace

void quantc::codegen::emitCodedMatmul(Emitter &emit, kernel::CodedMatmulOp op,
                                      bool contract) {
  CodedMatmul(emit, op, contract).run();
}
