//===- Context.cpp - Scratch memory and one CPU level ---------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Execution/Model.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <cassert>
#include <utility>

using namespace quantc;

static llvm::ArrayRef<const char *> levelsOf(const quantc_model &model) {
  return llvm::ArrayRef(model.levels, model.level_count);
}

static llvm::Error levelError(const quantc_model &model, llvm::StringRef level,
                              llvm::StringRef why) {
  return llvm::createStringError("model '" + llvm::Twine(model.name) + "' " +
                                 why + " '" + level + "': its levels are " +
                                 llvm::join(levelsOf(model), ", "));
}

llvm::Expected<Context> Context::create(const Model &owner,
                                        llvm::StringRef level) {
  const quantc_model &model = owner.descriptor();
  int32_t number = model.best_level();
  if (level.empty() && number < 0)
    return llvm::createStringError(
        "this CPU runs none of the levels of model '" +
        llvm::Twine(model.name) + "': " + llvm::join(levelsOf(model), ", "));
  if (!level.empty()) {
    llvm::ArrayRef<const char *> levels = levelsOf(model);
    const auto *found = llvm::find(levels, level);
    if (found == levels.end())
      return levelError(model, level, "has no level");
    number = found - levels.begin();
  }
  if (quantc_context *context = model.init(nullptr, number))
    return Context(owner, context);
  if (!level.empty() && number > model.best_level())
    return levelError(model, level, "cannot run on this CPU at level");
  return llvm::createStringError(
      "cannot run model '%s': %lld bytes of memory are not to be had, or this "
      "CPU does not run the level '%s'",
      model.name, static_cast<long long>(model.arena_bytes),
      model.levels[number]);
}

Context::Context(Context &&other)
    : model(other.model), threadSetter(other.threadSetter),
      context(std::exchange(other.context, nullptr)) {}

Context &Context::operator=(Context &&other) {
  std::swap(model, other.model);
  std::swap(threadSetter, other.threadSetter);
  std::swap(context, other.context);
  return *this;
}

Context::~Context() { model->free(context); }

llvm::Error Context::setThreads(unsigned threads) {
  if (!threadSetter && threads != 1)
    return llvm::createStringError(
        "model '%s' was compiled by a version of quantc whose inferences have "
        "one thread each: compile it again",
        model->name);
  if (threadSetter &&
      threadSetter(context, int32_t(threads), nullptr) != QUANTC_OK)
    return llvm::createStringError(
        "cannot run model '%s' on %u threads: this process cannot start them",
        model->name, threads);
  return llvm::Error::success();
}

void Context::run(llvm::ArrayRef<const void *> inputs,
                  llvm::ArrayRef<void *> outputs) {
  assert(inputs.size() == size_t(model->input_count) &&
         outputs.size() == size_t(model->output_count) &&
         "one pointer per tensor");
  // A list of no tensors still has an address, which the library checks.
  const void *noInput = nullptr;
  void *noOutput = nullptr;
  int32_t status =
      model->run(context, inputs.empty() ? &noInput : inputs.data(),
                 outputs.empty() ? &noOutput : outputs.data());
  assert(status == QUANTC_OK && "no pointer is null");
  (void)status;
}
