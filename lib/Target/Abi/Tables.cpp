//===- Tables.cpp - Internal constants in the LLVM dialect ----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Abi/Tables.h"

using namespace mlir;
using namespace quantc;

TableBuilder::TableBuilder(ModuleOp module)
    : pointer(LLVM::LLVMPointerType::get(module.getContext())),
      builder(ImplicitLocOpBuilder::atBlockEnd(module.getLoc(),
                                               module.getBody())) {}

std::string TableBuilder::freshName() {
  return "quantc_abi_data_" + std::to_string(count++);
}

std::string TableBuilder::string(StringRef text) {
  std::string terminated = text.str() + '\0';
  std::string name = freshName();
  auto type = LLVM::LLVMArrayType::get(builder.getI8Type(), terminated.size());
  LLVM::GlobalOp::create(builder, type, /*isConstant=*/true,
                         LLVM::Linkage::Internal, name,
                         builder.getStringAttr(terminated));
  return name;
}

std::string TableBuilder::bytes(ArrayRef<char> data) {
  std::string name = freshName();
  auto type = LLVM::LLVMArrayType::get(builder.getI8Type(), data.size());
  LLVM::GlobalOp::create(
      builder, type, /*isConstant=*/true, LLVM::Linkage::Internal, name,
      builder.getStringAttr(StringRef(data.data(), data.size())),
      /*alignment=*/64);
  return name;
}

void TableBuilder::constant(StringRef name, Type type,
                            llvm::function_ref<Value(Value)> fill) {
  auto global =
      LLVM::GlobalOp::create(builder, type, /*isConstant=*/true,
                             LLVM::Linkage::Internal, name, Attribute());
  OpBuilder::InsertionGuard guard(builder);
  builder.createBlock(&global.getInitializerRegion());
  Value value = fill(LLVM::ZeroOp::create(builder, type));
  LLVM::ReturnOp::create(builder, value);
}

void TableBuilder::numbers(StringRef name, ArrayRef<int64_t> values) {
  auto type = LLVM::LLVMArrayType::get(builder.getI64Type(), values.size());
  constant(name, type, [&](Value table) {
    for (auto [i, value] : llvm::enumerate(values))
      table = insert(table, number(value, 64), i);
    return table;
  });
}

void TableBuilder::addresses(StringRef name, ArrayRef<std::string> symbols) {
  auto type = LLVM::LLVMArrayType::get(pointer, symbols.size());
  constant(name, type, [&](Value table) {
    for (auto [i, symbol] : llvm::enumerate(symbols))
      table = insert(table, address(symbol), i);
    return table;
  });
}

Value TableBuilder::number(int64_t value, unsigned bits) {
  Type type = builder.getIntegerType(bits);
  return LLVM::ConstantOp::create(builder, type,
                                  builder.getIntegerAttr(type, value));
}

Value TableBuilder::address(StringRef symbol) {
  return LLVM::AddressOfOp::create(builder, pointer, symbol);
}

Value TableBuilder::insert(Value into, Value element, int64_t position) {
  return LLVM::InsertValueOp::create(builder, into, element, position);
}
