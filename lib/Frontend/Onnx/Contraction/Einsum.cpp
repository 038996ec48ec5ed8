//===- Einsum.cpp - Sums of products by index letters ---------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"

#include <map>

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// An equation as numbers: letters first, then the dimensions of the ellipsis,
/// which are negative (-1 is the last one).
struct Equation {
  llvm::SmallVector<llvm::SmallVector<int>> inputs;
  llvm::SmallVector<int> output;
};

/// "...ij" to numbers; `hidden` dimensions stand behind the dots.
FailureOr<llvm::SmallVector<int>>
readTerm(NodeContext &node, llvm::StringRef term, int64_t hidden) {
  llvm::SmallVector<int> indices;
  while (!term.empty()) {
    if (term.consume_front("...")) {
      for (int64_t d = hidden; d > 0; --d)
        indices.push_back(-int(d));
      continue;
    }
    if (!llvm::isAlpha(term.front())) {
      node.error() << "expects letters, commas, '...' and '->' in its "
                      "equation, but got '"
                   << term.take_front(1) << "'";
      return failure();
    }
    indices.push_back(term.front());
    term = term.drop_front();
  }
  return indices;
}

FailureOr<Equation> readEquation(NodeContext &node) {
  std::string text = node.getString("equation", "").str();
  llvm::erase(text, ' ');
  auto [left, right] = llvm::StringRef(text).split("->");
  bool isExplicit = llvm::StringRef(text).contains("->");
  llvm::SmallVector<llvm::StringRef> terms;
  left.split(terms, ',');
  if (terms.size() != node.numInputs()) {
    node.error() << "expects an equation of " << node.numInputs()
                 << " terms, but got '" << text << "'";
    return failure();
  }
  Equation equation;
  int64_t most = 0;
  std::map<int, int> counts;
  for (auto [i, term] : llvm::enumerate(terms)) {
    int64_t letters = llvm::count_if(term, llvm::isAlpha);
    int64_t hidden =
        term.contains("...") ? std::max<int64_t>(node.rank(i) - letters, 0) : 0;
    most = std::max(most, hidden);
    auto indices = readTerm(node, term, hidden);
    if (failed(indices))
      return failure();
    if (int64_t(indices->size()) != node.rank(i)) {
      node.error() << "expects a term of " << node.rank(i)
                   << " dimensions, but got '" << term << "'";
      return failure();
    }
    for (int index : *indices)
      ++counts[index];
    equation.inputs.push_back(*indices);
  }
  if (isExplicit) {
    auto indices = readTerm(node, right, most);
    if (failed(indices))
      return failure();
    for (auto [i, index] : llvm::enumerate(*indices))
      if (!counts.count(index) ||
          llvm::is_contained(llvm::ArrayRef(*indices).drop_front(i + 1),
                             index)) {
        node.error() << "expects each index of the result once, and in some "
                        "input, but got '"
                     << right << "'";
        return failure();
      }
    equation.output = *indices;
  } else {
    // The dots, then the letters that occur once, in order.
    for (auto [index, count] : counts)
      if (index < 0 || count == 1)
        equation.output.push_back(index);
  }
  return equation;
}

/// The size of each index; a dimension of 1 broadcasts.
LogicalResult findSizes(NodeContext &node, const Equation &equation,
                        std::map<int, int64_t> &sizes) {
  for (auto [i, indices] : llvm::enumerate(equation.inputs))
    for (auto [index, dim] : llvm::zip(indices, node.shape(i))) {
      int64_t &size = sizes.try_emplace(index, dim).first->second;
      if (size == 1)
        size = dim;
      else if (dim != 1 && dim != size)
        return node.error() << "expects one size per index, but got " << size
                            << " and " << dim;
    }
  return success();
}

