//===- OnnxTensor.cpp - Elements of ONNX tensors --------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/OnnxTensor.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace quantc::onnx;

namespace {

/// What ONNX says about an element type.
struct Row {
  StringLiteral name;
  unsigned bits;
  bool isSigned;
};

/// In the order of DataType.
constexpr Row rows[] = {{"UNDEFINED", 0, false},
                        {"FLOAT", 32, false},
                        {"UINT8", 8, false},
                        {"INT8", 8, true},
                        {"UINT16", 16, false},
                        {"INT16", 16, true},
                        {"INT32", 32, true},
                        {"INT64", 64, true},
                        {"STRING", 0, false},
                        {"BOOL", 8, false},
                        {"FLOAT16", 16, false},
                        {"DOUBLE", 64, false},
                        {"UINT32", 32, false},
                        {"UINT64", 64, false},
                        {"COMPLEX64", 0, false},
                        {"COMPLEX128", 0, false},
                        {"BFLOAT16", 16, false},
                        {"FLOAT8E4M3FN", 8, false},
                        {"FLOAT8E4M3FNUZ", 8, false},
                        {"FLOAT8E5M2", 8, false},
                        {"FLOAT8E5M2FNUZ", 8, false},
                        {"UINT4", 4, false},
                        {"INT4", 4, true},
                        {"FLOAT4E2M1", 4, false},
                        {"FLOAT8E8M0", 8, false},
                        {"UINT2", 2, false},
                        {"INT2", 2, true}};

constexpr size_t mostDimensions = 32;
constexpr int64_t mostElements = int64_t(1) << 31;

bool isKnown(int32_t dataType) {
  return dataType >= 0 && dataType < int32_t(std::size(rows));
}

/// "[2, 3]"
std::string listText(ArrayRef<int64_t> dims) {
  return "[" +
         join(map_range(dims, [](int64_t dim) { return itostr(dim); }), ", ") +
         "]";
}

Error fault(const Twine &text) { return createStringError(text); }

Expected<uint64_t> countOf(const Tensor &tensor) {
  if (tensor.dims.size() > mostDimensions)
    return fault("expects at most " + Twine(mostDimensions) +
                 " dimensions, but got " + Twine(tensor.dims.size()));
  // Zeros do not hide a product of the others that is too large.
  int64_t bound = 1;
  bool isEmpty = false, isGood = true;
  for (int64_t dim : tensor.dims) {
    isGood = isGood && dim >= 0 && dim <= mostElements;
    if (isGood)
      bound *= std::max<int64_t>(dim, 1);
    isGood = isGood && bound <= mostElements;
    isEmpty |= dim == 0;
  }
  if (!isGood)
    return fault("expects dimensions that are not negative and at most 2^31 "
                 "elements, but got " +
                 listText(tensor.dims));
  return isEmpty ? 0 : uint64_t(bound);
}

Error wrongCount(const Tensor &tensor, uint64_t expected, uint64_t got,
                 StringRef unit) {
  return fault("expects " + Twine(expected) + " " + unit + " for shape " +
               listText(tensor.dims) + " of " + dataTypeName(tensor.dataType) +
               ", but got " + Twine(got));
}

TensorElements ownedBytes(size_t size) {
  TensorElements result;
  result.owner = std::make_shared<std::vector<char>>(size);
  result.bytes = *result.owner;
  return result;
}

/// Elements of 2 or 4 bits, the first in the lowest bits, to a byte each.
TensorElements unpack(StringRef packed, uint64_t count, const Row &row) {
  TensorElements result = ownedBytes(count);
  unsigned perByte = 8 / row.bits;
  for (uint64_t i = 0; i < count; ++i) {
    unsigned code = uint8_t(packed[i / perByte]) >> (i % perByte * row.bits) &
                    maskTrailingOnes<unsigned>(row.bits);
    (*result.owner)[i] =
        row.isSigned ? char(SignExtend32(code, row.bits)) : char(code);
  }
  return result;
}

/// Bools are 0 or 1 in our memory, but any byte that is not 0 is true in files.
TensorElements normalizedBools(StringRef raw) {
  TensorElements result;
  result.bytes = {raw.data(), raw.size()};
  if (all_of(raw, [](char byte) { return byte == 0 || byte == 1; }))
    return result;
  result = ownedBytes(raw.size());
  for (auto [to, from] : zip_equal(*result.owner, raw))
    to = from != 0;
  return result;
}

Expected<TensorElements> fromRaw(const Tensor &tensor, StringRef raw) {
  Expected<uint64_t> size = fileBytesOf(tensor);
  if (!size)
    return size.takeError();
  if (raw.size() != *size)
    return wrongCount(tensor, *size, raw.size(), "bytes");
  const Row &row = rows[tensor.dataType];
  if (row.bits < 8)
    return unpack(raw, cantFail(countOf(tensor)), row);
  if (DataType(tensor.dataType) == DataType::Bool)
    return normalizedBools(raw);
  return TensorElements{{raw.data(), raw.size()}, nullptr};
}

/// float_data or double_data: their bytes are those of raw data.
Expected<TensorElements>
fromPieces(const Tensor &tensor, ArrayRef<StringRef> pieces, uint64_t count) {
  uint64_t width = rows[tensor.dataType].bits / 8, size = 0;
  for (StringRef piece : pieces)
    size += piece.size();
  if (size != count * width)
    return wrongCount(tensor, count, size / width, "elements");
  if (pieces.size() == 1)
    return TensorElements{{pieces[0].data(), pieces[0].size()}, nullptr};
  TensorElements result = ownedBytes(size);
  char *to = result.owner->data();
  for (StringRef piece : pieces)
    to = copy(piece, to);
  return result;
}

/// Integers, and the bits of narrow floats, each in a number of the list; those
/// of fewer than 8 bits lie packed in the numbers' lowest bytes.
template <typename T>
Expected<TensorElements> fromList(const Tensor &tensor, ArrayRef<T> list,
                                  uint64_t count) {
  const Row &row = rows[tensor.dataType];
  uint64_t expected = row.bits < 8 ? divideCeil(count * row.bits, 8) : count;
  if (list.size() != expected)
    return wrongCount(tensor, expected, list.size(),
                      row.bits < 8 ? "packed bytes" : "elements");
  size_t width = std::max(row.bits / 8, 1u);
  TensorElements result = ownedBytes(expected * width);
  char *to = result.owner->data();
  for (T value : list) {
    char bytes[8];
    support::endian::write64le(bytes, uint64_t(value));
    to = std::copy_n(bytes, width, to);
  }
  StringRef bytes(result.owner->data(), result.owner->size());
  if (row.bits < 8)
    return unpack(bytes, count, row);
  if (DataType(tensor.dataType) == DataType::Bool)
    for (char &flag : *result.owner)
      flag = flag != 0;
  return result;
}

/// The list that ONNX prescribes for the type.
Expected<TensorElements> fromLists(const Tensor &tensor, uint64_t count) {
  switch (DataType(tensor.dataType)) {
  case DataType::Float:
    return fromPieces(tensor, tensor.floats, count);
  case DataType::Double:
    return fromPieces(tensor, tensor.doubles, count);
  case DataType::Int64:
    return fromList<int64_t>(tensor, tensor.int64s, count);
  case DataType::Uint32:
  case DataType::Uint64:
    return fromList<uint64_t>(tensor, tensor.uint64s, count);
  default:
    return fromList<int32_t>(tensor, tensor.int32s, count);
  }
}

} // namespace

