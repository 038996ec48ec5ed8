//===- ShareKernels.cpp - Kernels on the threads of a context -------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/Parallel.h"
#include "quantc/Target/Abi.h"
#include "quantc/Target/ModelInfo.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace quantc {
#define GEN_PASS_DEF_SHAREKERNELS
#include "lib/Target/Abi/Passes.h.inc"
} // namespace quantc

using namespace quantc;

namespace {

/// Where a context has its number of threads; see Runtime/Context.mlir.
constexpr int32_t kThreadsOffset = 16;

/// What has to be known to share one kernel.
struct Shared {
  LLVM::LLVMFuncOp kernel;
  /// i32 parts, then what all parts are called with.
  LLVM::LLVMStructType arguments;
  LLVM::LLVMFuncOp share;
};

class ShareKernels : public quantc::impl::ShareKernelsBase<ShareKernels> {
public:
  void runOnOperation() override;

private:
  FailureOr<Shared> prepare(LLVM::LLVMFuncOp kernel);
  LLVM::LLVMFuncOp writePart(const Shared &shared);
  LLVM::LLVMFuncOp writeShare(const Shared &shared, LLVM::LLVMFuncOp part);
  LLVM::LLVMFuncOp newFunction(LLVM::LLVMFuncOp kernel, StringRef suffix,
                               ArrayRef<Type> types);
  void shareCalls(LLVM::LLVMFuncOp level,
                  const DenseMap<StringRef, Shared> &kernels);

