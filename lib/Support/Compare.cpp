//===- Compare.cpp - Outputs of two programs, sample by sample ------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/Compare.h"

#include "quantc/Support/Failure.h"
#include <cmath>
#include <cstring>
#include <utility>

using namespace llvm;
using namespace quantc;

static SmallVector<int64_t> withoutOnes(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> result;
  copy_if(shape, std::back_inserter(result),
          [](int64_t dimension) { return dimension != 1; });
  return result;
}

static const NamedArray *arrayNamed(ArrayRef<NamedArray> arrays,
                                    StringRef name) {
  for (const NamedArray &array : arrays)
    if (array.name == name)
      return &array;
  return nullptr;
}

/// The reference of every output.
static Expected<std::vector<const NamedArray *>>
match(ArrayRef<NamedArray> reference, ArrayRef<NamedArray> outputs,
      StringRef where) {
  bool anyName = any_of(outputs, [&](const NamedArray &output) {
    return arrayNamed(reference, output.name);
  });
  bool byOrder = !anyName && reference.size() == outputs.size();
  std::vector<const NamedArray *> result;
  for (auto [index, output] : enumerate(outputs)) {
    const NamedArray *found =
        byOrder ? &reference[index] : arrayNamed(reference, output.name);
    if (!found)
      return failure(where,
                     "expects an array for output '" + output.name +
                         "', but there is none",
                     "name the arrays like the model's outputs");
    ArrayRef<int64_t> shape = output.array.shape();
    if (found->array.rank() == 0 || found->array.shape()[0] != shape[0] ||
        withoutOnes(found->array.shape()) != withoutOnes(shape))
      return failure(where,
                     "expects shape " + shapeText(shape) + " for output '" +
                         output.name + "', but got " +
                         shapeText(found->array.shape()),
                     "compare outputs for the same samples");
    result.push_back(found);
  }
  return std::move(result);
}

/// Are the rows of one sample the same bytes?
static bool sameBytes(const Array &a, const Array &b, int64_t sample) {
  if (a.type() != b.type())
    return false;
  size_t each = a.bytes().size() / size_t(a.shape()[0]);
  return std::memcmp(a.bytes().data() + size_t(sample) * each,
                     b.bytes().data() + size_t(sample) * each, each) == 0;
}

Expected<Comparison> quantc::compareOutputs(ArrayRef<NamedArray> reference,
                                            ArrayRef<NamedArray> outputs,
                                            StringRef where) {
  Comparison result;
  if (outputs.empty())
    return result;
  auto matched = match(reference, outputs, where);
  if (!matched)
    return matched.takeError();
  // Of text there is no distance, nor a largest element.
  bool hasScores = false;
  for (auto [expected, output] : zip_equal(*matched, outputs)) {
    if (output.array.isText() || expected->array.isText())
      continue;
    if (!std::exchange(hasScores, true))
      result.agreement =
          agreement(predictions(expected->array), predictions(output.array));
    Comparison::Output &row = result.outputs.emplace_back();
    row.name = output.name;
    row.difference.add(expected->array, output.array);
    double largest = row.difference.largest();
    if (!(largest <= result.largest) && !std::isnan(result.largest))
      result.largest = largest;
  }
  result.samples = outputs.front().array.shape()[0];
  for (int64_t sample = 0; sample < result.samples; ++sample) {
    bool same = all_of(zip_equal(*matched, outputs), [&](auto pair) {
      auto [expected, output] = pair;
      return sameBytes(expected->array, output.array, sample);
    });
    result.identicalSamples += same;
    if (!same && !result.firstDifferent)
      result.firstDifferent = sample;
  }
  if (!hasScores && result.samples > 0)
    result.agreement = double(result.identicalSamples) / double(result.samples);
  return std::move(result);
}
