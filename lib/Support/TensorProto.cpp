//===- TensorProto.cpp - ONNX tensors in .pb files ------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/TensorProto.h"

#include "WireReader.h"
#include "quantc/Support/Failure.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MemoryBuffer.h"
#include <cstring>

using namespace llvm;
using namespace quantc;

/// TensorProto.DataType of the ONNX specification.
static std::optional<ElementType> elementTypeOf(uint64_t dataType) {
  switch (dataType) {
  case 1:
    return ElementType::F32;
  case 2:
    return ElementType::U8;
  case 3:
    return ElementType::I8;
  case 4:
    return ElementType::U16;
  case 5:
    return ElementType::I16;
  case 6:
    return ElementType::I32;
  case 7:
    return ElementType::I64;
  case 9:
    return ElementType::Bool;
  case 10:
    return ElementType::F16;
  case 11:
    return ElementType::F64;
  case 12:
    return ElementType::U32;
  case 13:
    return ElementType::U64;
  case 16:
    return ElementType::BF16;
  default:
    return std::nullopt;
  }
}

namespace {

/// Field numbers of TensorProto.
enum Field : uint64_t {
  Dims = 1,
  DataType = 2,
  FloatData = 4,
  Int32Data = 5,
  StringData = 6,
  Int64Data = 7,
  Name = 8,
  RawData = 9,
  DoubleData = 10,
  Uint64Data = 11,
  ExternalData = 13,
  DataLocation = 14,
};

/// The message, with the elements still in their typed lists.
struct Message {
  SmallVector<int64_t> shape;
  uint64_t dataType = 0;
  std::string name;
  std::optional<StringRef> raw;
  std::vector<uint64_t> integers; // int32_data, int64_data, uint64_data.
  std::vector<uint32_t> floats;   // Bits of float_data.
  std::vector<uint64_t> doubles;  // Bits of double_data.
  bool external = false;
};

} // namespace

static Expected<Message> readMessage(StringRef where, StringRef bytes) {
  Message message;
  WireReader reader(bytes);
  std::vector<uint64_t> dims;
  bool good = true;
  while (good && reader.next()) {
    switch (reader.field()) {
    case Dims:
      good = reader.varints(dims);
      break;
    case DataType:
      good = reader.varint(message.dataType);
      break;
    case FloatData:
      good = reader.fixed(message.floats);
      break;
    case DoubleData:
      good = reader.fixed(message.doubles);
      break;
    case Int32Data:
    case Int64Data:
    case Uint64Data:
      good = reader.varints(message.integers);
      break;
    case Name: {
      StringRef text;
      good = reader.bytes(text);
      message.name = text.str();
      break;
    }
    case RawData: {
      StringRef raw;
      good = reader.bytes(raw);
      message.raw = raw;
      break;
    }
    case DataLocation: {
      uint64_t location = 0;
      good = reader.varint(location);
      message.external |= location == 1;
      break;
    }
    default:
      good = reader.skip();
    }
  }
  if (!good || reader.damaged())
    return failure(where,
                   "expects an ONNX TensorProto, but the file is no "
                   "valid protobuf or was cut off",
                   "write it again");
  for (uint64_t dimension : dims)
    message.shape.push_back(int64_t(dimension));
  return std::move(message);
}

/// Stores integers in the width of the type; f16 and bf16 come as bits.
static void store(ArrayRef<uint64_t> from, int64_t width, char *to) {
  for (uint64_t value : from) {
    char bytes[8];
    support::endian::write64le(bytes, value);
    to = std::copy_n(bytes, width, to);
  }
}

static Error fill(StringRef where, const Message &message, Array &array) {
  int64_t width = byteWidth(array.type());
  auto check = [&](uint64_t got) -> Error {
    if (got == uint64_t(array.size()))
      return Error::success();
    return failure(where,
                   "expects " + Twine(array.size()) + " elements for shape " +
                       shapeText(array.shape()) + ", but got " + Twine(got),
                   "write it again");
  };
  if (message.raw) {
    if (message.raw->size() != array.bytes().size())
      return failure(where,
                     "expects " + Twine(array.bytes().size()) +
                         " bytes of raw data for " + nameOf(array.type()) +
                         " of shape " + shapeText(array.shape()) +
                         ", but got " + Twine(message.raw->size()),
                     "write it again");
    copy(*message.raw, array.bytes().begin());
    return Error::success();
  }
  char *to = array.bytes().data();
  if (array.type() == ElementType::F32) {
    if (Error error = check(message.floats.size()))
      return error;
    if (array.size() != 0)
      std::memcpy(to, message.floats.data(), array.bytes().size());
    return Error::success();
  }
  if (array.type() == ElementType::F64) {
    if (Error error = check(message.doubles.size()))
      return error;
    store(message.doubles, width, to);
    return Error::success();
  }
  if (Error error = check(message.integers.size()))
    return error;
  store(message.integers, width, to);
  return Error::success();
}

Expected<NamedArray> quantc::parseTensorProto(StringRef bytes,
                                              StringRef where) {
  Expected<Message> message = readMessage(where, bytes);
  if (!message)
    return message.takeError();
  std::optional<ElementType> type = elementTypeOf(message->dataType);
  if (!type)
    return failure(where,
                   "expects a tensor of whole bytes, but got ONNX data type " +
                       Twine(message->dataType),
                   "give float32, or a type that NumPy has");
  if (message->external)
    return failure(where, "the tensor's data is in another file",
                   "store the data in the tensor itself");
  // Claims are compared with the file's size before memory is taken.
  Expected<int64_t> size = Array::bytesOf(*type, message->shape);
  if (!size)
    return failure(where, toString(size.takeError()), "write it again");
  if (*size / 8 > int64_t(bytes.size()))
    return failure(where,
                   "expects " + bytesText(uint64_t(*size)) +
                       " of data for shape " + shapeText(message->shape) +
                       ", but the file has " + bytesText(bytes.size()),
                   "write it again");
  Expected<Array> array = Array::create(*type, message->shape);
  if (!array)
    return failure(where, toString(array.takeError()));
  if (Error error = fill(where, *message, *array))
    return std::move(error);
  if (*type == ElementType::Bool)
    for (char &flag : array->bytes())
      flag = flag != 0;
  return NamedArray{message->name, std::move(*array)};
}

Expected<NamedArray> quantc::readTensorProto(StringRef path) {
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false);
  if (!buffer)
    return failure(path, "cannot read the file: " + buffer.getError().message(),
                   "check the path");
  return parseTensorProto((*buffer)->getBuffer(), path);
}
