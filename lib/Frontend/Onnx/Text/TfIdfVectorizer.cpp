//===- TfIdfVectorizer.cpp - Counts of n-grams ----------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../Control/Expansion.h"
#include "../ConversionTable.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// Nodes that n-grams of all lengths and distances may become.
constexpr int64_t kMostComparisons = 4096;

/// What is counted: n-grams of one length, the numbers of which lie one n-gram
/// behind the other.
struct Grams {
  int64_t length;
  HostTensor numbers; // [n-grams * length]

  int64_t count() const { return numbers.count() / length; }
  /// Number `place` of every n-gram.
  HostTensor column(int64_t place) const {
    return numbers.sliced({place}, {length}, {count()});
  }
};

struct Vectorizer {
  std::vector<Grams> grams;
  /// Column of the result for each n-gram of the pool that is counted.
  std::vector<int64_t> columns;
  int64_t width = 0, mostSkips = 0;
  /// What a count is multiplied by, for each column; none if all are 1.
  std::vector<double> weights;
  bool isCounted = true; ///< IDF asks only whether an n-gram is there.
};

/// The pool in the type of the input.
FailureOr<HostTensor> readPool(NodeContext &node) {
  Type element = node.element(0);
  if (isString(element)) {
    auto words = node.getStrings("pool_strings");
    return node.textTensor(words, {int64_t(words.size())});
  }
  Shape numbers = node.getInts("pool_int64s", {});
  if (!element.isInteger(32) && !element.isInteger(64)) {
    node.error() << "expects INT32, INT64 or strings, but got " << element;
    return failure();
  }
  HostTensor pool = HostTensor::zeros(element, {int64_t(numbers.size())});
  for (auto [i, number] : llvm::enumerate(numbers))
    pool.set(int64_t(i), number);
  return pool;
}

/// Cuts the pool where `ngram_counts` says that n-grams of the next length
/// begin, and keeps the lengths that are asked for.
LogicalResult readGrams(NodeContext &node, Vectorizer &result) {
  FailureOr<HostTensor> pool = readPool(node);
  if (failed(pool))
    return failure();
  Shape starts = node.getInts("ngram_counts", {});
  Shape columns = node.getInts("ngram_indexes", {});
  int64_t shortest = node.getInt("min_gram_length", 0);
  int64_t longest = node.getInt("max_gram_length", 0);
  if (shortest < 1 || longest < shortest || longest > int64_t(starts.size()))
    return node.error() << "expects 1 <= min_gram_length <= max_gram_length <= "
                           "the size of ngram_counts, but got "
                        << shortest << ", " << longest << " and "
                        << starts.size();
  starts.push_back(pool->count());
  int64_t gram = 0;
  for (int64_t length = 1; length < int64_t(starts.size()); ++length) {
    int64_t begin = starts[length - 1], size = starts[length] - begin;
    if (begin < 0 || size < 0 || size % length != 0 ||
        gram + size / length > int64_t(columns.size()))
      return node.error() << "expects whole n-grams of length " << length
                          << " with an index each, but got "
                          << shapeText(starts) << " as their ends and "
                          << columns.size() << " indexes";
    bool isAsked = length >= shortest && length <= longest && size > 0;
    if (isAsked)
      result.grams.push_back({length, pool->sliced({begin}, {1}, {size})});
    for (int64_t i = 0; i < size / length; ++i, ++gram)
      if (isAsked)
        result.columns.push_back(columns[gram]);
  }
  for (int64_t column : columns)
    result.width = std::max(result.width, std::min(column, kMaxElements) + 1);
  return success();
}

FailureOr<Vectorizer> readVectorizer(NodeContext &node) {
  Vectorizer result;
  if (failed(readGrams(node, result)))
    return failure();
  int64_t size = node.rank(0) == 0 ? 1 : node.shape(0).back();
  result.mostSkips =
      std::clamp<int64_t>(node.getInt("max_skip_count", 0), 0, size);
  int64_t comparisons = 0;
  for (const Grams &grams : result.grams)
    comparisons += grams.length * (result.mostSkips + 1);
  if (comparisons > kMostComparisons)
    return node.unsupported("its n-grams and skips need more than " +
                            llvm::Twine(kMostComparisons) + " comparisons");
  if (failed(node.expectShape(
          {node.rank(0) == 2 ? node.shape(0)[0] : 1, result.width})))
    return failure();
  std::vector<bool> seen(size_t(result.width), false);
  for (int64_t column : result.columns) {
    if (column < 0 || seen[column])
      return node.unsupported("two n-grams have the index " +
                              llvm::Twine(column) + ", or it is negative");
    seen[column] = true;
  }
  llvm::StringRef mode = node.getString("mode", "");
  if (mode != "TF" && mode != "IDF" && mode != "TFIDF") {
    node.error() << "expects the mode TF, IDF or TFIDF, but got '" << mode
                 << "'";
    return failure();
  }
  result.isCounted = mode != "IDF";
  const quantc::onnx::Attribute *weights = node.attribute("weights");
  if (mode == "TF" || !weights)
    return result;
  Shape columns = node.getInts("ngram_indexes", {});
  if (weights->floats.size() != columns.size()) {
    node.error() << "expects a weight for each n-gram, but got "
                 << weights->floats.size() << " for " << columns.size();
    return failure();
  }
  result.weights.assign(size_t(result.width), 1);
  for (auto [column, weight] : llvm::zip_equal(columns, weights->floats))
    result.weights[column] = weight;
  return result;
}

