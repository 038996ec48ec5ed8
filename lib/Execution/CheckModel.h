//===- CheckModel.h - Is it a model that we can talk to? ------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_EXECUTION_CHECKMODEL_H
#define QUANTC_LIB_EXECUTION_CHECKMODEL_H

#include "quantc/Runtime/quantc.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace quantc {

/// Fails if the model speaks another version of the interface; `where` is the
/// file that it comes from.
llvm::Error checkModel(const quantc_model *model, llvm::StringRef where);

} // namespace quantc

#endif // QUANTC_LIB_EXECUTION_CHECKMODEL_H
