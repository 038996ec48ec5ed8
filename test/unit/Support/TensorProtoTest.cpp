//===- TensorProtoTest.cpp - ONNX tensors in .pb files --------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/TensorProto.h"

#include "Testing.h"

using namespace llvm;
using namespace quantc;

/// Field `number` with wire type 2.
static std::string block(int number, StringRef bytes) {
  return std::string(1, char(number << 3 | 2)) + char(bytes.size()) +
         bytes.str();
}

/// Field `number` with wire type 0 and a value below 128.
static std::string integer(int number, int value) {
  return std::string(1, char(number << 3)) + char(value);
}

static const std::string dims2 = integer(1, 2);
static const std::string typeFloat = integer(2, 1);

TEST(TensorProto, ReadsRawData) {
  auto tensor =
      parseTensorProto(dims2 + typeFloat + block(8, "x") +
                           block(9, StringRef("\0\0\x80\x3f\0\0\x20\xc0", 8)),
                       "x.pb");
  ASSERT_TRUE(bool(tensor)) << toString(tensor.takeError());
  EXPECT_EQ(tensor->name, "x");
  EXPECT_EQ(tensor->array.shape(), ArrayRef<int64_t>({2}));
  EXPECT_EQ(tensor->array.number(0), 1.0);
  EXPECT_EQ(tensor->array.number(1), -2.5);
}

TEST(TensorProto, ReadsTypedLists) {
  // Packed and single float_data; -1 as ten bytes of varint in int64_data.
  std::string one("\0\0\x80\x3f", 4);
  auto floats = parseTensorProto(
      dims2 + typeFloat + block(4, one) + char(4 << 3 | 5) + one, "x.pb");
  ASSERT_TRUE(bool(floats)) << toString(floats.takeError());
  EXPECT_EQ(floats->array.number(1), 1.0);
  auto integers =
      parseTensorProto(dims2 + integer(2, 7) +
                           block(7, "\5\xff\xff\xff\xff\xff\xff\xff\xff\xff\1"),
                       "x.pb");
  ASSERT_TRUE(bool(integers)) << toString(integers.takeError());
  EXPECT_EQ(integers->array.integer(0), 5);
  EXPECT_EQ(integers->array.integer(1), -1);
  // u8 comes in int32_data.
  auto bytes = parseTensorProto(
      integer(1, 1) + integer(2, 2) + block(5, "\xc8\1"), "x.pb");
  ASSERT_TRUE(bool(bytes)) << toString(bytes.takeError());
  EXPECT_EQ(bytes->array.integer(0), 200);
}

TEST(TensorProto, RefusesBadTensors) {
  auto errorOf = [](StringRef bytes) {
    return messageOf(parseTensorProto(bytes, "x.pb"));
  };
  EXPECT_CONTAINS(errorOf(dims2 + typeFloat + block(9, "1234")),
                  "x.pb: expects 8 bytes of raw data for float32 of shape 2, "
                  "but got 4");
  EXPECT_CONTAINS(errorOf(dims2 + typeFloat + block(4, "1234")),
                  "expects 2 elements for shape 2, but got 1");
  EXPECT_CONTAINS(errorOf(dims2 + integer(2, 8)), "ONNX data type 8");
  EXPECT_CONTAINS(errorOf(dims2 + typeFloat + integer(14, 1)),
                  "the tensor's data is in another file");
  EXPECT_CONTAINS(errorOf(dims2 + typeFloat + char(9 << 3 | 2) + char(100)),
                  "no valid protobuf or was cut off");
  EXPECT_CONTAINS(errorOf("\xff\xff\xff"), "no valid protobuf");
  // A dimension of 2^62, and one of -1.
  EXPECT_CONTAINS(
      errorOf(std::string("\x08\x80\x80\x80\x80\x80\x80\x80\x80\x40", 10) +
              typeFloat),
      "expects an array of less than 2^63 bytes");
  EXPECT_CONTAINS(
      errorOf(std::string("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\1", 11) +
              typeFloat),
      "expects no negative dimension");
  // A dimension of more than ten bytes.
  EXPECT_CONTAINS(errorOf("\x08" + std::string(30, '\x80') + '\0' + typeFloat),
                  "no valid protobuf");
  EXPECT_CONTAINS(errorOf(""), "ONNX data type 0");
}
