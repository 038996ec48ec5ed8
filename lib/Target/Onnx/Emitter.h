//===- Emitter.h - Values of a module as tensors of a graph -----*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_TARGET_ONNX_EMITTER_H
#define QUANTC_LIB_TARGET_ONNX_EMITTER_H

#include "Graph.h"
#include "Names.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include <map>

namespace quantc::onnx_export {

mlir::RankedTensorType typeOf(mlir::Value value);
llvm::ArrayRef<int64_t> shapeOf(mlir::Value value);
int64_t rankOf(mlir::Value value);

/// The name of the layer that an op came from, else that of the op itself:
/// without the place in a file that messages add.
std::string nameOfLayer(mlir::Operation *op);

/// Which dimension of a value each dimension of a tensor is: {0, 3, 1, 2} is
/// the tensor [N, C, H, W] of a value [N, H, W, C].
using Order = llvm::SmallVector<int64_t, 6>;
Order identity(int64_t rank);
/// The place of dimension `d` of a value in a tensor of this order.
int64_t placeOf(int64_t d, llvm::ArrayRef<int64_t> order);

/// Nodes of images have channels second, ours have them last.
extern const llvm::ArrayRef<int64_t> kImage;

/// The graph under construction, and where each value of the module is in it.
///
/// A value may exist in several orders of its dimensions at once; another one
/// is made when a node asks for it. A transposition is a value that its operand
/// holds in another order, and so costs nothing by itself; a reshape shares its
/// operand's elements, and dequantized codes are made in the order in which
/// they are wanted.
class Emitter {
public:
  Graph graph;

  //===--- Nodes ---------------------------------------------------------===//

  /// The layer whose name new nodes carry. The op that is its main one gives
  /// its node the plain name.
  void startLayer(std::string name, bool isMain = false);
  const std::string &layer() const { return layerName; }
  Names &names() { return nodeNames; }

  /// A node that the op is about; it has the layer's name if the op is the
  /// layer's main one.
  TensorId node(llvm::StringRef op, llvm::ArrayRef<TensorId> inputs,
                Attributes attributes = {});
  /// A node that helps: "<layer>/<op>".
  TensorId helper(llvm::StringRef op, llvm::ArrayRef<TensorId> inputs,
                  Attributes attributes = {});
  TensorId tensor(llvm::StringRef name);

  TensorId initializer(llvm::StringRef name, DataType type,
                       llvm::ArrayRef<int64_t> shape, llvm::StringRef bytes);
  /// A list of INT64, or a single number; "<layer>_<what>".
  TensorId integers(llvm::StringRef what, llvm::ArrayRef<int64_t> values);
  TensorId floats(llvm::StringRef what, llvm::ArrayRef<float> values,
                  llvm::ArrayRef<int64_t> shape);
  TensorId scalar(llvm::StringRef what, float value) {
    return floats(what, value, {});
  }

  //===--- Values --------------------------------------------------------===//

  /// Says where a value is. Without an order, it is in its own.
  void set(mlir::Value value, TensorId tensor,
           llvm::ArrayRef<int64_t> order = {});
  /// The same elements in row-major order, as a tensor of another shape.
  void setReshaped(mlir::Value value, TensorId tensor,
                   llvm::ArrayRef<int64_t> shape);
  void setTransposed(mlir::Value value, mlir::Value source,
                     llvm::ArrayRef<int64_t> permutation);
  void setSame(mlir::Value value, mlir::Value source);
  void setReshape(mlir::Value value, mlir::Value source);
  void setDequantized(mlir::Value value, mlir::Value codes);
  /// Elements that ONNX calls otherwise than their MLIR type does: codes.
  void setType(mlir::Value value, DataType type) {
    types[rootOf(value, {}).value] = type;
  }
  /// What a constant shall be called if it gets into the graph.
  void setName(mlir::Value constant, const std::string &name) {
    constantNames[rootOf(constant, {}).value] = name;
  }

