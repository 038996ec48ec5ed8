//===- TensorProto.h - ONNX tensors in .pb files ----------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_SUPPORT_TENSORPROTO_H
#define QUANTC_SUPPORT_TENSORPROTO_H

#include "quantc/Support/Npy.h"
#include "quantc/Support/OnnxTensor.h"

#include <vector>

namespace quantc {

/// An array, and the element type that ONNX gives it: those of fewer than 8
/// bits have a byte each, and floats of up to 8 bits are their codes in a u8.
struct OnnxArray : NamedArray {
  onnx::DataType dataType;
};

/// What an array of an ONNX element type holds; nothing for complex numbers and
/// unknown types.
std::optional<ElementType> storedAs(onnx::DataType dataType);

/// Reads a serialized ONNX TensorProto, as in test_data_set_0/input_0.pb, with
/// its name. Refuses complex numbers, external data, and a number of
/// elements that the dimensions do not ask for.
llvm::Expected<OnnxArray> readTensorProto(llvm::StringRef path);

/// What a file of a sequence or an optional holds.
struct OnnxArrays {
  bool isSequence = false; ///< Else one array.
  bool isAbsent = false;   ///< An optional without an element.
  std::vector<OnnxArray> arrays;
};

/// Read a serialized SequenceProto or OptionalProto, likewise, whose tensors
/// are like those that readTensorProto reads.
llvm::Expected<OnnxArrays> readSequenceProto(llvm::StringRef path);
llvm::Expected<OnnxArrays> readOptionalProto(llvm::StringRef path);

/// Read what is already in memory; `where` names it in errors.
llvm::Expected<OnnxArray> parseTensorProto(llvm::StringRef bytes,
                                           llvm::StringRef where);
llvm::Expected<OnnxArrays> parseSequenceProto(llvm::StringRef bytes,
                                              llvm::StringRef where);
llvm::Expected<OnnxArrays> parseOptionalProto(llvm::StringRef bytes,
                                              llvm::StringRef where);

} // namespace quantc

#endif // QUANTC_SUPPORT_TENSORPROTO_H
