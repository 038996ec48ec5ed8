//===- LayerName.cpp - What the user calls an operation -------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/LayerName.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Operation.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

std::string quantc::nameOf(Location location) {
  return TypeSwitch<LocationAttr, std::string>(location)
      .Case([](NameLoc name) { return name.getName().str(); })
      .Case([](FusedLoc fused) {
        for (Location part : fused.getLocations())
          if (std::string name = nameOf(part); !name.empty())
            return name;
        return std::string();
      })
      .Case([](CallSiteLoc call) { return nameOf(call.getCallee()); })
      .Default([](LocationAttr) { return std::string(); });
}

std::string quantc::layerName(Operation *op) {
  if (std::string name = nameOf(op->getLoc()); !name.empty())
    return name;
  std::string name = op->getName().getStringRef().str();
  if (auto file = op->getLoc()->findInstanceOf<FileLineColLoc>())
    return name + "@" + file.getFilename().str() + ":" +
           std::to_string(file.getLine());
  return name;
}

std::string quantc::valueName(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument)
    return layerName(value.getDefiningOp());
  unsigned number = argument.getArgNumber();
  Operation *parent = argument.getOwner()->getParentOp();
  auto function = dyn_cast<FunctionOpInterface>(parent);
  if (!function) { // A loop carries it.
    std::string name = nameOf(argument.getLoc());
    return name.empty() ? layerName(parent) : name;
  }
  if (auto name = function.getArgAttrOfType<StringAttr>(number, "quantc.name"))
    return name.getValue().str();
  return "input" + std::to_string(number);
}
