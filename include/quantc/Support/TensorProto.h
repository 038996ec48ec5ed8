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

namespace quantc {

/// Reads a serialized ONNX TensorProto, as in test_data_set_0/input_0.pb, with
/// its name. Refuses strings, external data, types narrower than a byte, and
/// a number of elements that the dimensions do not ask for.
llvm::Expected<NamedArray> readTensorProto(llvm::StringRef path);

/// Reads one that is already in memory; `where` names it in errors.
llvm::Expected<NamedArray> parseTensorProto(llvm::StringRef bytes,
                                            llvm::StringRef where);

} // namespace quantc

#endif // QUANTC_SUPPORT_TENSORPROTO_H
