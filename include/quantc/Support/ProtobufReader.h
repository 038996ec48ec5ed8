//===- ProtobufReader.h - Reading protobuf without asserts ------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// protozero reports bad input by throwing: include this only in files that are
// built with exceptions and let none out.
#ifndef QUANTC_SUPPORT_PROTOBUFREADER_H
#define QUANTC_SUPPORT_PROTOBUFREADER_H

#include "llvm/ADT/StringRef.h"

#include <exception>
#include <vector>

namespace quantc::protobuf {
/// A field whose wire type does not fit its number.
struct WrongWireType : std::exception {};
} // namespace quantc::protobuf

// The reader asserts the wire type of each field; in a file that is an error.
#define protozero_assert(condition)                                            \
  ((condition) ? void() : throw quantc::protobuf::WrongWireType())
#include <protozero/pbf_reader.hpp>

namespace quantc::protobuf {

/// The bytes of a string, a message or a packed list, where they lie.
inline llvm::StringRef readString(protozero::pbf_reader &field) {
  protozero::data_view view = field.get_view();
  return llvm::StringRef(view.data(), view.size());
}

/// Appends a repeated number, which a writer may have packed or not.
template <typename T, typename GetPacked, typename GetOne>
void readNumbers(protozero::pbf_reader &field, std::vector<T> &list,
                 GetPacked packed, GetOne one) {
  if (field.wire_type() != protozero::pbf_wire_type::length_delimited) {
    list.push_back(static_cast<T>(one()));
    return;
  }
  for (auto value : packed())
    list.push_back(static_cast<T>(value));
}

inline void readInt64s(protozero::pbf_reader &field,
                       std::vector<int64_t> &list) {
  readNumbers(
      field, list, [&] { return field.get_packed_int64(); },
      [&] { return field.get_int64(); });
}

inline void readFloats(protozero::pbf_reader &field, std::vector<float> &list) {
  readNumbers(
      field, list, [&] { return field.get_packed_float(); },
      [&] { return field.get_float(); });
}

} // namespace quantc::protobuf

#endif // QUANTC_SUPPORT_PROTOBUFREADER_H
