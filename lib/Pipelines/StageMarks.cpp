//===- StageMarks.cpp - Entry function, names at the boundary, stage attribute -===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Pipelines/Pipelines.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringExtras.h"

namespace quantc {
#define GEN_PASS_DEF_CHECKENTRY
#define GEN_PASS_DEF_MARKSTAGE
#define GEN_PASS_DEF_NAMEBOUNDARY
#include "lib/Pipelines/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

constexpr llvm::StringLiteral kName = "quantc.name";

bool isStaticTensor(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.hasStaticShape();
}

struct CheckEntry : quantc::impl::CheckEntryBase<CheckEntry> {
  void runOnOperation() override {
    SmallVector<func::FuncOp> entries;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function.isPublic() && !function.isExternal())
        entries.push_back(function);
    if (entries.size() != 1) {
      auto names = llvm::map_range(entries, [](func::FuncOp function) {
        return "'" + function.getName().str() + "'";
      });
      emitError(getOperation().getLoc())
          << "expects one public function, the model, but got "
          << (entries.empty() ? "none" : llvm::join(names, ", "))
          << "; mark the others private";
      return signalPassFailure();
    }
    if (failed(checkTypes(entries.front())))
      signalPassFailure();
  }

  static LogicalResult checkTypes(func::FuncOp function) {
    FunctionType type = function.getFunctionType();
    auto check = [&](StringRef kind, auto index_and_type) -> LogicalResult {
      auto [index, valueType] = index_and_type;
      if (isStaticTensor(valueType))
        return success();
      return emitError(function.getLoc())
             << "expects a ranked tensor of static shape as " << kind << ' '
             << index << " of '" << function.getName() << "', but got "
             << valueType << "; fix its shape when importing";
    };
    for (auto entry : llvm::enumerate(type.getInputs()))
      if (failed(check("argument", entry)))
        return failure();
    for (auto entry : llvm::enumerate(type.getResults()))
      if (failed(check("result", entry)))
        return failure();
    return success();
  }
};

struct NameBoundary : quantc::impl::NameBoundaryBase<NameBoundary> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function.isPublic() && !function.isExternal())
        nameFunction(function);
  }

  static void nameFunction(func::FuncOp function) {
    Builder builder(function.getContext());
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      if (!function.getArgAttr(i, kName))
        function.setArgAttr(i, kName,
                            builder.getStringAttr("input" + std::to_string(i)));
    for (unsigned i = 0; i < function.getNumResults(); ++i)
      if (!function.getResultAttr(i, kName))
        function.setResultAttr(
            i, kName, builder.getStringAttr("output" + std::to_string(i)));
  }
};

struct MarkStage : quantc::impl::MarkStageBase<MarkStage> {
  using Base::Base;

  void runOnOperation() override {
    if (stage.empty()) {
      emitError(getOperation().getLoc(),
                "expects the option 'stage', but got none");
      return signalPassFailure();
    }
    getOperation()->setAttr("quantc.stage",
                            StringAttr::get(&getContext(), stage));
  }
};

} // namespace
