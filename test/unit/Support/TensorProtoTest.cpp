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

/// The elements of a tensor of `shape` whose data is one field.
static std::vector<double> numbersOf(int dataType, int count,
                                     const std::string &data) {
  auto tensor =
      parseTensorProto(integer(1, count) + integer(2, dataType) + data, "x.pb");
  if (!tensor) {
    ADD_FAILURE() << toString(tensor.takeError());
    return {};
  }
  EXPECT_EQ(int(tensor->dataType), dataType);
  std::vector<double> numbers;
  for (int64_t i = 0; i < tensor->array.size(); ++i)
    numbers.push_back(tensor->array.number(i));
  return numbers;
}

TEST(TensorProto, UnpacksNarrowTypes) {
  using List = std::vector<double>;
  // The first element is in the lowest bits; the last byte is half full.
  EXPECT_EQ(numbersOf(21, 3, block(9, "\xf1\x08")), List({1, 15, 8}));  // UINT4
  EXPECT_EQ(numbersOf(22, 3, block(9, "\xf1\x08")), List({1, -1, -8})); // INT4
  // 0b11'10'01'00, then 0b10.
  std::string pairs("\xe4\x02", 2);
  EXPECT_EQ(numbersOf(25, 5, block(9, pairs)), List({0, 1, 2, 3, 2})); // UINT2
  EXPECT_EQ(numbersOf(26, 5, block(9, pairs)), List({0, 1, -2, -1, -2}));
  // FLOAT4E2M1 as codes; in int32_data, a number is a packed byte.
  EXPECT_EQ(numbersOf(23, 3, block(5, "\xf1\x01\x08")), List({1, 15, 8}));
  EXPECT_EQ(numbersOf(22, 3, block(5, "\xf1\x01\x08")), List({1, -1, -8}));
  // FLOAT8E5M2 as codes, raw and in int32_data.
  EXPECT_EQ(numbersOf(19, 2, block(9, "\x7b\xfc")), List({0x7b, 0xfc}));
  EXPECT_EQ(numbersOf(19, 2, block(5, "\x7b\xfc\x01")), List({0x7b, 0xfc}));
  // FLOAT16 1.5 and BFLOAT16 -2 as bits in int32_data.
  EXPECT_EQ(numbersOf(10, 1, block(5, "\x80\x7c")), List({1.5}));
  EXPECT_EQ(numbersOf(16, 1, block(5, std::string("\x80\x80\x03", 3))),
            List({-2}));
  // Any byte but 0 is true.
  EXPECT_EQ(numbersOf(9, 2, block(9, StringRef("\0\7", 2))), List({0, 1}));
}

TEST(TensorProto, ReadsStrings) {
  auto tensor = parseTensorProto(
      dims2 + integer(2, 8) + block(6, "") + block(6, "monday"), "x.pb");
  ASSERT_TRUE(bool(tensor)) << toString(tensor.takeError());
  EXPECT_EQ(tensor->dataType, onnx::DataType::String);
  EXPECT_EQ(tensor->array.shape(), ArrayRef<int64_t>({2, 6}));
  EXPECT_EQ(tensor->array.text(0), "");
  EXPECT_EQ(tensor->array.text(1), "monday");
}

TEST(OnnxTensor, PointsIntoTheFile) {
  // Raw data, and float_data in one piece.
  std::string number("\0\0\x80\x3f", 4);
  for (int field : {9, 4}) {
    std::string bytes =
        integer(1, 1) + typeFloat + block(field, StringRef(number));
    onnx::Tensor tensor;
    ASSERT_TRUE(onnx::readTensor(bytes, tensor));
    auto elements = onnx::elementsOf(tensor);
    ASSERT_TRUE(bool(elements)) << toString(elements.takeError());
    EXPECT_EQ(elements->owner, nullptr);
    EXPECT_EQ(elements->bytes.data(), bytes.data() + bytes.size() - 4);
  }
}

