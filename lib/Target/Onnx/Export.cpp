//===- Export.cpp - Modules as ONNX models --------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Target/Onnx.h"

#include "Bytes.h"
#include "Conversions.h"
#include "Softmax.h"
#include "Writer.h"
#include "dialects/LowBit/IR/LowBit.h"
#include "quantc/Support/AtomicFile.h"
#include "quantc/Support/Failure.h"
#include "quantc/Support/LayerName.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx_export;

const ConversionTable &onnx_export::conversionTable() {
  static const ConversionTable table = [] {
    ConversionTable made;
    addCodeContractions(made);
    addCodes(made);
    addContractions(made);
    addDynamicCodes(made);
    addElementwise(made);
    addMaps(made);
    addMovement(made);
    addPools(made);
    addReductions(made);
    addResizes(made);
    addTables(made);
    return made;
  }();
  return table;
}

namespace {

/// One export: the steps in order, each of which may fail with a diagnostic.
class Exporter {
public:
  explicit Exporter(ModuleOp module) : module(module) {}

  FailureOr<Graph> run();

private:
  LogicalResult findFunction();
  LogicalResult checkOps();
  LogicalResult addInputs();
  LogicalResult addNodes();
  LogicalResult addOutputs();
  llvm::StringMap<Operation *> findMainOps();
  void moveAxes();
  void eraseDeadNodes();
  FailureOr<Boundary> boundary(Value value, Attribute element,
                               const Twine &what);

  ModuleOp module;
  func::FuncOp function;
  Emitter emitter;
};

LogicalResult Exporter::findFunction() {
  for (auto candidate : module.getOps<func::FuncOp>()) {
    if (!candidate.isPublic() || candidate.isExternal())
      continue;
    if (function)
      return candidate.emitError("expects one public function, but got '")
             << function.getName() << "' and '" << candidate.getName() << "'";
    function = candidate;
  }
  if (!function)
    return module.emitError("expects a public function to export, but got "
                            "none: give a module of stage 'imported' or "
                            "'quantized'");
  if (!function.getBody().hasOneBlock())
    return function.emitError("expects a function of one block to export, but "
                              "got a control flow graph");
  return success();
}

bool isStatic(Type type) {
  auto tensor = dyn_cast<TensorType>(type);
  return !tensor || (tensor.hasRank() && tensor.hasStaticShape());
}

/// Whether a constant's data is there, and of a type that ONNX has.
LogicalResult checkConstant(Emitter &emitter, Operation *op) {
  if (op->getNumResults() != 1 || !isa<TensorType>(op->getResult(0).getType()))
    return success();
  ElementsAttr elements = constantOf(op->getResult(0));
  if (!elements)
    return success();
  if (!hasBytes(elements))
    return emitter.cannot(op) << "expects data in the module, but got none";
  if (!emitter.dataType(op->getResult(0)))
    return emitter.cannot(op)
           << "expects a type of ONNX, but got " << op->getResult(0).getType();
  return success();
}

/// Everything that ONNX has no word for, all at once.
LogicalResult Exporter::checkOps() {
  bool isFine = true;
  for (Operation &op : function.getBody().front().without_terminator()) {
    if (!llvm::all_of(op.getResultTypes(), isStatic)) {
      emitter.cannot(&op) << "expects static shapes";
      isFine = false;
    } else if (!conversionTable().contains(op.getName().getStringRef())) {
      emitter.cannot(&op) << "ONNX has no operator for it";
      isFine = false;
    } else if (failed(checkConstant(emitter, &op))) {
      isFine = false;
    }
  }
  return success(isFine);
}

FailureOr<Boundary> Exporter::boundary(Value value, Attribute element,
                                       const Twine &what) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  std::optional<DataType> data;
  if (type && type.hasStaticShape())
    data = emitter.dataType(value);
  if (element == StringAttr::get(function.getContext(), "string"))
    return function.emitError("expects ")
           << what << " to be a tensor of numbers, but got strings, which are "
           << "not exported; remove this output from the original model";
  // What the bytes are where the type says only how many bits they have.
  if (auto named = dyn_cast_or_null<TypeAttr>(element))
    data = dataTypeOf(named.getValue());
  if (!data)
    return function.emitError("expects ")
           << what << " to be a tensor of static shape and of a type that ONNX "
           << "has, but got " << value.getType();
  return Boundary{kAbsent, *data, Shape(type.getShape())};
}

