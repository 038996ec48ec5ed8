//===- TensorProto.cpp - ONNX tensors in .pb files ------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/TensorProto.h"

#include "quantc/Support/Failure.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;
using namespace quantc;
using onnx::DataType;

std::optional<ElementType> quantc::storedAs(DataType dataType) {
  switch (dataType) {
  case DataType::Float:
    return ElementType::F32;
  case DataType::Double:
    return ElementType::F64;
  case DataType::Float16:
    return ElementType::F16;
  case DataType::Bfloat16:
    return ElementType::BF16;
  case DataType::Bool:
    return ElementType::Bool;
  case DataType::Int8:
  case DataType::Int4:
  case DataType::Int2:
    return ElementType::I8;
  case DataType::Uint8:
  case DataType::Uint4:
  case DataType::Uint2:
  case DataType::Float8E4M3FN:
  case DataType::Float8E4M3FNUZ:
  case DataType::Float8E5M2:
  case DataType::Float8E5M2FNUZ:
  case DataType::Float8E8M0:
  case DataType::Float4E2M1:
    return ElementType::U8;
  case DataType::Int16:
    return ElementType::I16;
  case DataType::Uint16:
    return ElementType::U16;
  case DataType::Int32:
    return ElementType::I32;
  case DataType::Uint32:
    return ElementType::U32;
  case DataType::Int64:
    return ElementType::I64;
  case DataType::Uint64:
    return ElementType::U64;
  case DataType::String:
    return ElementType::String;
  case DataType::Undefined:
  case DataType::Complex64:
  case DataType::Complex128:
    return std::nullopt;
  }
  return std::nullopt;
}

static Expected<OnnxArray> readStrings(const onnx::Tensor &tensor,
                                       StringRef where) {
  Expected<ArrayRef<StringRef>> strings = onnx::stringsOf(tensor);
  if (!strings)
    return failure(where, toString(strings.takeError()), "write it again");
  Expected<Array> array = Array::create(*strings, tensor.dims);
  if (!array)
    return failure(where, toString(array.takeError()));
  return OnnxArray{{tensor.name.str(), std::move(*array)}, DataType::String};
}

Expected<OnnxArray> quantc::parseTensorProto(StringRef bytes, StringRef where) {
  onnx::Tensor tensor;
  if (!onnx::readTensor(bytes, tensor))
    return failure(where,
                   "expects an ONNX TensorProto, but the file is no "
                   "valid protobuf or was cut off",
                   "write it again");
  auto dataType = DataType(tensor.dataType);
  std::optional<ElementType> type = storedAs(dataType);
  if (!type)
    return failure(where,
                   "expects numbers or strings, but got element type " +
                       onnx::dataTypeName(tensor.dataType),
                   "give float32, or another type of real numbers");
  if (tensor.isExternal)
    return failure(where, "the tensor's data is in another file",
                   "store the data in the tensor itself");
  if (dataType == DataType::String)
    return readStrings(tensor, where);
  Expected<onnx::TensorElements> elements = onnx::elementsOf(tensor);
  if (!elements)
    return failure(where, toString(elements.takeError()), "write it again");
  Expected<Array> array = Array::create(*type, tensor.dims);
  if (!array)
    return failure(where, toString(array.takeError()));
  copy(elements->bytes, array->bytes().begin());
  return OnnxArray{{tensor.name.str(), std::move(*array)}, dataType};
}

static Expected<OnnxArrays> arraysOf(const onnx::TensorList &list,
                                     StringRef where) {
  OnnxArrays result{list.isSequence, list.isAbsent, {}};
  for (auto [i, tensor] : enumerate(list.tensors)) {
    std::string place = where.str();
    if (list.isSequence)
      place += ", tensor " + std::to_string(i);
    Expected<OnnxArray> array = parseTensorProto(tensor, place);
    if (!array)
      return array.takeError();
    result.arrays.push_back(std::move(*array));
  }
  return std::move(result);
}

Expected<OnnxArrays> quantc::parseSequenceProto(StringRef bytes,
                                                StringRef where) {
  onnx::TensorList list;
  if (!onnx::readSequence(bytes, list))
    return failure(where,
                   "expects an ONNX SequenceProto of tensors, but the file "
                   "holds something else or was cut off",
                   "write it again");
  return arraysOf(list, where);
}

Expected<OnnxArrays> quantc::parseOptionalProto(StringRef bytes,
                                                StringRef where) {
  onnx::TensorList list;
  if (!onnx::readOptional(bytes, list))
    return failure(where,
                   "expects an ONNX OptionalProto of a tensor or a sequence of "
                   "tensors, but the file holds something else or was cut off",
                   "write it again");
  return arraysOf(list, where);
}

template <typename Result>
static Expected<Result>
readFile(StringRef path, Expected<Result> (*parse)(StringRef, StringRef)) {
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false);
  if (!buffer)
    return failure(path, "cannot read the file: " + buffer.getError().message(),
                   "check the path");
  return parse((*buffer)->getBuffer(), path);
}

Expected<OnnxArray> quantc::readTensorProto(StringRef path) {
  return readFile(path, parseTensorProto);
}

Expected<OnnxArrays> quantc::readSequenceProto(StringRef path) {
  return readFile(path, parseSequenceProto);
}

Expected<OnnxArrays> quantc::readOptionalProto(StringRef path) {
  return readFile(path, parseOptionalProto);
}
