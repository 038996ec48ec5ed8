//===- FixedInputs.cpp - Graph inputs that become constants ---------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "FixedInputs.h"

#include "TensorReader.h"
#include "Text/StringTable.h"
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
  Shape given(value.array->itemShape());
  if (!input.shape)
    return given;
  Shape declared;
  for (auto [d, dimension] : llvm::enumerate(*input.shape)) {
    bool isOpen = !dimension.value || *dimension.value < 0;
    bool isGiven = input.shape->size() == given.size();
    declared.push_back(isOpen ? (isGiven ? given[d] : -1) : *dimension.value);
  }
  bool isReshaped =
      value.isList && countElements(declared) == countElements(given);
  return declared == given || isReshaped ? std::optional(declared)
                                         : std::nullopt;
}

/// Strings by their numbers.
llvm::Expected<HostTensor> convertStrings(StringTable &strings, Type element,
                                          llvm::ArrayRef<int64_t> shape,
                                          const Array &array) {
  if (!array.isText())
    return llvm::createStringError("expects strings, but got " +
                                   quantc::nameOf(array.type()));
  HostTensor result = HostTensor::zeros(element, shape);
  for (int64_t i = 0, e = result.count(); i < e; ++i)
    result.set(i, int64_t(strings.add(array.text(i))));
  return result;
}

/// "1,2,3" or "0.5,2" as a list of i64 or f64.
llvm::Expected<Array> parseNumbers(const ValueInfo &input, const Array &words) {
  llvm::ArrayRef<int64_t> shape = words.itemShape();
  llvm::SmallVector<double> numbers(size_t(*countElements(shape)));
  bool areIntegers = true;
  int64_t integer;
  for (auto [i, number] : llvm::enumerate(numbers)) {
    llvm::StringRef word = words.text(int64_t(i));
    if (word.getAsDouble(number, /*AllowInexact=*/true))
      return llvm::createStringError(
          "expects values of " + dataTypeName(input.dataType) +
          ", but element " + llvm::Twine(i) + " is '" + word + "'");
    areIntegers &= !word.getAsInteger(10, integer);
  }
  Array array = llvm::cantFail(
      Array::create(areIntegers ? ElementType::I64 : ElementType::F64, shape));
  if (!areIntegers) {
    llvm::copy(numbers, array.as<double>().begin());
    return array;
  }
  for (auto [i, element] : llvm::enumerate(array.as<int64_t>()))
    words.text(int64_t(i)).getAsInteger(10, element);
  return array;
}

/// The value in the input's element type; fails on an element that it does not
/// have.
llvm::Expected<HostTensor> convert(const ValueInfo &input, Type element,
                                   llvm::ArrayRef<int64_t> shape,
                                   const Array &array) {
  if (array.isText()) {
    llvm::Expected<Array> numbers = parseNumbers(input, array);
    if (!numbers)
      return numbers.takeError();
    return convert(input, element, shape, *numbers);
  }
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
  bool isText = input.isTensor && DataType(input.dataType) == DataType::String;
  if (isText)
    element = stringType(state.context);
  if (!element)
    return fault() << "needs an input that is a tensor of numbers or strings";
  std::optional<Shape> shape = shapeFor(input, value);
  if (!shape || !countElements(*shape))
    return fault() << "has shape " << onnx::shapeText(value.array->itemShape())
                   << ", which is not what the model declares";
  llvm::Expected<HostTensor> tensor =
      isText ? convertStrings(state.strings, element, *shape, *value.array)
             : convert(input, element, *shape, *value.array);
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
  return "expects --value NAME=FILE.npy, NAME=1,2,3 or NAME=TEXT,TEXT, "
         "but "
         "got '" +
         text.str() + "'";
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
  // What the words mean, the input's type will tell.
  llvm::SmallVector<llvm::StringRef> words;
  value.split(words, ',');
  llvm::Expected<Array> list = Array::create(words, int64_t(words.size()));
  if (!list)
    return llvm::toString(list.takeError());
  result = {std::make_shared<const Array>(std::move(*list)), true};
  return "";
}
