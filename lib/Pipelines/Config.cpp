//===- Config.cpp - Options from a file -----------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Pipelines/Config.h"

#include "dialects/LowBit/Transforms/FormatTable.h"

#include "quantc/Format/Spelling.h"
#include "quantc/Support/Failure.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Regex.h"

using namespace quantc;
using llvm::StringRef;
using llvm::Twine;
namespace json = llvm::json;

namespace {

/// Reads one file; every error names the place in it.
class Reader {
public:
  Reader(StringRef path, CompileRequest &request)
      : path(path), request(request) {}

  llvm::Error read(const json::Value &root) {
    const json::Object *object = root.getAsObject();
    if (!object)
      return refuse("", "expects an object");
    if (llvm::Error error = checkKeys(
            *object, "",
            {"weights", "activations", "calibration", "products", "layers"}))
      return error;
    if (llvm::Error error = readFormat(*object, "weights", request.weights))
      return error;
    if (llvm::Error error =
            readFormat(*object, "activations", request.activations))
      return error;
    if (llvm::Error error =
            readText(*object, "", "calibration", request.calibration))
      return error;
    if (const json::Value *products = object->get("products")) {
      std::optional<bool> value = products->getAsBoolean();
      if (!value)
        return refuse("products", "expects true or false");
      request.products = *value;
    }
    return readLayers(*object);
  }

private:
  llvm::Error refuse(const Twine &key, const Twine &rule) const {
    std::string where = key.str();
    return failure(where.empty() ? path.str() : path.str() + ": " + where, rule,
                   "docs/Formats.md describes the file");
  }

  llvm::Error checkKeys(const json::Object &object, StringRef prefix,
                        llvm::ArrayRef<StringRef> known) const {
    for (const auto &entry : object)
      if (StringRef key = entry.first; !llvm::is_contained(known, key))
        return refuse(prefix + key,
                      "expects only the keys " + llvm::join(known, ", "));
    return llvm::Error::success();
  }

  llvm::Error readText(const json::Object &object, StringRef prefix,
                       StringRef key, std::string &result) const {
    const json::Value *value = object.get(key);
    if (!value)
      return llvm::Error::success();
    std::optional<StringRef> text = value->getAsString();
    if (!text)
      return refuse(prefix + key, "expects a string");
    result = text->str();
    return llvm::Error::success();
  }

  llvm::Error checkFormat(const Twine &key, StringRef text) const {
    if (llvm::Expected<format::Format> format = format::parse(text); !format)
      return refuse(key, llvm::toString(format.takeError()));
    return llvm::Error::success();
  }

  llvm::Error readFormat(const json::Object &object, StringRef key,
                         std::string &result) const {
    if (!object.get(key))
      return llvm::Error::success();
    if (llvm::Error error = readText(object, "", key, result))
      return error;
    if (key == "activations" && result == lowbit::dynamicActivations)
      return llvm::Error::success();
    return checkFormat(key, result);
  }

  llvm::Error readLayers(const json::Object &object) {
    const json::Value *value = object.get("layers");
    if (!value)
      return llvm::Error::success();
    const json::Array *layers = value->getAsArray();
    if (!layers)
      return refuse("layers", "expects a list");
    for (auto [i, layer] : llvm::enumerate(*layers))
      if (llvm::Error error =
              readLayer(layer, "layers[" + std::to_string(i) + "]"))
        return error;
    return llvm::Error::success();
  }

  llvm::Error readLayer(const json::Value &value, const std::string &where) {
    const json::Object *layer = value.getAsObject();
    if (!layer)
      return refuse(where, "expects an object");
    std::string prefix = where + ".", name, pattern, format;
    if (llvm::Error error =
            checkKeys(*layer, prefix, {"name", "pattern", "format"}))
      return error;
    for (auto [key, text] : {std::pair<StringRef, std::string *>{"name", &name},
                             {"pattern", &pattern},
                             {"format", &format}})
      if (llvm::Error error = readText(*layer, prefix, key, *text))
        return error;
    if (name.empty() == pattern.empty())
      return refuse(where, "expects a name or a pattern");
    if (llvm::Error error = checkFormat(prefix + "format", format))
      return error;
    if (!name.empty()) {
      request.formatFor.push_back(name + "=" + format);
      return llvm::Error::success();
    }
    if (std::string fault; !llvm::Regex(pattern).isValid(fault))
      return refuse(prefix + "pattern",
                    "expects a regular expression, but got '" + pattern +
                        "': " + fault);
    request.rules.push_back(pattern + "=" + format);
    return llvm::Error::success();
  }

  StringRef path;
  CompileRequest &request;
};

} // namespace

llvm::Error quantc::readConfig(StringRef path, CompileRequest &request) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer)
    return failure(path, "cannot be read: " + buffer.getError().message());
  llvm::Expected<json::Value> root = json::parse((*buffer)->getBuffer());
  if (!root)
    return failure(path, "is no JSON: " + llvm::toString(root.takeError()));
  return Reader(path, request).read(*root);
}
