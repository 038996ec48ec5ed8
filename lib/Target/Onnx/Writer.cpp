//===- Writer.cpp - An ONNX graph as a file -------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Writer.h"

#include <protozero/pbf_writer.hpp>

using namespace quantc::onnx_export;
using protozero::pbf_writer;

namespace {

/// Field numbers of the ONNX specification's messages.
namespace model {
enum { irVersion = 1, producer = 2, producerVersion = 3, graph = 7, opset = 8 };
}
namespace graph {
enum { node = 1, name = 2, initializer = 5, input = 11, output = 12 };
}
namespace node {
enum { input = 1, output = 2, name = 3, opType = 4, attribute = 5 };
}
namespace attribute {
enum { name = 1, f = 2, i = 3, s = 4, ints = 8, type = 20 };
}
namespace tensor {
enum { dims = 1, type = 2, name = 8, raw = 9, external = 13, location = 14 };
}

/// Data in other files starts at multiples of a page, so that it can be mapped.
constexpr uint64_t kPage = 4096;

/// The version of the file format that an operator set came with.
int64_t irVersionOf(int64_t opset) {
  if (opset >= 21)
    return 10;
  if (opset >= 19)
    return 9;
  return opset >= 15 ? 8 : 7;
}

void addAttribute(pbf_writer &writer, const NodeAttribute &from) {
  enum { isFloat = 1, isInt = 2, isString = 3, areInts = 7 };
  writer.add_string(attribute::name, from.name);
  if (const auto *value = std::get_if<int64_t>(&from.value)) {
    writer.add_int64(attribute::i, *value);
    writer.add_int32(attribute::type, isInt);
  } else if (const auto *value = std::get_if<float>(&from.value)) {
    writer.add_float(attribute::f, *value);
    writer.add_int32(attribute::type, isFloat);
  } else if (const auto *value = std::get_if<std::string>(&from.value)) {
    writer.add_bytes(attribute::s, *value);
    writer.add_int32(attribute::type, isString);
  } else {
    for (int64_t value : std::get<std::vector<int64_t>>(from.value))
      writer.add_int64(attribute::ints, value);
    writer.add_int32(attribute::type, areInts);
  }
}

void addNode(pbf_writer &writer, const Node &from, const Graph &graph) {
  for (TensorId input : from.inputs)
    writer.add_string(node::input, graph.names[input]);
  writer.add_string(node::output, graph.names[from.output]);
  writer.add_string(node::name, from.name);
  writer.add_string(node::opType, from.op);
  for (const NodeAttribute &value : from.attributes) {
    pbf_writer message(writer, node::attribute);
    addAttribute(message, value);
  }
}

/// ValueInfoProto { name = 1, type = 2 { tensor = 1 { element = 1, shape = 2 {
/// dimension = 1 { value = 1 } } } } }
void addBoundary(pbf_writer &writer, const Boundary &from, const Graph &graph) {
  writer.add_string(1, graph.names[from.tensor]);
  pbf_writer type(writer, 2);
  pbf_writer tensor(type, 1);
  tensor.add_int32(1, static_cast<int32_t>(from.type));
  pbf_writer shape(tensor, 2);
  for (int64_t size : from.shape) {
    pbf_writer dimension(shape, 1);
    dimension.add_int64(1, size);
  }
}

/// The fields of a TensorProto in front of its data.
std::string tensorHeader(const Initializer &from, const Graph &graph) {
  std::string text;
  pbf_writer writer(text);
  for (int64_t size : from.shape)
    writer.add_int64(tensor::dims, size);
  writer.add_int32(tensor::type, static_cast<int32_t>(from.type));
  writer.add_string(tensor::name, graph.names[from.tensor]);
  return text;
}

void addExternal(std::string &header, const ExternalData &external,
                 uint64_t offset, uint64_t size) {
  pbf_writer writer(header);
  const std::pair<const char *, std::string> entries[] = {
      {"location", external.location},
      {"offset", std::to_string(offset)},
      {"length", std::to_string(size)}};
  for (const auto &[key, value] : entries) {
    pbf_writer entry(writer, tensor::external);
    entry.add_string(1, key);
    entry.add_string(2, value);
  }
  writer.add_int32(tensor::location, 1);
}

/// Tag and length of a field that is written by hand, since its bytes are not
/// copied.
std::string lengthPrefix(unsigned field, uint64_t length) {
  std::string text;
  protozero::add_varint_to_buffer(&text, (field << 3U) | 2U);
  protozero::add_varint_to_buffer(&text, length);
  return text;
}

/// A constant: what is written before its bytes, and these.
struct Piece {
  std::string prefix;
  llvm::StringRef bytes;
};

/// One field of the graph's message.
Piece initializerPiece(const Initializer &from, const Graph &graph,
                       const ExternalData &external, uint64_t &offset) {
  std::string header = tensorHeader(from, graph);
  llvm::StringRef bytes = from.bytes;
  if (external.out && bytes.size() >= external.threshold) {
    uint64_t start = (offset + kPage - 1) / kPage * kPage;
    external.out->write_zeros(static_cast<unsigned>(start - offset));
    *external.out << bytes;
    offset = start + bytes.size();
    addExternal(header, external, start, bytes.size());
    bytes = {};
  } else {
    header += lengthPrefix(tensor::raw, bytes.size());
  }
  return {lengthPrefix(graph::initializer, header.size() + bytes.size()) +
              header,
          bytes};
}

} // namespace

uint64_t quantc::onnx_export::constantBytes(const Graph &graph) {
  uint64_t bytes = 0;
  for (const Initializer &initializer : graph.initializers)
    bytes += initializer.bytes.size();
  return bytes;
}

void quantc::onnx_export::writeModel(const Graph &from,
                                     llvm::StringRef producerVersion,
                                     const ExternalData &external,
                                     llvm::raw_ostream &out) {
  std::string head, nodes, boundaries;
  pbf_writer headWriter(head);
  headWriter.add_int64(model::irVersion, irVersionOf(from.opset));
  headWriter.add_string(model::producer, "quantc");
  headWriter.add_string(model::producerVersion, producerVersion.str());
  {
    pbf_writer opset(headWriter, model::opset);
    opset.add_string(1, "");
    opset.add_int64(2, from.opset);
  }
  pbf_writer nodeWriter(nodes);
  for (const Node &value : from.nodes) {
    pbf_writer message(nodeWriter, graph::node);
    addNode(message, value, from);
  }
  nodeWriter.add_string(graph::name, from.name);
  pbf_writer boundaryWriter(boundaries);
  for (const auto &[field, list] : {std::pair(graph::input, &from.inputs),
                                    std::pair(graph::output, &from.outputs)})
    for (const Boundary &value : *list) {
      pbf_writer message(boundaryWriter, field);
      addBoundary(message, value, from);
    }

  std::vector<Piece> pieces;
  uint64_t offset = 0, size = nodes.size() + boundaries.size();
  for (const Initializer &initializer : from.initializers) {
    pieces.push_back(initializerPiece(initializer, from, external, offset));
    size += pieces.back().prefix.size() + pieces.back().bytes.size();
  }
  out << head << lengthPrefix(model::graph, size) << nodes;
  for (const Piece &piece : pieces)
    out << piece.prefix << piece.bytes;
  out << boundaries;
}
