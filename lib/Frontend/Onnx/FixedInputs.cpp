//===- FixedInputs.cpp - Graph inputs that become constants ---------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "FixedInputs.h"

#include "TensorReader.h"
#include "quantc/Support/Npy.h"
#include "quantc/Support/TensorProto.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

namespace {

/// The shape that the input has with this value; nothing if they do not fit.
std::optional<Shape> shapeFor(const ValueInfo &input,
                              const OnnxImportOptions::Value &value) {
  Shape given(value.array->shape());
  if (!input.shape)
    return given;
  Shape declared;
  for (auto [d, dimension] : llvm::enumerate(*input.shape)) {
    bool isOpen = !dimension.value || *dimension.value < 0;
    bool isGiven = input.shape->size() == given.size();
    declared.push_back(isOpen ? (isGiven ? given[d] : -1) : *dimension.value);
  }
  bool isReshaped =
      value.isList && countElements(declared) == value.array->size();
  return declared == given || isReshaped ? std::optional(declared)
                                         : std::nullopt;
}

/// The value in the input's element type; fails on an element that it does not
/// have.
llvm::Expected<HostTensor> convert(const ValueInfo &input, Type element,
                                   llvm::ArrayRef<int64_t> shape,
                                   const Array &array) {
  HostTensor result = HostTensor::zeros(element, shape);
  if (array.type() == storedAs(DataType(input.dataType)) &&
      element.getIntOrFloatBitWidth() >= 8) {
    llvm::copy(array.bytes(), result.mutableBytes().begin());
    return result;
  }
  for (int64_t i = 0; i < array.size(); ++i) {
    if (isFloat(array.type()) || result.isFloat())
      result.set(i, array.number(i));
    else
      result.set(i, array.integer(i));
    // Floats may be rounded, integers may not be changed.
    if (!result.isFloat() && result.asDouble(i) != array.number(i))
      return llvm::createStringError(
          "expects values of " + dataTypeName(input.dataType) +
          ", but element " + llvm::Twine(i) + " is " +
          llvm::formatv("{0}", array.number(i)).str());
  }
  return result;
}

LogicalResult fixInput(ImportState &state, const ValueInfo &input,
                       const OnnxImportOptions::Value &value) {
  auto fault = [&] {
    return state.error() << "the value for input '" << input.name << "' ";
  };
  Type element =
      input.isTensor ? elementTypeOf(input.dataType, state.context) : Type();
  if (!element)
    return fault() << "needs an input that is a tensor of numbers";
  std::optional<Shape> shape = shapeFor(input, value);
  if (!shape || !countElements(*shape))
    return fault() << "has shape " << onnx::shapeText(value.array->shape())
                   << ", which is not what the model declares";
  llvm::Expected<HostTensor> tensor =
      convert(input, element, *shape, *value.array);
  if (!tensor)
    return fault() << llvm::toString(tensor.takeError());
  state.scope->operands[input.name] = Operand(std::move(*tensor));
  return success();
}

} // namespace

LogicalResult quantc::onnx::fixInputs(ImportState &state,
                                      llvm::ArrayRef<InputTensor> inputs,
                                      const OnnxImportOptions &options) {
  for (const auto &entry : options.values) {
    llvm::StringRef name = entry.first;
    const auto *input = llvm::find_if(
        inputs, [&](const InputTensor &info) { return info.name == name; });
    if (input == inputs.end() || state.find(name))
      return state.error() << "--value names '" << name
                           << "', which is no input of the model";
    if (failed(fixInput(state, *input, entry.second)))
      return failure();
  }
  return success();
}

/// Which node computes a name, in the graph and its bodies.
static void addProducers(const Graph &graph,
                         llvm::StringMap<const Node *> &producers) {
  for (const Node &node : graph.nodes) {
    for (llvm::StringRef output : node.outputs)
      producers[output] = &node;
    for (const onnx::Attribute &attribute : node.attributes)
      if (attribute.graph)
        addProducers(*attribute.graph, producers);
  }
}

std::vector<std::string>
quantc::onnx::inputsBehind(const llvm::StringSet<> &names, const Graph &graph,
                           llvm::ArrayRef<InputTensor> inputs) {
  llvm::StringMap<const Node *> producers;
  addProducers(graph, producers);
  llvm::StringSet<> seen;
  llvm::SmallVector<llvm::StringRef> open(names.keys());
  while (!open.empty()) {
    llvm::StringRef name = open.pop_back_val();
    const Node *node = producers.lookup(name);
    if (!seen.insert(name).second || !node)
      continue;
    llvm::append_range(open, node->inputs);
    for (const onnx::Attribute &attribute : node->attributes)
      if (attribute.graph)
        for (const ValueInfo &output : attribute.graph->outputs)
          open.push_back(output.name);
  }
  std::vector<std::string> result;
  for (const InputTensor &input : inputs)
    if (seen.contains(input.graphInput))
      result.push_back(input.name.str());
  return result;
}

static std::string badValue(llvm::StringRef text) {
  return "expects --value NAME=FILE.npy or NAME=1,2,3, but got '" + text.str() +
         "'";
}

/// "1,2,3" or "0.5,2" as a list of i64 or f64; nothing if it is neither.
static std::optional<Array> parseList(llvm::StringRef text) {
  llvm::SmallVector<llvm::StringRef> parts;
  text.split(parts, ',');
  llvm::SmallVector<double> numbers(parts.size());
  bool areIntegers = true;
  int64_t integer;
  for (auto [part, number] : llvm::zip_equal(parts, numbers)) {
    if (part.getAsDouble(number, /*AllowInexact=*/true))
      return std::nullopt;
    areIntegers &= !part.getAsInteger(10, integer);
  }
  Array array = llvm::cantFail(
      Array::create(areIntegers ? ElementType::I64 : ElementType::F64,
                    {int64_t(parts.size())}));
  if (!areIntegers) {
    llvm::copy(numbers, array.as<double>().begin());
    return array;
  }
  for (auto [part, element] : llvm::zip_equal(parts, array.as<int64_t>()))
    part.getAsInteger(10, element);
  return array;
}

std::string quantc::parseValueOption(llvm::StringRef text,
                                     OnnxImportOptions &options) {
  auto [name, value] = text.split('=');
  if (name.empty() || value.empty())
    return badValue(text);
  OnnxImportOptions::Value &result = options.values[name.str()];
  if (value.ends_with(".npy")) {
    llvm::Expected<Array> array = readNpy(value);
    if (!array)
      return llvm::toString(array.takeError());
    result = {std::make_shared<const Array>(std::move(*array)), false};
    return "";
  }
  std::optional<Array> list = parseList(value);
  if (!list)
    return badValue(text);
  result = {std::make_shared<const Array>(std::move(*list)), true};
  return "";
}
