//===- NpyTest.cpp - .npy files -------------------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/Npy.h"

#include "Testing.h"
#include "llvm/Support/MemoryBuffer.h"
#include <algorithm>
#include <cmath>

using namespace llvm;
using namespace quantc;

/// A version 1.0 file as NumPy's format page defines it.
static std::string npy(StringRef dictionary, StringRef data) {
  std::string text = dictionary.str() + "\n";
  return std::string("\x93NUMPY\1\0", 8) + char(text.size() & 255) +
         char(text.size() >> 8) + text + data.str();
}

static std::string dictionary(StringRef type, StringRef shape,
                              StringRef order = "False") {
  return ("{'descr': '" + type + "', 'fortran_order': " + order +
          ", 'shape': " + shape + ", }")
      .str();
}

static std::string errorOf(StringRef bytes) {
  return messageOf(parseNpy(bytes, "x.npy"));
}

static std::vector<double> valuesOf(const Array &array) {
  std::vector<double> result;
  for (int64_t i = 0; i < array.size(); ++i)
    result.push_back(array.number(i));
  return result;
}

TEST(Npy, ReadsFloats) {
  // 1.0f = 3f800000, -2.5f = c0200000.
  auto array = parseNpy(
      npy(dictionary("<f4", "(2,)"), StringRef("\0\0\x80\x3f\0\0\x20\xc0", 8)),
      "x.npy");
  ASSERT_TRUE(bool(array)) << toString(array.takeError());
  EXPECT_EQ(array->type(), ElementType::F32);
  EXPECT_EQ(array->shape(), ArrayRef<int64_t>({2}));
  EXPECT_EQ(valuesOf(*array), (std::vector<double>{1.0, -2.5}));
  EXPECT_EQ(uintptr_t(array->bytes().data()) % 64, 0u);
}

TEST(Npy, ReadsScalarsAndEmptyArrays) {
  auto scalar = parseNpy(npy(dictionary("|u1", "()"), "\xff"), "x.npy");
  ASSERT_TRUE(bool(scalar)) << toString(scalar.takeError());
  EXPECT_EQ(scalar->rank(), 0);
  EXPECT_EQ(valuesOf(*scalar), std::vector<double>{255});
  auto empty = parseNpy(npy(dictionary("<f8", "(0, 7)"), ""), "x.npy");
  ASSERT_TRUE(bool(empty)) << toString(empty.takeError());
  EXPECT_EQ(empty->size(), 0);
}

TEST(Npy, ConvertsBigEndian) {
  auto array = parseNpy(
      npy(dictionary(">i4", "(2,)"), StringRef("\0\0\1\2\xff\xff\xff\xfe", 8)),
      "x.npy");
  ASSERT_TRUE(bool(array)) << toString(array.takeError());
  EXPECT_EQ(valuesOf(*array), (std::vector<double>{258, -2}));
}

TEST(Npy, TransposesFortranOrder) {
  // x[i][j][k] = 100 i + 10 j + k, shape 2x3x2; i runs fastest.
  std::string data;
  for (char k : {0, 1})
    for (char j : {0, 1, 2})
      for (char i : {0, 1})
        data += char(100 * i + 10 * j + k);
  auto array =
      parseNpy(npy(dictionary("|i1", "(2, 3, 2)", "True"), data), "x.npy");
  ASSERT_TRUE(bool(array)) << toString(array.takeError());
  EXPECT_EQ(valuesOf(*array), (std::vector<double>{0, 1, 10, 11, 20, 21, 100,
                                                   101, 110, 111, 120, 121}));
}

TEST(Npy, ReadsHalfsAndBooleans) {
  // 1, -2, the largest and the smallest half, infinity.
  auto halfs = parseNpy(npy(dictionary("<f2", "(5,)"),
                            StringRef("\0\x3c\0\xc0\xff\x7b\1\0\0\x7c", 10)),
                        "x.npy");
  ASSERT_TRUE(bool(halfs)) << toString(halfs.takeError());
  EXPECT_EQ(valuesOf(*halfs),
            (std::vector<double>{1, -2, 65504, 0x1p-24, INFINITY}));
  auto flags =
      parseNpy(npy(dictionary("|b1", "(3,)"), StringRef("\0\1\2", 3)), "x.npy");
  ASSERT_TRUE(bool(flags)) << toString(flags.takeError());
  EXPECT_EQ(valuesOf(*flags), (std::vector<double>{0, 1, 1}));
}

TEST(Npy, ReadsVersions2And3) {
  for (char version : {2, 3}) {
    std::string text = dictionary("|u1", "(1,)") + "\n";
    std::string file = std::string("\x93NUMPY", 6) + version + '\0' +
                       char(text.size()) + std::string(3, '\0') + text + "\5";
    auto array = parseNpy(file, "x.npy");
    ASSERT_TRUE(bool(array)) << toString(array.takeError());
    EXPECT_EQ(valuesOf(*array), std::vector<double>{5});
  }
}

