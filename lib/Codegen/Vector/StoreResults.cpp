//===- StoreResults.cpp - From a tile's sums to memory --------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Four vectors A, B, C, D of 32-bit results, in lanes of 128 bits:
//
//   pack to 16 bits, saturating   A0 B0 | A1 B1 | ...      C0 D0 | C1 D1 | ...
//   add the zero point, saturating
//   pack to 8 bits, saturating    A0 B0 C0 D0 | A1 B1 C1 D1 | ...
//   move words of 32 bits         A0 A1 ... B0 B1 ... C0 C1 ... D0 D1 ...
//
//===----------------------------------------------------------------------===//
#include "StoreResults.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include <tuple>

using namespace mlir;
using namespace quantc::codegen;

namespace {

/// Vectors that are packed together.
constexpr size_t kGroup = 4;

/// Packs the codes of one epilogue.
class Packer {
public:
  Packer(Emitter &emit, const Epilogue &epilogue)
      : emit(emit), epilogue(epilogue), lanes(emit.level.lanes),
        zeroPoint(epilogue.resultZeroPoint()) {
    std::tie(low, high) = *epilogue.resultBounds();
  }

  /// Whether the codes are the whole of u8 or i8, or begin with its smallest,
  /// so that packing can clamp below.
  bool saturates() const { return low == 0 || low == -128; }
  /// The bytes of four results, four lanes of each in turn.
  Value packInterleaved(ArrayRef<Result> results);
  /// The bytes of four results, one vector after the other.
  Value pack(ArrayRef<Result> results);

private:
  Value round(const Result &result);
  Value call(int64_t count, Type element, StringRef intrinsic,
             ValueRange operands) {
    return emit.call(emit.vector(count, element), intrinsic, operands);
  }
  /// The name of an instruction's intrinsic for the level's width.
  StringRef ofWidth(StringRef sse, StringRef avx2, StringRef avx512) const {
    return lanes == 4 ? sse : lanes == 8 ? avx2 : avx512;
  }
  Value packWords(Value first, Value second);
  Value packBytes(Value first, Value second);

  Emitter &emit;
  const Epilogue &epilogue;
  int64_t lanes, zeroPoint;
  float low, high;
};

/// The result without its zero point in 32 bits, to be clamped by packing. What
/// packing does not clamp, and what has no integer, is clamped from above
/// before it is rounded.
Value Packer::round(const Result &result) {
  OpBuilder &builder = emit.builder;
  Value value =
      scaleSums(emit, epilogue, result.sums, result.scale, result.residual);
  if (high != (low < 0 ? 127 : 255) || !epilogue.roundsToInt32()) {
    Value bound = emit.splat(high - float(zeroPoint), lanes);
    Value below = arith::CmpFOp::create(
        builder, emit.loc, arith::CmpFPredicate::OLT, value, bound);
    value = arith::SelectOp::create(builder, emit.loc, below, value, bound);
  }
  return call(lanes, emit.i32(), "llvm.lrint", value);
}

Value Packer::packWords(Value first, Value second) {
  Value words =
      call(2 * lanes, emit.i16(),
           ofWidth("llvm.x86.sse2.packssdw.128", "llvm.x86.avx2.packssdw",
                   "llvm.x86.avx512.packssdw.512"),
           {first, second});
  if (zeroPoint == 0)
    return words;
  auto type = cast<VectorType>(words.getType());
  Value offset = arith::ConstantOp::create(
      emit.builder, emit.loc, DenseElementsAttr::get(type, int16_t(zeroPoint)));
  return call(2 * lanes, emit.i16(), "llvm.sadd.sat", {words, offset});
}

Value Packer::packBytes(Value first, Value second) {
  StringRef name =
      low < 0 ? ofWidth("llvm.x86.sse2.packsswb.128", "llvm.x86.avx2.packsswb",
                        "llvm.x86.avx512.packsswb.512")
              : ofWidth("llvm.x86.sse2.packuswb.128", "llvm.x86.avx2.packuswb",
                        "llvm.x86.avx512.packuswb.512");
  return call(4 * lanes, emit.i8(), name, {first, second});
}

Value Packer::packInterleaved(ArrayRef<Result> results) {
  SmallVector<Value, kGroup> rounded;
  for (const Result &result : results)
    rounded.push_back(round(result));
  while (rounded.size() < kGroup)
    rounded.push_back(rounded.back());
  return packBytes(packWords(rounded[0], rounded[1]),
                   packWords(rounded[2], rounded[3]));
}

Value Packer::pack(ArrayRef<Result> results) {
  Value bytes = packInterleaved(results);
  if (lanes == 4)
    return bytes;
  Value words = emit.bitcast(bytes, lanes, emit.i32());
  SmallVector<int64_t> order;
  for (int64_t word = 0; word < lanes; ++word)
    order.push_back(word % (lanes / 4) * 4 + word / (lanes / 4));
  words =
      vector::ShuffleOp::create(emit.builder, emit.loc, words, words, order);
  return emit.bitcast(words, 4 * lanes, emit.i8());
}

Value slice(Emitter &emit, Value bytes, int64_t first, int64_t count) {
  return vector::ExtractStridedSliceOp::create(
      emit.builder, emit.loc, bytes, ArrayRef<int64_t>{first},
      ArrayRef<int64_t>{count}, ArrayRef<int64_t>{1});
}

/// Stores the packed bytes of `results`, neighbours in memory together.
void storePacked(Emitter &emit, const FlatBuffer &to, Value corner,
                 ArrayRef<Result> results, Value bytes) {
  int64_t lanes = emit.level.lanes;
  for (size_t first = 0, next; first < results.size(); first = next) {
    int64_t count = results[first].count;
    for (next = first + 1; next < results.size(); ++next) {
      bool touches = results[next].offset == results[first].offset + count &&
                     count == int64_t(next - first) * lanes;
      if (!touches)
        break;
      count += results[next].count;
    }
    Value piece = slice(emit, bytes, int64_t(first) * lanes, count);
    vector::StoreOp::create(emit.builder, emit.loc, piece, to.memory,
                            emit.add(corner, results[first].offset));
  }
}

} // namespace

bool quantc::codegen::packsCodes(Emitter &emit, const Epilogue &epilogue) {
  return epilogue.codes && epilogue.bounds && emit.level.lanes >= 4 &&
         Packer(emit, epilogue).saturates();
}

void quantc::codegen::storeInterleaved(Emitter &emit, const Epilogue &epilogue,
                                       const FlatBuffer &to, Value position,
                                       ArrayRef<Result> results) {
  Value bytes = Packer(emit, epilogue).packInterleaved(results);
  vector::StoreOp::create(emit.builder, emit.loc, bytes, to.memory, position);
}

void quantc::codegen::storeResults(Emitter &emit, const Epilogue &epilogue,
                                   const FlatBuffer &to, Value corner,
                                   ArrayRef<Result> results) {
  if (!packsCodes(emit, epilogue)) {
    for (const Result &result : results)
      emit.store(
          finish(emit, epilogue, result.sums, result.scale, result.residual),
          to, emit.add(corner, result.offset), result.count);
    return;
  }
  Packer packer(emit, epilogue);
  for (size_t i = 0; i < results.size(); i += kGroup) {
    ArrayRef<Result> group =
        results.slice(i, std::min(kGroup, results.size() - i));
    storePacked(emit, to, corner, group, packer.pack(group));
  }
}
