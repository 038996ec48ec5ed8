//===- RowGroups.cpp - Loops that can run row by row ----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "RowGroups.h"

#include "lib/Codegen/Vector/StridedNest.h"
#include "lib/Codegen/Vector/VectorBody.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/Support/MathExtras.h"
#include <set>

using namespace mlir;
using namespace quantc::codegen;

namespace {

/// Rows of fewer elements leave vectors half empty.
constexpr int64_t kLeastElements = 32;

//===----------------------------------------------------------------------===//
// What ops read and write
//===----------------------------------------------------------------------===//

enum class Memory { Arena, Constant, Caller };

/// The bytes that an operand of an op touches.
struct Access {
  Value root;
  Memory memory;
  bool written;
  int64_t begin, end = 0;          ///< All of them, from the root on.
  int64_t rowEnd = 0;              ///< Those of the first row.
  int64_t element = 0;             ///< Bytes of one element.
  int64_t step = 0;                ///< From one to the next, if in one loop.
  SmallVector<int64_t> rowStrides; ///< From one row to the next, by loop.
};

/// Where the memory of `buffer` begins: its root, and bytes in there.
std::optional<std::pair<Value, int64_t>> originOf(Value buffer) {
  while (auto view = buffer.getDefiningOp<ViewLikeOpInterface>()) {
    if (auto bytes = dyn_cast<memref::ViewOp>(*view)) {
      std::optional<int64_t> shift = getConstantIntValue(bytes.getByteShift());
      if (!shift)
        return std::nullopt;
      return std::pair(bytes.getSource(), *shift);
    }
    buffer = view.getViewSource();
  }
  return std::pair(buffer, int64_t(0));
}

std::optional<Memory> memoryOf(Value buffer, Value root) {
  if (root.getDefiningOp<memref::GetGlobalOp>())
    return Memory::Constant;
  if (!isa<BlockArgument>(root))
    return std::nullopt;
  while (auto view = buffer.getDefiningOp<ViewLikeOpInterface>()) {
    if (isa<memref::ViewOp>(*view))
      return Memory::Arena;
    buffer = view.getViewSource();
  }
  return Memory::Caller;
}

/// The accesses of one op whose outer loops are `rows` and whose other loops
/// are `nest`; none if they are not known.
std::optional<SmallVector<Access>> accessesOf(linalg::LinalgOp op,
                                              const StridedNest &nest,
                                              ArrayRef<StridedLoop> rows) {
  SmallVector<Access> accesses;
  for (auto [number, operand] : llvm::enumerate(op->getOpOperands())) {
    auto type = dyn_cast<MemRefType>(operand.get().getType());
    if (!type)
      continue;
    auto origin = originOf(operand.get());
    if (!origin)
      return std::nullopt;
    auto memory = memoryOf(operand.get(), origin->first);
    if (!memory)
      return std::nullopt;
    int64_t bytes = llvm::divideCeil(type.getElementTypeBitWidth(), 8);
    int64_t offset = type.getStridesAndOffset().second + nest.offsets[number];
    Access access{origin->first, *memory, op.isDpsInit(&operand),
                  origin->second + offset * bytes};
    access.rowEnd = access.begin + bytes;
    access.element = bytes;
    access.step =
        nest.loops.size() == 1 ? nest.loops.front().strides[number] : 0;
    for (const StridedLoop &loop : nest.loops) {
      if (loop.strides[number] < 0)
        return std::nullopt;
      access.rowEnd += (loop.size - 1) * loop.strides[number] * bytes;
    }
    access.end = access.rowEnd;
    for (const StridedLoop &loop : rows) {
      if (loop.strides[number] < 0)
        return std::nullopt;
      access.rowStrides.push_back(loop.strides[number] * bytes);
      access.end += (loop.size - 1) * loop.strides[number] * bytes;
    }
    accesses.push_back(std::move(access));
  }
  return accesses;
}

/// Whether no row of `lhs` touches another row of `rhs`.
bool areRowsApart(const Access &lhs, const Access &rhs,
                  ArrayRef<int64_t> sizes) {
  if (lhs.rowStrides != rhs.rowStrides)
    return false;
  int64_t span =
      std::max(lhs.rowEnd, rhs.rowEnd) - std::min(lhs.begin, rhs.begin);
  for (auto [size, stride] :
       llvm::reverse(llvm::zip_equal(sizes, lhs.rowStrides))) {
    if (stride < span)
      return false;
    span += (size - 1) * stride;
  }
  return true;
}

/// Whether it matters which of the two comes first.
bool areInOrder(const Access &lhs, const Access &rhs) {
  if (!lhs.written && !rhs.written)
    return false;
  if (lhs.root != rhs.root)
    return lhs.memory == rhs.memory; // Callers may hand in what they like.
  return lhs.begin < rhs.end && rhs.begin < lhs.end;
}

/// Whether two ops may take turns row by row as far as these are concerned.
bool canTakeTurns(const Access &lhs, const Access &rhs,
                  ArrayRef<int64_t> sizes) {
  return !areInOrder(lhs, rhs) ||
         (lhs.root == rhs.root && areRowsApart(lhs, rhs, sizes));
}

/// Whether each step over a row touches the same element by both.
bool areInStep(const Access &lhs, const Access &rhs) {
  return lhs.root == rhs.root && lhs.begin == rhs.begin &&
         lhs.element == rhs.element && lhs.step != 0 && lhs.step == rhs.step;
}

//===----------------------------------------------------------------------===//
// Groups
//===----------------------------------------------------------------------===//

/// An op that vectors can do, with its loops.
struct Member {
  linalg::LinalgOp op;
  StridedNest nest;
  bool reduces;

