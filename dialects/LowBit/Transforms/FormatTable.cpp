//===- FormatTable.cpp - Formats that the user asks for by name -----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/Transforms/FormatTable.h"

#include "dialects/Calib/IR/Calib.h"
#include "dialects/LowBit/Transforms/Weights.h"
#include "quantc/Support/LayerName.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbit;

std::optional<FormatName> lowbit::parseFormat(StringRef text) {
  return llvm::StringSwitch<std::optional<FormatName>>(text)
      .Case("f32", FormatName::f32)
      .Case("i8", FormatName::i8)
      .Case("u8", FormatName::u8)
      .Default(std::nullopt);
}

FailureOr<FormatTable> FormatTable::parse(ModuleOp module,
                                          ArrayRef<std::string> entries) {
  FormatTable table;
  if (entries.empty())
    return table;
  // Layers, and whether they have weights.
  llvm::StringMap<bool> layerNames;
  llvm::StringSet<> siteNames;
  module.walk([&](Operation *op) {
    if (auto observe = dyn_cast<calib::ObserveOp>(op))
      siteNames.insert(observe.getSite());
    else if (computesFloat(op))
      if (std::string name = nameOf(op->getLoc()); !name.empty())
        layerNames[name] |= isContraction(op);
  });

  for (StringRef entry : entries) {
    auto [name, text] = entry.rsplit('=');
    if (text.empty())
      return module.emitError("expects NAME=FORMAT, but got '") << entry << "'";
    std::optional<FormatName> format = parseFormat(text);
    if (!format)
      return module.emitError("expects format f32, i8 or u8 for '")
             << name << "', but got '" << text << "'";
    if (auto layer = layerNames.find(name); layer != layerNames.end()) {
      if (*format == FormatName::u8 ||
          (*format == FormatName::i8 && !layer->second))
        return module.emitError("expects format f32")
               << (layer->second ? " or i8" : "") << " for layer '" << name
               << "', but got '" << text << "'";
      table.layers[name] = *format;
    } else if (siteNames.contains(name)) {
      table.sites[name] = *format;
    } else {
      return module.emitError(
                 "expects the name of a layer or a site, but got '")
             << name << "'";
    }
  }
  return table;
}

std::optional<FormatName> FormatTable::ofLayer(StringRef layer) const {
  auto found = layers.find(layer);
  if (found == layers.end())
    return std::nullopt;
  return found->second;
}

std::optional<FormatName> FormatTable::ofSite(StringRef site) const {
  auto found = sites.find(site);
  if (found == sites.end())
    return std::nullopt;
  return found->second;
}
