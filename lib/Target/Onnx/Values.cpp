//===- Values.cpp - Where the values of a module are in a graph -----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Bytes.h"
#include "Emitter.h"
#include "dialects/LowBit/IR/LowBit.h"
#include "quantc/Support/LayerName.h"

#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx_export;

static const int64_t imageOrder[] = {0, 3, 1, 2};
const llvm::ArrayRef<int64_t> onnx_export::kImage = imageOrder;

RankedTensorType onnx_export::typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

llvm::ArrayRef<int64_t> onnx_export::shapeOf(Value value) {
  return typeOf(value).getShape();
}

int64_t onnx_export::rankOf(Value value) { return typeOf(value).getRank(); }

Order onnx_export::identity(int64_t rank) {
  return Order(llvm::to_vector(llvm::seq<int64_t>(0, rank)));
}

int64_t onnx_export::placeOf(int64_t d, llvm::ArrayRef<int64_t> order) {
  return llvm::find(order, d) - order.begin();
}

static Order inverse(llvm::ArrayRef<int64_t> order) {
  Order result(order.size());
  for (auto [i, d] : llvm::enumerate(order))
    result[d] = i;
  return result;
}

static bool isIdentity(llvm::ArrayRef<int64_t> order) {
  return llvm::is_sorted(order);
}

/// Whether the elements of a tensor in this order lie as those of its value do:
/// only dimensions of size 1 have changed places.
static bool keepsElements(llvm::ArrayRef<int64_t> shape,
                          llvm::ArrayRef<int64_t> order) {
  int64_t last = -1;
  for (int64_t d : order) {
    if (shape[d] == 1)
      continue;
    if (d < last)
      return false;
    last = d;
  }
  return true;
}

ElementsAttr onnx_export::constantOf(Value value) {
  if (auto codes = value.getDefiningOp<lowbit::ConstantOp>())
    return codes.getCodes();
  ElementsAttr elements;
  if (matchPattern(value, m_Constant(&elements)))
    return elements;
  return {};
}

//===----------------------------------------------------------------------===//
// What is known of a value
//===----------------------------------------------------------------------===//

Emitter::Root Emitter::rootOf(Value value, llvm::ArrayRef<int64_t> order) {
  Root root{value, order.empty() ? identity(rankOf(value)) : Order(order)};
  for (auto alias = aliases.find(value); alias != aliases.end();
       alias = aliases.find(root.value))
    root = {alias->second.value, permute(alias->second.order, root.order)};
  return root;
}

void Emitter::set(Value value, TensorId tensor, llvm::ArrayRef<int64_t> order) {
  forms[value].push_back(
      {order.empty() ? identity(rankOf(value)) : Order(order), tensor});
}

void Emitter::setTransposed(Value value, Value source,
                            llvm::ArrayRef<int64_t> permutation) {
  aliases[value] = {source, Order(permutation)};
}

void Emitter::setSame(Value value, Value source) {
  setTransposed(value, source, identity(rankOf(value)));
}

void Emitter::setDequantized(Value value, Value codes) {
  dequantized[value] = codes;
}

Emitter::Elements &Emitter::elementsOf(Value value) {
  Root root = rootOf(value, {});
  Value key = isIdentity(root.order) ? root.value : value;
  Elements *&elements = elementsOfValue[key];
  if (!elements) {
    elements = &allElements.emplace_back();
    elements->origin = key;
  }
  return *elements;
}

void Emitter::setReshape(Value value, Value source) {
  elementsOfValue[value] = &elementsOf(source);
  reshapes[value] = source;
}

void Emitter::setReshaped(Value value, TensorId tensor,
                          llvm::ArrayRef<int64_t> shape) {
  elementsOf(value).tensors.push_back({Shape(shape), tensor});
}

bool Emitter::isConstant(Value value) {
  Value root = rootOf(value, {}).value;
  if (Value source = reshapes.lookup(root))
    return isConstant(source);
  if (Value codes = dequantized.lookup(root))
    return isConstant(codes);
  return static_cast<bool>(constantOf(root));
}

