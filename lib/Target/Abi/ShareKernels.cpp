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

/// The functions by which kernels of one type are shared.
struct Sharing {
  /// i32 parts, the kernel, then what all parts are called with.
  LLVM::LLVMStructType arguments;
  LLVM::LLVMFuncOp share;
};

class ShareKernels : public quantc::impl::ShareKernelsBase<ShareKernels> {
public:
  void runOnOperation() override;

private:
  FailureOr<Sharing> sharingOf(LLVM::LLVMFuncOp kernel);
  LLVM::LLVMFuncOp writePart(LLVM::LLVMFunctionType kernel,
                             LLVM::LLVMStructType arguments);
  LLVM::LLVMFuncOp writeShare(LLVM::LLVMStructType arguments,
                              LLVM::LLVMFuncOp part);
  LLVM::LLVMFuncOp newFunction(StringRef name, ArrayRef<Type> types);
  void shareCalls(LLVM::LLVMFuncOp level,
                  const DenseMap<StringRef, LLVM::LLVMFuncOp> &kernels);

  LLVM::LLVMPointerType pointer;
  Type i32, i64;
  DenseMap<Type, Sharing> byType;
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

LLVM::LLVMFuncOp ShareKernels::newFunction(StringRef name,
                                           ArrayRef<Type> types) {
  auto builder = OpBuilder::atBlockEnd(getOperation().getBody());
  auto type = LLVM::LLVMFunctionType::get(
      LLVM::LLVMVoidType::get(&getContext()), types);
  auto function = LLVM::LLVMFuncOp::create(
      builder, getOperation().getLoc(),
      (name + "_" + Twine(byType.size())).str(), type, LLVM::Linkage::Internal);
  // Once for all kernels, and not in the middle of the program.
  function.setNoInline(true);
  return function;
}

/// part(arguments, index) -> kernel(arguments..., from, to). Part p of n is
/// [p * 2^32 / n, (p + 1) * 2^32 / n), rounded down; from there, a kernel
/// rounds to the next of its iterations.
LLVM::LLVMFuncOp ShareKernels::writePart(LLVM::LLVMFunctionType kernel,
                                         LLVM::LLVMStructType arguments) {
  LLVM::LLVMFuncOp part = newFunction("quantc_part", {pointer, i32});
  auto builder = ImplicitLocOpBuilder(part.getLoc(), &getContext());
  Block *body = part.addEntryBlock(builder);
  builder.setInsertionPointToStart(body);
  SmallVector<Value> values;
  for (auto [i, type] : llvm::enumerate(arguments.getBody()))
    values.push_back(LLVM::LoadOp::create(
        builder, type, field(builder, arguments, body->getArgument(0), i)));
  auto widened = [&](Value value) -> Value {
    return LLVM::ZExtOp::create(builder, i64, value);
  };
  Value count = widened(values.front());
  auto place = [&](Value index) -> Value {
    Value scaled =
        LLVM::ShlOp::create(builder, index, number(builder, i64, kWholeBits));
    return LLVM::UDivOp::create(builder, scaled, count);
  };
  Value index = widened(body->getArgument(1));
  values.push_back(place(index));
  values.push_back(
      place(LLVM::AddOp::create(builder, index, number(builder, i64, 1))));
  LLVM::CallOp::create(builder, kernel, ArrayRef(values).drop_front());
  LLVM::ReturnOp::create(builder, ValueRange());
  return part;
}

/// share(arena, most, kernel, arguments...) ->
/// quantc_abi_share(arena, part, &(kernel, arguments...), most)
LLVM::LLVMFuncOp ShareKernels::writeShare(LLVM::LLVMStructType arguments,
                                          LLVM::LLVMFuncOp part) {
  SmallVector<Type> types = {pointer, i32};
  llvm::append_range(types, arguments.getBody().drop_front());
  LLVM::LLVMFuncOp share = newFunction("quantc_shared", types);
  auto builder = ImplicitLocOpBuilder(share.getLoc(), &getContext());
  Block *body = share.addEntryBlock(builder);
  builder.setInsertionPointToStart(body);
  Value memory = LLVM::AllocaOp::create(builder, pointer, arguments,
                                        number(builder, i64, 1));
  for (auto [i, value] : llvm::enumerate(body->getArguments().drop_front(2)))
    LLVM::StoreOp::create(builder, value,
                          field(builder, arguments, memory, i + 1));
  Value task = LLVM::AddressOfOp::create(builder, part);
  LLVM::CallOp::create(
      builder, TypeRange(), "quantc_abi_share",
      ValueRange{body->getArgument(0), task, memory, body->getArgument(1)});
  LLVM::ReturnOp::create(builder, ValueRange());
  return share;
}

FailureOr<Sharing> ShareKernels::sharingOf(LLVM::LLVMFuncOp kernel) {
  LLVM::LLVMFunctionType type = kernel.getFunctionType();
  if (auto known = byType.find(type); known != byType.end())
    return known->second;
  ArrayRef<Type> types = type.getParams();
  if (types.size() < 2 || types.take_back(2) != ArrayRef<Type>{i64, i64} ||
      !isa<LLVM::LLVMVoidType>(type.getReturnType()))
    return kernel.emitOpError("expects '")
           << kPartsAttrName
           << "' on a function that takes two i64 last and returns nothing, "
              "but got "
           << type;
  SmallVector<Type> fields = {i32, pointer};
  llvm::append_range(fields, types.drop_back(2));
  auto arguments = LLVM::LLVMStructType::getLiteral(&getContext(), fields);
  Sharing sharing{arguments, {}};
  sharing.share = writeShare(arguments, writePart(type, arguments));
  byType[type] = sharing;
  return sharing;
}

/// call kernel(arguments..., 0, all) ->
///   if threads > 1: share(arena, most, kernel, arguments...)
///   else: the same call
void ShareKernels::shareCalls(
    LLVM::LLVMFuncOp level,
    const DenseMap<StringRef, LLVM::LLVMFuncOp> &kernels) {
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
    LLVM::LLVMFuncOp kernel = kernels.at(*call.getCallee());
    auto parts = kernel->getAttrOfType<IntegerAttr>(kPartsAttrName);
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
    SmallVector<Value> arguments = {arena, number(builder, i32, parts.getInt()),
                                    LLVM::AddressOfOp::create(builder, kernel)};
    llvm::append_range(arguments, call.getArgOperands().drop_back(2));
    LLVM::CallOp::create(builder, byType.at(kernel.getFunctionType()).share,
                         arguments);
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
  byType.clear();
  DenseMap<StringRef, LLVM::LLVMFuncOp> byName;
  for (LLVM::LLVMFuncOp kernel : kernels) {
    if (failed(sharingOf(kernel)))
      return signalPassFailure();
    byName[kernel.getName()] = kernel;
  }
  for (LLVM::LLVMFuncOp level : levels)
    shareCalls(level, byName);
}

} // namespace
