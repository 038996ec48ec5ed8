//===- InputTensors.cpp - The tensors that graph inputs are made of -------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "InputTensors.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

namespace {

constexpr int64_t kMostTensors = 16384;

/// The i that makes `name` the name of element i of the sequence.
std::optional<int64_t> indexIn(llvm::StringRef sequence, llvm::StringRef name) {
  int64_t index;
  if (!name.consume_front(sequence) || !name.consume_front(".") ||
      name.getAsInteger(10, index) || index < 0)
    return std::nullopt;
  return index;
}

/// As given, or as many as have a shape or a value of their own; nothing if
/// none is mentioned.
std::optional<int64_t> lengthOf(const ValueInfo &sequence,
                                const OnnxImportOptions &options) {
  auto given = options.lengths.find(sequence.name.str());
  if (given != options.lengths.end())
    return given->second;
  std::optional<int64_t> length;
  auto count = [&](llvm::StringRef name) {
    if (std::optional<int64_t> index = indexIn(sequence.name, name))
      length = std::max(length.value_or(0), *index + 1);
  };
  for (const auto &entry : options.shapes)
    count(entry.first);
  for (const auto &entry : options.values)
    count(entry.first);
  return length;
}

/// Element `index` of a sequence, as the graph declares it.
InputTensor elementOf(ImportState &state, const ValueInfo &sequence,
                      int64_t index, const OnnxImportOptions &options) {
  InputTensor tensor{sequence, sequence.name};
  std::string name = (sequence.name + "." + llvm::Twine(index)).str();
  // A string that lives as long as the context.
  tensor.name = StringAttr::get(state.context, name).getValue();
  tensor.isTensor = true;
  tensor.isSequence = false;
  // A dimension's name stands for another number in each of the tensors.
  if (tensor.shape && options.shapes.count(name))
    for (Dimension &dimension : *tensor.shape)
      dimension.parameter = "";
  return tensor;
}

/// Every name of --length and --absent has to be an input of that kind.
LogicalResult checkNames(ImportState &state, llvm::ArrayRef<ValueInfo> inputs,
                         const OnnxImportOptions &options) {
  auto isAny = [&](llvm::StringRef name, bool ValueInfo::*kind) {
    return llvm::any_of(inputs, [&](const ValueInfo &input) {
      return input.name == name && input.*kind && !state.find(name);
    });
  };
  for (const auto &[name, length] : options.lengths) {
    if (!isAny(name, &ValueInfo::isSequence))
      return state.error() << "--length names '" << name
                           << "', which is no sequence among the model's "
                              "inputs";
    if (length < 0)
      return state.error() << "expects --length of 0 or more for input '"
                           << name << "', but got " << length;
  }
  for (const std::string &name : options.absent)
    if (!isAny(name, &ValueInfo::isOptional))
      return state.error() << "--absent names '" << name
                           << "', which is no optional among the model's "
                              "inputs";
  return success();
}

LogicalResult reportOpenLengths(ImportState &state,
                                llvm::ArrayRef<llvm::StringRef> names) {
  InFlightDiagnostic error = state.error();
  llvm::interleaveComma(names, error, [&](llvm::StringRef name) {
    error << "input '" << name << "' is a sequence";
  });
  error << "; give the number of its tensors, as in --length ";
  llvm::interleave(
      names, error, [&](llvm::StringRef name) { error << name << "=3"; }, ",");
  return error << ", or the shape of each, as in --shape " << names.front()
               << ".0=2x3 --shape " << names.front() << ".1=4x3";
}

} // namespace

FailureOr<std::vector<InputTensor>>
quantc::onnx::tensorsOf(ImportState &state, llvm::ArrayRef<ValueInfo> inputs,
                        const OnnxImportOptions &options) {
  if (failed(checkNames(state, inputs, options)))
    return failure();
  std::vector<InputTensor> tensors;
  llvm::SmallVector<llvm::StringRef> open;
  for (const ValueInfo &input : inputs) {
    if (state.find(input.name) || options.absent.count(input.name.str()))
      continue;
    if (!input.isSequence) {
      tensors.push_back({input, input.name});
      continue;
    }
    if (!elementTypeOf(input.dataType, state.context)) {
      state.error() << "expects input '" << input.name
                    << "' to be a sequence of tensors of numbers, but got "
                    << dataTypeName(input.dataType);
      return failure();
    }
    std::optional<int64_t> length = lengthOf(input, options);
    if (!length)
      open.push_back(input.name);
    if (length > kMostTensors) {
      state.error() << "expects input '" << input.name << "' of at most "
                    << kMostTensors << " tensors, but got " << *length;
      return failure();
    }
    for (int64_t i = 0; i < length.value_or(0); ++i)
      tensors.push_back(elementOf(state, input, i, options));
  }
  if (!open.empty())
    return reportOpenLengths(state, open);
  return tensors;
}

void quantc::onnx::gatherLists(ImportState &state,
                               llvm::ArrayRef<ValueInfo> inputs,
                               llvm::ArrayRef<InputTensor> tensors,
                               const OnnxImportOptions &options) {
  llvm::StringMap<Operand> &operands = state.scope->operands;
  for (const ValueInfo &input : inputs) {
    if (operands.contains(input.name))
      continue;
    if (options.absent.count(input.name.str())) {
      operands[input.name] = Operand::absent();
      continue;
    }
    std::vector<Operand> elements;
    for (const InputTensor &tensor : tensors)
      if (tensor.graphInput == input.name) {
        elements.push_back(std::move(operands[tensor.name]));
        operands.erase(tensor.name);
      }
    operands[input.name] = Operand::sequence(
        std::move(elements), elementTypeOf(input.dataType, state.context));
  }
}
