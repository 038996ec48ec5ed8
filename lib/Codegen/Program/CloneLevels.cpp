//===- CloneLevels.cpp - One version of the program per CPU level ---------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Codegen/Level.h"
#include "quantc/Codegen/Program/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"

namespace quantc::codegen {
#define GEN_PASS_DEF_CLONELEVELS
#include "lib/Codegen/Program/Passes.h.inc"
} // namespace quantc::codegen

using namespace mlir;
using namespace quantc::codegen;

namespace {

/// LLVM function attributes that make the code generator use the level. What
/// was outlined stays so: LLVM's passes take time that grows with the square of
/// a function's loops.
ArrayAttr featuresOf(Builder &builder, const Level &level, bool isOutlined) {
  SmallVector<Attribute> attributes;
  if (isOutlined)
    attributes.push_back(builder.getStringAttr("noinline"));
  auto add = [&](StringRef name, StringRef value) {
    if (!value.empty())
      attributes.push_back(builder.getStrArrayAttr({name, value}));
  };
  add("target-features", level.features);
  add("prefer-vector-width",
      level.lanes > 1 ? std::to_string(32 * level.lanes) : std::string());
  return builder.getArrayAttr(attributes);
}

struct CloneLevels : quantc::codegen::impl::CloneLevelsBase<CloneLevels> {
  using CloneLevelsBase::CloneLevelsBase;

  void runOnOperation() override {
    SmallVector<func::FuncOp> originals;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isExternal())
        originals.push_back(function);
    SmallVector<Attribute> names;
    Builder builder(&getContext());
    for (const std::string &name : levels) {
      const Level *level = findLevel(name);
      if (!level) {
        getOperation().emitError("expects a CPU level, but got '")
            << name << "'";
        return signalPassFailure();
      }
      for (func::FuncOp original : originals)
        clone(original, *level, originals);
      names.push_back(builder.getStringAttr(name));
    }
    for (func::FuncOp original : originals)
      original.erase();
    getOperation()->setAttr("quantc.levels", builder.getArrayAttr(names));
  }

  static std::string nameFor(func::FuncOp original, const Level &level) {
    if (original.isPublic())
      return ("quantc_run_" + level.name).str();
    return (original.getName() + "_" + level.name).str();
  }

  void clone(func::FuncOp original, const Level &level,
             ArrayRef<func::FuncOp> originals) {
    OpBuilder builder(original);
    auto copy = cast<func::FuncOp>(builder.clone(*original));
    copy.setName(nameFor(original, level));
    copy->setAttr("quantc.level", builder.getStringAttr(level.name));
    copy->setAttr("passthrough",
                  featuresOf(builder, level, original.isPrivate()));
    DenseMap<StringRef, func::FuncOp> byName;
    for (func::FuncOp function : originals)
      byName[function.getName()] = function;
    copy.walk([&](func::CallOp call) {
      if (func::FuncOp callee = byName.lookup(call.getCallee()))
        call.setCallee(nameFor(callee, level));
    });
  }
};

} // namespace