TEST(Npy, RefusesWhatIsNotNpy) {
  EXPECT_CONTAINS(errorOf(""), "x.npy: expects an .npy header of 10 bytes, but "
                               "the file ends after 0");
  EXPECT_CONTAINS(errorOf("PK\3\4 and more than ten bytes"), "magic bytes");
  EXPECT_CONTAINS(errorOf(std::string("\x93NUMPY\7\0\0\0", 10)),
                  "expects .npy version 1 to 3, but got 7");
}

TEST(Npy, RefusesALyingHeader) {
  EXPECT_CONTAINS(errorOf(std::string("\x93NUMPY\1\0\xff\xff{", 11)),
                  "expects an .npy header of 65545 bytes");
  EXPECT_CONTAINS(errorOf(std::string("\x93NUMPY\2\0\xff\xff\xff\xff{", 13)),
                  "expects an .npy header of at most");
  EXPECT_CONTAINS(errorOf(npy(dictionary("<f4", "(3,)"), "12345678")),
                  "expects 12 bytes for float32 of shape 3, but got 8; the "
                  "file was cut off");
  EXPECT_CONTAINS(errorOf(npy(dictionary("<f4", "(1,)"), "12345678")),
                  "the file has something behind the array");
}

TEST(Npy, RefusesHugeShapes) {
  EXPECT_CONTAINS(
      errorOf(npy(dictionary("<f4", "(4611686018427387904, 4)"), "")),
      "expects an array of less than 2^63 bytes");
  EXPECT_CONTAINS(
      errorOf(npy(dictionary("<f4", "(0, 4611686018427387904, 4)"), "")),
      "expects an array of less than 2^63 bytes");
  EXPECT_CONTAINS(errorOf(npy(dictionary("<f4", "(1000000000000,)"), "1234")),
                  "expects 4000000000000 bytes");
  EXPECT_CONTAINS(
      errorOf(npy(dictionary("<f4", "(99999999999999999999,)"), "")),
      "expects a dimension between 0 and 2^63-1");
  EXPECT_CONTAINS(errorOf(npy(dictionary("<f4", "(-1,)"), "")),
                  "expects a dimension");
}

TEST(Npy, RefusesOtherTypes) {
  EXPECT_CONTAINS(errorOf(npy(dictionary("|O", "(1,)"), "12345678")),
                  "expects numbers, but got Python objects");
  EXPECT_CONTAINS(errorOf(npy(dictionary("|S0", "(1,)"), "")), "type '|S0'");
  EXPECT_CONTAINS(errorOf(npy(dictionary("<U", "(1,)"), "")), "type '<U'");
  EXPECT_CONTAINS(errorOf(npy(dictionary("<c8", "(1,)"), "12345678")),
                  "type '<c8'");
  EXPECT_CONTAINS(errorOf(npy("{'descr': [('a', '<f4')], 'fortran_order': "
                              "False, 'shape': (1,), }",
                              "1234")),
                  "records with fields");
}

static std::vector<std::string> textsOf(const Array &array) {
  std::vector<std::string> result;
  for (int64_t i = 0; i < array.size() / array.shape().back(); ++i)
    result.push_back(array.text(i).str());
  return result;
}

TEST(Npy, ReadsText) {
  using List = std::vector<std::string>;
  auto bytes = parseNpy(
      npy(dictionary("|S2", "(3,)"), StringRef("ab\0\0c\0", 6)), "x.npy");
  ASSERT_TRUE(bool(bytes)) << toString(bytes.takeError());
  EXPECT_EQ(bytes->type(), ElementType::String);
  EXPECT_EQ(bytes->shape(), ArrayRef<int64_t>({3, 2}));
  EXPECT_EQ(bytes->itemShape(), ArrayRef<int64_t>({3}));
  EXPECT_EQ(textsOf(*bytes), List({"ab", "", "c"}));

  // U+00E9 takes two bytes of UTF-8, U+1F600 four; the first string is empty.
  std::string points("\0\0\0\0\0\0\0\0\xe9\0\0\0\0\xf6\x01\0", 16);
  for (bool isBig : {false, true}) {
    if (isBig)
      for (size_t i = 0; i < points.size(); i += 4)
        std::reverse(points.begin() + i, points.begin() + i + 4);
    auto wide = parseNpy(npy(dictionary(isBig ? ">U2" : "<U2", "(2,)"), points),
                         "x.npy");
    ASSERT_TRUE(bool(wide)) << toString(wide.takeError());
    EXPECT_EQ(wide->shape(), ArrayRef<int64_t>({2, 6}));
    EXPECT_EQ(textsOf(*wide), List({"", "\xc3\xa9\xf0\x9f\x98\x80"}));
  }
  EXPECT_CONTAINS(
      errorOf(npy(dictionary("<U1", "(1,)"), StringRef("\0\xd8\0\0", 4))),
      "expects Unicode text, but string 0 is none");
  EXPECT_CONTAINS(errorOf(npy(dictionary("<U3", "(1,)"), "")),
                  "expects 12 bytes");

  // Strings move as one.
  auto columns =
      parseNpy(npy(dictionary("|S2", "(2, 2)", "True"), "aabbccdd"), "x.npy");
  ASSERT_TRUE(bool(columns)) << toString(columns.takeError());
  EXPECT_EQ(columns->shape(), ArrayRef<int64_t>({2, 2, 2}));
  EXPECT_EQ(textsOf(*columns), List({"aa", "cc", "bb", "dd"}));
}

