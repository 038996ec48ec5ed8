//===- StringOperators.cpp - Concatenate, split and match -----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"

#include "llvm/ADT/StringExtras.h"
#include <re2/re2.h>

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// Row-major places of an operand under the shape that it broadcasts to.
std::vector<int64_t> broadcastPlaces(llvm::ArrayRef<int64_t> from,
                                     llvm::ArrayRef<int64_t> to) {
  std::vector<int64_t> places(size_t(*countElements(to)), 0);
  int64_t step = 1, repeat = 1;
  for (int64_t d = int64_t(to.size()) - 1; d >= 0; --d) {
    int64_t own = d - int64_t(to.size() - from.size());
    int64_t size = own < 0 ? 1 : from[own];
    if (size != 1)
      for (auto [i, place] : llvm::enumerate(places))
        place += int64_t(i) / repeat % to[d] * step;
    step *= size;
    repeat *= to[d];
  }
  return places;
}

/// StringConcat: both texts, one behind the other.
LogicalResult foldStringConcat(NodeContext &node) {
  if (failed(node.expectInputs(2, 2)) || failed(node.expectText(0)) ||
      failed(node.expectText(1)))
    return failure();
  auto shape = broadcastShapes(node.shape(0), node.shape(1));
  if (!shape)
    return node.error() << "expects shapes that broadcast, but got "
                        << shapeText(node.shape(0)) << " and "
                        << shapeText(node.shape(1));
  if (failed(node.reserve(stringType(node.context()), *shape)))
    return failure();
  std::vector<llvm::StringRef> lhs = node.texts(0), rhs = node.texts(1);
  std::vector<int64_t> left = broadcastPlaces(node.shape(0), *shape);
  std::vector<int64_t> right = broadcastPlaces(node.shape(1), *shape);
  int64_t bytes = 0;
  for (auto [first, second] : llvm::zip_equal(left, right))
    bytes += int64_t(lhs[first].size() + rhs[second].size());
  if (failed(node.reserveBytes(bytes)))
    return failure();
  HostTensor result = HostTensor::zeros(stringType(node.context()), *shape);
  for (size_t i = 0; i < left.size(); ++i)
    result.set(int64_t(i), int64_t(node.strings().add(
                               (lhs[left[i]] + rhs[right[i]]).str())));
  return node.set(result);
}

/// Pieces between spaces, however many there are; with at most `most` cuts, the
/// rest is the last piece.
std::vector<llvm::StringRef> splitAtSpaces(llvm::StringRef text, size_t most) {
  constexpr llvm::StringLiteral kSpaces = " \t\n\v\f\r";
  std::vector<llvm::StringRef> pieces;
  for (text = text.ltrim(kSpaces); !text.empty(); text = text.ltrim(kSpaces)) {
    size_t length =
        pieces.size() == most ? text.size() : text.find_first_of(kSpaces);
    pieces.push_back(text.take_front(length));
    text = text.drop_front(pieces.back().size());
  }
  return pieces;
}

std::vector<llvm::StringRef> splitAt(llvm::StringRef text,
                                     llvm::StringRef delimiter, size_t most) {
  if (delimiter.empty())
    return splitAtSpaces(text, most);
  std::vector<llvm::StringRef> pieces;
  for (size_t end; pieces.size() < most &&
                   (end = text.find(delimiter)) != llvm::StringRef::npos;
       text = text.drop_front(end + delimiter.size()))
    pieces.push_back(text.take_front(end));
  pieces.push_back(text);
  return pieces;
}

/// StringSplit: the pieces in a dimension more, filled up with empty strings,
/// and how many each has.
LogicalResult foldStringSplit(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)) || failed(node.expectText(0)))
    return failure();
  const quantc::onnx::Attribute *maxsplit = node.attribute("maxsplit");
  if (maxsplit && maxsplit->i < 1)
    return node.error() << "expects a maxsplit of 1 or more, but got "
                        << maxsplit->i;
  size_t most = maxsplit ? size_t(maxsplit->i) : llvm::StringRef::npos;
  std::vector<std::vector<llvm::StringRef>> rows;
  size_t widest = 0;
  for (llvm::StringRef text : node.texts(0)) {
    rows.push_back(splitAt(text, node.getString("delimiter", ""), most));
    widest = std::max(widest, rows.back().size());
  }
  Shape shape(node.shape(0));
  HostTensor counts =
      HostTensor::zeros(node.build.ops().getI64Type(), node.shape(0));
  shape.push_back(int64_t(widest));
  if (failed(node.reserve(stringType(node.context()), shape)))
    return failure();
  std::vector<llvm::StringRef> pieces;
  for (auto [i, row] : llvm::enumerate(rows)) {
    counts.set(int64_t(i), int64_t(row.size()));
    row.resize(widest);
    llvm::append_range(pieces, row);
  }
  return succeeded(node.set(node.textTensor(pieces, shape), 0)) &&
                 succeeded(node.set(counts, 1))
             ? success()
             : failure();
}

/// RegexFullMatch: whether the whole text is one of the pattern, in RE2's
/// syntax.
LogicalResult foldRegexFullMatch(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)) || failed(node.expectText(0)))
    return failure();
  llvm::StringRef pattern = node.getString("pattern", "");
  RE2::Options options;
  options.set_log_errors(false);
  RE2 expression(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (!expression.ok())
    return node.error() << "expects a pattern of RE2's syntax, but got '"
                        << pattern << "': " << expression.error();
  HostTensor result =
      HostTensor::zeros(node.build.ops().getI1Type(), node.shape(0));
  for (auto [i, text] : llvm::enumerate(node.texts(0)))
    result.set(int64_t(i),
               int64_t(RE2::FullMatch(
                   re2::StringPiece(text.data(), text.size()), expression)));
  return node.set(result);
}

} // namespace

void quantc::onnx::addStringOperators(ConversionTable &table) {
  auto add = [&](llvm::StringRef name, Conversion fold) {
    table.folders[name] = std::move(fold);
    table.onStrings[name] = {StringInputs::Computes, 0b11};
  };
  add("StringConcat", foldStringConcat);
  add("StringSplit", foldStringSplit);
  add("RegexFullMatch", foldRegexFullMatch);
}
