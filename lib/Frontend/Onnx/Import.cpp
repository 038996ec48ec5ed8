//===- Import.cpp - ONNX models as MLIR -----------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Frontend/Onnx/Import.h"

#include "GraphInputs.h"
#include "NodeContext.h"
#include "NodeOrder.h"
#include "TensorReader.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
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

constexpr int64_t kOldestOpset = 6;
constexpr int64_t kNewestOpset = 27;

const ConversionTable &conversionTable() {
  static const ConversionTable table = [] {
    ConversionTable made;
    addActivations(made);
    addConstants(made);
    addConvolutions(made);
    addElementwise(made);
    addFolders(made);
    addGathers(made);
    addMatMuls(made);
    addNormalizations(made);
    addPads(made);
    addPools(made);
    addReductions(made);
    addReshapes(made);
    addResizes(made);
    addSlices(made);
    addSoftmaxes(made);
    addTransposedConvolutions(made);
    return made;
  }();
  return table;
}

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
  Importer(llvm::MemoryBufferRef buffer, const OnnxImportOptions &options,
           MLIRContext *context)
      : buffer(buffer), options(options), state(context),
        reader(context, folderOf(buffer.getBufferIdentifier())) {
    state.fileName = buffer.getBufferIdentifier().str();
    state.foldingBudget =
        4 * int64_t(buffer.getBufferSize()) + options.foldingBytes;
  }

  OwningOpRef<ModuleOp> run();

private:
  static std::string folderOf(llvm::StringRef path);
  LogicalResult readOpset();
  LogicalResult readInitializers();
  LogicalResult createFunction();
  LogicalResult convertNodes();
  LogicalResult convertNode(const Node &node);
  LogicalResult checkOutputs(const Node &node);
  LogicalResult reportUnsupported();
  LogicalResult createReturn();
  void eraseDeadOps();

  llvm::MemoryBufferRef buffer;
  const OnnxImportOptions &options;
  ImportState state;
  TensorReader reader;
  Model model;
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
  state.context->loadDialect<func::FuncDialect, tosa::TosaDialect>();
  std::string fault = readModel(buffer.getBuffer(), model);
  if (!fault.empty()) {
    state.error() << "expects an ONNX model, but " << fault;
    return nullptr;
  }
  if (failed(readOpset()) || failed(readInitializers()) ||
      failed(createFunction()) || failed(convertNodes()) ||
      failed(createReturn()))
    return nullptr;
  eraseDeadOps();
  if (failed(verify(*module)))
    return nullptr;
  return std::move(module);
}

LogicalResult Importer::readOpset() {
  for (auto [domain, version] : model.opsets)
    if (domain.empty() || domain == "ai.onnx")
      state.opset = std::max(state.opset, version);
  if (state.opset < kOldestOpset)
    return state.error() << "expects opset " << kOldestOpset
                         << " or later, but got " << state.opset
                         << "; convert the model with onnx.version_converter";
  if (state.opset > kNewestOpset)
    emitWarning(UnknownLoc::get(state.context))
        << state.fileName << ": opset " << state.opset
        << " is newer than the newest that is known, " << kNewestOpset
        << "; operators are read as of " << kNewestOpset;
  if (model.hasSparseInitializers)
    return state.error() << "has sparse initializers, which cannot be "
                            "imported; export the model with dense weights";
  return success();
}

LogicalResult Importer::readInitializers() {
  for (const Tensor &tensor : model.initializers) {
    if (tensor.name.empty())
      return state.error() << "expects every initializer to have a name";
    if (state.operands.count(tensor.name))
      return state.error() << "expects names that differ, but two "
                              "initializers are named '"
                           << tensor.name << "'";
    llvm::Expected<HostTensor> constant = reader.read(tensor);
    if (!constant)
      return state.error() << "tensor '" << tensor.name << "' "
                           << llvm::toString(constant.takeError());
    state.operands[tensor.name].constant = *constant;
  }
  return success();
}

LogicalResult Importer::createFunction() {
  auto loc = UnknownLoc::get(state.context);
  module = ModuleOp::create(loc);
  state.builder.setInsertionPointToEnd(module->getBody());

  FailureOr<std::vector<GraphInput>> inputs =
      resolveInputs(state, model, options);
  if (failed(inputs))
    return failure();
  llvm::SmallVector<Type> types;
  for (const GraphInput &input : *inputs)
    types.push_back(input.type);
  function = func::FuncOp::create(state.builder, loc,
                                  functionName(buffer.getBufferIdentifier()),
                                  state.builder.getFunctionType(types, {}));
  Block *body = function.addEntryBlock();
  for (auto [i, input] : llvm::enumerate(*inputs)) {
    StringAttr name = state.builder.getStringAttr(input.name);
    function.setArgAttr(i, "quantc.name", name);
    body->getArgument(i).setLoc(NameLoc::get(name));
    state.operands[input.name].value = body->getArgument(i);
  }
  state.builder.setInsertionPointToEnd(body);
  return success();
}

