//===- CountWork.cpp - What a program has to do ---------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Codegen/Latency.h"
#include "quantc/Support/LayerName.h"
#include "quantc/Support/Parallel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

namespace {

/// What arguments of a function are known to be.
using Known = llvm::DenseMap<Value, int64_t>;

/// Iterations of a loop of whose bounds nothing is known.
constexpr double kSomeIterations = 1;

int64_t bitsOf(Type type) {
  if (auto vector = dyn_cast<VectorType>(type))
    return vector.getNumElements() * vector.getElementTypeBitWidth();
  return type.isIntOrFloat() ? type.getIntOrFloatBitWidth() : 64;
}

Price priceOf(Operation &op) {
  if (isa<math::FmaOp, arith::MulFOp>(op))
    return Price::MultiplyAdd;
  // Units of their own on many CPUs, beside those that multiply.
  if (isa<arith::XOrIOp, arith::AndIOp, arith::OrIOp, arith::AddIOp,
          arith::SubIOp, arith::AddFOp, arith::SubFOp>(op))
    return Price::Simple;
  if (isa<arith::DivFOp, math::SqrtOp>(op))
    return Price::Divide;
  return Price::Operation;
}

/// LLVM unrolls an innermost loop of a few scalar operations about so often.
constexpr double kUnrolled = 8, kMostUnrolled = 12;

bool isUnrolled(const Work &body) {
  auto has = [&](Price price) {
    return body.counts[static_cast<size_t>(price)] > 0;
  };
  bool computesVectors = has(Price::Dot) || has(Price::MultiplyAdd) ||
                         has(Price::Simple) || has(Price::Divide) ||
                         has(Price::Operation);
  return body.loops.empty() && !computesVectors &&
         body.operations() <= kMostUnrolled * body.times;
}

/// Whether LLVM turns a loop of scalars into one of vectors, lookups and all:
/// it has enough to compute, and nothing to hand on.
constexpr int64_t kFewestVectorized = 5;

bool isVectorized(scf::ForOp loop) {
  if (!loop.getInitArgs().empty())
    return false;
  int64_t operations = 0;
  for (Operation &op : *loop.getBody()) {
    if (op.getNumRegions() > 0)
      return false;
    for (Type type : op.getResultTypes()) {
      if (isa<VectorType>(type))
        return false;
      operations +=
          type.isIntOrFloat() &&
          isa<arith::ArithDialect, math::MathDialect>(op.getDialect());
    }
  }
  return operations >= kFewestVectorized;
}

class Counter {
public:
  Counter(const Level &level, const Known &known)
      : registerBits(32.0 * level.lanes), known(known) {}

  Work block(Block &block) {
    Work work;
    for (Operation &op : block)
      add(op, work);
    return work;
  }

  Work operation(Operation &op) {
    Work work;
    add(op, work);
    return work;
  }

private:
  std::optional<int64_t> valueOf(Value value) const {
    if (std::optional<int64_t> constant = getConstantIntValue(value))
      return constant;
    auto found = known.find(value);
    if (found != known.end())
      return found->second;
    return std::nullopt;
  }

  void count(Work &work, Price price, double times) {
    work.counts[static_cast<size_t>(price)] += times;
  }

  void add(Operation &op, Work &work);
  /// One iteration of a loop of scalars that becomes one of vectors.
  Work vectorized(scf::ForOp loop);
  void addLoop(scf::ForOp loop, Work &work);
  void addIntrinsic(LLVM::CallIntrinsicOp op, Work &work);
  void addArithmetic(Operation &op, Work &work);
  /// Registers that a value takes.
  double registers(Type type) const {
    return std::max(1.0, std::ceil(double(bitsOf(type)) / registerBits));
  }
  /// The more expensive of the branches, told by the number of operations.
  void addBranches(Operation &op, Work &work);

