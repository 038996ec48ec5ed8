//===- Writer.h - An ONNX graph as a file -----------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_TARGET_ONNX_WRITER_H
#define QUANTC_LIB_TARGET_ONNX_WRITER_H

#include "Graph.h"

#include "llvm/Support/raw_ostream.h"

namespace quantc::onnx_export {

/// Where the bytes of large constants go if not into the model.
struct ExternalData {
  llvm::raw_ostream *out = nullptr;
  std::string location; ///< The file's name, relative to the model's folder.
  size_t threshold = 0; ///< Constants of fewer bytes stay in the model.
};

/// Bytes of constant data in the model if none is external.
uint64_t constantBytes(const Graph &graph);

/// Writes a ModelProto. Constants go from where they are to `out`, without a
/// copy of the model in memory.
void writeModel(const Graph &graph, llvm::StringRef producerVersion,
                const ExternalData &external, llvm::raw_ostream &out);

} // namespace quantc::onnx_export

#endif // QUANTC_LIB_TARGET_ONNX_WRITER_H
