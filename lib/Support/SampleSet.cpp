//===- SampleSet.cpp - Samples to calibrate, score and run a model --------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/SampleSet.h"

#include "SampleSource.h"
#include "quantc/Support/Failure.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include <cmath>
#include <cstring>

using namespace llvm;
using namespace quantc;

/// f32 takes values from these, and everything from its own kind.
static bool converts(ElementType from, ElementType to) {
  return from == to || (to == ElementType::F32 &&
                        (from == ElementType::U8 || from == ElementType::F16 ||
                         from == ElementType::F64));
}

static Error checkType(StringRef where, ElementType got,
                       const TensorInfo &input) {
  if (converts(got, input.type))
    return Error::success();
  return failure(where,
                 "expects " + nameOf(input.type) + " for input '" + input.name +
                     "', but got " + nameOf(got),
                 "convert it with x.astype('" + nameOf(input.type) + "')");
}

/// "Nx32x32x3"
static std::string samplesOf(ArrayRef<int64_t> shape) {
  return shape.empty() ? "N" : "Nx" + shapeText(shape);
}

/// The number of samples per run that `shape` means for `input`.
static Expected<int64_t> batchOf(StringRef where, ArrayRef<int64_t> shape,
                                 const TensorInfo &input) {
  ArrayRef<int64_t> wanted = input.shape;
  if (!shape.empty() && shape.drop_front() == wanted)
    return 1;
  if (!shape.empty() && shape.size() == wanted.size() && wanted[0] > 0 &&
      shape.drop_front() == wanted.drop_front())
    return wanted[0];
  std::string text = samplesOf(wanted);
  if (!wanted.empty())
    text = samplesOf(wanted.drop_front()) + " or " + text;
  return failure(where,
                 "expects shape " + text + " (N samples) for input '" +
                     input.name + "' of shape " + shapeText(wanted) +
                     ", but got " + shapeText(shape),
                 "reshape or transpose the array");
}

/// The first value that the model can't be given, NaN and infinity.
static Error checkFinite(StringRef where, const Array &array,
                         const TensorInfo &input) {
  if (!isFloat(array.type()) || array.shape()[0] == 0)
    return Error::success();
  int64_t perSample = array.size() / array.shape()[0];
  bool toFloat = input.type == ElementType::F32;
  for (int64_t i = 0; i < array.size(); ++i) {
    double value = array.number(i);
    if (std::isfinite(toFloat ? double(float(value)) : value))
      continue;
    return failure(where,
                   "expects finite values for input '" + input.name +
                       "', but sample " + Twine(i / perSample) + " has " +
                       (std::isnan(value)      ? "NaN"
                        : std::isfinite(value) ? "a value beyond float32"
                                               : "infinity") +
                       " at element " + Twine(i % perSample),
                   "remove or repair that sample");
  }
  return Error::success();
}

Error SampleSet::add(std::vector<Array> arrays, ArrayRef<std::string> where) {
  for (auto [array, input, place] : zip_equal(arrays, tensors, where)) {
    if (Error error = checkType(place, array.type(), input))
      return error;
    Expected<int64_t> batch = batchOf(place, array.shape(), input);
    if (!batch)
      return batch.takeError();
    if (samplesPerRun != 0 && *batch != samplesPerRun)
      return failure(place,
                     "expects " + Twine(samplesPerRun) +
                         " samples per run, as the arrays before it, but "
                         "shape " +
                         shapeText(array.shape()) + " means " + Twine(*batch),
                     "give all inputs the same batch axis");
    samplesPerRun = *batch;
    int64_t count = array.shape()[0];
    if (count != arrays.front().shape()[0])
      return failure(place,
                     "expects " + Twine(arrays.front().shape()[0]) +
                         " samples, as " + where.front() + " has, but got " +
                         Twine(count),
                     "give every input the same number of samples");
    if (count == 0)
      return failure(place, "expects at least one sample, but got none",
                     "give an array whose first axis is not 0");
    if (Error error = checkFinite(place, array, input))
      return error;
  }
  Part part;
  part.first = samples;
  part.count = arrays.front().shape()[0];
  part.arrays = std::move(arrays);
  samples += part.count;
  parts.push_back(std::move(part));
  return Error::success();
}

Expected<SampleSet> SampleSet::load(StringRef paths,
                                    ArrayRef<TensorInfo> inputs) {
  if (inputs.empty())
    return failure(paths, "the model has no inputs to give samples to");
  StringSet<> names;
  for (const TensorInfo &input : inputs)
    if (!names.insert(input.name).second)
      return failure(paths, "the model has two inputs named '" + input.name +
                                "', so samples can't be told apart");
  SampleSet set;
  set.tensors.assign(inputs.begin(), inputs.end());
  Expected<std::vector<SampleArrays>> sources = readSampleArrays(paths, inputs);
  if (!sources)
    return sources.takeError();
  for (SampleArrays &source : *sources)
    if (Error error = set.add(std::move(source.arrays), source.where))
      return std::move(error);
  return std::move(set);
}

const SampleSet::Part &SampleSet::partOf(int64_t sample) const {
  auto after = upper_bound(parts, sample, [](int64_t number, const Part &part) {
    return number < part.first;
  });
  return *std::prev(after);
}

void SampleSet::gather(int64_t run, ArrayRef<void *> to) const {
  if (tensors.empty())
    return;
  for (int64_t slot = 0; slot < samplesPerRun; ++slot) {
    int64_t sample = std::min(run * samplesPerRun + slot, samples - 1);
    const Part &part = partOf(sample);
    for (auto [array, input, block] : zip_equal(part.arrays, tensors, to)) {
      int64_t elements = array.size() / part.count;
      int64_t bytes = elements * byteWidth(array.type());
      ArrayRef<char> from = array.bytes().slice(
          size_t((sample - part.first) * bytes), size_t(bytes));
      char *target =
          static_cast<char *>(block) + slot * elements * byteWidth(input.type);
      if (array.type() == input.type)
        std::memcpy(target, from.data(), from.size());
      else
        convertToFloat(array.type(), from, reinterpret_cast<float *>(target));
    }
  }
}

Expected<TensorBuffers> TensorBuffers::create(ArrayRef<TensorInfo> tensors) {
  TensorBuffers buffers;
  for (const TensorInfo &tensor : tensors) {
    Expected<Array> array = Array::create(tensor.type, tensor.shape);
    if (!array)
      return failure(tensor.name, toString(array.takeError()));
    buffers.arrays.push_back(std::move(*array));
    buffers.addresses.push_back(buffers.arrays.back().bytes().data());
  }
  return std::move(buffers);
}