StringRef quantc::onnx::dataTypeName(int32_t dataType) {
  if (!isKnown(dataType))
    return "an unknown element type";
  return rows[dataType].name;
}

unsigned quantc::onnx::bitsOf(int32_t dataType) {
  return isKnown(dataType) ? rows[dataType].bits : 0;
}

Expected<uint64_t> quantc::onnx::fileBytesOf(const Tensor &tensor) {
  unsigned bits = bitsOf(tensor.dataType);
  if (bits == 0)
    return fault("has element type " + dataTypeName(tensor.dataType) +
                 ", which is not supported");
  Expected<uint64_t> count = countOf(tensor);
  if (!count)
    return count.takeError();
  return divideCeil(*count * bits, 8);
}

Expected<TensorElements>
quantc::onnx::elementsOf(const Tensor &tensor,
                         std::optional<StringRef> external) {
  if (Error error = fileBytesOf(tensor).takeError())
    return std::move(error);
  if (tensor.isExternal && !external)
    return fault("has its data in another file");
  if (external)
    return fromRaw(tensor, *external);
  if (tensor.raw)
    return fromRaw(tensor, *tensor.raw);
  return fromLists(tensor, cantFail(countOf(tensor)));
}

Expected<ArrayRef<StringRef>> quantc::onnx::stringsOf(const Tensor &tensor) {
  Expected<uint64_t> count = countOf(tensor);
  if (!count)
    return count.takeError();
  if (tensor.isExternal || tensor.raw)
    return fault("has strings as raw or external data, which ONNX does not "
                 "define");
  if (tensor.strings.size() != *count)
    return wrongCount(tensor, *count, tensor.strings.size(), "strings");
  return ArrayRef<StringRef>(tensor.strings);
}