std::optional<DataType> Emitter::dataType(Value value) {
  Value root = rootOf(value, {}).value;
  if (auto known = types.find(root); known != types.end())
    return known->second;
  if (Value source = reshapes.lookup(root))
    return dataType(source);
  Type element = getElementTypeOrSelf(root.getType());
  if (auto format = dyn_cast<quant::QuantizedType>(element))
    return codeType(format);
  return dataTypeOf(element);
}

llvm::SmallVector<Order> Emitter::ordersOf(Value value) {
  Root root = rootOf(value, {});
  Order back = inverse(root.order);
  llvm::SmallVector<Order> orders;
  if (Value codes = dequantized.lookup(root.value))
    for (const Order &order : ordersOf(codes))
      orders.push_back(permute(back, order));
  for (const Form &form : forms.lookup(root.value))
    orders.push_back(permute(back, form.order));
  if (orders.empty() && elementsOfValue.contains(root.value))
    orders.push_back(back);
  return orders;
}

Order Emitter::commonOrder(ValueRange values) {
  llvm::SmallVector<std::pair<Value, llvm::SmallVector<Order>>> known;
  for (Value value : values)
    if (!isConstant(value))
      known.push_back({value, ordersOf(value)});
  Order best = identity(rankOf(values.front()));
  int64_t least = -1;
  for (const auto &entry : known)
    for (const Order &order : entry.second) {
      int64_t cost = 0;
      for (const auto &[value, orders] : known)
        if (!llvm::is_contained(orders, order))
          cost += typeOf(value).getNumElements();
      if (least < 0 || cost < least) {
        least = cost;
        best = order;
      }
    }
  return best;
}

//===----------------------------------------------------------------------===//
// Tensors of a value
//===----------------------------------------------------------------------===//

std::optional<TensorId> Emitter::find(Value root,
                                      llvm::ArrayRef<int64_t> order) {
  for (const Form &form : forms.lookup(root))
    if (llvm::ArrayRef<int64_t>(form.order) == order)
      return form.tensor;
  return std::nullopt;
}

TensorId Emitter::get(Value value, llvm::ArrayRef<int64_t> order) {
  Root root = rootOf(value, order);
  if (std::optional<TensorId> found = find(root.value, root.order))
    return *found;
  TensorId made = make(root.value, root.order);
  set(root.value, made, root.order);
  return made;
}

TensorId Emitter::real(Value codes, llvm::ArrayRef<int64_t> order) {
  auto format = cast<quant::QuantizedType>(typeOf(codes).getElementType());
  return dequantize(
      get(codes, order), format,
      order.empty() ? llvm::ArrayRef<int64_t>(identity(rankOf(codes))) : order);
}

TensorId Emitter::make(Value root, llvm::ArrayRef<int64_t> order) {
  if (constantOf(root))
    return makeConstant(root, order);
  if (Value codes = dequantized.lookup(root))
    return real(codes, order);
  if (forms.lookup(root).empty() && isIdentity(order))
    return makeReshaped(elementsOf(root), shapeOf(root));
  Order from = identity(rankOf(root));
  TensorId source;
  if (const auto &known = forms.lookup(root); !known.empty()) {
    from = known.front().order;
    source = known.front().tensor;
  } else {
    source = get(root);
  }
  Order back = inverse(from);
  std::vector<int64_t> permutation;
  for (int64_t d : order)
    permutation.push_back(back[d]);
  std::string owner = root.getDefiningOp() ? nameOfLayer(root.getDefiningOp())
                                           : valueName(root);
  return add(nodeNames.derive(owner + "/Transpose"), "Transpose", source,
             {{"perm", std::move(permutation)}});
}