TEST(Npy, WritesText) {
  Folder folder;
  Array array = cantFail(Array::create({"ab", "", "c"}, {3, 1}));
  EXPECT_EQ(array.shape(), ArrayRef<int64_t>({3, 1, 2}));
  std::string path = folder.path("a.npy");
  ASSERT_EQ(messageOf(writeNpy(path, array)), "");
  auto file = MemoryBuffer::getFile(path);
  ASSERT_TRUE(bool(file));
  StringRef written = (*file)->getBuffer();
  EXPECT_TRUE(written.contains(
      "{'descr': '|S2', 'fortran_order': False, 'shape': (3, 1), }"));
  EXPECT_TRUE(written.ends_with(StringRef("ab\0\0c\0", 6)));

  EXPECT_EQ(cantFail(Array::create({""}, {1})).shape(),
            ArrayRef<int64_t>({1, 1}));
  EXPECT_CONTAINS(messageOf(Array::create({StringRef("a\0", 2)}, {1})),
                  "string 'a': ends with a zero byte");
}

TEST(Npy, RefusesABrokenDictionary) {
  for (StringRef text :
       {"", "{", "{'descr'", "{'descr': '<f4", "{'descr': '<f4'}",
        "{'descr': '<f4', 'fortran_order': 1, 'shape': ()}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x",
        "{'descr': '<f4', 'shape': (1,)}", "{'other': 1}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': 1}"})
    EXPECT_NE(errorOf(npy(text, "1234")), "") << text.str();
}

TEST(Npy, WritesWhatNumPyWrites) {
  Folder folder;
  Array array = cantFail(Array::create(ElementType::U8, {3}));
  array.as<uint8_t>()[1] = 7;
  std::string path = folder.path("a.npy");
  ASSERT_EQ(messageOf(writeNpy(path, array)), "");
  // The bytes of numpy.save(path, numpy.array([0, 7, 0], 'u1')).
  std::string expected = std::string("\x93NUMPY\1\0\x76\0", 10) +
                         "{'descr': '|u1', 'fortran_order': False, 'shape': "
                         "(3,), }";
  expected.resize(127, ' ');
  expected += std::string("\n\0\7\0", 4);
  EXPECT_EQ((*MemoryBuffer::getFile(path))->getBuffer().str(), expected);
  EXPECT_EQ(folder.entries(), 1);
}

TEST(Npy, WritesEveryShape) {
  Folder folder;
  for (SmallVector<int64_t> shape :
       {SmallVector<int64_t>{}, {5}, {2, 3}, {0, 4}}) {
    Array array = cantFail(Array::create(ElementType::I64, shape));
    ASSERT_EQ(messageOf(writeNpy(folder.path("a.npy"), array)), "");
    auto back = readNpy(folder.path("a.npy"));
    ASSERT_TRUE(bool(back)) << toString(back.takeError());
    EXPECT_EQ(back->shape(), ArrayRef<int64_t>(shape));
  }
}

TEST(Npy, LeavesNothingBehindOnFailure) {
  Folder folder;
  Array array = cantFail(Array::create(ElementType::U8, {3}));
  EXPECT_CONTAINS(messageOf(writeNpy(folder.path("none/a.npy"), array)),
                  "create the folder first");
  EXPECT_CONTAINS(messageOf(writeNpy("/dev/full", array)),
                  "free some space or choose another folder");
  EXPECT_EQ(folder.entries(), 0);
}

TEST(Npy, RefusesAFolder) {
  Folder folder;
  EXPECT_CONTAINS(messageOf(readNpy(folder.path("."))), "expects a regular");
  EXPECT_CONTAINS(messageOf(readNpy(folder.path("none.npy"))),
                  "cannot read the file: No such file");
}