std::string nameAt(StringAttr name, const char *otherwise, unsigned i) {
  return name ? name.getValue().str() : otherwise + std::to_string(i);
}

LogicalResult Exporter::addInputs() {
  for (BlockArgument argument : function.getArguments()) {
    unsigned i = argument.getArgNumber();
    FailureOr<Boundary> input =
        boundary(argument, function.getArgAttr(i, "quantc.element"),
                 "argument " + Twine(i));
    if (failed(input))
      return failure();
    std::string name = nameAt(
        function.getArgAttrOfType<StringAttr>(i, "quantc.name"), "input", i);
    input->tensor = emitter.tensor(name);
    if (emitter.graph.names[input->tensor] != name)
      return function.emitError("expects input names that differ, but two are "
                                "'")
             << name << "'";
    emitter.set(argument, input->tensor);
    emitter.setType(argument, input->type);
    emitter.graph.inputs.push_back(std::move(*input));
  }
  return success();
}

/// The last op of each layer that computes something: behind the padding and
/// slicing in front, and the pieces of what becomes several ops.
llvm::StringMap<Operation *> Exporter::findMainOps() {
  llvm::StringMap<Operation *> mainOps;
  for (Operation &op : function.getBody().front().without_terminator())
    if (!isa<lowbit::DequantizeOp, lowbit::QuantizeOp, lowbit::RequantizeOp,
             quant::StorageCastOp, tosa::ReshapeOp, tosa::TransposeOp>(op) &&
        !isa<tosa::ConstOp, tosa::ConstShapeOp, lowbit::ConstantOp>(op) &&
        !op.hasTrait<OpTrait::ConstantLike>())
      mainOps[nameOfLayer(&op)] = &op;
  return mainOps;
}

LogicalResult Exporter::addNodes() {
  for (Operation &op : function.getBody().front().without_terminator())
    emitter.names().reserve(nameOfLayer(&op));
  llvm::StringMap<Operation *> mainOps = findMainOps();
  Softmaxes softmaxes = findSoftmaxes(function.getBody().front());
  for (Operation &op : function.getBody().front().without_terminator()) {
    if (softmaxes.inner.contains(&op))
      continue;
    std::string layer = nameOfLayer(&op);
    emitter.startLayer(layer, mainOps.lookup(layer) == &op);
    if (auto end = softmaxes.ends.find(&op); end != softmaxes.ends.end())
      emitSoftmax(emitter, &op, end->second);
    else if (failed(conversionTable().lookup(op.getName().getStringRef())(
                 emitter, &op)))
      return failure();
  }
  return success();
}

/// A result takes its own name if a node makes it for the graph alone; a
/// constant, an input or a second result is copied.
LogicalResult Exporter::addOutputs() {
  Graph &graph = emitter.graph;
  Operation *end = function.getBody().front().getTerminator();
  llvm::StringSet<> taken;
  for (const Boundary &input : graph.inputs)
    taken.insert(graph.names[input.tensor]);
  for (auto [i, value] : llvm::enumerate(end->getOperands())) {
    FailureOr<Boundary> output =
        boundary(value, function.getResultAttr(i, "quantc.element"),
                 "result " + Twine(i));
    if (failed(output))
      return failure();
    std::string name =
        nameAt(function.getResultAttrOfType<StringAttr>(i, "quantc.name"),
               "output", i);
    if (!taken.insert(name).second)
      return function.emitError("expects names of inputs and outputs that "
                                "differ, but two are '")
             << name << "'";
    emitter.startLayer(name);
    TensorId tensor = emitter.get(value);
    auto isTensor = [&](const auto &entry) { return entry.tensor == tensor; };
    if (llvm::any_of(graph.inputs, isTensor) ||
        llvm::any_of(graph.outputs, isTensor) ||
        llvm::any_of(graph.initializers, isTensor))
      tensor = emitter.helper("Identity", tensor);
    for (std::string &other : graph.names)
      if (other == name)
        other += "/inner";
    graph.names[tensor] = name;
    output->tensor = tensor;
    graph.outputs.push_back(std::move(*output));
  }
  return success();
}

