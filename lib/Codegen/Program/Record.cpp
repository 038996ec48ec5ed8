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

/// What the C interface says of an element: codes are plain signed or unsigned
/// integers, and so are numbers of less than 8 bits, in a byte each; floats of
/// 8 bits or fewer are their bit patterns.
Type boundaryElement(Type element) {
  MLIRContext *context = element.getContext();
  auto integer = [&](unsigned width, bool isSigned) {
    return IntegerType::get(context, std::max(width, 8u),
                            isSigned ? IntegerType::Signless
                                     : IntegerType::Unsigned);
  };
  if (auto codes = dyn_cast<quant::QuantizedType>(element))
    return integer(codes.getStorageTypeIntegralWidth(), codes.isSigned());
  if (!element.isIntOrFloat() || element.isInteger(1))
    return element;
  unsigned width = element.getIntOrFloatBitWidth();
  if (isa<FloatType>(element))
    return width > 8 ? element : Type(integer(8, /*isSigned=*/false));
  return integer(width, !element.isUnsignedInteger());
}

/// `element` is the model's own type where the program's cannot say it.
Type boundaryType(Type type, TypeAttr element) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return type;
  return tensor.clone(
      boundaryElement(element ? element.getValue() : tensor.getElementType()));
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
        Attribute name = attrOf(i, "quantc.name");
        Attribute said = attrOf(i, "quantc.element");
        auto element = dyn_cast_or_null<TypeAttr>(said);
        bool isText = said == builder.getStringAttr("string");
        if (isText)
          element =
              TypeAttr::get(builder.getIntegerType(8, /*isSigned=*/false));
        if (!name)
          name = builder.getStringAttr(fallback + Twine(i));
        SmallVector<NamedAttribute> fields = {
            builder.getNamedAttr("name", name),
            builder.getNamedAttr("type",
                                 TypeAttr::get(boundaryType(type, element)))};
        if (isText)
          fields.push_back(builder.getNamedAttr("text", builder.getUnitAttr()));
        tensors.push_back(builder.getDictionaryAttr(fields));
      }
      return builder.getArrayAttr(tensors);
    };
    ModuleOp module = getOperation();
    module->setAttr("quantc.model", builder.getStringAttr(model.getName()));
    module->setAttr("quantc.inputs", describe(
                                         model.getArgumentTypes(),
                                         [&](unsigned i, StringRef attr) {
                                           return model.getArgAttr(i, attr);
                                         },
                                         "input"));
    module->setAttr("quantc.outputs", describe(
                                          model.getResultTypes(),
                                          [&](unsigned i, StringRef attr) {
                                            return model.getResultAttr(i, attr);
                                          },
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
