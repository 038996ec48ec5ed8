//===- Evaluation.h - Float against quantized -------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_PIPELINES_EVALUATION_H
#define QUANTC_LIB_PIPELINES_EVALUATION_H

#include "quantc/Execution/Model.h"
#include "quantc/Pipelines/Compile.h"
#include "quantc/Report/Report.h"

namespace quantc {

/// Runs both programs on the held-out samples and notes accuracy, agreement and
/// latency in the report.
llvm::Error evaluateBoth(const Model &real, const Model &quantized,
                         const CompileRequest &request, ModelReport &report);

/// Notes the quantized program's latency on `samples`, if this machine runs one
/// of its levels.
llvm::Error measureHere(const Model &quantized, llvm::StringRef samples,
                        ModelReport &report);

} // namespace quantc

#endif // QUANTC_LIB_PIPELINES_EVALUATION_H
