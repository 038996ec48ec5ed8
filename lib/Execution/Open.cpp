//===- Open.cpp - A model from a shared library ---------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Execution/CheckModel.h"
#include "quantc/Execution/Model.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include <dlfcn.h>

using namespace quantc;

namespace {

class OpenedModel : public Model {
public:
  OpenedModel(void *library, const quantc_model *entry) : library(library) {
    model = entry;
    setThreads = reinterpret_cast<quantc_set_threads_function>(
        dlsym(library, QUANTC_SET_THREADS_SYMBOL));
  }
  ~OpenedModel() override { dlclose(library); }

private:
  void *library;
};

} // namespace

llvm::Expected<std::unique_ptr<Model>> Model::open(llvm::StringRef path) {
  // Without a slash in the name, dlopen would look in the system's folders.
  llvm::SmallString<128> full(path);
  if (std::error_code code = llvm::sys::fs::make_absolute(full))
    return llvm::createStringError(code, "cannot open '" + path +
                                             "': " + code.message());
  void *library = dlopen(full.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return llvm::createStringError("cannot open '" + path +
                                   "': " + llvm::StringRef(dlerror()));
  const auto *model =
      static_cast<const quantc_model *>(dlsym(library, QUANTC_MODEL_SYMBOL));
  llvm::Error error =
      model
          ? checkModel(model, path)
          : llvm::createStringError(
                "'" + path +
                "' has no model in it: expects a shared library "
                "that quantc wrote, with the symbol '" QUANTC_MODEL_SYMBOL "'");
  if (error) {
    dlclose(library);
    return std::move(error);
  }
  return std::make_unique<OpenedModel>(library, model);
}
