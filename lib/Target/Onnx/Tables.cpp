//===- Tables.cpp - Functions of one code ---------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "CodeFunctions.h"
#include "Conversions.h"
#include "dialects/LowBit/IR/LowBit.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx_export;

namespace {

lowbit::Format formatOf(Value codes) {
  return lowbit::Format(
      cast<quant::QuantizedType>(typeOf(codes).getElementType()));
}

/// The table itself: Gather at the codes, counted from the lowest.
void emitLookup(Emitter &emitter, lowbit::TableOp op, ArrayRef<int8_t> codes) {
  Order order = emitter.commonOrder(op.getInput());
  auto type = cast<quant::QuantizedType>(op.getType().getElementType());
  TensorId place =
      emitter.helper("Cast", emitter.get(op.getInput(), order),
                     {{"to", static_cast<int64_t>(DataType::Int32)}});
  if (int32_t lowest =
          static_cast<int32_t>(formatOf(op.getInput()).storageLowest)) {
    std::string &bytes = emitter.graph.owned.emplace_back(
        reinterpret_cast<const char *>(&lowest), sizeof(lowest));
    place = emitter.helper(
        "Sub", {place, emitter.initializer(emitter.layer() + "_lowest",
                                           DataType::Int32, {}, bytes)});
  }
  std::string &bytes = emitter.graph.owned.emplace_back(
      reinterpret_cast<const char *>(codes.data()), codes.size());
  TensorId table = emitter.initializer(emitter.layer() + "_table",
                                       codeType(type), 256, bytes);
  emitter.set(op.getOutput(), emitter.node("Gather", {table, place}), order);
}

/// The function that has this table, if it is known. The quantization of its
/// results gives the same codes again.
LogicalResult convertTable(Emitter &emitter, lowbit::TableOp op) {
  DenseElementsAttr elements;
  if (!matchPattern(op.getTable(), m_Constant(&elements)))
    return emitter.cannot(op) << "expects a constant table";
  SmallVector<int8_t> codes(elements.getValues<int8_t>());
  CodeTable table{formatOf(op.getInput()), formatOf(op.getOutput()), codes};
  std::optional<CodeFunction> function;
  if (table.from.bits == 8 && table.to.bits == 8)
    function = recognize(table);
  if (!function) {
    emitLookup(emitter, op, codes);
    return success();
  }
  Order order = emitter.commonOrder(op.getInput());
  TensorId real = function->emit(emitter, emitter.real(op.getInput(), order));
  finishCodes(emitter, op.getOutput(), real, order, std::nullopt,
              /*cuts=*/false);
  return success();
}

} // namespace

void onnx_export::addTables(ConversionTable &table) {
  add<lowbit::TableOp, convertTable>(table);
}
