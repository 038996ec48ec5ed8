//===- NodeContext.cpp - What a conversion sees of its node ---------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "NodeContext.h"

#include "GraphConversion.h"
#include "Subgraph.h"

#include <cmath>
#include <cstring>
#include <utility>

using namespace mlir;
using namespace quantc::onnx;

static Location locationOf(const Node &node, MLIRContext *context) {
  llvm::StringRef name = node.name;
  for (llvm::StringRef output : node.outputs)
    if (name.empty())
      name = output;
  return NameLoc::get(
      StringAttr::get(context, name.empty() ? node.opType : name));
}

/// "node 'NAME' (OP)"; a node without a name goes by its first output.
static std::string titleOf(const Node &node) {
  std::string text = "node ";
  if (!node.name.empty())
    text += ("'" + node.name + "' ").str();
  else if (!node.outputs.empty())
    text += ("that computes '" + node.outputs.front() + "' ").str();
  return text + "(" + node.opType.str() + ")";
}

NodeContext::NodeContext(ImportState &state, const Node &node)
    : build(locationOf(node, state.context), state.builder), state(state),
      theNode(node) {}

InFlightDiagnostic NodeContext::error() const {
  return state.error() << titleOf(theNode) << " ";
}

LogicalResult NodeContext::unsupported(const llvm::Twine &why) {
  if (std::exchange(notSupported, true))
    return failure();
  state.unsupported.push_back((titleOf(theNode) + ", opset " +
                               llvm::Twine(state.opsetOf("")) + ": " + why)
                                  .str());
  return failure();
}

bool NodeContext::hasInput(size_t index) const {
  return index < theNode.inputs.size() && !theNode.inputs[index].empty();
}

bool NodeContext::allInputsConstant() const {
  for (size_t i = 0; i < numInputs(); ++i)
    if (hasInput(i) && !operand(i).constant)
      return false;
  return numInputs() > 0;
}

LogicalResult NodeContext::expectInputs(size_t least, size_t most) const {
  size_t present = 0;
  while (present < least && hasInput(present))
    ++present;
  if (present < least)
    return error() << "expects at least " << least << " inputs, but got "
                   << present;
  if (numInputs() > most)
    return error() << "expects at most " << most << " inputs, but got "
                   << numInputs();
  return success();
}

LogicalResult NodeContext::expectTensor(size_t index) const {
  if (operand(index).isTensor())
    return success();
  return error() << "expects a tensor as input '" << inputName(index)
                 << "', but got " << describe(operand(index));
}

LogicalResult NodeContext::expectSequence(size_t index) const {
  if (operand(index).isSequence())
    return success();
  return error() << "expects a sequence as input '" << inputName(index)
                 << "', but got " << describe(operand(index));
}

const Operand &NodeContext::operand(size_t index) const {
  return *state.find(theNode.inputs[index]);
}

Value NodeContext::input(size_t index) {
  llvm::StringRef name = theNode.inputs[index];
  Operand &operand = *state.find(name);
  if (operand.value)
    return operand.value;
  auto loc = NameLoc::get(StringAttr::get(context(), name));
  Value value = TosaBuilder(loc, build.ops()).constant(*operand.constant);
  // An op in the body of a loop is not seen from outside of it.
  auto own = state.scope->operands.find(name);
  if (own != state.scope->operands.end() &&
      value.getParentBlock() == state.scope->block)
    operand.value = value;
  return value;
}

const HostTensor *NodeContext::constant(size_t index) const {
  const Operand &found = operand(index);
  return found.constant ? &*found.constant : nullptr;
}

LogicalResult NodeContext::needsConstant(size_t index, llvm::StringRef what) {
  wantConstant(index);
  return unsupported("its " + what + ", input '" + inputName(index) +
                     "', is computed at run time");
}

std::vector<llvm::StringRef> NodeContext::texts(size_t index) const {
  const HostTensor &tensor = *constant(index);
  std::vector<llvm::StringRef> result;
  for (int64_t i = 0, e = tensor.count(); i < e; ++i)
    result.push_back(state.strings[tensor.asInt(i)]);
  return result;
}

HostTensor NodeContext::textTensor(llvm::ArrayRef<llvm::StringRef> texts,
                                   llvm::ArrayRef<int64_t> shape) {
  HostTensor result = HostTensor::zeros(stringType(context()), shape);
  for (auto [i, text] : llvm::enumerate(texts))
    result.set(int64_t(i), int64_t(state.strings.add(text)));
  return result;
}

LogicalResult NodeContext::expectText(size_t index) {
  if (!isString(element(index)))
    return error() << "expects strings as input '" << inputName(index)
                   << "', but got " << element(index);
  return constant(index) ? success() : needsConstant(index, "text");
}

