//===- OnnxTensor.h - TensorProto, ONNX's tensors ---------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_SUPPORT_ONNXTENSOR_H
#define QUANTC_SUPPORT_ONNXTENSOR_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace quantc::onnx {

/// The `data_type` of a tensor, numbered as in the ONNX specification.
enum class DataType : int32_t {
  Undefined = 0,
  Float = 1,
  Uint8 = 2,
  Int8 = 3,
  Uint16 = 4,
  Int16 = 5,
  Int32 = 6,
  Int64 = 7,
  String = 8,
  Bool = 9,
  Float16 = 10,
  Double = 11,
  Uint32 = 12,
  Uint64 = 13,
  Complex64 = 14,
  Complex128 = 15,
  Bfloat16 = 16,
  Float8E4M3FN = 17,
  Float8E4M3FNUZ = 18,
  Float8E5M2 = 19,
  Float8E5M2FNUZ = 20,
  Uint4 = 21,
  Int4 = 22,
  Float4E2M1 = 23,
  Float8E8M0 = 24,
  Uint2 = 25,
  Int2 = 26,
};

/// The name of an element type as users know it ("FLOAT16").
llvm::StringRef dataTypeName(int32_t dataType);

/// Bits of one element in a file; 0 for strings, complex numbers and numbers
/// that no type has.
unsigned bitsOf(int32_t dataType);

/// A tensor as the file has it. Strings, `raw`, `floats` and `doubles` are
/// views into the file; exactly one of `raw` and the typed lists is filled in a
/// valid tensor.
struct Tensor {
  llvm::StringRef name;
  int32_t dataType = 0;
  std::vector<int64_t> dims;
  std::optional<llvm::StringRef> raw;
  /// Little-endian elements, in one piece if the writer packed them.
  std::vector<llvm::StringRef> floats;
  std::vector<llvm::StringRef> doubles;
  std::vector<int32_t> int32s;
  std::vector<int64_t> int64s;
  std::vector<uint64_t> uint64s;
  std::vector<llvm::StringRef> strings;
  std::vector<std::pair<llvm::StringRef, llvm::StringRef>> external;
  bool isExternal = false;
};

/// Reads a serialized TensorProto. False if the bytes are none.
bool readTensor(llvm::StringRef bytes, Tensor &tensor);

/// What a serialized sequence or optional holds.
struct TensorList {
  bool isSequence = false; ///< Else one tensor.
  bool isAbsent = false;   ///< An optional without an element.
  /// Serialized TensorProtos, views of the bytes.
  std::vector<llvm::StringRef> tensors;
};

/// Read a SequenceProto or an OptionalProto. False if the bytes are none, or
/// hold anything else than tensors.
bool readSequence(llvm::StringRef bytes, TensorList &list);
bool readOptional(llvm::StringRef bytes, TensorList &list);

/// Bytes that the elements take as raw or external data. Fails on a type
/// without a size and on dimensions that no tensor can have: negative ones,
/// more than 32, or more than 2^31 elements.
llvm::Expected<uint64_t> fileBytesOf(const Tensor &tensor);

/// The strings of a STRING tensor in row-major order. Fails like elementsOf.
llvm::Expected<llvm::ArrayRef<llvm::StringRef>> stringsOf(const Tensor &tensor);

/// The elements of a tensor in row-major order and little-endian. Those of
/// fewer than 8 bits have a byte each, sign- or zero-extended; floats of fewer
/// than 8 bits are the low bits. A view of the file wherever it has these
/// bytes, which then may be unaligned, else of `owner`.
struct TensorElements {
  llvm::ArrayRef<char> bytes;
  std::shared_ptr<std::vector<char>> owner;
};

/// Finds or unpacks the elements; `external` are the bytes of a tensor whose
/// data is in another file. Fails if there are more or fewer than the
/// dimensions ask for. No error names the tensor.
llvm::Expected<TensorElements>
elementsOf(const Tensor &tensor,
           std::optional<llvm::StringRef> external = std::nullopt);

} // namespace quantc::onnx

#endif // QUANTC_SUPPORT_ONNXTENSOR_H
