//===- LabelEncoder.cpp - From keys to values -----------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LabelEncoder and CategoryMapper of the domain ai.onnx.ml.
#include "../Control/Expansion.h"
#include "../ConversionTable.h"

#include <cstring>

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// Element i of `keys` stands for element i of `values`, anything else for
/// `fallback`, which has one element.
struct Mapping {
  HostTensor keys, values, fallback;
};

HostTensor listOf(NodeContext &node, llvm::ArrayRef<llvm::StringRef> texts) {
  return node.textTensor(texts, {int64_t(texts.size())});
}

template <typename List>
HostTensor listOf(Type element, const List &numbers) {
  HostTensor result = HostTensor::zeros(element, {int64_t(numbers.size())});
  for (auto [i, number] : llvm::enumerate(numbers))
    result.set(int64_t(i), number);
  return result;
}

/// A constant attribute of any of the kinds that its name may end with; nothing
/// if there is none.
FailureOr<std::optional<HostTensor>> readList(NodeContext &node,
                                              const std::string &name) {
  std::optional<HostTensor> result;
  if (const auto *strings = node.attribute(name + "_strings"))
    result = listOf(node, strings->strings);
  if (const auto *integers = node.attribute(name + "_int64s"))
    result = listOf(node.build.ops().getI64Type(), integers->ints);
  if (const auto *floats = node.attribute(name + "_floats"))
    result = listOf(
        node.build.ops().getF32Type(),
        std::vector<double>(floats->floats.begin(), floats->floats.end()));
  const auto *tensor = node.attribute(name + "_tensor");
  if (!tensor || !tensor->tensor)
    return result;
  llvm::Expected<HostTensor> read = node.read(*tensor->tensor);
  if (!read) {
    node.error() << "expects a valid " << name << "_tensor, but it "
                 << llvm::toString(read.takeError());
    return failure();
  }
  return std::optional<HostTensor>(*read);
}

/// What keys that are not listed get, of the type that `values` have.
FailureOr<HostTensor> readDefault(NodeContext &node, Type element) {
  const auto *tensor = node.attribute("default_tensor");
  if (tensor && tensor->tensor) {
    llvm::Expected<HostTensor> read = node.read(*tensor->tensor);
    if (read && read->elementType() == element && read->count() == 1)
      return read->dense().reshaped({1});
    llvm::consumeError(read.takeError());
    node.error() << "expects a default_tensor of one element of the type of "
                    "the values";
    return failure();
  }
  if (isString(element))
    return listOf(node, node.getString("default_string", "_Unused"));
  if (isa<FloatType>(element))
    return HostTensor::splat(element, {1},
                             node.getFloat("default_float", -0.0));
  return listOf(element,
                std::vector<int64_t>{node.getInt("default_int64", -1)});
}

FailureOr<Mapping> finish(NodeContext &node, HostTensor keys,
                          HostTensor values) {
  if (keys.count() != values.count() || keys.count() == 0) {
    node.error() << "expects as many keys as values, but got " << keys.count()
                 << " keys and " << values.count() << " values";
    return failure();
  }
  if (keys.elementType() != node.element(0)) {
    bool isText = isString(keys.elementType());
    node.error() << "expects keys of the type of its input, but they are "
                 << (isText ? "strings" : "numbers of another type");
    return failure();
  }
  if (keys.isFloat() && !keys.elementType().isF32() &&
      !keys.elementType().isF64()) {
    node.error() << "expects keys of FLOAT or DOUBLE, but got "
                 << keys.elementType();
    return failure();
  }
  FailureOr<HostTensor> fallback = readDefault(node, values.elementType());
  if (failed(fallback))
    return failure();
  int64_t count = keys.count();
  return Mapping{keys.dense().reshaped({count}),
                 values.dense().reshaped({count}), *fallback};
}

