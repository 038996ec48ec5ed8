//===- StageRules.cpp - Rules that several stages share -------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Pipelines/StageRules.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"
#include "quantc/Support/LayerName.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace quantc {

LogicalResult fault(Operation *op, const Twine &rule, const Twine &value,
                    const Twine &blame) {
  return emitError(op->getLoc())
         << "expects " << rule << ", but got " << value << " at layer '"
         << layerName(op) << "': " << blame;
}

LogicalResult forEachOp(ModuleOp module,
                        function_ref<LogicalResult(Operation *)> rule) {
  WalkResult result = module.walk<WalkOrder::PreOrder>([&](Operation *op) {
    return op == module || succeeded(rule(op)) ? WalkResult::advance()
                                               : WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

LogicalResult checkDialects(ModuleOp module, StringRef stage,
                            ArrayRef<StringLiteral> allowed,
                            function_ref<std::string(Operation *)> blame) {
  return forEachOp(module, [&](Operation *op) -> LogicalResult {
    StringRef dialect = op->getName().getDialectNamespace();
    if (llvm::is_contained(allowed, dialect))
      return success();
    return fault(op,
                 "no op outside " + llvm::join(allowed, ", ") +
                     " after stage " + stage,
                 "'" + op->getName().getStringRef() + "'", blame(op));
  });
}

LogicalResult checkBoundary(ModuleOp module) {
  func::FuncOp entry;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (!function.isPublic() || function.isExternal())
      continue;
    if (entry)
      return fault(function, "one public function",
                   "'" + entry.getName() + "' and '" + function.getName() + "'",
                   "check-entry should have refused it");
    entry = function;
  }
  if (!entry)
    return fault(module, "one public function", "none",
                 "check-entry should have refused it");
  for (unsigned i = 0; i < entry.getNumArguments(); ++i)
    if (!entry.getArgAttrOfType<StringAttr>(i, "quantc.name"))
      return fault(entry, "'quantc.name' on every argument",
                   "none on argument " + Twine(i),
                   "name-boundary should have added it");
  for (unsigned i = 0; i < entry.getNumResults(); ++i)
    if (!entry.getResultAttrOfType<StringAttr>(i, "quantc.name"))
      return fault(entry, "'quantc.name' on every result",
                   "none on result " + Twine(i),
                   "name-boundary should have added it");
  return success();
}

LogicalResult checkShapes(ModuleOp module) {
  return forEachOp(module, [](Operation *op) -> LogicalResult {
    for (Type type : op->getResultTypes()) {
      auto tensor = dyn_cast<TensorType>(type);
      if (!tensor || (tensor.hasRank() && tensor.hasStaticShape()))
        continue;
      std::string text;
      llvm::raw_string_ostream(text) << type;
      return fault(op, "ranked tensors of static shape", text,
                   "the importer should have fixed it (--shape, --batch)");
    }
    return success();
  });
}

Value contractedInput(Operation *op) {
  Value weights;
  if (isa<tosa::Conv2DOp, tosa::DepthwiseConv2DOp, tosa::MatMulOp>(op))
    weights = op->getOperand(1);
  if (!weights || !matchPattern(weights, m_Constant()))
    return {};
  return op->getOperand(0);
}

Value throughDataMovement(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<tosa::ReshapeOp, tosa::TransposeOp, tosa::SliceOp, tosa::PadOp,
             tosa::ReverseOp, tosa::TileOp, tosa::MaxPool2dOp>(op))
      break;
    value = op->getOperand(0);
  }
  return value;
}

} // namespace quantc
