//===- Together.cpp - Ops that share a loop over vectors ------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "VectorBody.h"
#include "Vectorizer.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc::codegen;

namespace quantc::codegen {

/// The loop that several ops share.
class SharedLoop {
public:
  explicit SharedLoop(MutableArrayRef<Vectorizer> members);
  void run();

private:
  using Places = SmallVector<Vectorizer::Places>;

  /// Where each member is at `position`.
  Places placesAt(Value position);
  /// `vectors` of them through one member before the next one; the last has
  /// `some` values.
  void visit(const Places &at, int64_t vectors, int64_t some);
  void visit(size_t k, ArrayRef<Vectorizer::Places> places, int64_t some);

  MutableArrayRef<Vectorizer> members;
  Emitter &emit;
  int64_t size, width, chunk;
  /// The partial sums of all members, and which are whose.
  Emitter::Carried sums;
  SmallVector<size_t> first, number;
};

SharedLoop::SharedLoop(MutableArrayRef<Vectorizer> members)
    : members(members), emit(members.front().emit),
      size(members.front().nest.loops.back().size),
      width(members.front().sumWidth()), chunk(width) {
  for (Vectorizer &member : members) {
    Emitter::Carried own;
    if (member.nest.loops.back().reduces)
      own = member.startSums(combinerOf(member.op));
    first.push_back(sums.size());
    number.push_back(own.size());
    int64_t vectors = std::max(int64_t(own.size()), member.sideBySide());
    chunk = std::max(chunk, vectors * width);
    sums.append(own);
  }
}

SharedLoop::Places SharedLoop::placesAt(Value position) {
  Places at;
  for (Vectorizer &member : members)
    at.push_back(
        member.moved(member.start, member.nest.loops.back(), position));
  return at;
}

void SharedLoop::visit(size_t k, ArrayRef<Vectorizer::Places> places,
                       int64_t some) {
  Vectorizer &member = members[k];
  const StridedLoop &loop = member.nest.loops.back();
  if (number[k] == 0 && (some == width || member.canWiden()))
    return member.chunks(places, loop, width, some);
  for (auto [i, place] : llvm::enumerate(places)) {
    int64_t count = i + 1 < places.size() ? width : some;
    if (number[k] == 0) {
      member.chunk({}, place, loop, count);
      continue;
    }
    Value &sum = sums[first[k] + i % number[k]];
    sum = member.accumulate(combinerOf(member.op), place, count, sum);
  }
}

void SharedLoop::visit(const Places &at, int64_t vectors, int64_t some) {
  for (auto [k, member] : llvm::enumerate(members)) {
    Places places;
    for (int64_t i = 0; i < vectors; ++i)
      places.push_back(
          member.moved(at[k], i * width, member.nest.loops.back()));
    visit(k, places, some);
  }
}

void SharedLoop::run() {
  int64_t whole = size / chunk, rest = size % chunk;
  if (whole > 0)
    sums = emit.forEach(whole, sums, [&](Value i, Emitter::Carried carried) {
      sums = std::move(carried);
      visit(placesAt(emit.multiply(i, chunk)), chunk / width, width);
      return sums;
    });
  int64_t vectors = llvm::divideCeil(rest, width);
  if (rest > 0)
    visit(placesAt(emit.index(whole * chunk)), vectors,
          rest - (vectors - 1) * width);
  for (auto [k, member] : llvm::enumerate(members))
    if (number[k] > 0)
      member.store(combinerOf(member.op),
                   Emitter::Carried(ArrayRef(sums).slice(first[k], number[k])),
                   member.start);
}

} // namespace quantc::codegen

void Vectorizer::together(MutableArrayRef<Vectorizer> members) {
  SharedLoop(members).run();
}