TEST(TensorProto, RefusesBadTensors) {
  auto errorOf = [](StringRef bytes) {
    return messageOf(parseTensorProto(bytes, "x.pb"));
  };
  std::string one16(16, '\1');
  EXPECT_CONTAINS(errorOf(dims2 + typeFloat + block(9, "1234")),
                  "x.pb: expects 8 bytes for shape [2] of FLOAT, but got 4");
  EXPECT_CONTAINS(errorOf(dims2 + typeFloat + block(4, "1234")),
                  "expects 2 elements for shape [2] of FLOAT, but got 1");
  EXPECT_CONTAINS(errorOf(dims2 + integer(2, 14)),
                  "expects numbers or strings, but got element type COMPLEX64");
  EXPECT_CONTAINS(errorOf(dims2 + integer(2, 8) + block(6, "a")),
                  "expects 2 strings for shape [2] of STRING, but got 1");
  EXPECT_CONTAINS(errorOf(dims2 + integer(2, 8) + block(9, "ab")),
                  "has strings as raw or external data");
  EXPECT_CONTAINS(errorOf(dims2 + typeFloat + integer(14, 1)),
                  "the tensor's data is in another file");
  EXPECT_CONTAINS(errorOf(dims2 + typeFloat + char(9 << 3 | 2) + char(100)),
                  "no valid protobuf or was cut off");
  EXPECT_CONTAINS(errorOf("\xff\xff\xff"), "no valid protobuf");
  // A dimension of 2^62, and one of -1.
  EXPECT_CONTAINS(
      errorOf(std::string("\x08\x80\x80\x80\x80\x80\x80\x80\x80\x40", 10) +
              typeFloat),
      "expects dimensions that are not negative and at most 2^31 elements, but "
      "got [4611686018427387904]");
  EXPECT_CONTAINS(
      errorOf(std::string("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\1", 11) +
              typeFloat),
      "expects dimensions that are not negative and at most 2^31 elements, but "
      "got [-1]");
  EXPECT_CONTAINS(errorOf(dims2 + integer(2, 14) + block(4, one16)),
                  "but got element type COMPLEX64");
  EXPECT_CONTAINS(errorOf(dims2 + integer(2, 99)), "an unknown element type");
  EXPECT_CONTAINS(errorOf(dims2 + integer(2, 22) + block(9, "12")),
                  "expects 1 bytes for shape [2] of INT4, but got 2");
  EXPECT_CONTAINS(errorOf(dims2 + integer(2, 22) + block(5, "12")),
                  "expects 1 packed bytes for shape [2] of INT4, but got 2");
  // float_data of five bytes; raw data as a number.
  EXPECT_CONTAINS(errorOf(dims2 + typeFloat + block(4, "12345")),
                  "no valid protobuf");
  EXPECT_CONTAINS(errorOf(dims2 + typeFloat + integer(9, 1)),
                  "no valid protobuf");
  // A dimension of more than ten bytes.
  EXPECT_CONTAINS(errorOf("\x08" + std::string(30, '\x80') + '\0' + typeFloat),
                  "no valid protobuf");
  EXPECT_CONTAINS(errorOf(""), "but got element type UNDEFINED");
}

/// A one-element FLOAT tensor.
static std::string oneFloat(StringRef bytes) {
  return integer(1, 1) + typeFloat + block(9, bytes);
}

TEST(TensorProto, ReadsSequences) {
  std::string one = oneFloat(StringRef("\0\0\x80\x3f", 4));
  std::string bytes = block(1, "s") + integer(2, 1) + block(3, one) +
                      block(3, dims2 + typeFloat + block(9, "12345678"));
  auto sequence = parseSequenceProto(bytes, "s.pb");
  ASSERT_TRUE(bool(sequence)) << toString(sequence.takeError());
  EXPECT_TRUE(sequence->isSequence);
  EXPECT_FALSE(sequence->isAbsent);
  ASSERT_EQ(sequence->arrays.size(), 2u);
  EXPECT_EQ(sequence->arrays[0].array.number(0), 1.0);
  EXPECT_EQ(sequence->arrays[1].array.shape(), ArrayRef<int64_t>({2}));

  auto errorOf = [](const std::string &bytes) {
    return messageOf(parseSequenceProto(bytes, "s.pb"));
  };
  EXPECT_CONTAINS(errorOf(integer(2, 1) + block(3, one) +
                          block(3, dims2 + typeFloat + block(9, "1234"))),
                  "s.pb, tensor 1: expects 8 bytes for shape [2]");
  // A sequence of sequences, and one that was cut off.
  EXPECT_CONTAINS(errorOf(integer(2, 3) + block(5, bytes)),
                  "s.pb: expects an ONNX SequenceProto of tensors");
  EXPECT_CONTAINS(errorOf(bytes.substr(0, bytes.size() - 1)),
                  "s.pb: expects an ONNX SequenceProto of tensors");
}

TEST(TensorProto, ReadsOptionals) {
  std::string one = oneFloat(StringRef("\0\0\x80\x3f", 4));
  auto tensor = parseOptionalProto(integer(2, 1) + block(3, one), "o.pb");
  ASSERT_TRUE(bool(tensor)) << toString(tensor.takeError());
  EXPECT_FALSE(tensor->isSequence);
  ASSERT_EQ(tensor->arrays.size(), 1u);
  EXPECT_EQ(tensor->arrays[0].array.number(0), 1.0);

  auto sequence = parseOptionalProto(
      integer(2, 3) + block(5, integer(2, 1) + block(3, one)), "o.pb");
  ASSERT_TRUE(bool(sequence)) << toString(sequence.takeError());
  EXPECT_TRUE(sequence->isSequence);
  EXPECT_EQ(sequence->arrays.size(), 1u);

  auto absent = parseOptionalProto(block(1, "o") + integer(2, 0), "o.pb");
  ASSERT_TRUE(bool(absent)) << toString(absent.takeError());
  EXPECT_TRUE(absent->isAbsent);
  EXPECT_TRUE(absent->arrays.empty());

  // A tensor that is not there, and a map.
  for (int kind : {1, 4})
    EXPECT_CONTAINS(messageOf(parseOptionalProto(integer(2, kind), "o.pb")),
                    "o.pb: expects an ONNX OptionalProto of a tensor or a "
                    "sequence of tensors");
}
