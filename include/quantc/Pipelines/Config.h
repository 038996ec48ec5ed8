//===- Config.h - Options from a file ---------------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_PIPELINES_CONFIG_H
#define QUANTC_PIPELINES_CONFIG_H

#include "quantc/Pipelines/Compile.h"

namespace quantc {

/// Reads a JSON file into `request`:
///
///   {
///     "weights": "i8", "activations": "u8",
///     "calibration": "mse", "products": true,
///     "layers": [{"name": "fc1", "format": "i8"},
///                {"pattern": "conv[0-9]+", "format": "i4:b32"}]
///   }
///
/// Every key may be missing. A layer's `name` is exact, a `pattern` is a
/// regular expression for the whole name; of patterns the last that matches
/// counts, and names count more. Fails on a file that cannot be read or is no
/// JSON, on keys that are not those above, and on values of another type or of
/// no known format, and says at which key.
llvm::Error readConfig(llvm::StringRef path, CompileRequest &request);

} // namespace quantc

#endif // QUANTC_PIPELINES_CONFIG_H