/// Writes the counts as nodes on x [N, C].
class Counter {
public:
  Counter(NodeContext &node, const Vectorizer &how)
      : node(node), how(how), body(node),
        rows(node.rank(0) == 2 ? node.shape(0)[0] : 1),
        size(node.rank(0) == 0 ? 1 : node.shape(0).back()) {}

  LogicalResult run();

private:
  using Name = Expansion::Name;

  Name ints(llvm::ArrayRef<int64_t> values) {
    return body.constant(HostTensor::fromInts(node.context(), values));
  }
  Name countAt(Name x, const Grams &grams, int64_t distance);
  Name count(Name x, const Grams &grams);
  Name inColumns(Name counts);

  NodeContext &node;
  const Vectorizer &how;
  Expansion body;
  int64_t rows, size;
};

} // namespace

/// [N, n-grams]: from how many places on the numbers of each n-gram follow each
/// other at a distance.
Expansion::Name Counter::countAt(Name x, const Grams &grams, int64_t distance) {
  int64_t starts = size - (grams.length - 1) * distance;
  Name isThere;
  for (int64_t place = 0; place < grams.length; ++place) {
    int64_t first = place * distance;
    Name part = body.add("Slice",
                         {x, ints({first}), ints({first + starts}), ints({1})});
    part = body.add("Reshape", {part, ints({rows, starts, 1})});
    Name isEqual =
        body.add("Equal", {part, body.constant(grams.column(place))});
    isThere = place == 0 ? isEqual : body.add("And", {isThere, isEqual});
  }
  Name each = body.add("Cast", {isThere},
                       Expansion::attribute("to", int64_t(DataType::Float)));
  return body.add("ReduceSum", {each, ints({1})},
                  Expansion::attribute("keepdims", int64_t(0)));
}

/// Of all distances; those of single numbers are one.
Expansion::Name Counter::count(Name x, const Grams &grams) {
  Name sum;
  int64_t farthest = grams.length == 1 ? 1 : how.mostSkips + 1;
  for (int64_t distance = 1; distance <= farthest; ++distance) {
    if ((grams.length - 1) * distance >= size)
      break;
    Name counts = countAt(x, grams, distance);
    sum = sum.empty() ? counts : body.add("Add", {sum, counts});
  }
  if (!sum.empty())
    return sum;
  return body.constant(HostTensor::splat(node.build.ops().getF32Type(),
                                         {rows, grams.count()}, 0));
}

/// Each n-gram's count in its column of the result; zeros elsewhere.
Expansion::Name Counter::inColumns(Name counts) {
  llvm::SmallVector<int64_t> sources(size_t(how.width),
                                     int64_t(how.columns.size()));
  for (auto [gram, column] : llvm::enumerate(how.columns))
    sources[column] = int64_t(gram);
  return body.add("Gather", {counts, ints(sources)},
                  Expansion::attribute("axis", int64_t(1)));
}

LogicalResult Counter::run() {
  Type f32 = node.build.ops().getF32Type();
  Name x = body.add("Reshape", {body.input(0), ints({rows, size})});
  llvm::SmallVector<Name> parts;
  for (const Grams &grams : how.grams)
    parts.push_back(count(x, grams));
  parts.push_back(body.constant(HostTensor::splat(f32, {rows, 1}, 0)));
  Name counts = inColumns(
      body.add("Concat", parts, Expansion::attribute("axis", int64_t(1))));
  if (!how.isCounted)
    counts = body.add("Min", {counts, body.scalar(1)});
  if (!how.weights.empty()) {
    HostTensor weights = HostTensor::zeros(f32, {how.width});
    for (auto [i, weight] : llvm::enumerate(how.weights))
      weights.set(int64_t(i), weight);
    counts = body.add("Mul", {counts, body.constant(weights)});
  }
  Shape shape(node.shape(0));
  if (!shape.empty())
    shape.pop_back();
  shape.push_back(how.width);
  return body.finish(body.add("Reshape", {counts, ints(shape)}));
}

static LogicalResult convertTfIdfVectorizer(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  if (node.rank(0) > 2 || *countElements(node.shape(0)) == 0)
    return node.error() << "expects shape [C] or [N, C], but got "
                        << shapeText(node.shape(0));
  FailureOr<Vectorizer> how = readVectorizer(node);
  if (failed(how))
    return failure();
  return Counter(node, *how).run();
}

void quantc::onnx::addTfIdfVectorizer(ConversionTable &table) {
  table.conversions["TfIdfVectorizer"] = convertTfIdfVectorizer;
  table.onStrings["TfIdfVectorizer"] = {StringInputs::Computes, 1};
}