LogicalResult Importer::convertNodes() {
  FailureOr<std::vector<const Node *>> order = orderNodes(state, model);
  if (failed(order))
    return failure();
  for (const Node &node : model.nodes)
    for (llvm::StringRef input : node.inputs)
      if (!input.empty())
        state.used.insert(input);
  for (const ValueInfo &output : model.outputs)
    state.used.insert(output.name);
  for (const Node *node : *order)
    if (failed(convertNode(*node)))
      return failure();
  return reportUnsupported();
}

LogicalResult Importer::convertNode(const Node &node) {
  NodeContext context(state, node);
  // Unknown operands stand behind a node that is not supported.
  bool isKnown = true;
  for (llvm::StringRef input : node.inputs)
    isKnown &= input.empty() || state.operands[input].isKnown();
  for (llvm::StringRef output : node.outputs)
    state.operands.try_emplace(output);

  const ConversionTable &table = conversionTable();
  bool isStandard = node.domain.empty() || node.domain == "ai.onnx";
  Conversion convert = table.conversions.lookup(node.opType);
  Conversion fold = table.folders.lookup(node.opType);
  if (!isStandard || (!convert && !fold)) {
    (void)context.unsupported(isStandard ? "the operator is not known"
                                         : "operators of domain '" +
                                               node.domain + "' are not known");
    return success();
  }
  if (!isKnown)
    return success();
  bool folds = fold && context.allInputsConstant();
  LogicalResult result =
      folds     ? fold(context)
      : convert ? convert(context)
                : context.unsupported("it is supported on constants only");
  if (failed(result))
    return success(context.isUnsupported());
  return checkOutputs(node);
}

/// Every value of run time has elements; constants may be empty.
LogicalResult Importer::checkOutputs(const Node &node) {
  for (llvm::StringRef name : node.outputs) {
    if (!state.used.contains(name))
      continue;
    const Operand &operand = state.operands[name];
    NodeContext context(state, node);
    if (!operand.isKnown())
      return context.error() << "expects no output '" << name << "'";
    if (failed(context.expectShape(operand.shape())))
      return failure();
    if (!operand.constant && *countElements(operand.shape()) == 0)
      return context.error() << "expects results with elements, but got shape "
                             << shapeText(operand.shape());
  }
  return success();
}

LogicalResult Importer::reportUnsupported() {
  if (state.unsupported.empty())
    return success();
  InFlightDiagnostic error = state.error();
  error << state.unsupported.size() << " of " << model.nodes.size()
        << " nodes cannot be imported:";
  for (const std::string &line : state.unsupported)
    error << "\n  " << line;
  error << "\nreplace these operators before exporting the model, or cut the "
           "model in front of them";
  return error;
}

LogicalResult Importer::createReturn() {
  if (model.outputs.empty())
    return state.error() << "expects a graph with outputs, but got none";
  llvm::SmallVector<Value> results;
  llvm::SmallVector<Type> types;
  llvm::StringSet<> seen;
  for (const ValueInfo &output : model.outputs) {
    auto found = state.operands.find(output.name);
    if (found == state.operands.end() || !found->second.isKnown())
      return state.error() << "expects a node that computes the graph output '"
                           << output.name << "', but there is none";
    if (!seen.insert(output.name).second)
      return state.error() << "expects output names that differ, but two are '"
                           << output.name << "'";
    Operand &operand = found->second;
    auto loc = NameLoc::get(StringAttr::get(state.context, output.name));
    if (!operand.value) {
      if (operand.constant->count() == 0)
        return state.error() << "expects a graph output '" << output.name
                             << "' with elements, but got shape "
                             << shapeText(operand.shape());
      operand.value =
          TosaBuilder(loc, state.builder).constant(*operand.constant);
    }
    results.push_back(operand.value);
    types.push_back(operand.value.getType());
  }
  func::ReturnOp::create(state.builder, function.getLoc(), results);
  function.setType(
      state.builder.getFunctionType(function.getArgumentTypes(), types));
  for (auto [i, output] : llvm::enumerate(model.outputs))
    function.setResultAttr(i, "quantc.name",
                           state.builder.getStringAttr(output.name));
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
                                         MLIRContext *context) {
  return Importer(buffer, options, context).run();
}

OwningOpRef<ModuleOp> quantc::importOnnx(llvm::StringRef path,
                                         const OnnxImportOptions &options,
                                         MLIRContext *context) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (buffer)
    return importOnnx((*buffer)->getMemBufferRef(), options, context);
  emitError(UnknownLoc::get(context))
      << path << ": cannot open the file: " << buffer.getError().message();
  return nullptr;
}