  double registerBits;
  const Known &known;
};

void Counter::addLoop(scf::ForOp loop, Work &work) {
  std::optional<int64_t> first = valueOf(loop.getLowerBound()),
                         end = valueOf(loop.getUpperBound()),
                         step = valueOf(loop.getStep());
  double times = kSomeIterations;
  if (first && end && step && *step > 0)
    times =
        std::max<double>(std::ceil(double(*end - *first) / double(*step)), 0);
  else if (auto average = loop->getAttrOfType<FloatAttr>(kTripsAttrName))
    times = average.getValueAsDouble();
  else if (auto most = loop->getAttrOfType<IntegerAttr>(kUnitsAttrName))
    times = double(most.getInt());
  Work body = isVectorized(loop) ? vectorized(loop) : block(*loop.getBody());
  body.times = times;
  count(body, Price::Iteration,
        isUnrolled(body) || isVectorized(loop) ? 1 / kUnrolled : 1);
  if (llvm::any_of(loop.getInitArgs(), [](Value value) {
        return isa<VectorType>(value.getType());
      }))
    count(body, Price::Chain, 1);
  work.loops.push_back(std::move(body));
}

Work Counter::vectorized(scf::ForOp loop) {
  Work work;
  double share = 32 / registerBits;
  auto isAlong = [&](ValueRange indices) {
    return indices.empty() || indices.back() == loop.getInductionVar() ||
           loop.isDefinedOutsideOfLoop(indices.back());
  };
  for (Operation &op : *loop.getBody()) {
    if (auto load = dyn_cast<memref::LoadOp>(op)) {
      bool isOne = isAlong(load.getIndices());
      count(work, Price::Load, isOne ? share : 1);
      count(work, Price::Scalar, isOne ? 0 : 1); // Into its lane.
    } else if (auto store = dyn_cast<memref::StoreOp>(op)) {
      count(work, Price::Store, isAlong(store.getIndices()) ? share : 1);
    } else if (op.getNumResults() == 1 &&
               isa<arith::ArithDialect, math::MathDialect>(op.getDialect()) &&
               !isa<arith::ConstantOp>(op) &&
               op.getResult(0).getType().isIntOrFloat()) {
      count(work, priceOf(op), share);
      work.fused += isa<math::FmaOp>(op) ? share : 0;
    }
  }
  return work;
}

void Counter::addBranches(Operation &op, Work &work) {
  Work most;
  double price = -1;
  for (Region &region : op.getRegions())
    for (Block &inner : region) {
      Work branch = block(inner);
      double operations = branch.operations();
      if (operations > price) {
        price = operations;
        most = std::move(branch);
      }
    }
  work.loops.push_back(std::move(most));
}

void Counter::addIntrinsic(LLVM::CallIntrinsicOp op, Work &work) {
  StringRef name = op.getIntrin();
  bool isDot = name.contains("vpdpbusd") || name.contains("pmadd");
  count(work, isDot ? Price::Dot : Price::Operation,
        registers(op->getResult(0).getType()));
}

void Counter::addArithmetic(Operation &op, Work &work) {
  Type type = op.getResult(0).getType();
  double widest = registers(type);
  for (Type operand : op.getOperandTypes())
    widest = std::max(widest, registers(operand));
  if (!isa<VectorType>(type)) {
    if (!type.isIndex())
      count(work, Price::Scalar, 1);
    return;
  }
  if (isa<math::FmaOp>(op))
    work.fused += widest;
  count(work, priceOf(op), widest);
}

void Counter::add(Operation &op, Work &work) {
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return addLoop(loop, work);
  if (op.getNumRegions() > 0)
    return addBranches(op, work);
  if (auto call = dyn_cast<LLVM::CallIntrinsicOp>(op))
    return addIntrinsic(call, work);
  if (isa<vector::LoadOp, vector::TransferReadOp, memref::LoadOp>(op))
    return count(work, Price::Load, registers(op.getResult(0).getType()));
  if (isa<vector::StoreOp, vector::TransferWriteOp, memref::StoreOp>(op))
    return count(work, Price::Store, registers(op.getOperand(0).getType()));
  if (auto copy = dyn_cast<memref::CopyOp>(op)) {
    auto type = cast<MemRefType>(copy.getSource().getType());
    if (!type.hasStaticShape())
      return;
    double pieces = std::ceil(double(type.getNumElements()) *
                              type.getElementTypeBitWidth() / registerBits);
    count(work, Price::Load, pieces);
    count(work, Price::Store, pieces);
    return count(work, Price::Call, 1);
  }
  // Scalars go into all lanes as they are loaded, and casts are free.
  if (isa<arith::ConstantOp, vector::BroadcastOp, vector::BitCastOp,
          vector::ExtractOp, vector::ExtractStridedSliceOp>(op))
    return;
  if (isa<arith::ArithDialect, math::MathDialect, vector::VectorDialect>(
          op.getDialect()) &&
      op.getNumResults() == 1)
    addArithmetic(op, work);
}

} // namespace