/// Since operator set 18, the axes of all reductions are an input.
void Exporter::moveAxes() {
  if (emitter.graph.opset < 18)
    return;
  for (Node &node : emitter.graph.nodes) {
    auto axes =
        llvm::find_if(node.attributes, [](const NodeAttribute &attribute) {
          return attribute.name == "axes";
        });
    if (!llvm::StringRef(node.op).starts_with("Reduce") ||
        axes == node.attributes.end())
      continue;
    emitter.startLayer(node.name);
    node.inputs.push_back(
        emitter.integers("axes", std::get<std::vector<int64_t>>(axes->value)));
    node.attributes.erase(axes);
  }
}

/// What a later node has done without.
void Exporter::eraseDeadNodes() {
  Graph &graph = emitter.graph;
  llvm::DenseSet<TensorId> used;
  for (const Boundary &output : graph.outputs)
    used.insert(output.tensor);
  for (const Node &node : llvm::reverse(graph.nodes))
    if (used.contains(node.output))
      used.insert(node.inputs.begin(), node.inputs.end());
  llvm::erase_if(graph.nodes,
                 [&](const Node &node) { return !used.contains(node.output); });
  llvm::erase_if(graph.initializers, [&](const Initializer &initializer) {
    return !used.contains(initializer.tensor);
  });
}

FailureOr<Graph> Exporter::run() {
  if (failed(findFunction()) || failed(checkOps()) || failed(addInputs()) ||
      failed(addNodes()) || failed(addOutputs()))
    return failure();
  moveAxes();
  eraseDeadNodes();
  emitter.graph.name = function.getName().str();
  return std::move(emitter.graph);
}

llvm::Expected<Graph> makeGraph(ModuleOp module) {
  FailureOr<Graph> graph = Exporter(module).run();
  if (failed(graph))
    return failure("export to ONNX", "did not succeed",
                   "the messages above name the layers");
  return std::move(*graph);
}

} // namespace

llvm::Error quantc::exportOnnx(ModuleOp module, llvm::StringRef path,
                               const OnnxExportOptions &options) {
  llvm::Expected<Graph> graph = makeGraph(module);
  if (!graph)
    return graph.takeError();
  llvm::Expected<AtomicFile> file = AtomicFile::create(path);
  if (!file)
    return file.takeError();
  if (constantBytes(*graph) <= options.mostInline) {
    writeModel(*graph, options.producerVersion, ExternalData(), file->os());
    return file->commit();
  }
  llvm::Expected<AtomicFile> data = AtomicFile::create(path.str() + ".data");
  if (!data)
    return data.takeError();
  ExternalData external;
  external.out = &data->os();
  external.location = (llvm::sys::path::filename(path) + ".data").str();
  external.threshold = options.leastExternal;
  writeModel(*graph, options.producerVersion, external, file->os());
  if (llvm::Error error = data->commit())
    return error;
  return file->commit();
}

llvm::Error quantc::exportOnnx(ModuleOp module, llvm::raw_ostream &out,
                               const OnnxExportOptions &options) {
  llvm::Expected<Graph> graph = makeGraph(module);
  if (!graph)
    return graph.takeError();
  if (constantBytes(*graph) > options.mostInline)
    return failure("export to ONNX",
                   "expects at most " + bytesText(options.mostInline) +
                       " of constants in one file, but got " +
                       bytesText(constantBytes(*graph)),
                   "use quantc -o model.onnx, which puts them into a second "
                   "file");
  writeModel(*graph, options.producerVersion, ExternalData(), out);
  return llvm::Error::success();
}
