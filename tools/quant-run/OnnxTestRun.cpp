//===- OnnxTestRun.cpp - One conformance test -----------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Execution/Evaluate.h"
#include "quantc/Frontend/Onnx/Import.h"
#include "quantc/Pipelines/Jit.h"
#include "quantc/Support/Failure.h"
#include "quantc/Support/OnnxCompare.h"
#include "quantc/Support/TensorProto.h"
#include "tools/quant-run/OnnxTest.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace llvm;
using namespace quantc;

namespace {

/// A tensor of the test's inputs: a graph's input, or a part of one.
struct Argument {
  std::string name;
  std::shared_ptr<const Array> array;
  /// Whether the model leaves its shape open.
  bool isOpen;
};

/// One data set of a test.
class Run {
public:
  Run(const OnnxTest &test, const OnnxTest::DataSet &files, StringRef level,
      mlir::MLIRContext &context, OnnxTestResult &result)
      : test(test), files(files), level(level), context(context),
        result(result) {}

  /// Stops at the first thing that does not hold, and says so in the result.
  void run();

private:
  Expected<OnnxArrays> dataOf(size_t index);
  Error loadInput(size_t index);
  Error loadInputs();
  void chooseShapes();
  mlir::OwningOpRef<mlir::ModuleOp> import();
  Error execute(const Model &model);
  Error bindInputs(const Model &model, std::vector<const void *> &pointers);
  Error compare(ArrayRef<TensorInfo> infos, const TensorBuffers &outputs);
  Error compareTensor(const OnnxSignature::Value &output,
                      const OnnxArray &expected, const TensorInfo &info,
                      const Array &actual);
  void stop(OnnxTestResult::Class kind, const Twine &reason);

  const OnnxTest &test;
  const OnnxTest::DataSet &files;
  StringRef level;
  mlir::MLIRContext &context;
  OnnxTestResult &result;

  OnnxSignature signature;
  OnnxImportOptions options;
  std::vector<Argument> arguments;
  /// What MLIR said since the last import.
  std::string messages;
};

} // namespace

/// i / n for element i of n, the dummy data of onnx.backend.test.
static Expected<Array> ramp(const OnnxSignature::Value &input) {
  if (input.type != onnx::DataType::Float || !input.shape)
    return failure("input '" + input.name + "'",
                   "expects f32 of a declared shape where there is no test "
                   "data");
  SmallVector<int64_t> shape;
  for (int64_t dimension : *input.shape)
    shape.push_back(dimension < 0 ? 1 : dimension);
  Expected<Array> array = Array::create(ElementType::F32, shape);
  if (!array)
    return array.takeError();
  for (auto [index, value] : enumerate(array->as<float>()))
    value = float(double(index) / double(array->size()));
  return array;
}

/// The file of an input or output.
static Expected<OnnxArrays> readData(StringRef path,
                                     const OnnxSignature::Value &declared) {
  if (declared.isOptional)
    return readOptionalProto(path);
  if (declared.isSequence)
    return readSequenceProto(path);
  Expected<OnnxArray> tensor = readTensorProto(path);
  if (!tensor)
    return tensor.takeError();
  OnnxArrays result;
  result.arrays.push_back(std::move(*tensor));
  return std::move(result);
}

/// What the importer calls tensor `index` of an input or output.
static std::string tensorName(const OnnxSignature::Value &value,
                              bool isSequence, size_t index) {
  return isSequence ? value.name + "." + std::to_string(index) : value.name;
}

Expected<OnnxArrays> Run::dataOf(size_t index) {
  const OnnxSignature::Value &input = signature.inputs[index];
  if (test.hasRamps) {
    Expected<Array> array = ramp(input);
    if (!array)
      return array.takeError();
    OnnxArrays result;
    result.arrays.push_back({{"", std::move(*array)}, onnx::DataType::Float});
    return std::move(result);
  }
  if (index >= files.inputs.size())
    return failure(test.name, "expects a file for input '" + input.name +
                                  "', but there are " +
                                  Twine(files.inputs.size()));
  return readData(files.inputs[index], input);
}

