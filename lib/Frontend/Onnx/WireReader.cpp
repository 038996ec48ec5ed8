//===- WireReader.cpp - ONNX protobuf to plain structures -----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Field numbers are those of onnx.proto. This file is built with exceptions;
// nothing is thrown out of it. Fields that it does not know are skipped, so
// models that are newer than this reader still parse.
#include "Model.h"
#include "quantc/Support/ProtobufReader.h"

using namespace quantc::onnx;
using namespace quantc::protobuf;
using llvm::StringRef;
using protozero::pbf_reader;
using protozero::pbf_wire_type;

namespace {

/// A tensor that Support's reader refuses.
struct DamagedTensor : std::exception {};
/// Graphs inside of graphs beyond what any model has; reading them recurses.
struct NestedTooDeep : std::exception {};
constexpr int kDeepestGraph = 32;

Tensor readTensor(pbf_reader &field) {
  Tensor tensor;
  if (!quantc::onnx::readTensor(readString(field), tensor))
    throw DamagedTensor();
  return tensor;
}

Graph readGraph(pbf_reader message, int depth);

Attribute readAttribute(pbf_reader message, int depth) {
  Attribute attribute;
  while (message.next())
    switch (message.tag()) {
    case 1:
      attribute.name = readString(message);
      break;
    case 2:
      attribute.f = message.get_float();
      break;
    case 3:
      attribute.i = message.get_int64();
      break;
    case 4:
      attribute.s = readString(message);
      break;
    case 5:
      attribute.tensor = readTensor(message);
      break;
    case 6:
      attribute.graph = std::make_shared<const Graph>(
          readGraph(message.get_message(), depth + 1));
      break;
    case 7:
      readFloats(message, attribute.floats);
      break;
    case 8:
      readInt64s(message, attribute.ints);
      break;
    case 9:
      attribute.strings.push_back(readString(message));
      break;
    case 20:
      attribute.type = message.get_int32();
      break;
    case 21:
      attribute.reference = readString(message);
      break;
    default:
      message.skip();
    }
  return attribute;
}

Node readNode(pbf_reader message, int depth) {
  Node node;
  while (message.next())
    switch (message.tag()) {
    case 1:
      node.inputs.push_back(readString(message));
      break;
    case 2:
      node.outputs.push_back(readString(message));
      break;
    case 3:
      node.name = readString(message);
      break;
    case 4:
      node.opType = readString(message);
      break;
    case 5:
      node.attributes.push_back(readAttribute(message.get_message(), depth));
      break;
    case 7:
      node.domain = readString(message);
      break;
    case 8:
      node.overload = readString(message);
      break;
    default:
      message.skip();
    }
  return node;
}

Dimension readDimension(pbf_reader message) {
  Dimension dimension;
  while (message.next())
    switch (message.tag()) {
    case 1:
      dimension.value = message.get_int64();
      break;
    case 2:
      dimension.parameter = readString(message);
      break;
    default:
      message.skip();
    }
  return dimension;
}

std::vector<Dimension> readShape(pbf_reader message) {
  std::vector<Dimension> shape;
  while (message.next(1))
    shape.push_back(readDimension(message.get_message()));
  return shape;
}

void readTensorType(pbf_reader message, ValueInfo &info) {
  while (message.next())
    switch (message.tag()) {
    case 1:
      info.dataType = message.get_int32();
      break;
    case 2:
      info.shape = readShape(message.get_message());
      break;
    default:
      message.skip();
    }
}

/// A type, perhaps that of an optional's or a sequence's element. Sequences of
/// sequences, and optionals in anything, are left alone.
void readType(pbf_reader type, ValueInfo &info, bool inOptional,
              bool inSequence) {
  auto readElement = [&](bool isOptional, bool isSequence) {
    pbf_reader outer = type.get_message();
    while (outer.next(1))
      readType(outer.get_message(), info, isOptional, isSequence);
  };
  while (type.next())
    if (type.tag() == 1) {
      info.isTensor = !inSequence;
      info.isSequence = inSequence;
      info.isOptional = inOptional;
      readTensorType(type.get_message(), info);
    } else if (type.tag() == 4 && !inSequence) {
      readElement(inOptional, true);
    } else if (type.tag() == 9 && !inSequence && !inOptional) {
      readElement(true, false);
    } else {
      type.skip();
    }
}

ValueInfo readValueInfo(pbf_reader message) {
  ValueInfo info;
  while (message.next())
    switch (message.tag()) {
    case 1:
      info.name = readString(message);
      break;
    case 2:
      readType(message.get_message(), info, false, false);
      break;
    default:
      message.skip();
    }
  return info;
}

Graph readGraph(pbf_reader message, int depth) {
  if (depth > kDeepestGraph)
    throw NestedTooDeep();
  Graph graph;
  while (message.next())
    switch (message.tag()) {
    case 1:
      graph.nodes.push_back(readNode(message.get_message(), depth));
      break;
    case 2:
      graph.name = readString(message);
      break;
    case 5:
      graph.initializers.push_back(readTensor(message));
      break;
    case 11:
      graph.inputs.push_back(readValueInfo(message.get_message()));
      break;
    case 12:
      graph.outputs.push_back(readValueInfo(message.get_message()));
      break;
    case 15:
      graph.hasSparseInitializers = true;
      message.skip();
      break;
    default:
      message.skip();
    }
  return graph;
}

std::pair<StringRef, int64_t> readOpset(pbf_reader message) {
  std::pair<StringRef, int64_t> opset{"", 0};
  while (message.next())
    switch (message.tag()) {
    case 1:
      opset.first = readString(message);
      break;
    case 2:
      opset.second = message.get_int64();
      break;
    default:
      message.skip();
    }
  return opset;
}

Function readFunction(pbf_reader message) {
  Function function;
  while (message.next())
    switch (message.tag()) {
    case 1:
      function.name = readString(message);
      break;
    case 4:
      function.inputs.push_back(readString(message));
      break;
    case 5:
      function.outputs.push_back(readString(message));
      break;
    case 7:
      function.nodes.push_back(readNode(message.get_message(), 0));
      break;
    case 9:
      function.opsets.push_back(readOpset(message.get_message()));
      break;
    case 10:
      function.domain = readString(message);
      break;
    case 11:
      function.defaults.push_back(readAttribute(message.get_message(), 0));
      break;
    case 13:
      function.overload = readString(message);
      break;
    default:
      message.skip();
    }
  return function;
}

void readTopLevel(pbf_reader message, Model &model) {
  while (message.next())
    switch (message.tag()) {
    case 1:
      model.irVersion = message.get_int64();
      break;
    case 7:
      model.graph = readGraph(message.get_message(), 0);
      break;
    case 8:
      model.opsets.push_back(readOpset(message.get_message()));
      break;
    case 25:
      model.functions.push_back(readFunction(message.get_message()));
      break;
    default:
      message.skip();
    }
}

} // namespace

std::string quantc::onnx::readModel(StringRef bytes, Model &model) {
  if (bytes.empty())
    return "the file is empty";
  try {
    readTopLevel(pbf_reader(bytes.data(), bytes.size()), model);
  } catch (const protozero::end_of_buffer_exception &) {
    return "the file is cut off, or is not an ONNX model";
  } catch (const NestedTooDeep &) {
    return "its graphs are nested more than " + std::to_string(kDeepestGraph) +
           " deep";
  } catch (const std::exception &) {
    return "the file is not an ONNX model";
  }
  if (!model.graph)
    return "the file is not an ONNX model: it has no graph";
  return "";
}