Work quantc::codegen::workOf(Operation &op, const Level &level) {
  Known known;
  return Counter(level, known).operation(op);
}

Work quantc::codegen::workOf(Block &block, const Level &level) {
  Known known;
  return Counter(level, known).block(block);
}

namespace {

/// What a value is another shape of; memory that is looked at twice is read
/// once.
Value bufferBehind(Value value) {
  while (auto view = value.getDefiningOp<ViewLikeOpInterface>()) {
    if (isa<memref::ViewOp>(*view)) // A buffer in the arena.
      return value;
    value = view.getViewSource();
  }
  return value;
}

/// Walks the function that calls the kernels.
class Program {
public:
  Program(ModuleOp module, const Level &level) : module(module), level(level) {}

  void visit(Block &block, double times) {
    for (Operation &op : block) {
      if (auto call = dyn_cast<func::CallOp>(op)) {
        visit(call, times);
        continue;
      }
      double inside = times;
      if (auto loop = dyn_cast<scf::ForOp>(op))
        if (std::optional<llvm::APInt> trips = loop.getStaticTripCount())
          inside *= trips->getSExtValue();
      for (Region &region : op.getRegions())
        for (Block &inner : region)
          visit(inner, inside);
    }
  }

  ProgramWork work;

private:
  void visit(func::CallOp call, double times) {
    auto callee = module.lookupSymbol<func::FuncOp>(call.getCallee());
    if (!callee || callee.isExternal())
      return;
    Known known;
    KernelWork kernel;
    llvm::MapVector<Value, double> bytesOf; // Sums have an order.
    for (auto [value, argument] :
         llvm::zip(call.getOperands(), callee.getArguments())) {
      if (std::optional<int64_t> constant = getConstantIntValue(value))
        known[argument] = *constant;
      auto type = dyn_cast<MemRefType>(argument.getType());
      if (!type || !type.hasStaticShape())
        continue;
      double &bytes = bytesOf[bufferBehind(value)];
      bytes = std::max(bytes, double(type.getNumElements()) *
                                  type.getElementTypeBitWidth() / 8);
    }
    for (auto [buffer, bytes] : bytesOf) {
      bool isWeight = buffer.getDefiningOp<memref::GetGlobalOp>() != nullptr;
      (isWeight ? kernel.weightBytes : kernel.bufferBytes) += bytes;
    }
    kernel.layer = layerName(call);
    kernel.kernel = call.getCallee().str();
    kernel.times = times;
    kernel.work = Counter(level, known).block(callee.getBody().front());
    kernel.work.counts[static_cast<size_t>(Price::Call)] += 1;
    work.kernels.push_back(std::move(kernel));
  }

  ModuleOp module;
  const Level &level;
};

} // namespace

ProgramWork quantc::codegen::countWork(ModuleOp module, StringRef levelName) {
  const Level *level = findLevel(levelName);
  Program program(module, *level);
  for (auto function : module.getOps<func::FuncOp>()) {
    auto own = function->getAttrOfType<StringAttr>("quantc.level");
    if (function.isPublic() && !function.isExternal() && own &&
        own.getValue() == levelName)
      program.visit(function.getBody().front(), 1);
  }
  for (StringRef name : {"quantc.weight_bytes", "quantc.arena_bytes"})
    if (auto bytes = module->getAttrOfType<IntegerAttr>(name))
      program.work.bytes += bytes.getInt();
  return std::move(program.work);
}
