//===- Import.cpp - ONNX models as MLIR -----------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Frontend/Onnx/Import.h"

#include "FixedInputs.h"
#include "GraphConversion.h"
#include "GraphInputs.h"
#include "GraphOutputs.h"
#include "TosaBuilder.h"
#include "dialects/LowBit/IR/LowBit.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

namespace {

constexpr int64_t kOldestOpset = 1;
constexpr int64_t kNewestOpset = 27;

/// The file's stem as a C identifier.
std::string functionName(llvm::StringRef path) {
  std::string name;
  for (char c : llvm::sys::path::stem(path))
    name += llvm::isAlnum(c) ? c : '_';
  if (name.empty() || llvm::isDigit(name.front()))
    name = "model_" + name;
  return name;
}

/// One import: the steps in order, each of which may fail with a diagnostic.
class Importer {
public:
  /// `file` keeps the buffer; without it, the caller does.
  Importer(llvm::MemoryBufferRef buffer, const OnnxImportOptions &options,
           MLIRContext *context, std::shared_ptr<const void> file = nullptr)
      : buffer(buffer), options(options),
        state(context, folderOf(buffer.getBufferIdentifier())) {
    state.scope = &scope;
    state.reader.setModelFile(std::move(file));
    state.fileName = buffer.getBufferIdentifier().str();
    state.foldingBudget =
        4 * int64_t(buffer.getBufferSize()) + options.foldingBytes;
  }

  OwningOpRef<ModuleOp> run();

private:
  static std::string folderOf(llvm::StringRef path);
  LogicalResult readOpset();
  LogicalResult createFunction();
  void bindInput(const GraphInput &input, BlockArgument argument);
  LogicalResult convertGraph();
  LogicalResult reportUnsupported();
  LogicalResult createReturn();
  void eraseDeadOps();