  static std::optional<Member> of(linalg::LinalgOp op);
  /// The results of a reduction.
  int64_t rows() const;
};

/// Whether the body reads nothing but elements and constants.
bool readsConstantsOnly(linalg::LinalgOp op) {
  WalkResult walk = op.getBlock()->walk([](memref::LoadOp load) {
    return load.getMemRef().getDefiningOp<memref::GetGlobalOp>()
               ? WalkResult::advance()
               : WalkResult::interrupt();
  });
  return !walk.wasInterrupted();
}

std::optional<Member> Member::of(linalg::LinalgOp op) {
  if (!op.hasPureBufferSemantics() || !hasVectorBody(op) ||
      !readsConstantsOnly(op))
    return std::nullopt;
  std::optional<StridedNest> nest = StridedNest::of(op);
  if (!nest)
    return std::nullopt;
  bool reduces = nest->reductions() > 0;
  if (reduces && (!nest->reducedLanes(op) || !combinerOf(op)))
    return std::nullopt;
  return Member{op, std::move(*nest), reduces};
}

int64_t Member::rows() const {
  int64_t rows = 1;
  for (const StridedLoop &loop : nest.loops)
    if (!loop.reduces)
      rows *= loop.size;
  return rows;
}

/// Adds the sizes of what outer loops of `nest` count through up to `rows`.
bool addCuts(const StridedNest &nest, int64_t rows, std::set<int64_t> &cuts) {
  int64_t counted = 1;
  for (const StridedLoop &loop : nest.loops) {
    if (counted == rows)
      break;
    if (loop.reduces || rows % counted != 0)
      return false;
    counted = std::min(counted * loop.size, rows);
    cuts.insert(counted);
  }
  return counted == rows;
}

/// One pass over a row: ops by number, and the size of the loop that they
/// share; 1 for a single element, 0 for what has more loops.
struct Pass {
  int64_t size;
  SmallVector<size_t> members;
};

class Grouper {
public:
  /// `seed` reduces.
  explicit Grouper(const Member &seed) : rows(seed.rows()) { add(seed, true); }

  /// Takes `member` in, behind the others or before them, if it may.
  bool add(const Member &member, bool behind);

  size_t size() const { return members.size(); }
  /// All that was taken in, in as few passes as possible.
  RowGroup finish() const;

private:
  void schedule(size_t number, ArrayRef<SmallVector<Access>> all,
                SmallVectorImpl<Pass> &passes) const;
  int64_t loopSize(const Member &member) const;
  std::optional<SmallVector<int64_t>> sizesWith(const Member &member) const;
  static std::optional<SmallVector<Access>> accesses(const Member &member,
                                                     ArrayRef<int64_t> sizes);

