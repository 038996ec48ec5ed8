//===- Model.cpp - A compiled model in this process -----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Execution/Model.h"

#include "lib/Execution/CheckModel.h"

using namespace quantc;

Model::~Model() = default;

llvm::Error quantc::checkModel(const quantc_model *model,
                               llvm::StringRef where) {
  if (model->abi_version == QUANTC_ABI_VERSION)
    return llvm::Error::success();
  return llvm::createStringError(
      "'%s' has version %d of the model interface, but this program speaks "
      "version %d: compile the model again with this version of quantc",
      where.str().c_str(), model->abi_version, QUANTC_ABI_VERSION);
}
