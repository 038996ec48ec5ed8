//===- Record.cpp - What the C interface has to know ----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Codegen/Program/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"

namespace quantc::codegen {
#define GEN_PASS_DEF_RECORDSIGNATURE
#define GEN_PASS_DEF_RECORDSIZES
#include "lib/Codegen/Program/Passes.h.inc"
} // namespace quantc::codegen

using namespace mlir;

namespace {

/// The function that is the model, or null with an error.
func::FuncOp modelOf(ModuleOp module) {
  func::FuncOp model;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (!function.isPublic() || function.isExternal())
      continue;
    if (model) {
      function.emitError("expects one public function, but got also '")
          << model.getName() << "'";
      return {};
    }
    model = function;
  }
  if (!model)
    module.emitError("expects one public function, but got none");
  return model;
}

/// What the C interface says of a tensor of codes: plain signed or unsigned
/// integers.
Type boundaryType(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return type;
  auto codes = dyn_cast<quant::QuantizedType>(tensor.getElementType());
  if (!codes)
    return type;
  auto sign = codes.isSigned() ? IntegerType::Signless : IntegerType::Unsigned;
  return tensor.clone(IntegerType::get(
      type.getContext(), codes.getStorageTypeIntegralWidth(), sign));
}

struct RecordSignature
    : quantc::codegen::impl::RecordSignatureBase<RecordSignature> {
  void runOnOperation() override {
    func::FuncOp model = modelOf(getOperation());
    if (!model)
      return signalPassFailure();
    Builder builder(&getContext());
    auto describe = [&](TypeRange types, auto attrOf, StringRef fallback) {
      SmallVector<Attribute> tensors;
      for (auto [i, type] : llvm::enumerate(types)) {
        Attribute name = attrOf(i);
        if (!name)
          name = builder.getStringAttr(fallback + Twine(i));
        tensors.push_back(builder.getDictionaryAttr(
            {builder.getNamedAttr("name", name),
             builder.getNamedAttr("type", TypeAttr::get(boundaryType(type)))}));
      }
      return builder.getArrayAttr(tensors);
    };
    ModuleOp module = getOperation();
    module->setAttr("quantc.model", builder.getStringAttr(model.getName()));
    module->setAttr(
        "quantc.inputs",
        describe(
            model.getArgumentTypes(),
            [&](unsigned i) { return model.getArgAttr(i, "quantc.name"); },
            "input"));
    module->setAttr(
        "quantc.outputs",
        describe(
            model.getResultTypes(),
            [&](unsigned i) { return model.getResultAttr(i, "quantc.name"); },
            "output"));
  }
};

struct RecordSizes : quantc::codegen::impl::RecordSizesBase<RecordSizes> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    func::FuncOp model = modelOf(module);
    if (!model)
      return signalPassFailure();
    int64_t bytes = 0;
    for (auto global : module.getOps<memref::GlobalOp>()) {
      MemRefType type = global.getType();
      bytes += type.getNumElements() * type.getElementTypeBitWidth() / 8;
    }
    Builder builder(&getContext());
    module->setAttr("quantc.weight_bytes", builder.getI64IntegerAttr(bytes));
    for (StringRef name : {"quantc.arena_bytes", "quantc.live_bytes"})
      if (Attribute size = model->getAttr(name))
        module->setAttr(name, size);
  }
};

} // namespace
