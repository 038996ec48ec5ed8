//===- SpellingTest.cpp - Formats as text ---------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Format/Spelling.h"

#include "quantc/Format/Catalog.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace quantc::format;
using testing::HasSubstr;

static std::string nameOf(llvm::StringRef text) {
  llvm::Expected<Format> format = parse(text);
  return format ? format->name : "error: " + llvm::toString(format.takeError());
}

TEST(SpellingTest, TheShortestComesBack) {
  for (const Family &family : catalog())
    for (const std::string &name : family.examples)
      EXPECT_EQ(nameOf(name), name);
}

TEST(SpellingTest, DefaultsAreLeftOut) {
  EXPECT_EQ(nameOf("i1"), "binary");
  EXPECT_EQ(nameOf("i4:axis:f32:mse:narrow"), "i4");
  EXPECT_EQ(nameOf("i4:f16:b32"), "i4:b32");
  EXPECT_EQ(nameOf("i4:f32:b32"), "i4:b32:f32");
  EXPECT_EQ(nameOf("i4:absmax:b32:full"), "i4:b32:full:absmax");
  EXPECT_EQ(nameOf("nf4:b64"), "nf4");
  EXPECT_EQ(nameOf("nf4:b64:f16"), "nf4");
  EXPECT_EQ(nameOf("mxfp4:e8m0:b32:floor"), "mxfp4");
  EXPECT_EQ(nameOf("fp4:b32:e8m0:floor"), "fp4:b32:e8m0:floor");
}

TEST(SpellingTest, ErrorsSayWhatExists) {
  EXPECT_THAT(nameOf("i9"), HasSubstr("format 'i9': expects one of f32, i2 .. "
                                      "i8, u1 .. u8, ternary, binary, nf4"));
  EXPECT_THAT(nameOf(""), HasSubstr("expects one of"));
  EXPECT_THAT(nameOf("i04"), HasSubstr("expects one of"));
  EXPECT_THAT(nameOf("i4:q"), HasSubstr("but got 'q'"));
  EXPECT_THAT(nameOf("i4:"), HasSubstr("but got ''"));
  EXPECT_THAT(nameOf("i4:b8"), HasSubstr("blocks of 16 to 256 values"));
  EXPECT_THAT(nameOf("i4:b99999999999999999999"), HasSubstr("but got"));
  EXPECT_THAT(nameOf("f32:b32"), HasSubstr("no modifiers of f32"));
  EXPECT_THAT(nameOf("nf4:full"), HasSubstr("on i2 .. i8 only"));
  EXPECT_THAT(nameOf("mxint8:midrise"), HasSubstr("on i2 .. i8 only"));
  EXPECT_THAT(nameOf("i4:floor"), HasSubstr("with scales e8m0 or pow2"));
  EXPECT_THAT(nameOf("i4:hqq"), HasSubstr("with a zero point"));
  EXPECT_THAT(nameOf("u4:aciq"), HasSubstr("signed integers only"));
  EXPECT_THAT(nameOf("i4:base3"), HasSubstr("ternary only"));
  EXPECT_THAT(nameOf("i4:huffman"), HasSubstr("kmeans2 .. kmeans256 only"));
  EXPECT_THAT(nameOf("lqnets2:b32"), HasSubstr("a scale for each channel"));
  EXPECT_THAT(nameOf("i4:e4m3"), HasSubstr("e4m3 scales for blocks only"));
  EXPECT_THAT(nameOf("kmeans16:absmax"), HasSubstr("no search"));
  EXPECT_THAT(nameOf("kmeans300"), HasSubstr("expects one of"));
}
