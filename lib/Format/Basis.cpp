//===- Basis.cpp - Sums of a few numbers, each added or subtracted --------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Basis.h"

#include "ScaleSearch.h"
#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>

using namespace quantc;
using namespace quantc::format;
using llvm::ArrayRef;

static constexpr int kSteps = 50;

/// Where a search starts: each term `ratio` times the one before.
static std::vector<double> start(ArrayRef<float> values, unsigned terms,
                                 double ratio) {
  std::vector<double> basis(terms, 1.0);
  for (unsigned k = 1; k < terms; ++k)
    basis[k] = basis[k - 1] * ratio;
  Rounder rounder = Rounder::ofBasis(basis);
  double scale = leastErrorScale(values, rounder);
  for (double &term : basis)
    term *= scale;
  return basis;
}

/// The least-squares basis for the signs of each value's nearest sum.
static std::vector<double> refit(ArrayRef<float> values,
                                 const std::vector<double> &basis) {
  auto terms = Eigen::Index(basis.size());
  Rounder rounder = Rounder::ofBasis(basis);
  Eigen::MatrixXd products = Eigen::MatrixXd::Zero(terms, terms);
  Eigen::VectorXd sums = Eigen::VectorXd::Zero(terms), signs(terms);
  for (float value : values) {
    unsigned code = rounder.code(value);
    for (Eigen::Index k = 0; k < terms; ++k)
      signs[k] = (code >> k) & 1 ? 1 : -1;
    products += signs * signs.transpose();
    sums += double(value) * signs;
  }
  // Terms that always have one sign would make the equations singular.
  products.diagonal().array() += 1e-9 * double(values.size());
  Eigen::VectorXd solution = products.ldlt().solve(sums);
  std::vector<double> result(solution.data(), solution.data() + terms);
  for (double &term : result)
    term = std::abs(term);
  std::sort(result.begin(), result.end());
  return result;
}

std::vector<double> format::fitBasis(ArrayRef<float> values, unsigned terms) {
  std::vector<double> best(terms, 0.0);
  double least = std::numeric_limits<double>::infinity();
  for (double ratio : {2.0, 1.5, 2.5, 3.0}) {
    std::vector<double> basis = start(values, terms, ratio);
    for (int step = 0; step < kSteps; ++step) {
      double error = errorOf(values, Rounder::ofBasis(basis), 1.0);
      if (!(error < least)) {
        if (step > 0)
          break;
      } else {
        least = error;
        best = basis;
      }
      basis = refit(values, basis);
    }
    if (terms == 1)
      break;
  }
  return best;
}
