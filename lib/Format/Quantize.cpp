//===- Quantize.cpp - Reals to codes of any format ------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Format/Quantize.h"

#include "Asymmetric.h"
#include "Basis.h"
#include "ScaleSearch.h"
#include "quantc/Format/KMeans.h"
#include "quantc/Format/Scale.h"
#include "quantc/Format/Size.h"

#include <algorithm>
#include <cmath>

using namespace quantc;
using namespace quantc::format;
using llvm::ArrayRef;

/// Fitted levels of 8 bits lie in [-127, 127].
static constexpr double kLargestEntry = 127;

size_t format::scaleIndex(const Format &format, int64_t depth, int64_t row,
                          int64_t k) {
  switch (format.scaling.granularity) {
  case Granularity::Tensor:
    return 0;
  case Granularity::Axis:
    return size_t(row);
  case Granularity::Block:
    break;
  }
  return size_t(row * blocksPerRow(format, depth) + k / format.scaling.block);
}

namespace {

bool isEmpty(ArrayRef<float> values) {
  return llvm::all_of(values, [](float value) { return value == 0; });
}

/// One quantization of one matrix.
class Quantizer {
public:
  Quantizer(const Format &format, ArrayRef<float> values, int64_t rows,
            RowLimits limits)
      : format(format), values(values), limits(limits) {
    result.rows = rows;
    result.depth = rows == 0 ? 0 : int64_t(values.size()) / rows;
    result.codes.resize(values.size());
  }

  Encoded run() {
    chooseSecond();
    if (format.zeroPoint != ZeroPoint::None)
      withZeroPoints();
    else if (format.levels.decode == Decode::Codebook)
      withCodebook();
    else if (format.levels.decode == Decode::Basis)
      withBasis();
    else
      withLevels();
    return std::move(result);
  }

private:
  struct Group {
    int64_t row; ///< -1 for the whole tensor.
    size_t first;
    ArrayRef<float> values;
  };

  /// What shares a scale, in the order of the scales.
  std::vector<Group> groups() const {
    if (format.scaling.granularity == Granularity::Tensor)
      return {{-1, 0, values}};
    std::vector<Group> list;
    int64_t block = format.isBlocked() ? format.scaling.block : result.depth;
    for (int64_t row = 0; row < result.rows; ++row)
      for (int64_t k = 0; k < result.depth; k += block) {
        auto first = size_t(row * result.depth + k);
        list.push_back(
            {row, first,
             values.slice(first, size_t(std::min(block, result.depth - k)))});
      }
    return list;
  }

  /// The bound on a group's scale, for `list` one of the limits.
  double limitOf(const Group &group, ArrayRef<double> list) const {
    if (list.empty() || format.isBlocked())
      return 0;
    if (group.row >= 0)
      return list[size_t(group.row)];
    return *std::max_element(list.begin(), list.end());
  }

  /// Of a group of zeros. Without a level 0 it has to be tiny.
  double scaleOfEmpty(const Group &group, bool hasZero = true) const {
    double asked = limitOf(group, limits.ifEmpty);
    if (asked == 0 && !hasZero)
      return roundScale(format.scaling.type, 0);
    // The smallest E8M0 scale is what OCP gives a block of zeros.
    if (asked == 0)
      asked = format.scaling.type == ScaleType::E8M0 ? 0x1p-127 : result.second;
    return roundScale(format.scaling.type, asked / result.second);
  }

  /// A second-level scale puts the largest first-level one at the end of its
  /// type's range.
  void chooseSecond() {
    if (!format.scaling.second)
      return;
    double largest = 0;
    if (format.zeroPoint != ZeroPoint::None || format.isFitted()) {
      for (float value : values)
        largest = std::max(largest, std::abs(double(value)));
      largest /= format.isFitted() ? kLargestEntry : format.levels.highest;
    } else {
      largest = absMaxScale(values, Rounder(format.levels));
    }
    double top = roundScale(format.scaling.type, 1e30);
    result.second = roundScale(ScaleType::F32, largest > 0 ? largest / top : 1);
  }

  void addScale(const Group &group, double scale) {
    double least = limitOf(group, limits.least) / result.second;
    if (scale < least)
      scale = roundScale(format.scaling.type, least);
    result.scales.push_back(scale);
  }