  int64_t rows;
  std::set<int64_t> cuts;
  SmallVector<int64_t> sizes;
  SmallVector<Member> members;
};

std::optional<SmallVector<int64_t>>
Grouper::sizesWith(const Member &member) const {
  std::set<int64_t> all = cuts;
  if (!addCuts(member.nest, rows, all))
    return std::nullopt;
  SmallVector<int64_t> sizes;
  int64_t counted = 1;
  for (int64_t cut : all) {
    if (cut % counted != 0)
      return std::nullopt;
    if (cut > counted)
      sizes.push_back(cut / counted);
    counted = cut;
  }
  return sizes;
}

std::optional<SmallVector<Access>> Grouper::accesses(const Member &member,
                                                     ArrayRef<int64_t> sizes) {
  StridedNest nest = member.nest;
  auto outer = nest.takeOuter(sizes);
  if (!outer || (!member.reduces && !nest.loops.empty() &&
                 !nest.parallelLanes(member.op, 1)))
    return std::nullopt;
  return accessesOf(member.op, nest, *outer);
}

bool Grouper::add(const Member &member, bool behind) {
  std::optional<SmallVector<int64_t>> refined = sizesWith(member);
  if (!refined)
    return false;
  auto own = accesses(member, *refined);
  if (!own)
    return false;
  for (const Member &other : members) {
    auto others = accesses(other, *refined);
    if (!others)
      return false;
    for (const Access &lhs : *own)
      for (const Access &rhs : *others)
        if (!canTakeTurns(lhs, rhs, *refined))
          return false;
  }
  addCuts(member.nest, rows, cuts);
  members.insert(behind ? members.end() : members.begin(), member);
  sizes = std::move(*refined);
  return true;
}

int64_t Grouper::loopSize(const Member &member) const {
  StridedNest nest = member.nest;
  nest.takeOuter(sizes);
  if (nest.loops.empty())
    return 1;
  return nest.loops.size() == 1 ? nest.loops.front().size : 0;
}

/// Puts an op into the first pass of its size behind all that it depends on, or
/// into the same as they are if every step needs one element of them only.
void Grouper::schedule(size_t number, ArrayRef<SmallVector<Access>> all,
                       SmallVectorImpl<Pass> &passes) const {
  int64_t size = loopSize(members[number]);
  size_t earliest = 0;
  for (auto [i, pass] : llvm::enumerate(passes))
    for (size_t other : pass.members)
      for (const Access &lhs : all[other])
        for (const Access &rhs : all[number])
          if (areInOrder(lhs, rhs)) {
            bool together =
                size > 1 && pass.size == size && areInStep(lhs, rhs);
            earliest = std::max(earliest, together ? i : i + 1);
          }
  for (Pass &pass : MutableArrayRef(passes).drop_front(earliest))
    if (size > 1 && pass.size == size)
      return pass.members.push_back(number);
  passes.insert(passes.begin() + earliest, Pass{size, {number}});
}

RowGroup Grouper::finish() const {
  SmallVector<SmallVector<Access>> all;
  for (const Member &member : members)
    all.push_back(*accesses(member, sizes));
  SmallVector<Pass> passes;
  for (size_t number = 0; number < members.size(); ++number)
    schedule(number, all, passes);
  RowGroup group;
  group.sizes = sizes;
  for (auto [i, pass] : llvm::enumerate(passes))
    for (size_t number : pass.members) {
      group.ops.push_back(members[number].op);
      group.passes.push_back(i);
    }
  return group;
}

/// The groups among ops that follow each other; none stands for an op that
/// cannot be part of one.
void findAmong(ArrayRef<std::optional<Member>> members,
               SmallVectorImpl<RowGroup> &groups) {
  size_t free = 0;
  for (size_t seed = 0; seed < members.size(); ++seed) {
    const std::optional<Member> &member = members[seed];
    if (seed < free || !member || !member->reduces || member->rows() < 2 ||
        member->nest.loops.back().size < kLeastElements)
      continue;
    Grouper grouper(*member);
    for (size_t i = seed; i-- > free;)
      if (!members[i] || !grouper.add(*members[i], /*behind=*/false))
        break;
    free = seed + 1;
    while (free < members.size() && members[free] &&
           grouper.add(*members[free], /*behind=*/true))
      ++free;
    if (grouper.size() > 1)
      groups.push_back(grouper.finish());
  }
}

} // namespace

SmallVector<RowGroup> quantc::codegen::findRowGroups(Block &block) {
  SmallVector<RowGroup> groups;
  SmallVector<std::optional<Member>> members;
  for (Operation &op : block) {
    if (auto loops = dyn_cast<linalg::LinalgOp>(op)) {
      members.push_back(Member::of(loops));
    } else if (!isMemoryEffectFree(&op)) {
      findAmong(members, groups);
      members.clear();
    }
  }
  findAmong(members, groups);
  return groups;
}
