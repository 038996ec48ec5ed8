//===- Tables.h - A model's constant tables -------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_TARGET_ABI_TABLES_H
#define QUANTC_LIB_TARGET_ABI_TABLES_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "quantc/Target/ModelInfo.h"

namespace quantc {

/// Writes internal constants into a module of the LLVM dialect.
class TableBuilder {
public:
  explicit TableBuilder(mlir::ModuleOp module);

  /// A null-terminated string; returns the symbol's name.
  std::string string(llvm::StringRef text);
  /// Raw bytes, aligned to 64; returns the symbol's name.
  std::string bytes(llvm::ArrayRef<char> data);
  /// An array of 64-bit numbers.
  void numbers(llvm::StringRef name, llvm::ArrayRef<int64_t> values);
  /// An array of addresses of other symbols.
  void addresses(llvm::StringRef name, llvm::ArrayRef<std::string> symbols);
  /// Any constant; `fill` builds its value.
  void constant(llvm::StringRef name, mlir::Type type,
                llvm::function_ref<mlir::Value(mlir::Value empty)> fill);

  /// Values inside `fill`.
  mlir::Value number(int64_t value, unsigned bits);
  mlir::Value address(llvm::StringRef symbol);
  mlir::Value insert(mlir::Value into, mlir::Value element, int64_t position);

  mlir::ImplicitLocOpBuilder &ops() { return builder; }
  mlir::LLVM::LLVMPointerType pointer;

private:
  std::string freshName();

  mlir::ImplicitLocOpBuilder builder;
  unsigned count = 0;
};

/// Writes @quantc_abi_model, the descriptor of quantc.h, and what it points to.
void writeDescriptor(TableBuilder &tables, const ModelInfo &info);

/// Writes the golden vectors as Runtime/SelfTest.mlir reads them.
void writeGolden(TableBuilder &tables, const ModelInfo &info);

} // namespace quantc

#endif // QUANTC_LIB_TARGET_ABI_TABLES_H
