//===- ModelInfo.cpp - What a lowered module says about itself ------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Target/ModelInfo.h"

#include "quantc/Runtime/quantc.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"
#include <optional>

using namespace mlir;
using namespace quantc;

static std::optional<int32_t> integerCode(IntegerType type) {
  switch (type.getWidth()) {
  case 1:
    return QUANTC_BOOL;
  case 8:
    return type.isUnsigned() ? QUANTC_U8 : QUANTC_I8;
  case 16:
    return type.isUnsigned() ? QUANTC_U16 : QUANTC_I16;
  case 32:
    return type.isUnsigned() ? QUANTC_U32 : QUANTC_I32;
  case 64:
    return type.isUnsigned() ? QUANTC_U64 : QUANTC_I64;
  }
  return std::nullopt;
}

static std::optional<int32_t> elementCode(Type type) {
  if (auto integer = dyn_cast<IntegerType>(type))
    return integerCode(integer);
  if (type.isF32())
    return QUANTC_F32;
  if (type.isF64())
    return QUANTC_F64;
  if (type.isF16())
    return QUANTC_F16;
  if (type.isBF16())
    return QUANTC_BF16;
  return std::nullopt;
}

static bool isIdentifier(StringRef name) {
  return !name.empty() && !llvm::isDigit(name.front()) &&
         llvm::all_of(name,
                      [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

namespace {

/// Reads one attribute after the other; the first fault ends it.
class Reader {
public:
  explicit Reader(ModuleOp module) : module(module) {}

  FailureOr<ModelInfo> read();

private:
  template <typename AttrT>
  AttrT get(StringRef name, StringRef what) {
    Attribute attribute = module->getAttr(name);
    if (auto wanted = dyn_cast_if_present<AttrT>(attribute))
      return wanted;
    auto error = module.emitError("expects the attribute '")
                 << name << "' to be " << what << ", but got ";
    if (attribute)
      error << attribute;
    else
      error << "none";
    return {};
  }

  LogicalResult readName();
  LogicalResult readBytes(StringRef attribute, int64_t &bytes);
  LogicalResult readTensors(StringRef attribute,
                            SmallVector<AbiTensor> &tensors);
  LogicalResult readTensor(StringRef attribute, Attribute entry,
                           SmallVector<AbiTensor> &tensors);
  LogicalResult readLevels();
  LogicalResult readGolden();
  LogicalResult readGoldenList(DictionaryAttr golden, StringRef key,
                               ArrayRef<AbiTensor> tensors,
                               SmallVector<DenseElementsAttr> &vectors);

  ModuleOp module;
  ModelInfo info;
};

} // namespace

LogicalResult Reader::readName() {
  auto name = get<StringAttr>("quantc.model", "a string");
  if (!name)
    return failure();
  if (!isIdentifier(name))
    return module.emitError("expects 'quantc.model' to be a C identifier, but "
                            "got '")
           << name.getValue() << "'";
  info.name = name.str();
  return success();
}

LogicalResult Reader::readBytes(StringRef attribute, int64_t &bytes) {
  auto number = get<IntegerAttr>(attribute, "an integer");
  if (!number)
    return failure();
  bytes = number.getInt();
  if (bytes < 0 || bytes > (int64_t(1) << 60))
    return module.emitError("expects '")
           << attribute << "' to be a number of bytes, but got " << bytes;
  return success();
}

LogicalResult Reader::readTensor(StringRef attribute, Attribute entry,
                                 SmallVector<AbiTensor> &tensors) {
  auto dictionary = dyn_cast<DictionaryAttr>(entry);
  auto name = dictionary ? dictionary.getAs<StringAttr>("name") : StringAttr();
  auto typeAttr = dictionary ? dictionary.getAs<TypeAttr>("type") : TypeAttr();
  auto type = typeAttr ? dyn_cast<RankedTensorType>(typeAttr.getValue())
                       : RankedTensorType();
  if (!name || !type)
    return module.emitError("expects the elements of '")
           << attribute << "' to be {name = \"x\", type = tensor<1xf32>}, but "
           << "got " << entry;
  std::optional<int32_t> code = elementCode(type.getElementType());
  if (!code || !type.hasStaticShape())
    return module.emitError("expects a static shape of f32, f64, f16, bf16, i1 "
                            "or a whole-byte integer for tensor '")
           << name.getValue() << "', but got " << type;
  if (dictionary.contains("text")) {
    if (code != QUANTC_U8 || type.getRank() == 0)
      return module.emitError(
                 "expects text in a tensor of ui8 with a dimension "
                 "for the bytes of a string for tensor '")
             << name.getValue() << "', but got " << type;
    code = QUANTC_STRING;
  }
  int64_t elementBytes =
      llvm::divideCeil(type.getElementTypeBitWidth(), unsigned(8));
  tensors.push_back(
      {name.str(), type, *code, type.getNumElements() * elementBytes});
  return success();
}

LogicalResult Reader::readTensors(StringRef attribute,
                                  SmallVector<AbiTensor> &tensors) {
  auto entries = get<ArrayAttr>(attribute, "an array of dictionaries");
  if (!entries)
    return failure();
  for (Attribute entry : entries)
    if (failed(readTensor(attribute, entry, tensors)))
      return failure();
  return success();
}

LogicalResult Reader::readLevels() {
  auto levels = get<ArrayAttr>("quantc.levels", "an array of strings");
  if (!levels)
    return failure();
  for (Attribute level : levels) {
    auto name = dyn_cast<StringAttr>(level);
    if (!name || !isIdentifier(name))
      return module.emitError("expects the elements of 'quantc.levels' to be C "
                              "identifiers, but got ")
             << level;
    if (llvm::is_contained(info.levels, name.getValue()))
      return module.emitError("expects 'quantc.levels' to differ, but got ")
             << level << " twice";
    info.levels.push_back(name.str());
  }
  if (info.levels.empty())
    return module.emitError("expects at least one of 'quantc.levels', but got "
                            "none");
  return success();
}

/// The program's integers are signless, whatever the interface says of them.
static bool haveSameBytes(ShapedType golden, RankedTensorType type) {
  Type from = golden.getElementType(), to = type.getElementType();
  bool areIntegers = isa<IntegerType>(from) && isa<IntegerType>(to) &&
                     from.getIntOrFloatBitWidth() == to.getIntOrFloatBitWidth();
  return golden.getShape() == type.getShape() && (from == to || areIntegers);
}

LogicalResult Reader::readGoldenList(DictionaryAttr golden, StringRef key,
                                     ArrayRef<AbiTensor> tensors,
                                     SmallVector<DenseElementsAttr> &vectors) {
  auto list = golden.getAs<ArrayAttr>(key);
  if (!list || list.size() != tensors.size())
    return module.emitError("expects '")
           << key << "' of 'quantc.golden' to have " << tensors.size()
           << " tensors, but got "
           << (list ? std::to_string(list.size()) : "none");
  for (auto [attribute, tensor] : llvm::zip_equal(list, tensors)) {
    auto elements = dyn_cast<DenseElementsAttr>(attribute);
    if (!elements || !haveSameBytes(elements.getType(), tensor.type))
      return module.emitError("expects the golden vector of '")
             << tensor.name << "' to be dense of " << tensor.type
             << ", but got "
             << (elements ? elements.getType()
                          : Type(NoneType::get(module.getContext())));
    vectors.push_back(elements);
  }
  return success();
}

LogicalResult Reader::readGolden() {
  if (!module->hasAttr("quantc.golden"))
    return success();
  auto golden = get<DictionaryAttr>("quantc.golden", "a dictionary");
  if (!golden ||
      failed(readGoldenList(golden, "inputs", info.inputs, info.goldenInputs)))
    return failure();
  return readGoldenList(golden, "outputs", info.outputs, info.goldenOutputs);
}

FailureOr<ModelInfo> Reader::read() {
  if (failed(readName()) ||
      failed(readBytes("quantc.arena_bytes", info.arenaBytes)) ||
      failed(readBytes("quantc.weight_bytes", info.weightBytes)) ||
      failed(readTensors("quantc.inputs", info.inputs)) ||
      failed(readTensors("quantc.outputs", info.outputs)) ||
      failed(readLevels()) || failed(readGolden()))
    return failure();
  info.arenaBytes = kContextBytes + llvm::alignTo(info.arenaBytes, 64);
  return info;
}

FailureOr<ModelInfo> quantc::readModelInfo(ModuleOp module) {
  return Reader(module).read();
}