FailureOr<Shape> NodeContext::constantInts(size_t index, llvm::StringRef what) {
  const HostTensor *tensor = constant(index);
  if (!tensor)
    return needsConstant(index, what);
  if (tensor->isFloat() || tensor->rank() > 1 || tensor->count() > 1024) {
    error() << "expects its " << what << ", input '" << inputName(index)
            << "', to be a list of at most 1024 integers, but got "
            << tensor->elementType() << " of shape "
            << shapeText(tensor->shape());
    return failure();
  }
  return tensor->ints();
}

/// Whether no f32 has an exponent of all ones. Without a branch, since there
/// may be a gigabyte of them.
static bool areFinite(llvm::ArrayRef<char> bytes) {
  constexpr uint32_t kExponent = 0x7f800000;
  bool finite = true;
  for (size_t i = 0; i + 4 <= bytes.size(); i += 4) {
    uint32_t bits;
    std::memcpy(&bits, bytes.data() + i, 4);
    finite &= (bits & kExponent) != kExponent;
  }
  return finite;
}

LogicalResult NodeContext::expectFinite(size_t index) const {
  const HostTensor *tensor = constant(index);
  if (!tensor || !tensor->isFloat() ||
      (tensor->elementType().isF32() && areFinite(tensor->bytes())))
    return success();
  for (int64_t i = 0, e = tensor->storedCount(); i < e; ++i)
    if (double value = tensor->asDouble(i); !std::isfinite(value))
      return error() << "expects finite weights, but tensor '"
                     << inputName(index) << "' has "
                     << (std::isnan(value) ? "NaN" : "an infinity")
                     << " at element " << i;
  return success();
}

const quantc::onnx::Attribute *
NodeContext::attribute(llvm::StringRef name) const {
  for (const Attribute &attribute : theNode.attributes)
    if (attribute.name == name)
      return &attribute;
  return nullptr;
}

int64_t NodeContext::getInt(llvm::StringRef name, int64_t otherwise) const {
  const Attribute *found = attribute(name);
  return found ? found->i : otherwise;
}

double NodeContext::getFloat(llvm::StringRef name, double otherwise) const {
  const Attribute *found = attribute(name);
  return found ? found->f : otherwise;
}

llvm::StringRef NodeContext::getString(llvm::StringRef name,
                                       llvm::StringRef otherwise) const {
  const Attribute *found = attribute(name);
  return found ? found->s : otherwise;
}

llvm::ArrayRef<llvm::StringRef>
NodeContext::getStrings(llvm::StringRef name) const {
  const Attribute *found = attribute(name);
  return found ? llvm::ArrayRef<llvm::StringRef>(found->strings)
               : llvm::ArrayRef<llvm::StringRef>();
}

Shape NodeContext::getInts(llvm::StringRef name,
                           llvm::ArrayRef<int64_t> otherwise) const {
  const Attribute *found = attribute(name);
  return found ? Shape(found->ints.begin(), found->ints.end())
               : Shape(otherwise);
}

FailureOr<std::optional<Shape>>
NodeContext::intsFromAttributeOrInput(llvm::StringRef name, size_t index,
                                      int64_t since) {
  if (opset() < since) {
    if (!attribute(name))
      return std::optional<Shape>();
    return std::optional<Shape>(getInts(name, {}));
  }
  if (!hasInput(index))
    return std::optional<Shape>();
  FailureOr<Shape> values = constantInts(index, name);
  if (failed(values))
    return failure();
  return std::optional<Shape>(*values);
}

FailureOr<int64_t> NodeContext::normalizeAxis(int64_t axis,
                                              int64_t rank) const {
  if (axis < -rank || axis >= rank) {
    error() << "expects an axis in [" << -rank << ", " << rank - 1
            << "], but got " << axis;
    return failure();
  }
  return axis < 0 ? axis + rank : axis;
}

FailureOr<Shape> NodeContext::normalizeAxes(llvm::ArrayRef<int64_t> axes,
                                            int64_t rank) const {
  Shape result;
  for (int64_t axis : axes) {
    FailureOr<int64_t> normal = normalizeAxis(axis, rank);
    if (failed(normal))
      return failure();
    if (llvm::is_contained(result, *normal)) {
      error() << "expects axes that differ, but got " << shapeText(axes);
      return failure();
    }
    result.push_back(*normal);
  }
  return result;
}

LogicalResult NodeContext::expectShape(llvm::ArrayRef<int64_t> shape) const {
  if (shape.size() <= 16 && countElements(shape))
    return success();
  return error() << "expects a result of at most 16 dimensions and 2^31 "
                    "elements, but got shape "
                 << shapeText(shape);
}