Error Run::loadInput(size_t index) {
  const OnnxSignature::Value &input = signature.inputs[index];
  Expected<OnnxArrays> data = dataOf(index);
  if (!data)
    return data.takeError();
  if (data->isAbsent)
    options.absent.insert(input.name);
  if (data->isSequence)
    options.lengths[input.name] = int64_t(data->arrays.size());
  bool isOpen = !input.shape || is_contained(*input.shape, -1);
  for (auto [i, tensor] : enumerate(data->arrays))
    arguments.push_back({tensorName(input, data->isSequence, i),
                         std::make_shared<const Array>(std::move(tensor.array)),
                         isOpen});
  return Error::success();
}

Error Run::loadInputs() {
  for (size_t index : seq(signature.inputs.size()))
    if (Error error = loadInput(index))
      return error;
  return Error::success();
}

/// What the model leaves open is as the data has it. Inputs without elements
/// can only be constants.
void Run::chooseShapes() {
  for (const auto &[name, array, isOpen] : arguments) {
    if (array->isText())
      continue; // The import asks for what strings hold.
    if (array->size() == 0)
      options.values[name] = {array};
    else if (isOpen)
      options.shapes[name] = SmallVector<int64_t>(array->shape());
  }
}

/// Imports, and gives inputs that a node needs while compiling their test data,
/// until nothing more is asked for.
mlir::OwningOpRef<mlir::ModuleOp> Run::import() {
  for (;;) {
    messages.clear();
    std::vector<std::string> wanted;
    options.wanted = &wanted;
    mlir::OwningOpRef<mlir::ModuleOp> module =
        importOnnx(test.model, options, &context);
    size_t before = options.values.size();
    for (const Argument &argument : arguments)
      if (!module && is_contained(wanted, argument.name))
        options.values.try_emplace(argument.name,
                                   OnnxImportOptions::Value{argument.array});
    if (module || options.values.size() == before)
      return module;
  }
}

Error Run::bindInputs(const Model &model, std::vector<const void *> &pointers) {
  Expected<std::vector<TensorInfo>> infos = inputsOf(model);
  if (!infos)
    return infos.takeError();
  for (const TensorInfo &info : *infos) {
    auto found = find_if(arguments, [&](const Argument &argument) {
      return argument.name == info.name;
    });
    if (found == arguments.end())
      return failure("input '" + info.name + "'", "is not in the ONNX model");
    const Array &array = *found->array;
    if (array.type() != info.type ||
        array.shape() != ArrayRef<int64_t>(info.shape))
      return failure("input '" + info.name + "'",
                     "the test gives " + nameOf(array.type()) + " " +
                         shapeText(array.shape()) + ", but the model expects " +
                         nameOf(info.type) + " " + shapeText(info.shape));
    pointers.push_back(array.bytes().data());
  }
  return Error::success();
}

Error Run::execute(const Model &model) {
  std::vector<const void *> pointers;
  if (Error error = bindInputs(model, pointers))
    return error;
  Expected<std::vector<TensorInfo>> infos = outputsOf(model);
  if (!infos)
    return infos.takeError();
  Expected<TensorBuffers> outputs = TensorBuffers::create(*infos);
  if (!outputs)
    return outputs.takeError();
  Expected<Context> instance = Context::create(model);
  if (!instance)
    return instance.takeError();
  instance->run(pointers, outputs->pointers());
  return compare(*infos, *outputs);
}

Error Run::compareTensor(const OnnxSignature::Value &output,
                         const OnnxArray &expected, const TensorInfo &info,
                         const Array &actual) {
  std::string where = "output '" + info.name + "'";
  const Array &array = expected.array;
  if (output.type.value_or(expected.dataType) != expected.dataType ||
      info.type != array.type() || actual.itemShape() != array.itemShape())
    return failure(where, "expects " + nameOf(array.type()) + " " +
                              shapeText(array.shape()) + " (" +
                              onnx::dataTypeName(int32_t(expected.dataType)) +
                              "), but got " + nameOf(info.type) + " " +
                              shapeText(info.shape));
  OnnxComparison comparison =
      array.isText() ? compareStrings(actual, array)
                     : compareLikeOnnx(expected.dataType, actual.bytes().data(),
                                       array.bytes().data(), array.size());
  int64_t count = array.size() / (array.isText() ? array.shape().back() : 1);
  if (comparison.difference)
    return failure(where, toString(*comparison.difference, count));
  result.isExact &= comparison.isExact;
  return Error::success();
}

