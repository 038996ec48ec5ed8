//===- WireReader.h - Protobuf's wire format --------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef LIB_SUPPORT_WIREREADER_H
#define LIB_SUPPORT_WIREREADER_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Endian.h"
#include <vector>

namespace quantc {

/// Walks over the fields of one protobuf message in memory. Every method says
/// whether the bytes made sense, and reads nothing beyond them. (protozero
/// reports faults by exceptions, which this library is built without.)
class WireReader {
public:
  explicit WireReader(llvm::StringRef bytes) : rest(bytes) {}

  /// Goes to the next field; false at the end and at damage.
  bool next() {
    if (rest.empty())
      return false;
    uint64_t tag;
    broken = !number(tag) || (tag >> 3) == 0;
    fieldNumber = tag >> 3;
    wireType = unsigned(tag & 7);
    return !broken;
  }

  uint64_t field() const { return fieldNumber; }
  bool damaged() const { return broken; }

  /// One integer.
  bool varint(uint64_t &value) { return wireType == 0 && number(value); }

  /// Appends one integer, or a packed list of them.
  bool varints(std::vector<uint64_t> &values) {
    if (wireType == 0)
      return number(values.emplace_back());
    llvm::StringRef list;
    if (!bytes(list))
      return false;
    WireReader packed(list);
    while (!packed.rest.empty())
      if (!packed.number(values.emplace_back()))
        return false;
    return true;
  }

  /// Appends one 32- or 64-bit number, or a packed list of them.
  template <typename T>
  bool fixed(std::vector<T> &values) {
    llvm::StringRef list;
    if (wireType == (sizeof(T) == 4 ? 5u : 1u)) {
      if (!take(sizeof(T), list))
        return false;
    } else if (!bytes(list) || list.size() % sizeof(T) != 0) {
      return false;
    }
    for (size_t i = 0; i < list.size(); i += sizeof(T))
      values.push_back(llvm::support::endian::read<T, llvm::endianness::little>(
          list.data() + i));
    return true;
  }

  /// A string, a block of bytes or a message.
  bool bytes(llvm::StringRef &value) {
    uint64_t size;
    return wireType == 2 && number(size) && take(size, value);
  }

  /// Passes over a field of any type.
  bool skip() {
    llvm::StringRef ignored;
    uint64_t value;
    switch (wireType) {
    case 0:
      return number(value);
    case 1:
      return take(8, ignored);
    case 2:
      return bytes(ignored);
    case 5:
      return take(4, ignored);
    default: // Groups are not used since proto2.
      return false;
    }
  }

private:
  bool take(uint64_t size, llvm::StringRef &value) {
    if (size > rest.size())
      return false;
    value = rest.take_front(size);
    rest = rest.drop_front(size);
    return true;
  }

  /// Seven bits per byte, the lowest first, in at most ten bytes.
  bool number(uint64_t &value) {
    value = 0;
    for (unsigned shift = 0; shift < 70 && !rest.empty(); shift += 7) {
      uint64_t byte = uint8_t(rest.front());
      rest = rest.drop_front();
      value |= (byte & 127) << shift;
      if (byte < 128)
        return true;
    }
    return false;
  }

  llvm::StringRef rest;
  uint64_t fieldNumber = 0;
  unsigned wireType = 0;
  bool broken = false;
};

} // namespace quantc

#endif // LIB_SUPPORT_WIREREADER_H
