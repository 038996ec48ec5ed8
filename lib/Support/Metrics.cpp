//===- Metrics.cpp - How good the outputs are -----------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/Metrics.h"

#include "quantc/Support/Failure.h"
#include "quantc/Support/Npy.h"
#include "llvm/ADT/STLExtras.h"
#include <cassert>
#include <cmath>

using namespace llvm;
using namespace quantc;

void Difference::add(double reference, double other) {
  double error = reference - other;
  ++elements;
  signal += reference * reference;
  value += other * other;
  product += reference * other;
  noise += error * error;
  // Written so that NaN stays.
  if (!(std::fabs(error) <= maximum) && !std::isnan(maximum))
    maximum = std::fabs(error);
}

void Difference::add(ArrayRef<float> reference, ArrayRef<float> other) {
  for (auto [x, y] : zip_equal(reference, other))
    add(double(x), double(y));
}

void Difference::add(const Array &reference, const Array &other) {
  assert(reference.size() == other.size() && "arrays of one size");
  for (int64_t i = 0; i < reference.size(); ++i)
    add(reference.number(i), other.number(i));
}

double Difference::meanSquaredError() const {
  return elements == 0 ? 0 : noise / double(elements);
}

double Difference::sqnr() const {
  if (noise == 0)
    return INFINITY;
  return 10 * std::log10(signal / noise);
}

double Difference::cosine() const {
  if (signal == 0 && value == 0)
    return 1;
  if (signal == 0 || value == 0)
    return 0;
  return product / (std::sqrt(signal) * std::sqrt(value));
}

std::vector<int64_t> quantc::predictions(const Array &scores) {
  assert(scores.rank() >= 1 && "the first axis counts samples");
  std::vector<int64_t> result;
  int64_t rows = scores.shape()[0];
  int64_t classes = rows == 0 ? 0 : scores.size() / rows;
  for (int64_t row = 0; row < rows; ++row) {
    int64_t best = 0;
    double top = -INFINITY;
    for (int64_t i = 0; i < classes; ++i) {
      double score = scores.number(row * classes + i);
      if (score > top) {
        top = score;
        best = i;
      }
    }
    result.push_back(best);
  }
  return result;
}

double quantc::agreement(ArrayRef<int64_t> first, ArrayRef<int64_t> second) {
  int64_t equal = 0;
  for (auto [a, b] : zip_equal(first, second))
    equal += a == b;
  return first.empty() ? 1 : double(equal) / double(first.size());
}

Expected<std::vector<int64_t>>
quantc::readLabels(StringRef path, int64_t samples, int64_t classes) {
  Expected<Array> array = readNpy(path);
  if (!array)
    return array.takeError();
  if (isFloat(array->type()) || array->type() == ElementType::Bool ||
      array->isText())
    return failure(path,
                   "expects integer labels, but got " + nameOf(array->type()),
                   "convert them with labels.astype('int64')");
  if (array->size() != samples || array->rank() == 0 ||
      array->shape()[0] != samples)
    return failure(path,
                   "expects " + Twine(samples) +
                       " labels, one for each sample, but got shape " +
                       shapeText(array->shape()),
                   "give the labels that belong to the samples");
  std::vector<int64_t> labels;
  for (int64_t i = 0; i < samples; ++i) {
    int64_t label = array->integer(i);
    if (label < 0 || label >= classes)
      return failure(path,
                     "expects labels from 0 to " + Twine(classes - 1) +
                         ", but sample " + Twine(i) + " has " + Twine(label),
                     "give one class number for each sample");
    labels.push_back(label);
  }
  return std::move(labels);
}