TensorId Emitter::makeConstant(Value root, llvm::ArrayRef<int64_t> order) {
  std::optional<DataType> type = dataType(root);
  bool isUnsigned = type == DataType::Uint4 || type == DataType::Uint8;
  std::optional<llvm::StringRef> bytes =
      bytesOf(constantOf(root), isUnsigned, graph.owned);
  // Constants without data or with a type of their own were refused before.
  llvm::StringRef data = bytes.value_or("");
  if (!isIdentity(order))
    data = graph.owned.emplace_back(permuteBytes(data, shapeOf(root), order));
  if (type == DataType::Int4 || type == DataType::Uint4)
    data = graph.owned.emplace_back(packNibbles(data));
  std::string name = constantNames.lookup(root);
  return initializer(name.empty() ? layerName + "_constant" : name,
                     type.value_or(DataType::Float),
                     permute(shapeOf(root), order), data);
}

TensorId Emitter::realWithUnit(Value constant, llvm::ArrayRef<int64_t> order,
                               int64_t place) {
  TensorId codes = makeConstant(constant, order);
  Shape &shape = graph.initializers.back().shape;
  shape.insert(shape.begin() + place, 1);
  Order longer(order);
  longer.insert(longer.begin() + place, rankOf(constant));
  auto format = cast<quant::QuantizedType>(typeOf(constant).getElementType());
  return dequantize(codes, format, longer);
}

//===----------------------------------------------------------------------===//
// Reshaped tensors
//===----------------------------------------------------------------------===//

std::optional<TensorId> Emitter::findReshaped(Value value,
                                              llvm::ArrayRef<int64_t> shape) {
  Elements &elements = elementsOf(value);
  for (const auto &[known, tensor] : elements.tensors)
    if (llvm::ArrayRef<int64_t>(known) == shape)
      return tensor;
  if (shapeOf(elements.origin) != shape)
    return std::nullopt;
  for (const Order &order : ordersOf(elements.origin))
    if (isIdentity(order) && !reshapes.contains(elements.origin) &&
        !forms.lookup(rootOf(elements.origin, {}).value).empty())
      return get(elements.origin);
  return std::nullopt;
}

TensorId Emitter::getReshaped(Value value, llvm::ArrayRef<int64_t> shape) {
  return makeReshaped(elementsOf(value), shape);
}

TensorId Emitter::realReshaped(Value codes, llvm::ArrayRef<int64_t> shape) {
  auto format = cast<quant::QuantizedType>(typeOf(codes).getElementType());
  return dequantize(getReshaped(codes, shape), format, {});
}

TensorId Emitter::makeReshaped(Elements &elements,
                               llvm::ArrayRef<int64_t> shape) {
  for (const auto &[known, tensor] : elements.tensors)
    if (llvm::ArrayRef<int64_t>(known) == shape)
      return tensor;

  Value origin = elements.origin;
  Root root = rootOf(origin, {});
  Value codes = dequantized.lookup(root.value);
  bool isPerTensor =
      codes && isa<quant::UniformQuantizedType>(typeOf(codes).getElementType());
  TensorId result;
  if (isPerTensor && isIdentity(root.order)) {
    result = realReshaped(codes, shape);
  } else if (constantOf(root.value) && isIdentity(root.order)) {
    result = makeConstant(root.value, root.order);
    graph.initializers.back().shape.assign(shape.begin(), shape.end());
  } else {
    bool hasOwn = codes || constantOf(root.value) ||
                  !forms.lookup(root.value).empty() ||
                  reshapes.contains(root.value);
    TensorId base = kAbsent;
    Shape baseShape(shapeOf(origin));
    if (!hasOwn) {
      baseShape = elements.tensors.front().first;
      base = elements.tensors.front().second;
    } else {
      Order order = identity(rankOf(origin));
      for (const Order &known : ordersOf(origin))
        if (keepsElements(shapeOf(origin), known)) {
          order = known;
          break;
        }
      base = get(origin, order);
      baseShape = permute(shapeOf(origin), order);
    }
    result = llvm::ArrayRef<int64_t>(baseShape) == shape
                 ? base
                 : helper("Reshape", {base, integers("shape", shape)});
  }
  elements.tensors.push_back({Shape(shape), result});
  return result;
}