/// Two terms whose indices are those of a matrix product: batch, then rows or
/// columns, then the sum. Runs at the speed of one, and quantizes.
Value asMatmul(NodeContext &node, const Equation &equation,
               std::map<int, int64_t> &sizes) {
  if (equation.inputs.size() != 2 || !node.isFloat(0))
    return nullptr;
  llvm::SmallVector<int> batch, rows, columns, sums;
  auto has = [](llvm::ArrayRef<int> list, int index) {
    return llvm::is_contained(list, index);
  };
  for (size_t i = 0; i < 2; ++i)
    for (auto [d, index] : llvm::enumerate(equation.inputs[i])) {
      llvm::ArrayRef<int> rest(equation.inputs[i]);
      // Diagonals and broadcasting go the long way.
      if (has(rest.drop_front(d + 1), index) ||
          node.shape(i)[d] != sizes[index])
        return nullptr;
      bool isShared = has(equation.inputs[1 - i], index);
      bool isKept = has(equation.output, index);
      if (!isShared && !isKept)
        return nullptr;
      if (isShared && i == 1)
        continue;
      (isShared ? (isKept ? batch : sums)
       : i == 0 ? rows
                : columns)
          .push_back(index);
    }
  auto group = [&](size_t i, llvm::ArrayRef<int> a, llvm::ArrayRef<int> b,
                   llvm::ArrayRef<int> c) {
    Shape permutation, shape;
    for (llvm::ArrayRef<int> part : {a, b, c}) {
      int64_t size = 1;
      for (int index : part) {
        permutation.push_back(llvm::find(equation.inputs[i], index) -
                              equation.inputs[i].begin());
        size *= sizes[index];
      }
      shape.push_back(size);
    }
    return node.build.reshape(node.build.transpose(node.input(i), permutation),
                              shape);
  };
  Value product = node.build.matmul(group(0, batch, rows, sums),
                                    group(1, batch, sums, columns));
  llvm::SmallVector<int> order(batch);
  order.append(rows);
  order.append(columns);
  Shape split, permutation;
  for (int index : order)
    split.push_back(sizes[index]);
  for (int index : equation.output)
    permutation.push_back(llvm::find(order, index) - order.begin());
  return node.build.transpose(node.build.reshape(product, split), permutation);
}

LogicalResult convertEinsum(NodeContext &node) {
  if (failed(node.expectInputs(1, 16)))
    return failure();
  FailureOr<Equation> equation = readEquation(node);
  std::map<int, int64_t> sizes;
  if (failed(equation) || failed(findSizes(node, *equation, sizes)))
    return failure();
  for (size_t i = 1; i < node.numInputs(); ++i)
    if (node.element(i) != node.element(0))
      return node.error() << "expects inputs of one element type, but got "
                          << node.element(0) << " and " << node.element(i);
  if (Value product = asMatmul(node, *equation, sizes))
    return node.set(product);
  // Loops: those of the result, then those of the sum.
  llvm::SmallVector<int> loops(equation->output);
  Shape shape;
  for (int index : equation->output)
    shape.push_back(sizes[index]);
  for (auto [index, size] : sizes)
    if (!llvm::is_contained(equation->output, index))
      loops.push_back(index);
  if (failed(node.expectShape(shape)))
    return failure();
  MLIRContext *context = node.context();
  llvm::SmallVector<Value> inputs;
  llvm::SmallVector<AffineMap> maps;
  for (auto [i, indices] : llvm::enumerate(equation->inputs)) {
    llvm::SmallVector<AffineExpr> from;
    for (auto [index, dim] : llvm::zip(indices, node.shape(i)))
      from.push_back(
          dim == sizes[index]
              ? getAffineDimExpr(llvm::find(loops, index) - loops.begin(),
                                 context)
              : getAffineConstantExpr(0, context));
    inputs.push_back(node.input(i));
    maps.push_back(AffineMap::get(loops.size(), 0, from, context));
  }
  Type element = node.storage(0);
  return node.set(node.build.fold(
      inputs, maps, shape, loops.size() - shape.size(),
      node.build.ops().getZeroAttr(element),
      [&](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
        bool isFloat = isa<FloatType>(element);
        Value product = in.front();
        for (Value factor : in.drop_front().drop_back())
          product = isFloat
                        ? arith::MulFOp::create(b, product, factor).getResult()
                        : arith::MulIOp::create(b, product, factor);
        if (isFloat)
          return arith::AddFOp::create(b, in.back(), product);
        return arith::AddIOp::create(b, in.back(), product);
      }));
}

} // namespace

void quantc::onnx::addEinsum(ConversionTable &table) {
  table.conversions["Einsum"] = convertEinsum;
}