  /// The tensor that holds a value; made if there is none.
  TensorId get(mlir::Value value, llvm::ArrayRef<int64_t> order = {});
  /// The reals that codes stand for.
  TensorId real(mlir::Value codes, llvm::ArrayRef<int64_t> order = {});
  /// A value's elements as a tensor of another shape, if there is one for free.
  std::optional<TensorId> findReshaped(mlir::Value value,
                                       llvm::ArrayRef<int64_t> shape);
  /// The reals of codes as a tensor of another shape, with one format.
  TensorId realReshaped(mlir::Value codes, llvm::ArrayRef<int64_t> shape);
  TensorId getReshaped(mlir::Value value, llvm::ArrayRef<int64_t> shape);
  /// The reals of constant codes, with a dimension of size 1 put in at `place`.
  TensorId realWithUnit(mlir::Value constant, llvm::ArrayRef<int64_t> order,
                        int64_t place);

  /// The order in which all of these exist at the least cost.
  Order commonOrder(mlir::ValueRange values);
  bool isConstant(mlir::Value value);
  std::optional<DataType> dataType(mlir::Value value);

  //===--- Codes ---------------------------------------------------------===//

  /// DequantizeLinear of a tensor of codes, once for each.
  TensorId dequantize(TensorId codes, mlir::quant::QuantizedType format,
                      llvm::ArrayRef<int64_t> order);
  /// DequantizeLinear of an int32 bias.
  TensorId dequantizeBias(TensorId bias, TensorId scale, Attributes attributes);
  /// QuantizeLinear.
  TensorId quantize(TensorId real, mlir::quant::QuantizedType format,
                    llvm::ArrayRef<int64_t> order);

  /// What ONNX cannot say; the error names the op and the layer.
  mlir::InFlightDiagnostic cannot(mlir::Operation *op);

private:
  /// The tensors of one value.
  struct Form {
    Order order;
    TensorId tensor;
  };
  /// Values with the same elements in row-major order, and their tensors.
  struct Elements {
    mlir::Value origin;
    llvm::SmallVector<std::pair<Shape, TensorId>> tensors;
  };
  /// A value as another one with its dimensions in another order.
  struct Root {
    mlir::Value value;
    Order order;
  };

  Root rootOf(mlir::Value value, llvm::ArrayRef<int64_t> order);
  llvm::SmallVector<Order> ordersOf(mlir::Value value);
  std::optional<TensorId> find(mlir::Value root, llvm::ArrayRef<int64_t> order);
  TensorId make(mlir::Value root, llvm::ArrayRef<int64_t> order);
  TensorId makeConstant(mlir::Value root, llvm::ArrayRef<int64_t> order);
  TensorId makeReshaped(Elements &elements, llvm::ArrayRef<int64_t> shape);
  Elements &elementsOf(mlir::Value value);
  TensorId add(std::string name, llvm::StringRef op,
               llvm::ArrayRef<TensorId> inputs, Attributes attributes,
               llvm::StringRef output = "");
  std::pair<TensorId, TensorId> parameters(mlir::quant::QuantizedType format,
                                           llvm::StringRef owner);

  std::string layerName;
  bool isMainOp = false;
  Names nodeNames, tensorNames;
  llvm::DenseMap<mlir::Value, llvm::SmallVector<Form, 1>> forms;
  llvm::DenseMap<mlir::Value, Root> aliases;
  llvm::DenseMap<mlir::Value, mlir::Value> dequantized, reshapes;
  std::deque<Elements> allElements;
  llvm::DenseMap<mlir::Value, Elements *> elementsOfValue;
  llvm::DenseMap<mlir::Value, DataType> types;
  llvm::DenseMap<mlir::Value, std::string> constantNames;
  llvm::DenseMap<std::pair<TensorId, mlir::Type>, TensorId> decoded;
  llvm::DenseMap<mlir::Type, std::pair<TensorId, TensorId>> formats;
};

/// The data of a constant of reals, integers or codes; null for other values.
mlir::ElementsAttr constantOf(mlir::Value value);

/// The ONNX type of codes of a format.
DataType codeType(mlir::quant::QuantizedType format);

} // namespace quantc::onnx_export

#endif // QUANTC_LIB_TARGET_ONNX_EMITTER_H