  void encode(const Group &group, const Rounder &rounder) {
    float scale = effectiveScale(result, result.scales.size() - 1);
    for (size_t i = 0; i < group.values.size(); ++i)
      result.codes[group.first + i] =
          uint8_t(rounder.code(group.values[i] / scale));
  }

  void withLevels() {
    Rounder rounder(format.levels);
    for (const Group &group : groups()) {
      if (isEmpty(group.values))
        result.scales.push_back(scaleOfEmpty(group, rounder.round(0) == 0));
      else
        addScale(group,
                 storedScale(format, group.values, rounder, result.second));
      encode(group, rounder);
    }
  }

  void withZeroPoints() {
    for (const Group &group : groups()) {
      ScaleAndZero choice = {scaleOfEmpty(group), 0};
      if (!isEmpty(group.values))
        choice = chooseScaleAndZero(format, group.values, result.second,
                                    limitOf(group, limits.least));
      result.scales.push_back(choice.scale);
      result.zeroPoints.push_back(float(choice.zeroPoint));
      float scale = effectiveScale(result, result.scales.size() - 1);
      for (size_t i = 0; i < group.values.size(); ++i)
        result.codes[group.first + i] = codeWithZero(
            group.values[i], scale, choice.zeroPoint, format.levels.highest);
    }
  }

  /// Values over their group's scale share one codebook; what a group's scale
  /// squared weighs is what its errors weigh.
  void withCodebook() {
    bool isInteger = format.levels.entryBits == 8;
    double top = isInteger ? kLargestEntry : 1.0;
    std::vector<Group> list = groups();
    std::vector<double> normal, weights;
    for (const Group &group : list) {
      double reach = 0;
      for (float value : group.values)
        reach = std::max(reach, std::abs(double(value)));
      if (reach == 0)
        result.scales.push_back(scaleOfEmpty(group));
      else
        addScale(group,
                 roundScale(format.scaling.type, reach / top / result.second));
      double scale = effectiveScale(result, result.scales.size() - 1);
      for (float value : group.values) {
        normal.push_back(value / scale);
        weights.push_back(reach == 0 ? 0 : scale * scale);
      }
    }
    result.fitted = kMeans(normal, weights, format.levels.entries);
    for (double &level : result.fitted)
      level = isInteger ? std::clamp(std::nearbyint(level), -kLargestEntry,
                                     kLargestEntry)
                        : nearestF16(level);
    Rounder rounder{ArrayRef<double>(result.fitted)};
    for (size_t i = 0; i < normal.size(); ++i)
      result.codes[i] = uint8_t(rounder.code(normal[i]));
    settleEmpty(list);
  }

  /// To the nearest f16, of either sign.
  static double nearestF16(double level) {
    double magnitude = std::abs(level);
    if (magnitude < 0x1p-25)
      return 0;
    return std::copysign(roundScale(ScaleType::F16, magnitude), level);
  }

  /// A codebook need not have a 0 for a group of zeros; a tiny scale makes one.
  void settleEmpty(ArrayRef<Group> list) {
    for (size_t i = 0; i < list.size(); ++i)
      if (isEmpty(list[i].values) && limits.ifEmpty.empty())
        result.scales[i] = roundScale(format.scaling.type, 0);
  }

  /// The terms of each row are integers of 7 bits whose sum is at most 127.
  void withBasis() {
    for (const Group &group : groups()) {
      std::vector<double> basis(format.levels.entries, 0.0);
      if (isEmpty(group.values)) {
        result.scales.push_back(scaleOfEmpty(group));
      } else {
        basis = fitBasis(group.values, format.levels.entries);
        double sum = 0;
        for (double term : basis)
          sum += term;
        double rest = kLargestEntry;
        for (double &term : basis) {
          term = std::min(std::nearbyint(term / sum * kLargestEntry), rest);
          rest -= term;
        }
        // Rounding has moved the levels; the scale follows.
        addScale(group, roundScale(format.scaling.type,
                                   leastErrorScale(group.values,
                                                   Rounder::ofBasis(basis))));
      }
      encode(group, Rounder::ofBasis(basis));
      result.fitted.insert(result.fitted.end(), basis.begin(), basis.end());
    }
  }

  const Format &format;
  ArrayRef<float> values;
  RowLimits limits;
  Encoded result;
};

} // namespace

Encoded format::quantize(const Format &format, ArrayRef<float> values,
                         int64_t rows, RowLimits limits) {
  return Quantizer(format, values, rows, limits).run();
}
