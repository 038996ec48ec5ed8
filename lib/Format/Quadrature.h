//===- Quadrature.h - Gauss-Legendre quadrature -----------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_FORMAT_QUADRATURE_H
#define QUANTC_LIB_FORMAT_QUADRATURE_H

#include <algorithm>
#include <cmath>

namespace quantc::format {

/// Integrates `f` over [from, to] in pieces of at most `width`, each with ten
/// nodes.
template <typename Function>
double integrate(double from, double to, double width, Function f) {
  static constexpr double nodes[] = {0.1488743389816312, 0.4333953941292472,
                                     0.6794095682990244, 0.8650633666889845,
                                     0.9739065285171717};
  static constexpr double weights[] = {0.2955242247147529, 0.2692667193099963,
                                       0.2190863625159820, 0.1494513491505806,
                                       0.0666713443086881};
  if (!(from < to))
    return 0;
  int pieces = std::max(1, int(std::ceil((to - from) / width)));
  double half = (to - from) / pieces / 2, sum = 0;
  for (int piece = 0; piece < pieces; ++piece) {
    double middle = from + (2 * piece + 1) * half;
    for (int i = 0; i < 5; ++i)
      sum += weights[i] *
             (f(middle - half * nodes[i]) + f(middle + half * nodes[i]));
  }
  return sum * half;
}

} // namespace quantc::format

#endif // QUANTC_LIB_FORMAT_QUADRATURE_H