Error Run::compare(ArrayRef<TensorInfo> infos, const TensorBuffers &outputs) {
  if (signature.outputs.size() != files.outputs.size())
    return failure(test.name, "expects " + Twine(files.outputs.size()) +
                                  " outputs, but got " +
                                  Twine(signature.outputs.size()));
  size_t next = 0;
  for (auto [output, file] : zip_equal(signature.outputs, files.outputs)) {
    Expected<OnnxArrays> expected = readData(file, output);
    if (!expected)
      return expected.takeError();
    bool isSequence = expected->isSequence;
    size_t begin = next, limit = isSequence ? infos.size() : begin + 1;
    while (next < std::min(limit, infos.size()) &&
           infos[next].name == tensorName(output, isSequence, next - begin))
      ++next;
    if (next - begin != expected->arrays.size())
      return failure("output '" + output.name + "'",
                     "expects " + Twine(expected->arrays.size()) +
                         (isSequence ? " tensors in a sequence" : " tensors") +
                         ", but got " + Twine(next - begin));
    for (auto [i, tensor] : enumerate(expected->arrays))
      if (Error error = compareTensor(output, tensor, infos[begin + i],
                                      outputs[begin + i]))
        return error;
  }
  if (next != infos.size())
    return failure("output '" + infos[next].name + "'", "is not expected");
  return Error::success();
}

void Run::stop(OnnxTestResult::Class kind, const Twine &reason) {
  result.kind = kind;
  result.reason = reason.str();
}

void Run::run() {
  mlir::ScopedDiagnosticHandler handler(
      &context, [&](mlir::Diagnostic &diagnostic) {
        if (diagnostic.getSeverity() == mlir::DiagnosticSeverity::Error)
          messages += (messages.empty() ? "" : "\n") + diagnostic.str();
        return mlir::success();
      });
  if (Error error = readOnnxSignature(test.model).moveInto(signature))
    return stop(OnnxTestResult::Unsupported, toString(std::move(error)));
  result.operators = signature.operators;
  // Data that cannot be read belongs to inputs that cannot be imported, mostly.
  Error unread = loadInputs();
  if (!unread)
    chooseShapes();
  mlir::OwningOpRef<mlir::ModuleOp> module = import();
  for (const auto &[name, value] : options.values)
    result.fixedInputs.push_back(name);
  if (!module) {
    consumeError(std::move(unread));
    return stop(OnnxTestResult::Unsupported, messages);
  }
  if (unread)
    return stop(OnnxTestResult::Wrong, toString(std::move(unread)));
  Expected<std::unique_ptr<Model>> model = compileHere(*module, level);
  if (!model)
    return stop(OnnxTestResult::Unsupported,
                toString(model.takeError()) + "\n" + messages);
  if (Error error = execute(**model))
    stop(OnnxTestResult::Wrong, toString(std::move(error)));
}

OnnxTestResult quantc::runOnnxTest(const OnnxTest &test, StringRef level,
                                   mlir::MLIRContext &context) {
  OnnxTestResult result;
  result.kind = OnnxTestResult::Pass;
  result.isExact = true;
  for (const OnnxTest::DataSet &files : test.dataSets) {
    result.fixedInputs.clear();
    Run(test, files, level, context, result).run();
    if (result.kind != OnnxTestResult::Pass)
      return result;
  }
  if (test.dataSets.empty()) {
    result.kind = OnnxTestResult::Wrong;
    result.reason = "has no test_data_set_0";
  }
  return result;
}
