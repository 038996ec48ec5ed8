//===- KMeans.cpp - The best few numbers for many -------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Format/KMeans.h"

#include <algorithm>
#include <limits>
#include <numeric>

using namespace quantc;
using llvm::ArrayRef;

namespace {

constexpr size_t kMostPoints = 65536;

struct Point {
  double value, weight;
};

/// Sorted, equal values joined, and neighbours too if there are too many.
std::vector<Point> sortedPoints(ArrayRef<double> values,
                                ArrayRef<double> weights) {
  std::vector<Point> points;
  for (size_t i = 0; i < values.size(); ++i)
    if (double weight = weights.empty() ? 1.0 : weights[i]; weight > 0)
      points.push_back({values[i], weight});
  std::sort(points.begin(), points.end(),
            [](const Point &a, const Point &b) { return a.value < b.value; });
  std::vector<Point> joined;
  for (const Point &point : points) {
    if (!joined.empty() && joined.back().value == point.value)
      joined.back().weight += point.weight;
    else
      joined.push_back(point);
  }
  if (joined.size() <= kMostPoints)
    return joined;
  std::vector<Point> merged;
  for (size_t group = 0; group < kMostPoints; ++group) {
    size_t first = group * joined.size() / kMostPoints;
    size_t last = (group + 1) * joined.size() / kMostPoints;
    Point mean{0, 0};
    for (size_t i = first; i < last; ++i) {
      mean.value += joined[i].value * joined[i].weight;
      mean.weight += joined[i].weight;
    }
    merged.push_back({mean.value / mean.weight, mean.weight});
  }
  return merged;
}

/// Costs of putting a run of points into one cluster, from prefix sums.
class Runs {
public:
  explicit Runs(ArrayRef<Point> points) {
    sums.push_back({0, 0, 0});
    for (const Point &point : points) {
      Sum sum = sums.back();
      sum.weight += point.weight;
      sum.first += point.weight * point.value;
      sum.second += point.weight * point.value * point.value;
      sums.push_back(sum);
    }
  }
  double mean(size_t from, size_t to) const {
    return double((sums[to].first - sums[from].first) /
                  (sums[to].weight - sums[from].weight));
  }
  double cost(size_t from, size_t to) const {
    long double first = sums[to].first - sums[from].first;
    long double error = sums[to].second - sums[from].second -
                        first * first / (sums[to].weight - sums[from].weight);
    return std::max(0.0, double(error));
  }

private:
  // Differences of these cancel, so they carry more digits than the values.
  struct Sum {
    long double weight, first, second;
  };
  std::vector<Sum> sums;
};

/// One layer of the dynamic program: the first j points in one more cluster.
struct Layer {
  const Runs &runs;
  const std::vector<double> &before;
  std::vector<double> cost;
  std::vector<uint32_t> split; ///< Where the last cluster starts.

  /// The best split does not go back as j grows.
  void fill(size_t low, size_t high, size_t least, size_t most) {
    if (low > high)
      return;
    size_t middle = (low + high) / 2, best = least;
    double bestCost = std::numeric_limits<double>::infinity();
    for (size_t i = least; i <= std::min(most, middle - 1); ++i) {
      double total = before[i] + runs.cost(i, middle);
      if (total < bestCost) {
        bestCost = total;
        best = i;
      }
    }
    cost[middle] = bestCost;
    split[middle] = uint32_t(best);
    if (middle > low)
      fill(low, middle - 1, least, best);
    fill(middle + 1, high, best, most);
  }
};

std::vector<double> optimum(ArrayRef<Point> points, unsigned count) {
  size_t size = points.size();
  Runs runs(points);
  std::vector<double> cost(size + 1, std::numeric_limits<double>::infinity());
  for (size_t j = 1; j <= size; ++j)
    cost[j] = runs.cost(0, j);
  std::vector<std::vector<uint32_t>> splits;
  for (unsigned clusters = 2; clusters <= count; ++clusters) {
    Layer layer{
        runs, cost,
        std::vector<double>(size + 1, std::numeric_limits<double>::infinity()),
        std::vector<uint32_t>(size + 1, 0)};
    layer.fill(clusters, size, clusters - 1, size - 1);
    splits.push_back(std::move(layer.split));
    cost = std::move(layer.cost);
  }
  std::vector<double> centres(count);
  size_t to = size;
  for (unsigned cluster = count; cluster-- > 0;) {
    size_t from = cluster == 0 ? 0 : splits[cluster - 1][to];
    centres[cluster] = runs.mean(from, to);
    to = from;
  }
  return centres;
}

/// Each centre becomes the mean of what is nearest to it, until nothing moves.
void lloyd(ArrayRef<double> values, ArrayRef<double> weights,
           std::vector<double> &centres) {
  for (int step = 0; step < 100; ++step) {
    std::vector<double> bounds, sums(centres.size()), totals(centres.size());
    for (size_t i = 0; i + 1 < centres.size(); ++i)
      bounds.push_back((centres[i] + centres[i + 1]) / 2);
    for (size_t i = 0; i < values.size(); ++i) {
      size_t cluster =
          std::lower_bound(bounds.begin(), bounds.end(), values[i]) -
          bounds.begin();
      double weight = weights.empty() ? 1.0 : weights[i];
      sums[cluster] += weight * values[i];
      totals[cluster] += weight;
    }
    std::vector<double> next = centres;
    for (size_t i = 0; i < centres.size(); ++i)
      if (totals[i] > 0)
        next[i] = sums[i] / totals[i];
    if (next == centres)
      return;
    centres = std::move(next);
  }
}

} // namespace

std::vector<double> format::kMeans(ArrayRef<double> values,
                                   ArrayRef<double> weights, unsigned count) {
  std::vector<Point> points = sortedPoints(values, weights);
  if (points.empty())
    return std::vector<double>(count, 0.0);
  std::vector<double> centres;
  if (points.size() <= count) {
    for (const Point &point : points)
      centres.push_back(point.value);
    centres.resize(count, centres.back());
    return centres;
  }
  centres = optimum(points, count);
  if (points.size() == kMostPoints)
    lloyd(values, weights, centres);
  return centres;
}
