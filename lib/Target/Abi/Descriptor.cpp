//===- Descriptor.cpp - The model's descriptor and golden vectors ---------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Abi/Tables.h"
#include "quantc/Runtime/quantc.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc;

/// struct quantc_tensor of quantc.h.
static LLVM::LLVMStructType tensorType(TableBuilder &tables) {
  MLIRContext *context = tables.pointer.getContext();
  Type i32 = IntegerType::get(context, 32), i64 = IntegerType::get(context, 64);
  return LLVM::LLVMStructType::getLiteral(
      context, {tables.pointer, i32, i32, tables.pointer, i64});
}

static void writeTensors(TableBuilder &tables, StringRef name,
                         ArrayRef<AbiTensor> tensors) {
  SmallVector<std::string> names, shapes;
  for (auto [i, tensor] : llvm::enumerate(tensors)) {
    names.push_back(tables.string(tensor.name));
    shapes.push_back((name + "_shape_" + Twine(i)).str());
    tables.numbers(shapes.back(), tensor.type.getShape());
  }
  LLVM::LLVMStructType element = tensorType(tables);
  auto type = LLVM::LLVMArrayType::get(element, tensors.size());
  tables.constant(name, type, [&](Value table) {
    for (auto [i, tensor] : llvm::enumerate(tensors)) {
      Value entry = LLVM::ZeroOp::create(tables.ops(), element);
      entry = tables.insert(entry, tables.address(names[i]), 0);
      entry = tables.insert(entry, tables.number(tensor.code, 32), 1);
      entry = tables.insert(entry, tables.number(tensor.type.getRank(), 32), 2);
      entry = tables.insert(entry, tables.address(shapes[i]), 3);
      entry = tables.insert(entry, tables.number(tensor.bytes, 64), 4);
      table = tables.insert(table, entry, i);
    }
    return table;
  });
}

/// struct quantc_model of quantc.h.
static LLVM::LLVMStructType modelType(TableBuilder &tables) {
  MLIRContext *context = tables.pointer.getContext();
  Type i32 = IntegerType::get(context, 32), i64 = IntegerType::get(context, 64);
  LLVM::LLVMPointerType ptr = tables.pointer;
  return LLVM::LLVMStructType::getLiteral(
      context, {i32, i32, ptr, ptr, i64, i64, i32, i32, ptr, ptr, ptr, ptr, ptr,
                ptr, ptr, ptr});
}

void quantc::writeDescriptor(TableBuilder &tables, const ModelInfo &info) {
  std::string name = tables.string(info.name);
  std::string compiler = tables.string("quantc " QUANTC_VERSION);
  SmallVector<std::string> levels;
  for (StringRef level : info.levels)
    levels.push_back(tables.string(level));
  tables.addresses("quantc_abi_levels", levels);
  writeTensors(tables, "quantc_abi_inputs", info.inputs);
  writeTensors(tables, "quantc_abi_outputs", info.outputs);

  tables.constant("quantc_abi_model", modelType(tables), [&](Value model) {
    int64_t position = 0;
    auto number = [&](int64_t value, unsigned bits) {
      model = tables.insert(model, tables.number(value, bits), position++);
    };
    auto address = [&](StringRef symbol) {
      model = tables.insert(model, tables.address(symbol), position++);
    };
    number(QUANTC_ABI_VERSION, 32);
    number(info.levels.size(), 32);
    address(name);
    address(compiler);
    number(info.arenaBytes, 64);
    number(info.weightBytes, 64);
    number(info.inputs.size(), 32);
    number(info.outputs.size(), 32);
    for (StringRef symbol :
         {"quantc_abi_inputs", "quantc_abi_outputs", "quantc_abi_levels",
          "quantc_abi_best_level", "quantc_abi_init", "quantc_abi_run",
          "quantc_abi_free", "quantc_abi_selftest"})
      address(symbol);
    return model;
  });
}

/// The elements as they lie in memory: row-major, a bool per byte.
static SmallVector<char> rawBytes(DenseElementsAttr elements) {
  SmallVector<char> bytes;
  if (elements.getElementType().isInteger(1)) {
    for (bool value : elements.getValues<bool>())
      bytes.push_back(value);
    return bytes;
  }
  ArrayRef<char> raw = elements.getRawData();
  for (int64_t i = 0, e = elements.isSplat() ? elements.getNumElements() : 1;
       i < e; ++i)
    bytes.append(raw.begin(), raw.end());
  return bytes;
}

static void writeVectors(TableBuilder &tables, StringRef name,
                         ArrayRef<DenseElementsAttr> vectors) {
  SmallVector<std::string> symbols;
  for (DenseElementsAttr vector : vectors)
    symbols.push_back(tables.bytes(rawBytes(vector)));
  tables.addresses(name, symbols);
}

void quantc::writeGolden(TableBuilder &tables, const ModelInfo &info) {
  writeVectors(tables, "quantc_abi_golden_inputs", info.goldenInputs);
  writeVectors(tables, "quantc_abi_golden_outputs", info.goldenOutputs);

  SmallVector<int64_t> offsets = {0};
  for (const AbiTensor &output : info.outputs)
    offsets.push_back(llvm::alignTo(offsets.back() + output.bytes, 64));
  tables.numbers("quantc_abi_output_offsets", offsets);
  int64_t arrayBytes = 8 * int64_t(info.outputs.size());
  int64_t scratchBytes = llvm::alignTo(offsets.back() + arrayBytes, 64);
  Type i64 = tables.ops().getI64Type();
  tables.constant("quantc_abi_scratch_bytes", i64, [&](Value) {
    return tables.number(std::max<int64_t>(scratchBytes, 64), 64);
  });
}
