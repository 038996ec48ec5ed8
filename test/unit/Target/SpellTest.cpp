//===- SpellTest.cpp - Hostile names in the C header ----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Header/Spell.h"
#include "gtest/gtest.h"

using namespace quantc;

TEST(Spell, StringLiterals) {
  EXPECT_EQ(spellString("input_1"), R"("input_1")");
  EXPECT_EQ(spellString("a/b:0"), R"("a/b:0")");
  EXPECT_EQ(spellString("say \"no\"\\"), R"("say \"no\"\\")");
  EXPECT_EQ(spellString("a\nb"), R"("a\012b")");
  EXPECT_EQ(spellString("?\?/"), R"("\077\077/")");
  EXPECT_EQ(spellString("\xc3\xa9"
                        "1"),
            R"("\303\2511")");
}

TEST(Spell, CommentsCannotBeEnded) {
  EXPECT_EQ(spellComment("a */ b"), "a _/ b");
  EXPECT_EQ(spellComment("a\nb\\"), "a_b_");
}
