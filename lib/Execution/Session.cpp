//===- Session.cpp - A model with memory to run it on ---------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Execution/Session.h"

#include "quantc/Execution/Evaluate.h"

using namespace llvm;
using namespace quantc;

Expected<Session> Session::create(const Model &model, StringRef level) {
  Expected<std::vector<TensorInfo>> inputs = inputsOf(model);
  if (!inputs)
    return inputs.takeError();
  Expected<std::vector<TensorInfo>> outputs = outputsOf(model);
  if (!outputs)
    return outputs.takeError();
  Expected<TensorBuffers> in = TensorBuffers::create(*inputs);
  if (!in)
    return in.takeError();
  Expected<TensorBuffers> out = TensorBuffers::create(*outputs);
  if (!out)
    return out.takeError();
  Expected<Context> context = Context::create(model, level);
  if (!context)
    return context.takeError();
  return Session{std::move(*context), std::move(*in), std::move(*out)};
}
