//===- SampleSource.h - Arrays for a model's inputs, from files -*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef LIB_SUPPORT_SAMPLESOURCE_H
#define LIB_SUPPORT_SAMPLESOURCE_H

#include "quantc/Support/SampleSet.h"

namespace quantc {

/// One array per input, and what to call each in errors ("x.npz:input").
struct SampleArrays {
  std::vector<Array> arrays;
  std::vector<std::string> where;
};

/// Reads the paths and matches them with the inputs by name or order; shapes
/// and types are not looked at. At least one entry.
llvm::Expected<std::vector<SampleArrays>>
readSampleArrays(llvm::StringRef paths, llvm::ArrayRef<TensorInfo> inputs);

/// Reads a folder with test_data_set_<n>/input_<k>.pb, or one such folder.
llvm::Expected<std::vector<SampleArrays>>
readTestDataSets(llvm::StringRef folder, llvm::ArrayRef<TensorInfo> inputs);

} // namespace quantc

#endif // LIB_SUPPORT_SAMPLESOURCE_H