/// Version 1 has a list of strings, whose places are the other side.
FailureOr<Mapping> readPlaces(NodeContext &node,
                              llvm::ArrayRef<llvm::StringRef> classes) {
  std::vector<int64_t> places;
  for (size_t i = 0; i < classes.size(); ++i)
    places.push_back(int64_t(i));
  HostTensor numbers = listOf(node.build.ops().getI64Type(), places);
  if (isString(node.element(0)))
    return finish(node, listOf(node, classes), numbers);
  return finish(node, numbers, listOf(node, classes));
}

FailureOr<Mapping> readLabels(NodeContext &node) {
  if (node.attribute("classes_strings"))
    return readPlaces(node, node.getStrings("classes_strings"));
  auto keys = readList(node, "keys"), values = readList(node, "values");
  if (failed(keys) || failed(values))
    return failure();
  if (*keys && *values)
    return finish(node, **keys, **values);
  node.error() << "expects keys and values, but one of them is absent";
  return failure();
}

FailureOr<Mapping> readCategories(NodeContext &node) {
  HostTensor strings = listOf(node, node.getStrings("cats_strings"));
  HostTensor integers =
      listOf(node.build.ops().getI64Type(), node.getInts("cats_int64s", {}));
  return isString(node.element(0)) ? finish(node, strings, integers)
                                   : finish(node, integers, strings);
}

/// Keys are compared by their bits, so that a NaN can be one.
uint64_t bitsAt(const HostTensor &tensor, int64_t index) {
  uint64_t bits = 0;
  std::memcpy(&bits, tensor.bytes().data() + index * tensor.elementSize(),
              tensor.elementSize());
  return bits;
}

/// Place i + 1 for key i; of two equal keys, the first counts.
std::map<uint64_t, int64_t> placesOf(const HostTensor &keys) {
  std::map<uint64_t, int64_t> places;
  for (int64_t i = 0, e = keys.count(); i < e; ++i)
    places.try_emplace(bitsAt(keys, i), i + 1);
  return places;
}

/// The fallback in front of the values.
HostTensor tableOf(const Mapping &mapping) {
  HostTensor table = HostTensor::zeros(mapping.values.elementType(),
                                       {mapping.values.count() + 1});
  char *to = table.mutableBytes().data();
  to = llvm::copy(mapping.fallback.dense().bytes(), to);
  llvm::copy(mapping.values.bytes(), to);
  return table;
}

LogicalResult mapConstant(NodeContext &node, const Mapping &mapping) {
  HostTensor table = tableOf(mapping), from = node.constant(0)->dense();
  if (failed(node.reserve(table.elementType(), from.shape())))
    return failure();
  std::map<uint64_t, int64_t> places = placesOf(mapping.keys);
  HostTensor result = HostTensor::zeros(table.elementType(), from.shape());
  size_t size = table.elementSize();
  char *to = result.mutableBytes().data();
  for (int64_t i = 0, e = from.count(); i < e; ++i) {
    auto found = places.find(bitsAt(from, i));
    int64_t place = found == places.end() ? 0 : found->second;
    to = std::copy_n(table.bytes().data() + size_t(place) * size, size, to);
  }
  return node.set(result);
}

/// x and keys as integers, whose bits are compared.
std::pair<Expansion::Name, Expansion::Name> comparable(Expansion &body,
                                                       const HostTensor &keys) {
  Expansion::Name x = body.input(0);
  if (!keys.isFloat())
    return {x, body.constant(keys)};
  bool isWide = keys.elementType().isF64();
  Type bits =
      IntegerType::get(keys.elementType().getContext(), isWide ? 64 : 32);
  DataType type = isWide ? DataType::Int64 : DataType::Int32;
  x = body.add("BitCast", {x}, Expansion::attribute("to", int64_t(type)));
  return {x, body.constant(keys.bitcast(bits))};
}