  LLVM::LLVMPointerType pointer;
  Type i32, i64;
};

Value number(ImplicitLocOpBuilder &builder, Type type, int64_t value) {
  return LLVM::ConstantOp::create(builder, type,
                                  builder.getIntegerAttr(type, value));
}

Value field(ImplicitLocOpBuilder &builder, Type type, Value address,
            int32_t position) {
  return LLVM::GEPOp::create(
      builder, LLVM::LLVMPointerType::get(builder.getContext()), type, address,
      ArrayRef<LLVM::GEPArg>{0, position}, LLVM::GEPNoWrapFlags::inbounds);
}

LLVM::LLVMFuncOp ShareKernels::newFunction(LLVM::LLVMFuncOp kernel,
                                           StringRef suffix,
                                           ArrayRef<Type> types) {
  OpBuilder builder(kernel);
  builder.setInsertionPointAfter(kernel);
  auto type = LLVM::LLVMFunctionType::get(
      LLVM::LLVMVoidType::get(&getContext()), types);
  auto function = LLVM::LLVMFuncOp::create(builder, kernel.getLoc(),
                                           (kernel.getName() + suffix).str(),
                                           type, LLVM::Linkage::Internal);
  // Once for each kernel, and not in the middle of the program.
  function.setNoInline(true);
  return function;
}

/// part(arguments, index) -> kernel(arguments..., from, to). Part p of n is
/// [ceil(p * 2^32 / n), ceil((p + 1) * 2^32 / n)): rounded up, so that a loop
/// of n iterations is divided into single ones.
LLVM::LLVMFuncOp ShareKernels::writePart(const Shared &shared) {
  LLVM::LLVMFuncOp part = newFunction(shared.kernel, "_part", {pointer, i32});
  auto builder = ImplicitLocOpBuilder(part.getLoc(), &getContext());
  Block *body = part.addEntryBlock(builder);
  builder.setInsertionPointToStart(body);
  SmallVector<Value> values;
  for (auto [i, type] : llvm::enumerate(shared.arguments.getBody()))
    values.push_back(LLVM::LoadOp::create(
        builder, type,
        field(builder, shared.arguments, body->getArgument(0), i)));
  auto widened = [&](Value value) -> Value {
    return LLVM::ZExtOp::create(builder, i64, value);
  };
  Value count = widened(values.front());
  Value rest = LLVM::SubOp::create(builder, count, number(builder, i64, 1));
  auto place = [&](Value index) -> Value {
    Value scaled =
        LLVM::ShlOp::create(builder, index, number(builder, i64, kWholeBits));
    Value rounded = LLVM::AddOp::create(builder, scaled, rest);
    return LLVM::UDivOp::create(builder, rounded, count);
  };
  Value index = widened(body->getArgument(1));
  values.push_back(place(index));
  values.push_back(
      place(LLVM::AddOp::create(builder, index, number(builder, i64, 1))));
  LLVM::CallOp::create(builder, shared.kernel, ArrayRef(values).drop_front());
  LLVM::ReturnOp::create(builder, ValueRange());
  return part;
}

/// share(arena, arguments...) -> quantc_abi_share(arena, part, &arguments, n)
LLVM::LLVMFuncOp ShareKernels::writeShare(const Shared &shared,
                                          LLVM::LLVMFuncOp part) {
  SmallVector<Type> types = {pointer};
  llvm::append_range(types, shared.arguments.getBody().drop_front());
  LLVM::LLVMFuncOp share = newFunction(shared.kernel, "_shared", types);
  auto builder = ImplicitLocOpBuilder(share.getLoc(), &getContext());
  Block *body = share.addEntryBlock(builder);
  builder.setInsertionPointToStart(body);
  Value arguments = LLVM::AllocaOp::create(builder, pointer, shared.arguments,
                                           number(builder, i64, 1));
  for (auto [i, value] : llvm::enumerate(body->getArguments().drop_front()))
    LLVM::StoreOp::create(builder, value,
                          field(builder, shared.arguments, arguments, i + 1));
  auto parts = shared.kernel->getAttrOfType<IntegerAttr>(kPartsAttrName);
  Value task = LLVM::AddressOfOp::create(builder, part);
  Value most = number(builder, i32, parts.getInt());
  LLVM::CallOp::create(builder, TypeRange(), "quantc_abi_share",
                       ValueRange{body->getArgument(0), task, arguments, most});
  LLVM::ReturnOp::create(builder, ValueRange());
  return share;
}

FailureOr<Shared> ShareKernels::prepare(LLVM::LLVMFuncOp kernel) {
  LLVM::LLVMFunctionType type = kernel.getFunctionType();
  ArrayRef<Type> types = type.getParams();
  if (types.size() < 2 || types.take_back(2) != ArrayRef<Type>{i64, i64} ||
      !isa<LLVM::LLVMVoidType>(type.getReturnType()))
    return kernel.emitOpError("expects '")
           << kPartsAttrName
           << "' on a function that takes two i64 last and returns nothing, "
              "but got "
           << type;
  SmallVector<Type> fields = {i32};
  llvm::append_range(fields, types.drop_back(2));
  Shared shared{
      kernel, LLVM::LLVMStructType::getLiteral(&getContext(), fields), {}};
  shared.share = writeShare(shared, writePart(shared));
  return shared;
}

/// call kernel(arguments..., 0, all) ->
///   if threads > 1: share(arena, arguments...) else: the same call
void ShareKernels::shareCalls(LLVM::LLVMFuncOp level,
                              const DenseMap<StringRef, Shared> &kernels) {
  SmallVector<LLVM::CallOp> calls;
  level.walk([&](LLVM::CallOp call) {
    if (call.getCallee() && kernels.contains(*call.getCallee()))
      calls.push_back(call);
  });
  if (calls.empty())
    return;
  Value arena = level.getArgument(0);
  auto builder =
      ImplicitLocOpBuilder::atBlockBegin(level.getLoc(), &level.front());
  Value address = LLVM::GEPOp::create(
      builder, pointer, builder.getI8Type(), arena,
      ArrayRef<LLVM::GEPArg>{int32_t(kThreadsOffset - kContextBytes)});
  Value threads = LLVM::LoadOp::create(builder, i32, address);
  Value several = LLVM::ICmpOp::create(builder, LLVM::ICmpPredicate::ugt,
                                       threads, number(builder, i32, 1));
  for (LLVM::CallOp call : calls) {
    const Shared &shared = kernels.at(*call.getCallee());
    Block *before = call->getBlock();
    Block *alone = before->splitBlock(call);
    Block *after = alone->splitBlock(call->getNextNode());
    auto *together = new Block();
    alone->getParent()->getBlocks().insert(Region::iterator(alone), together);
    builder.setLoc(call.getLoc());
    builder.setInsertionPointToEnd(before);
    LLVM::CondBrOp::create(builder, several, together, alone);
    builder.setInsertionPointToEnd(alone);
    LLVM::BrOp::create(builder, ValueRange(), after);
    builder.setInsertionPointToEnd(together);
    SmallVector<Value> arguments = {arena};
    llvm::append_range(arguments, call.getArgOperands().drop_back(2));
    LLVM::CallOp::create(builder, shared.share, arguments);
    LLVM::BrOp::create(builder, ValueRange(), after);
  }
}

void ShareKernels::runOnOperation() {
  pointer = LLVM::LLVMPointerType::get(&getContext());
  i32 = IntegerType::get(&getContext(), 32);
  i64 = IntegerType::get(&getContext(), 64);
  SmallVector<LLVM::LLVMFuncOp> kernels, levels;
  for (auto function : getOperation().getOps<LLVM::LLVMFuncOp>()) {
    if (function->hasAttr(kPartsAttrName))
      kernels.push_back(function);
    else if (function.getName().starts_with("quantc_run_"))
      levels.push_back(function);
  }
  if (kernels.empty())
    return;
  // The runtime's text defines it; `target-add-abi` puts them together.
  OpBuilder builder = OpBuilder::atBlockEnd(getOperation().getBody());
  auto type = LLVM::LLVMFunctionType::get(
      LLVM::LLVMVoidType::get(&getContext()), {pointer, pointer, pointer, i32});
  LLVM::LLVMFuncOp::create(builder, getOperation().getLoc(), "quantc_abi_share",
                           type);
  DenseMap<StringRef, Shared> byName;
  for (LLVM::LLVMFuncOp kernel : kernels) {
    FailureOr<Shared> shared = prepare(kernel);
    if (failed(shared))
      return signalPassFailure();
    byName[kernel.getName()] = *shared;
  }
  for (LLVM::LLVMFuncOp level : levels)
    shareCalls(level, byName);
}

} // namespace
