//===- TensorWire.cpp - Tensors and lists of them on the wire -------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Field numbers are those of onnx.proto. This file is built with exceptions;
// nothing is thrown out of it.
// Fields that it does not know are skipped.
#include "quantc/Support/OnnxTensor.h"
#include "quantc/Support/ProtobufReader.h"

using namespace quantc::onnx;
using namespace quantc::protobuf;
using llvm::StringRef;
using protozero::pbf_reader;
using protozero::pbf_wire_type;

namespace {

/// Appends a view of one number of `width` bytes, or of a packed list of them.
void readPiece(pbf_reader &field, size_t width, pbf_wire_type single,
               std::vector<StringRef> &pieces) {
  if (field.wire_type() == single) {
    StringRef before(field.data().data(), field.data().size());
    field.skip();
    pieces.push_back(before.take_front(width));
    return;
  }
  StringRef packed = readString(field);
  if (packed.size() % width != 0)
    throw WrongWireType();
  pieces.push_back(packed);
}

/// The lists that hold elements as protobuf numbers.
void readTypedData(pbf_reader &message, Tensor &tensor) {
  switch (message.tag()) {
  case 4:
    return readPiece(message, 4, pbf_wire_type::fixed32, tensor.floats);
  case 5:
    return readNumbers(
        message, tensor.int32s, [&] { return message.get_packed_int32(); },
        [&] { return message.get_int32(); });
  case 6:
    tensor.strings.push_back(readString(message));
    return;
  case 7:
    return readInt64s(message, tensor.int64s);
  case 10:
    return readPiece(message, 8, pbf_wire_type::fixed64, tensor.doubles);
  case 11:
    return readNumbers(
        message, tensor.uint64s, [&] { return message.get_packed_uint64(); },
        [&] { return message.get_uint64(); });
  default:
    message.skip();
  }
}

std::pair<StringRef, StringRef> readEntry(pbf_reader message) {
  std::pair<StringRef, StringRef> entry;
  while (message.next())
    switch (message.tag()) {
    case 1:
      entry.first = readString(message);
      break;
    case 2:
      entry.second = readString(message);
      break;
    default:
      message.skip();
    }
  return entry;
}

void readFields(pbf_reader message, Tensor &tensor) {
  while (message.next())
    switch (message.tag()) {
    case 1:
      readInt64s(message, tensor.dims);
      break;
    case 2:
      tensor.dataType = message.get_int32();
      break;
    case 8:
      tensor.name = readString(message);
      break;
    case 9:
      tensor.raw = readString(message);
      break;
    case 13:
      tensor.external.push_back(readEntry(message.get_message()));
      break;
    case 14:
      tensor.isExternal = message.get_int32() == 1;
      break;
    default:
      readTypedData(message, tensor);
    }
}

/// What a sequence or an optional says that it holds, by the numbers of both
/// messages.
enum ElementKind : int32_t { Nothing = 0, OneTensor = 1, Sequence = 3 };

/// It holds something else than tensors.
struct WrongElement : std::exception {};

void readElements(pbf_reader message, TensorList &list) {
  list.isSequence = true;
  while (message.next())
    switch (message.tag()) {
    case 2:
      if (int32_t kind = message.get_int32();
          kind != Nothing && kind != OneTensor)
        throw WrongElement();
      break;
    case 3:
      list.tensors.push_back(readString(message));
      break;
    default:
      message.skip();
    }
}

void readElement(pbf_reader message, TensorList &list) {
  int32_t kind = Nothing;
  TensorList sequence;
  std::vector<StringRef> tensor;
  while (message.next())
    switch (message.tag()) {
    case 2:
      kind = message.get_int32();
      break;
    case 3:
      tensor = {readString(message)};
      break;
    case 5:
      readElements(message.get_message(), sequence);
      break;
    default:
      message.skip();
    }
  if (kind == Sequence)
    list = sequence;
  else if (kind == OneTensor && !tensor.empty())
    list.tensors = tensor;
  else if (kind == Nothing)
    list.isAbsent = true;
  else
    throw WrongElement();
}

template <typename Read>
bool tryRead(StringRef bytes, Read read) {
  try {
    read(pbf_reader(bytes.data(), bytes.size()));
    return true;
  } catch (const std::exception &) {
    return false;
  }
}

} // namespace

bool quantc::onnx::readTensor(StringRef bytes, Tensor &tensor) {
  return tryRead(bytes,
                 [&](pbf_reader message) { readFields(message, tensor); });
}

bool quantc::onnx::readSequence(StringRef bytes, TensorList &list) {
  return tryRead(bytes,
                 [&](pbf_reader message) { readElements(message, list); });
}

bool quantc::onnx::readOptional(StringRef bytes, TensorList &list) {
  return tryRead(bytes,
                 [&](pbf_reader message) { readElement(message, list); });
}