LogicalResult NodeContext::reserve(Type element,
                                   llvm::ArrayRef<int64_t> shape) const {
  if (failed(expectShape(shape)))
    return failure();
  return reserveBytes(*countElements(shape) * HostTensor::bytesOf(element));
}

LogicalResult NodeContext::reserveBytes(int64_t bytes) const {
  if (bytes > state.foldingBudget)
    return error() << "computes a constant of " << bytes
                   << " bytes, but for all of them only " << state.foldingBudget
                   << " are left";
  state.foldingBudget -= bytes;
  return success();
}

LogicalResult NodeContext::set(Value value, size_t index, Type element) {
  if (!element && hasInput(0) && storage(0) == elementOf(value))
    element = this->element(0);
  return set(Operand(value, element ? element : elementOf(value)), index);
}

LogicalResult NodeContext::set(HostTensor constant, size_t index) {
  return set(Operand(std::move(constant)), index);
}

LogicalResult NodeContext::set(const Operand &operand, size_t index) {
  if (usesOutput(index))
    state.scope->operands[theNode.outputs[index]] = operand;
  return success();
}

LogicalResult NodeContext::setSequence(std::vector<Operand> tensors,
                                       Type element, size_t index) {
  constexpr size_t kMostTensors = 16384;
  if (tensors.size() > kMostTensors)
    return error() << "expects a sequence of at most " << kMostTensors
                   << " tensors, but got " << tensors.size();
  // Short nodes of a file must not ask for a large memory.
  if (failed(reserveBytes(tensors.size() * sizeof(Operand))))
    return failure();
  return set(Operand::sequence(std::move(tensors), element), index);
}

LogicalResult NodeContext::forward() { return set(Operand(operand(0)), 0); }

FailureOr<std::vector<Operand>>
NodeContext::convertBody(const Graph &body, llvm::ArrayRef<Operand> arguments,
                         Block *block) {
  auto outputs = quantc::onnx::convertBody(state, body, arguments, block);
  // Here or around the body; the import goes on to find the others.
  notSupported |= failed(outputs) && !state.unsupported.empty();
  return outputs;
}

std::optional<int64_t> NodeContext::declaredSize(size_t output,
                                                 size_t axis) const {
  auto found = state.declared.find(theNode.outputs[output]);
  if (state.scope->outer || state.callDepth > 0 ||
      found == state.declared.end() || axis >= found->second.size())
    return std::nullopt;
  return found->second[axis].value;
}

void NodeContext::rollBack(const Checkpoint &to) {
  state.unsupported.resize(to.unsupported);
  state.nodeCount = to.nodeCount;
  notSupported = false;
}

LogicalResult NodeContext::replace(llvm::ArrayRef<Node> nodes,
                                   llvm::StringMap<Operand> operands,
                                   llvm::ArrayRef<llvm::StringRef> results,
                                   int64_t opset) {
  Scope scope{std::move(operands), nullptr, state.scope->block};
  Scope *outer = std::exchange(state.scope, &scope);
  Opsets opsets = std::exchange(state.opsets, Opsets{{"", opset}});
  size_t faults = state.unsupported.size(), count = state.nodeCount;
  collectUses(state, nodes);
  for (llvm::StringRef result : results)
    if (!result.empty())
      state.used.insert(result);
  LogicalResult converted = convertNodes(state, nodes);
  state.scope = outer;
  state.opsets = std::move(opsets);
  state.nodeCount = count;
  notSupported |= state.unsupported.size() != faults;
  if (failed(converted) || notSupported)
    return failure();
  for (auto [index, result] : llvm::enumerate(results))
    if (!result.empty())
      (void)set(scope.operands[result], index);
  return success();
}

FailureOr<Operand>
NodeContext::recompute(llvm::StringRef name,
                       const llvm::StringMap<Operand> &values) {
  std::vector<Node> nodes = nodesBetween(*state.scope, values, name);
  Scope scope{values, state.scope, state.scope->block};
  state.scope = &scope;
  size_t faults = state.unsupported.size(), count = state.nodeCount;
  LogicalResult converted = convertNodes(state, nodes);
  Operand result = *state.find(name);
  state.scope = scope.outer;
  state.nodeCount = count;
  notSupported |= state.unsupported.size() != faults;
  if (failed(converted) || notSupported)
    return failure();
  return result;
}

LogicalResult NodeContext::setReshaped(llvm::ArrayRef<int64_t> shape) {
  if (failed(expectShape(shape)))
    return failure();
  if (const HostTensor *tensor = constant(0))
    return set(tensor->reshaped(shape));
  return set(build.reshape(input(0), shape));
}
