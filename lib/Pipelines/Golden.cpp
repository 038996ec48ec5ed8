//===- Golden.cpp - Vectors for the self-test -----------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Golden.h"

#include "Program.h"
#include "quantc/Execution/Evaluate.h"
#include "quantc/Execution/Session.h"
#include "quantc/Support/SampleSet.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace quantc;

namespace {

/// A library should not grow by much more than its code for a self-test.
constexpr int64_t kMostBytes = 64 * 1024;

int64_t bytesOf(TypeRange types) {
  int64_t bytes = 0;
  for (Type type : types)
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      bytes +=
          tensor.getNumElements() * ((tensor.getElementTypeBitWidth() + 7) / 8);
  return bytes;
}

ArrayAttr vectorsOf(Builder &builder, TypeRange types,
                    const TensorBuffers &buffers) {
  SmallVector<Attribute> vectors;
  for (auto [i, type] : llvm::enumerate(types))
    vectors.push_back(DenseElementsAttr::getFromRawBuffer(
        cast<ShapedType>(type), buffers[i].bytes()));
  return builder.getArrayAttr(vectors);
}

} // namespace

llvm::Error quantc::addGoldenVectors(ModuleOp module,
                                     const CompileRequest &request,
                                     const LowerOptions &options) {
  const std::string &path =
      request.calibrate.empty() ? request.eval : request.calibrate;
  auto functions = module.getOps<func::FuncOp>();
  if (path.empty() || options.contract || functions.empty())
    return llvm::Error::success();
  func::FuncOp function = *functions.begin();
  if (bytesOf(function.getArgumentTypes()) +
          bytesOf(function.getResultTypes()) >
      kMostBytes)
    return llvm::Error::success();

  LowerOptions reference;
  reference.levels = {"reference"};
  auto model = loadProgram(module, reference);
  if (!model)
    return model.takeError();
  auto inputs = inputsOf(**model);
  if (!inputs)
    return inputs.takeError();
  auto samples = SampleSet::load(path, *inputs);
  if (!samples)
    return samples.takeError();
  auto session = Session::create(**model);
  if (!session)
    return session.takeError();
  samples->gather(0, session->inputs.pointers());
  session->run();

  Builder builder(module.getContext());
  module->setAttr(
      "quantc.golden",
      builder.getDictionaryAttr(
          {builder.getNamedAttr("inputs",
                                vectorsOf(builder, function.getArgumentTypes(),
                                          session->inputs)),
           builder.getNamedAttr("outputs",
                                vectorsOf(builder, function.getResultTypes(),
                                          session->outputs))}));
  return llvm::Error::success();
}
