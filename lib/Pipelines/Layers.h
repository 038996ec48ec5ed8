//===- Layers.h - Where quantization loses accuracy -------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_PIPELINES_LAYERS_H
#define QUANTC_LIB_PIPELINES_LAYERS_H

#include "quantc/Support/Metrics.h"
#include "quantc/Support/SampleSet.h"

#include "mlir/IR/BuiltinOps.h"

namespace quantc {

/// How far a site's quantized values are from its float values.
struct SiteDifference {
  std::string site;
  Difference difference;
};

/// Runs both programs on the first samples and compares them where the
/// quantized one has a value under a site's name. `observed` is the calibrated
/// module.
llvm::Expected<std::vector<SiteDifference>>
compareLayers(mlir::ModuleOp observed, mlir::ModuleOp quantized,
              llvm::StringRef samples);

} // namespace quantc

#endif // QUANTC_LIB_PIPELINES_LAYERS_H
