//===- SampleSet.h - Samples to calibrate, score and run a model -*- C++
//-*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_SUPPORT_SAMPLESET_H
#define QUANTC_SUPPORT_SAMPLESET_H

#include "quantc/Support/Array.h"
#include "llvm/ADT/StringRef.h"
#include <algorithm>
#include <string>
#include <vector>

namespace quantc {

/// What a model says about one of its inputs or outputs.
struct TensorInfo {
  std::string name;
  ElementType type = ElementType::F32;
  llvm::SmallVector<int64_t> shape;
};

/// Samples for every input of a model. The arrays stay in the files' element
/// type (uint8 images take a quarter of f32) and are converted run by run.
///
/// An array for an input of shape [S0, S1, ...] has the shape
///   [N, S1, ...]      S0 is the model's batch: S0 samples make a run, or
///   [N, S0, S1, ...]  the input has no batch axis: one sample makes a run.
/// If N is no multiple of the batch, the last run repeats the last sample.
class SampleSet {
public:
  /// Reads `paths`, separated by commas, each of them
  ///   an .npz file   arrays named like the inputs, or arr_0, arr_1, ... in
  ///                  the order of the inputs; any name for a single input;
  ///   an .npy file   for a single input; else one file per input, in order;
  ///   a folder       ONNX test data: test_data_set_*/input_<k>.pb.
  /// Several paths are read one behind the other. uint8, float16 and float64
  /// become f32 where the model wants f32. Fails, naming the file and input,
  /// on any other type, on a wrong shape, on no samples, on NaN and infinity
  /// and on inputs with different numbers of samples.
  static llvm::Expected<SampleSet> load(llvm::StringRef paths,
                                        llvm::ArrayRef<TensorInfo> inputs);

  /// One sample for a model without inputs.
  static SampleSet ofNoInputs() {
    SampleSet set;
    set.samples = set.samplesPerRun = 1;
    return set;
  }

  /// The number of samples.
  int64_t size() const { return samples; }
  /// Samples per run.
  int64_t batch() const { return samplesPerRun; }
  /// Runs that it takes to see every sample.
  int64_t runs() const { return (samples + samplesPerRun - 1) / samplesPerRun; }
  /// How many samples of a run count; the rest are repetitions.
  int64_t validIn(int64_t run) const {
    return std::min(samplesPerRun, samples - run * samplesPerRun);
  }
  /// Inputs of the model.
  llvm::ArrayRef<TensorInfo> inputs() const { return tensors; }

  /// Writes the inputs of a run to `to`, one block of memory per input, of the
  /// input's size. May be called from several threads.
  void gather(int64_t run, llvm::ArrayRef<void *> to) const;

  /// The first `count` samples only.
  void truncate(int64_t count) { samples = std::min(samples, count); }

private:
  /// What one path says about all inputs.
  struct Part {
    std::vector<Array> arrays; // One per input.
    int64_t first = 0;         // Number of the first sample in here.
    int64_t count = 0;
  };

  llvm::Error add(std::vector<Array> arrays, llvm::ArrayRef<std::string> where);
  const Part &partOf(int64_t sample) const;

  std::vector<TensorInfo> tensors;
  std::vector<Part> parts;
  int64_t samples = 0;
  int64_t samplesPerRun = 0; // 0 until the first array has come.
};

/// Memory for one tensor per entry, 64-byte aligned.
class TensorBuffers {
public:
  static llvm::Expected<TensorBuffers>
  create(llvm::ArrayRef<TensorInfo> tensors);

  llvm::ArrayRef<void *> pointers() const { return addresses; }
  llvm::ArrayRef<const void *> constPointers() const {
    return {const_cast<const void *const *>(addresses.data()),
            addresses.size()};
  }
  const Array &operator[](size_t index) const { return arrays[index]; }

private:
  std::vector<Array> arrays;
  std::vector<void *> addresses;
};

} // namespace quantc

#endif // QUANTC_SUPPORT_SAMPLESET_H