/// table[sum over keys of (x == key) * place of the key], where at most one
/// term is not 0.
LogicalResult mapAtRunTime(NodeContext &node, const Mapping &mapping) {
  llvm::SmallVector<int64_t> first, places;
  for (auto [bits, place] : placesOf(mapping.keys)) {
    first.push_back(place - 1);
    places.push_back(place);
  }
  HostTensor keys =
      HostTensor::zeros(mapping.keys.elementType(), {int64_t(first.size())});
  size_t size = keys.elementSize();
  for (auto [i, from] : llvm::enumerate(first))
    std::copy_n(mapping.keys.bytes().data() + size_t(from) * size, size,
                keys.mutableBytes().data() + i * size);
  Type i32 = node.build.ops().getI32Type();
  Expansion body(node);
  auto [x, wanted] = comparable(body, keys);
  Shape shape(node.shape(0));
  shape.push_back(1);
  auto ints = [&](llvm::ArrayRef<int64_t> values) {
    return body.constant(HostTensor::fromInts(node.context(), values));
  };
  Expansion::Name column = body.add("Reshape", {x, ints(shape)});
  Expansion::Name isKey = body.add("Equal", {column, wanted});
  Expansion::Name term =
      body.add("Where", {isKey, body.constant(listOf(i32, places)),
                         body.constant(HostTensor::zeros(i32, {1}))});
  Expansion::Name place =
      body.add("ReduceSum", {term, ints({-1})},
               Expansion::attribute("keepdims", int64_t(0)));
  return body.finish(
      body.add("Gather", {body.constant(tableOf(mapping)), place}));
}

template <typename Read>
Conversion mapperOf(Read read) {
  return [read](NodeContext &node) -> LogicalResult {
    if (failed(node.expectInputs(1, 1)))
      return failure();
    FailureOr<Mapping> mapping = read(node);
    if (failed(mapping))
      return failure();
    return node.constant(0) ? mapConstant(node, *mapping)
                            : mapAtRunTime(node, *mapping);
  };
}

/// ArrayFeatureExtractor: columns of a matrix; of a list, as a matrix of a row.
LogicalResult convertArrayFeatureExtractor(NodeContext &node) {
  if (failed(node.expectInputs(2, 2)))
    return failure();
  if (node.rank(0) == 0 || !node.element(1).isInteger(64))
    return node.error() << "expects a tensor and INT64 places in its last "
                           "dimension, but got shape "
                        << shapeText(node.shape(0)) << " and places of "
                        << node.element(1);
  Expansion body(node);
  auto ints = [&](llvm::ArrayRef<int64_t> values) {
    return body.constant(HostTensor::fromInts(node.context(), values));
  };
  Expansion::Name data = body.input(0);
  if (node.rank(0) == 1)
    data = body.add("Reshape", {data, ints({1, node.shape(0)[0]})});
  Expansion::Name places = body.add("Reshape", {body.input(1), ints({-1})});
  return body.finish(body.add("Gather", {data, places},
                              Expansion::attribute("axis", int64_t(-1))));
}

/// Binarizer: 1 above the threshold, else 0.
LogicalResult convertBinarizer(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  Expansion body(node);
  Expansion::Name bound = body.constant(
      HostTensor::splat(node.element(0), {}, node.getFloat("threshold", 0)));
  Expansion::Name above = body.add("Greater", {body.input(0), bound});
  return body.finish(body.add("CastLike", {above, body.input(0)}));
}

} // namespace

void quantc::onnx::addLabelEncoders(ConversionTable &table) {
  auto add = [&](llvm::StringRef name, Conversion convert) {
    std::string key = ("ai.onnx.ml." + name).str();
    table.conversions[key] = std::move(convert);
    table.onStrings[key] = {StringInputs::Computes, 1};
  };
  add("LabelEncoder", mapperOf(readLabels));
  add("CategoryMapper", mapperOf(readCategories));
  add("ArrayFeatureExtractor", convertArrayFeatureExtractor);
  table.conversions["ai.onnx.ml.Binarizer"] = convertBinarizer;
}
