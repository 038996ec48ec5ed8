//===- InsertObservers.cpp - What quantization needs to know --------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Calib/IR/Calib.h"
#include "dialects/Calib/IR/Sites.h"
#include "dialects/Calib/Transforms/CodesAnalysis.h"
#include "dialects/Calib/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "quantc/Support/LayerName.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

namespace quantc::calib {
#define GEN_PASS_DEF_INSERTOBSERVERS
#include "dialects/Calib/Transforms/Passes.h.inc"
} // namespace quantc::calib

using namespace mlir;
using namespace quantc;

namespace {

/// Site names, each once.
class SiteNames {
public:
  std::string unique(std::string name) {
    std::string candidate = name;
    unsigned &suffix = lastSuffix.try_emplace(name, 1).first->second;
    while (!taken.insert(candidate).second)
      candidate = name + "#" + std::to_string(++suffix);
    return candidate;
  }

private:
  llvm::StringSet<> taken;
  llvm::StringMap<unsigned> lastSuffix;
};

struct InsertObservers : calib::impl::InsertObserversBase<InsertObservers> {
  using InsertObserversBase::InsertObserversBase;

  void runOnOperation() override {
    if (!calib::observersOf(getOperation()).empty())
      return;
    SiteNames names;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isExternal())
        insertIn(function, names);
  }

private:
  void insertIn(func::FuncOp function, SiteNames &names) {
    calib::CodesAnalysis analysis(function, products);
    SmallVector<Value> values;
    for (Region &region : function->getRegions())
      appendValues(region, values);
    // All questions first: observers change who uses what.
    llvm::erase_if(values,
                   [&](Value value) { return !analysis.needsRange(value); });
    OpBuilder builder(&getContext());
    for (Value value : values)
      observe(value, names.unique(valueName(value)), analysis, builder);
  }

  static void appendValues(Region &region, SmallVectorImpl<Value> &values) {
    for (Block &block : region) {
      llvm::append_range(values, block.getArguments());
      for (Operation &op : block) {
        if (calib::holdsLayers(&op))
          for (Region &inner : op.getRegions())
            appendValues(inner, values);
        llvm::append_range(values, op.getResults());
      }
    }
  }

  /// x -> observe(x)
  static void observe(Value value, StringRef site,
                      const calib::CodesAnalysis &analysis,
                      OpBuilder &builder) {
    builder.setInsertionPointAfterValue(value);
    auto observer = calib::ObserveOp::create(
        builder, value.getLoc(), value.getType(), value,
        builder.getStringAttr(site), /*range=*/nullptr);
    // Readers of what exists in float anyway keep reading the float.
    bool isFloatAnyway = isa<BlockArgument>(value) || !analysis.areCodes(value);
    value.replaceUsesWithIf(observer.getOutput(), [&](OpOperand &use) {
      if (use.getOwner() == observer)
        return false;
      return !isFloatAnyway || analysis.wantsCodes(use);
    });
  }
};

} // namespace
