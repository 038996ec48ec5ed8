//===- StringResult.cpp - Strings that the model returns ------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "StringResult.h"

#include "../GraphConversion.h"
#include "../TosaBuilder.h"

#include <algorithm>

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// The strings' bytes, of `shape` and the width of the longest.
FailureOr<HostTensor> bytesOf(ImportState &state,
                              llvm::ArrayRef<llvm::StringRef> texts,
                              llvm::ArrayRef<int64_t> shape,
                              llvm::StringRef name) {
  auto fault = [&] {
    return state.error() << "expects graph output '" << name << "' ";
  };
  size_t width = 1;
  for (llvm::StringRef text : texts) {
    if (!text.empty() && text.back() == '\0') {
      fault() << "of strings that do not end with a zero byte, but one does";
      return failure();
    }
    width = std::max(width, text.size());
  }
  Shape wide(shape);
  wide.push_back(int64_t(width));
  int64_t bytes = countElements(wide).value_or(kMaxElements);
  if (bytes > state.foldingBudget || wide.size() > 16) {
    fault() << "to be smaller, but " << texts.size() << " strings of up to "
            << width << " bytes take " << bytes
            << " bytes and more, or more than 16 dimensions";
    return failure();
  }
  state.foldingBudget -= bytes;
  HostTensor result =
      HostTensor::zeros(IntegerType::get(state.context, 8), wide);
  char *to = result.mutableBytes().data();
  for (llvm::StringRef text : texts) {
    llvm::copy(text, to);
    to += width;
  }
  return result;
}

/// Row `numbers[i...]` of a matrix.
FailureOr<Value> gatherRows(ImportState &state, HostTensor table, Value numbers,
                            llvm::StringRef name) {
  Node gather;
  gather.name = name;
  gather.opType = "Gather";
  gather.inputs = {"table", "numbers"};
  gather.outputs = {"rows"};
  Scope scope{{}, nullptr, state.scope->block};
  scope.operands["table"] = Operand(std::move(table));
  scope.operands["numbers"] =
      Operand(numbers, IntegerType::get(state.context, 32));
  Scope *outer = std::exchange(state.scope, &scope);
  Opsets opsets = std::exchange(state.opsets, Opsets{{"", 13}});
  state.used.insert("rows");
  LogicalResult converted = convertNodes(state, gather);
  state.scope = outer;
  state.opsets = std::move(opsets);
  if (failed(converted))
    return failure();
  return scope.operands["rows"].value;
}

} // namespace

FailureOr<Value> quantc::onnx::buildStringResult(ImportState &state,
                                                 const Operand &operand,
                                                 llvm::StringRef name) {
  llvm::ArrayRef<llvm::StringRef> all = state.strings.all();
  if (!operand.constant) {
    FailureOr<HostTensor> table =
        bytesOf(state, all, {int64_t(all.size())}, name);
    if (failed(table))
      return failure();
    return gatherRows(state, *table, operand.value, name);
  }
  std::vector<llvm::StringRef> texts;
  for (int64_t i = 0, e = operand.constant->count(); i < e; ++i)
    texts.push_back(all[operand.constant->asInt(i)]);
  FailureOr<HostTensor> bytes = bytesOf(state, texts, operand.shape(), name);
  if (failed(bytes))
    return failure();
  auto loc = NameLoc::get(StringAttr::get(state.context, name));
  return TosaBuilder(loc, state.builder).constant(*bytes);
}
