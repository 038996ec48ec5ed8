//===- StringNormalizer.cpp - Case and stop words -------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"
#include "LetterCase.h"

#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

struct Normalizer {
  std::optional<LetterCase> change;
  bool isCaseSensitive;
  /// In small letters if the case does not matter.
  llvm::StringSet<> stopWords;
};

LogicalResult notText(NodeContext &node, llvm::StringRef text) {
  std::string shown;
  llvm::raw_string_ostream os(shown);
  os.write_escaped(text.take_front(40));
  return node.error() << "expects UTF-8, but got '" << shown << "'";
}

FailureOr<Normalizer> readNormalizer(NodeContext &node) {
  Normalizer result;
  llvm::StringRef change = node.getString("case_change_action", "NONE");
  if (change == "LOWER")
    result.change = LetterCase::Lower;
  else if (change == "UPPER")
    result.change = LetterCase::Upper;
  else if (change != "NONE" && !change.empty()) {
    node.error() << "expects the case_change_action LOWER, UPPER or NONE, but "
                    "got '"
                 << change << "'";
    return failure();
  }
  result.isCaseSensitive = node.getInt("is_case_sensitive", 0) != 0;
  llvm::ArrayRef<llvm::StringRef> words = node.getStrings("stopwords");
  llvm::StringRef locale = node.getString("locale", "en_US");
  bool needsCase = result.change || (!result.isCaseSensitive && !words.empty());
  if (needsCase && hasOwnLetterCase(locale))
    return node.unsupported("the locale '" + locale +
                            "' has capital letters of its own");
  for (llvm::StringRef word : words) {
    std::optional<std::string> lower = word.str();
    if (!result.isCaseSensitive)
      lower = inLetterCase(word, LetterCase::Lower);
    if (!lower)
      return notText(node, word);
    result.stopWords.insert(*lower);
  }
  return result;
}

/// What is left of one string; nothing if it is a stop word.
FailureOr<std::optional<std::string>>
normalize(NodeContext &node, const Normalizer &how, llvm::StringRef text) {
  std::optional<std::string> key = text.str(), result = key;
  if (!how.isCaseSensitive && !how.stopWords.empty())
    key = inLetterCase(text, LetterCase::Lower);
  if (how.change)
    result = inLetterCase(text, *how.change);
  if (!key || !result)
    return notText(node, text);
  if (how.stopWords.contains(*key))
    return std::optional<std::string>();
  return result;
}

/// The strings but the stop words; one empty string if none is left.
LogicalResult foldStringNormalizer(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)) || failed(node.expectText(0)))
    return failure();
  Shape shape(node.shape(0));
  if (shape.size() != 1 && (shape.size() != 2 || shape.front() != 1))
    return node.error() << "expects shape [C] or [1, C], but got "
                        << shapeText(shape);
  FailureOr<Normalizer> how = readNormalizer(node);
  if (failed(how))
    return failure();
  std::vector<std::string> left;
  for (llvm::StringRef text : node.texts(0)) {
    FailureOr<std::optional<std::string>> result = normalize(node, *how, text);
    if (failed(result))
      return failure();
    if (*result)
      left.push_back(**result);
  }
  if (left.empty())
    left.push_back("");
  int64_t bytes = 0;
  for (llvm::StringRef text : left)
    bytes += int64_t(text.size());
  if (failed(node.reserveBytes(bytes)))
    return failure();
  shape.back() = int64_t(left.size());
  std::vector<llvm::StringRef> texts(left.begin(), left.end());
  return node.set(node.textTensor(texts, shape));
}

} // namespace

void quantc::onnx::addStringNormalizer(ConversionTable &table) {
  table.folders["StringNormalizer"] = foldStringNormalizer;
  table.onStrings["StringNormalizer"] = {StringInputs::Computes, 1};
}
