//===- Compiled.cpp - A library that quantc wrote -------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Contestant.h"

#include "quantc/Runtime/quantc.h"

#include "llvm/ADT/StringExtras.h"

#include <dlfcn.h>
#include <vector>

using namespace llvm;

namespace quantc::benchmark {

namespace {

class Compiled : public Contestant {
public:
  Compiled(const quantc_model *model, quantc_context *context)
      : model(model), context(context) {}
  ~Compiled() override { model->free(context); }

  Error addTensors(const json::Object &spec) {
    const json::Array *files = spec.getArray("inputs");
    for (int32_t i = 0; i < model->input_count; ++i) {
      std::optional<StringRef> file;
      if (files && static_cast<size_t>(i) < files->size())
        file = (*files)[i].getAsString();
      if (Error error = add(model->inputs[i], file.value_or("")))
        return error;
    }
    for (int32_t i = 0; i < model->output_count; ++i)
      if (Error error = add(model->outputs[i], ""))
        return error;
    return Error::success();
  }

  void run() override {
    const void *const *inputs = tensors.data();
    void *const *outputs = tensors.data() + model->input_count;
    if (model->run(context, inputs, outputs) != QUANTC_OK)
      report_fatal_error("a compiled library answers an error");
  }

private:
  Error add(const quantc_tensor &tensor, StringRef file) {
    Expected<Buffer> buffer = Buffer::make(tensor.bytes, file);
    if (!buffer)
      return buffer.takeError();
    tensors.push_back(buffer->data());
    buffers.push_back(std::move(*buffer));
    return Error::success();
  }

  const quantc_model *model;
  quantc_context *context;
  std::vector<Buffer> buffers;
  /// Inputs, then outputs.
  std::vector<void *> tensors;
};

/// The number of the level with that name; -1, the best, without one.
Expected<int32_t> findLevel(const quantc_model &model, StringRef name) {
  if (name.empty())
    return -1;
  ArrayRef<const char *> levels(model.levels, model.level_count);
  for (auto [number, level] : enumerate(levels))
    if (name == level)
      return static_cast<int32_t>(number);
  return createStringError("expects one of the levels " + join(levels, ", ") +
                           ", but got '" + name + "'");
}

Error setThreads(void *library, quantc_context *context, int64_t threads) {
  auto set = reinterpret_cast<quantc_set_threads_function>(
      dlsym(library, QUANTC_SET_THREADS_SYMBOL));
  if (set && set(context, static_cast<int32_t>(threads), nullptr) == QUANTC_OK)
    return Error::success();
  return createStringError("expects a library that runs on " + Twine(threads) +
                           " threads");
}

} // namespace

Made makeCompiled(const json::Object &spec) {
  std::string path = spec.getString("library").value_or("").str();
  void *library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return createStringError(Twine(dlerror()));
  auto *model =
      static_cast<const quantc_model *>(dlsym(library, QUANTC_MODEL_SYMBOL));
  if (!model || model->abi_version != QUANTC_ABI_VERSION)
    return createStringError("'" + path +
                             "': expects a library of this quantc's interface");
  Expected<int32_t> level =
      findLevel(*model, spec.getString("level").value_or(""));
  if (!level)
    return level.takeError();
  quantc_context *context = model->init(nullptr, *level);
  if (!context)
    return make_error<Absent>("'" + path +
                              "': this CPU does not run the level");
  auto compiled = std::make_unique<Compiled>(model, context);
  if (int64_t threads = spec.getInteger("threads").value_or(1); threads > 1)
    if (Error error = setThreads(library, context, threads))
      return error;
  if (Error error = compiled->addTensors(spec))
    return error;
  return compiled;
}

} // namespace quantc::benchmark
