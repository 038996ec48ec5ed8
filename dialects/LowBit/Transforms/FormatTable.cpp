//===- FormatTable.cpp - Formats that the user asks for by name -----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/Transforms/FormatTable.h"

#include "dialects/LowBit/Transforms/FewBits.h"

#include "dialects/Calib/IR/Calib.h"
#include "dialects/LowBit/Transforms/Weights.h"
#include "quantc/Format/Spelling.h"
#include "quantc/Support/LayerName.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Regex.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbit;

bool lowbit::isActivationFormat(const format::Format &format) {
  return format.name == "f32" || format.name == "u8" || format.name == "i8" ||
         isFewBits(format.name);
}

/// What a program has names for.
struct FormatTable::Names {
  llvm::StringMap<bool> layers; ///< Whether they have weights.
  llvm::StringSet<> sites;

  explicit Names(ModuleOp module) {
    module.walk([&](Operation *op) {
      if (auto observe = dyn_cast<calib::ObserveOp>(op))
        sites.insert(observe.getSite());
      else if (computesFloat(op))
        if (std::string name = nameOf(op->getLoc()); !name.empty())
          layers[name] |= isContraction(op);
    });
  }
};

/// Takes "NAME=FORMAT" apart.
static FailureOr<std::pair<StringRef, format::Format>>
splitEntry(ModuleOp module, StringRef entry, StringRef form) {
  auto [name, text] = entry.rsplit('=');
  if (text.empty())
    return module.emitError("expects ")
           << form << ", but got '" << entry << "'";
  llvm::Expected<format::Format> format = format::parse(text);
  if (!format)
    return module.emitError("'")
           << name << "': " << llvm::toString(format.takeError());
  return std::pair<StringRef, format::Format>(name, std::move(*format));
}

LogicalResult FormatTable::addEntry(ModuleOp module, const Names &names,
                                    StringRef entry) {
  auto pair = splitEntry(module, entry, "NAME=FORMAT");
  if (failed(pair))
    return failure();
  auto &[name, format] = *pair;
  if (auto layer = names.layers.find(name); layer != names.layers.end()) {
    if (!layer->second && !format.isReal())
      return module.emitError("expects format f32 for layer '")
             << name << "', which has no weights, but got '" << format.name
             << "'";
    layers[name] = std::move(format);
    return success();
  }
  if (!names.sites.contains(name))
    return module.emitError("expects the name of a layer or a site, but got '")
           << name << "'";
  if (!isActivationFormat(format))
    return module.emitError(
               "expects format f32, u8, i8, u1 to u4 or binary for site '")
           << name << "', but got '" << format.name << "'";
  sites[name] = std::move(format);
  return success();
}

LogicalResult FormatTable::addRule(ModuleOp module, const Names &names,
                                   StringRef rule) {
  auto pair = splitEntry(module, rule, "PATTERN=FORMAT");
  if (failed(pair))
    return failure();
  auto &[pattern, format] = *pair;
  llvm::Regex regex(("^(" + pattern + ")$").str());
  if (std::string fault; !regex.isValid(fault))
    return module.emitError("expects a regular expression, but got '")
           << pattern << "': " << fault;
  bool isUsed = false;
  for (const auto &layer : names.layers) {
    if (!layer.second || !regex.match(layer.first()))
      continue;
    layers[layer.first()] = format;
    isUsed = true;
  }
  if (isUsed)
    return success();
  return module.emitError("expects a pattern that matches the name of a layer "
                          "with weights, but got '")
         << pattern << "'";
}

FailureOr<FormatTable> FormatTable::parse(ModuleOp module,
                                          ArrayRef<std::string> entries,
                                          ArrayRef<std::string> rules) {
  FormatTable table;
  if (entries.empty() && rules.empty())
    return table;
  Names names(module);
  for (StringRef rule : rules)
    if (failed(table.addRule(module, names, rule)))
      return failure();
  for (StringRef entry : entries)
    if (failed(table.addEntry(module, names, entry)))
      return failure();
  return table;
}

const format::Format *FormatTable::ofLayer(StringRef layer) const {
  auto found = layers.find(layer);
  return found == layers.end() ? nullptr : &found->second;
}

const format::Format *FormatTable::ofSite(StringRef site) const {
  auto found = sites.find(site);
  return found == sites.end() ? nullptr : &found->second;
}
