//===- NpyFormat.cpp - The .npy header, read and written ------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "NpyFormat.h"

#include "NpyHeader.h"
#include "quantc/Support/Failure.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>

using namespace llvm;
using namespace quantc;

static constexpr StringRef magic("\x93NUMPY", 6);
static constexpr StringRef writeAgain = "write the file again with numpy.save";

/// A header is a line of text; a longer one is a lie.
static constexpr uint64_t maxHeaderBytes = 1 << 20;

/// Checks the magic and version, and reads the header's text.
static Expected<std::string> readHeaderText(StringRef where, uint64_t &size,
                                            ReadBytes read) {
  auto tooShort = [&](uint64_t needed) {
    return failure(where,
                   "expects an .npy header of " + Twine(needed) +
                       " bytes, but the file ends after " + Twine(size),
                   "it is empty or was cut off; " + writeAgain);
  };
  char fixed[12];
  if (size < 10)
    return tooShort(10);
  if (Error error = read({fixed, 8}))
    return std::move(error);
  if (StringRef(fixed, 6) != magic)
    return failure(where,
                   "expects an .npy file, but it does not begin with "
                   "NumPy's magic bytes",
                   writeAgain);
  unsigned version = uint8_t(fixed[6]);
  if (version < 1 || version > 3)
    return failure(where,
                   "expects .npy version 1 to 3, but got " + Twine(version),
                   writeAgain);

  unsigned lengthBytes = version == 1 ? 2 : 4;
  uint64_t start = 8 + lengthBytes;
  if (size < start)
    return tooShort(start);
  if (Error error = read({fixed + 8, lengthBytes}))
    return std::move(error);
  uint64_t length = version == 1 ? support::endian::read16le(fixed + 8)
                                 : support::endian::read32le(fixed + 8);
  if (length > maxHeaderBytes)
    return failure(where,
                   "expects an .npy header of at most " +
                       bytesText(maxHeaderBytes) + ", but it claims " +
                       bytesText(length),
                   writeAgain);
  if (size - start < length)
    return tooShort(start + length);
  std::string text(length, '\0');
  if (Error error = read({text.data(), text.size()}))
    return std::move(error);
  size -= start + length;
  return text;
}

/// Reverses the bytes of each element.
static void swapBytes(MutableArrayRef<char> bytes, int64_t width) {
  for (size_t i = 0; i < bytes.size(); i += width)
    std::reverse(bytes.begin() + i, bytes.begin() + i + width);
}

/// The items of `from`, whose first index runs fastest, in row-major order.
static Expected<Array> transposed(const Array &from) {
  Expected<Array> to = Array::create(from.type(), from.shape());
  if (!to)
    return to.takeError();
  ArrayRef<int64_t> shape = from.itemShape();
  int64_t width = byteWidth(from.type());
  if (from.isText())
    width = from.shape().back();
  SmallVector<int64_t> index(shape.size(), 0), stride(shape.size(), 1);
  for (size_t d = 1; d < shape.size(); ++d)
    stride[d] = stride[d - 1] * shape[d - 1];
  int64_t source = 0, count = int64_t(from.bytes().size()) / width;
  for (int64_t i = 0; i < count; ++i) {
    std::copy_n(from.bytes().data() + source * width, width,
                to->bytes().data() + i * width);
    for (size_t d = shape.size(); d-- > 0;) {
      source += stride[d];
      if (++index[d] < shape[d])
        break;
      source -= stride[d] * shape[d];
      index[d] = 0;
    }
  }
  return to;
}

/// NumPy's strings of code points, four bytes each, as UTF-8.
static Expected<Array> narrowed(StringRef where, const Array &wide) {
  size_t width = size_t(wide.shape().back());
  ArrayRef<uint32_t> points = wide.as<uint32_t>();
  std::vector<std::string> texts;
  for (; !points.empty(); points = points.drop_front(width)) {
    ArrayRef<uint32_t> text = points.take_front(width);
    while (!text.empty() && text.back() == 0)
      text = text.drop_back();
    if (!convertUTF32ToUTF8String(text, texts.emplace_back()))
      return failure(where,
                     "expects Unicode text, but string " +
                         Twine(texts.size() - 1) + " is none",
                     writeAgain);
  }
  return Array::create(SmallVector<StringRef>(texts.begin(), texts.end()),
                       wide.shape().drop_back());
}

Expected<Array> quantc::readNpyStream(StringRef where, uint64_t size,
                                      ReadBytes read) {
  Expected<std::string> text = readHeaderText(where, size, read);
  if (!text)
    return text.takeError();
  Expected<NpyHeader> header = parseNpyHeader(where, *text);
  if (!header)
    return header.takeError();
  ElementType stored = header->isWide ? ElementType::U32 : header->type;
  Expected<int64_t> bytes = Array::bytesOf(stored, header->shape);
  if (!bytes)
    return failure(where, toString(bytes.takeError()), writeAgain);
  if (uint64_t(*bytes) != size)
    return failure(where,
                   "expects " + Twine(*bytes) + " bytes for " +
                       nameOf(header->type) + " of shape " +
                       shapeText(header->shape) + ", but got " + Twine(size),
                   uint64_t(*bytes) > size ? "the file was cut off"
                                           : "the file has something behind "
                                             "the array; save one array only");

  Expected<Array> array = Array::create(stored, header->shape);
  if (!array)
    return failure(where, toString(array.takeError()));
  if (Error error = read(array->bytes()))
    return std::move(error);
  if (header->bigEndian)
    swapBytes(array->bytes(), byteWidth(stored));
  if (header->isWide)
    array = narrowed(where, *array);
  if (!array)
    return array.takeError();
  if (header->type == ElementType::Bool)
    for (char &flag : array->bytes())
      flag = flag != 0;
  if (header->fortranOrder && array->rank() > 1)
    return transposed(*array);
  return array;
}

Expected<std::string> quantc::npyHeader(StringRef where, const Array &array) {
  std::string code = npyTypeCode(array.type()).str();
  if (array.isText())
    code = "|S" + itostr(array.shape().back());
  if (code.empty())
    return failure(where, "cannot write " + nameOf(array.type()) + " as .npy",
                   "NumPy has no such type");
  std::string text;
  raw_string_ostream os(text);
  os << "{'descr': '" << code << "', 'fortran_order': False, 'shape': (";
  for (int64_t dimension : array.itemShape())
    os << dimension << ", ";
  os << "), }";
  // "(3, 4, )" is what Python reads as well, but NumPy writes "(3, 4)".
  size_t comma = text.rfind(", ), }");
  if (comma != std::string::npos)
    text.replace(comma, 3, array.itemShape().size() == 1 ? ",)" : ")");
  // Magic, version and length take 10 bytes, the final line feed one.
  text.append((64 - (10 + text.size() + 1) % 64) % 64, ' ');
  text += '\n';

  char length[2];
  support::endian::write16le(length, uint16_t(text.size()));
  return magic.str() + std::string("\1\0", 2) + std::string(length, 2) + text;
}
