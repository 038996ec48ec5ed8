//===- StringCast.cpp - Between numbers and text --------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "StringCast.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringExtras.h"
#include <charconv>
#include <cmath>

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// The longest f64 in plain notation has 1 + 1 + 1 + 1074 characters.
constexpr size_t kLongestNumber = 1100;

template <typename T>
std::string textOfReal(T value) {
  if (std::isnan(value))
    return "NaN";
  if (std::isinf(value))
    return value < 0 ? "-INF" : "INF";
  char digits[kLongestNumber];
  std::to_chars_result end = std::to_chars(digits, digits + kLongestNumber,
                                           value, std::chars_format::fixed);
  return std::string(digits, end.ptr);
}

std::string textOf(const HostTensor &tensor, int64_t index) {
  if (tensor.elementType().isF64())
    return textOfReal(tensor.asDouble(index));
  if (tensor.isFloat())
    return textOfReal(float(tensor.asDouble(index)));
  int64_t value = tensor.asInt(index);
  return tensor.elementType().isUnsignedInteger() ? llvm::utostr(value)
                                                  : llvm::itostr(value);
}

/// Rounds once to the type. False if the text is no number.
bool setReal(HostTensor &tensor, int64_t index, llvm::StringRef text) {
  std::string lower = text.lower();
  llvm::StringRef size = lower;
  bool isNegative = size.consume_front("-");
  if (!isNegative)
    (void)size.consume_front("+");
  if (size == "inf" || size == "infinity" || size == "nan") {
    double value = size == "nan" ? NAN : INFINITY;
    tensor.set(index, isNegative ? -value : value);
    return true;
  }
  // APFloat reads other words and hexadecimal digits too.
  if (size.find_first_not_of("0123456789.e+-") != llvm::StringRef::npos)
    return false;
  auto type = cast<FloatType>(tensor.elementType());
  llvm::APFloat value(type.getFloatSemantics());
  auto status =
      value.convertFromString(lower, llvm::APFloat::rmNearestTiesToEven);
  if (!status) {
    llvm::consumeError(status.takeError());
    return false;
  }
  tensor.set(index, value.convertToDouble());
  return true;
}

/// False if the text is no integer of the type.
bool setInteger(HostTensor &tensor, int64_t index, llvm::StringRef text) {
  (void)text.consume_front("+");
  unsigned width = tensor.elementType().getIntOrFloatBitWidth();
  if (tensor.elementType().isUnsignedInteger()) {
    uint64_t value;
    if (text.getAsInteger(10, value) || !llvm::isUIntN(width, value))
      return false;
    tensor.set(index, int64_t(value));
    return true;
  }
  int64_t value;
  if (text.getAsInteger(10, value) || !llvm::isIntN(width, value))
    return false;
  tensor.set(index, value);
  return true;
}

LogicalResult castFromText(NodeContext &node, Type to) {
  unsigned width = to.getIntOrFloatBitWidth();
  bool isReal = isa<FloatType>(to);
  if (width < (isReal ? 16 : 2))
    return node.unsupported("it casts strings to a type that ONNX does not "
                            "define it for");
  if (failed(node.reserve(to, node.shape(0))))
    return failure();
  HostTensor result = HostTensor::zeros(to, node.shape(0));
  for (auto [i, text] : llvm::enumerate(node.texts(0))) {
    llvm::StringRef number = text.trim();
    bool isGood = isReal ? setReal(result, int64_t(i), number)
                         : setInteger(result, int64_t(i), number);
    if (!isGood)
      return node.error() << "expects " << (isReal ? "numbers" : "integers")
                          << " that fit into " << to << ", but element " << i
                          << " is '" << text << "'";
  }
  return node.set(result);
}

LogicalResult castToText(NodeContext &node) {
  const HostTensor &from = *node.constant(0);
  std::vector<std::string> texts;
  int64_t bytes = 0;
  for (int64_t i = 0, e = from.count(); i < e; ++i) {
    texts.push_back(textOf(from, i));
    bytes += int64_t(texts.back().size());
  }
  if (failed(node.reserve(stringType(node.context()), from.shape())) ||
      failed(node.reserveBytes(bytes)))
    return failure();
  return node.set(node.textTensor(
      std::vector<llvm::StringRef>(texts.begin(), texts.end()), from.shape()));
}

} // namespace

LogicalResult quantc::onnx::convertStringCast(NodeContext &node, Type to) {
  if (!node.constant(0))
    return node.needsConstant(0, isString(to) ? "number" : "text");
  return isString(to) ? castToText(node) : castFromText(node, to);
}
