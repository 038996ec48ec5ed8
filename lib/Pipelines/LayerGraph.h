//===- LayerGraph.h - Which layers hand values to which ---------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_PIPELINES_LAYERGRAPH_H
#define QUANTC_LIB_PIPELINES_LAYERGRAPH_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringMap.h"

#include <map>
#include <vector>

namespace quantc {

/// The layers of a program in float, by the names that its user knows. Data
/// movement and observers belong to no layer: values are followed through them.
struct LayerGraph {
  /// Of what callers pass in and get, and of what a loop carries.
  static constexpr size_t kOutside = 0;

  struct Layer {
    std::string name;
    /// Whether its result leaves the kernel as float at no cost: sums do.
    bool isContraction = false;
  };

  explicit LayerGraph(mlir::ModuleOp module);

  std::vector<Layer> layers;
  llvm::StringMap<size_t> numbers;
  /// Elements that go from one layer to another.
  std::map<std::pair<size_t, size_t>, int64_t> edges;
};

} // namespace quantc

#endif // QUANTC_LIB_PIPELINES_LAYERGRAPH_H