  llvm::MemoryBufferRef buffer;
  const OnnxImportOptions &options;
  ImportState state;
  Scope scope;
  Model model;
  std::vector<InputTensor> inputTensors;
  OwningOpRef<ModuleOp> module;
  func::FuncOp function;
};

std::string Importer::folderOf(llvm::StringRef path) {
  if (!llvm::sys::fs::exists(path))
    return "";
  llvm::StringRef folder = llvm::sys::path::parent_path(path);
  return folder.empty() ? "." : folder.str();
}

OwningOpRef<ModuleOp> Importer::run() {
  state.context->loadDialect<
      arith::ArithDialect, func::FuncDialect, linalg::LinalgDialect,
      lowbit::LowBitDialect, math::MathDialect, quant::QuantDialect,
      scf::SCFDialect, tensor::TensorDialect, tosa::TosaDialect>();
  std::string fault = readModel(buffer.getBuffer(), model);
  if (!fault.empty()) {
    state.error() << "expects an ONNX model, but " << fault;
    return nullptr;
  }
  if (failed(readOpset()) || failed(readInitializers(state, *model.graph)) ||
      failed(createFunction()) || failed(convertGraph()) ||
      failed(createReturn()))
    return nullptr;
  eraseDeadOps();
  if (failed(verify(*module)))
    return nullptr;
  return std::move(module);
}

LogicalResult Importer::readOpset() {
  state.opsets = model.opsets;
  state.functions = model.functions;
  // A model may have operators of other domains only.
  int64_t opset = state.opsetOf("");
  bool hasOwn = llvm::any_of(model.opsets, [](const auto &import) {
    return isStandardDomain(import.first);
  });
  if (!hasOwn && llvm::none_of(model.graph->nodes, [](const Node &node) {
        return isStandardDomain(node.domain);
      }))
    return success();
  if (opset < kOldestOpset)
    return state.error() << "expects opset " << kOldestOpset
                         << " or later, but got " << opset
                         << "; convert the model with onnx.version_converter";
  if (opset > kNewestOpset)
    emitWarning(UnknownLoc::get(state.context))
        << state.fileName << ": opset " << opset
        << " is newer than the newest that is known, " << kNewestOpset
        << "; operators are read as of " << kNewestOpset;
  return success();
}

LogicalResult Importer::createFunction() {
  auto loc = UnknownLoc::get(state.context);
  module = ModuleOp::create(loc);
  state.builder.setInsertionPointToEnd(module->getBody());

  FailureOr<std::vector<InputTensor>> tensors =
      tensorsOf(state, model.graph->inputs, options);
  if (failed(tensors) || failed(fixInputs(state, *tensors, options)))
    return failure();
  inputTensors = std::move(*tensors);
  FailureOr<std::vector<GraphInput>> inputs =
      resolveInputs(state, inputTensors, options);
  if (failed(inputs))
    return failure();
  llvm::SmallVector<Type> types;
  for (const GraphInput &input : *inputs)
    types.push_back(
        RankedTensorType::get(input.shape, boundaryOf(input.element)));
  function = func::FuncOp::create(state.builder, loc,
                                  functionName(buffer.getBufferIdentifier()),
                                  state.builder.getFunctionType(types, {}));
  Block *body = function.addEntryBlock();
  scope.block = body;
  state.builder.setInsertionPointToEnd(body);
  for (auto [input, argument] : llvm::zip(*inputs, body->getArguments()))
    bindInput(input, argument);
  gatherLists(state, model.graph->inputs, inputTensors, options);
  return success();
}

void Importer::bindInput(const GraphInput &input, BlockArgument argument) {
  StringAttr name = state.builder.getStringAttr(input.name);
  unsigned i = argument.getArgNumber();
  function.setArgAttr(i, "quantc.name", name);
  if (boundaryOf(input.element) != input.element)
    function.setArgAttr(i, "quantc.element", TypeAttr::get(input.element));
  argument.setLoc(NameLoc::get(name));
  // Without elements there is nothing to wait for.
  if (*countElements(input.shape) == 0) {
    scope.operands[input.name] =
        Operand(HostTensor::zeros(input.element, input.shape));
    return;
  }
  Value value = TosaBuilder(argument.getLoc(), state.builder)
                    .cast(argument, input.element);
  scope.operands[input.name] = Operand(value, input.element);
}

LogicalResult Importer::convertGraph() {
  collectUses(state, model.graph->nodes);
  for (const ValueInfo &output : model.graph->outputs) {
    state.used.insert(output.name);
    if (output.shape)
      state.declared[output.name] = *output.shape;
  }
  if (failed(convertNodes(state, model.graph->nodes)))
    return failure();
  return reportUnsupported();
}

LogicalResult Importer::reportUnsupported() {
  if (state.unsupported.empty())
    return success();
  InFlightDiagnostic error = state.error();
  error << state.unsupported.size() << " of " << state.nodeCount
        << " nodes cannot be imported:";
  for (const std::string &line : state.unsupported)
    error << "\n  " << line;
  std::vector<std::string> wanted =
      inputsBehind(state.wanted, *model.graph, inputTensors);
  if (!wanted.empty())
    error << "\nwhat depends on the data may be made constant with --value "
          << wanted.front() << "=...";
  if (options.wanted)
    *options.wanted = std::move(wanted);
  error << "\nreplace these operators before exporting the model, or cut the "
           "model in front of them";
  return error;
}

LogicalResult Importer::createReturn() {
  FailureOr<std::vector<GraphOutput>> outputs =
      resolveOutputs(state, *model.graph, options);
  if (failed(outputs))
    return failure();
  llvm::SmallVector<Value> values;
  for (const GraphOutput &output : *outputs)
    values.push_back(output.value);
  func::ReturnOp::create(state.builder, function.getLoc(), values);
  function.setType(state.builder.getFunctionType(
      function.getArgumentTypes(), ValueRange(values).getTypes()));
  for (auto [i, output] : llvm::enumerate(*outputs)) {
    function.setResultAttr(i, "quantc.name",
                           state.builder.getStringAttr(output.name));
    if (isString(output.element))
      function.setResultAttr(i, "quantc.element",
                             state.builder.getStringAttr("string"));
    else if (boundaryOf(output.element) != output.element)
      function.setResultAttr(i, "quantc.element",
                             TypeAttr::get(output.element));
  }
  return success();
}

void Importer::eraseDeadOps() {
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(function.getBody().front())))
    if (isOpTriviallyDead(&op))
      op.erase();
}

} // namespace

OwningOpRef<ModuleOp> quantc::importOnnx(llvm::MemoryBufferRef buffer,
                                         const OnnxImportOptions &options,
                                         MLIRContext *context,
                                         std::shared_ptr<const void> keeper) {
  return Importer(buffer, options, context, std::move(keeper)).run();
}

OwningOpRef<ModuleOp> quantc::importOnnx(llvm::StringRef path,
                                         const OnnxImportOptions &options,
                                         MLIRContext *context) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (buffer) {
    std::shared_ptr<llvm::MemoryBuffer> file = std::move(*buffer);
    return importOnnx(*file, options, context, file);
  }
  emitError(UnknownLoc::get(context))
      << path << ": cannot open the file: " << buffer.getError().message();
  return nullptr;
}
