//===- TextTest.cpp - Tables, progress and text for people ----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Testing.h"
#include "quantc/Support/AtomicFile.h"
#include "quantc/Support/Failure.h"
#include "quantc/Support/Progress.h"
#include "quantc/Support/Table.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include <cmath>

using namespace llvm;
using namespace quantc;

TEST(Failure, HouseForm) {
  EXPECT_EQ(toString(failure("a.npy", "expects 3, but got 4", "do this")),
            "a.npy: expects 3, but got 4; do this");
  EXPECT_EQ(toString(failure("a.npy", "is broken")), "a.npy: is broken");
  EXPECT_EQ(shapeText({1, 32, 3}), "1x32x3");
  EXPECT_EQ(shapeText({}), "scalar");
}

TEST(Failure, Bytes) {
  EXPECT_EQ(bytesText(0), "0 B");
  EXPECT_EQ(bytesText(999), "999 B");
  EXPECT_EQ(bytesText(1000), "1.00 kB");
  EXPECT_EQ(bytesText(78666), "78.7 kB");
  EXPECT_EQ(bytesText(999499), "999 kB");
  EXPECT_EQ(bytesText(999500), "1.00 MB");
  EXPECT_EQ(bytesText(UINT64_MAX), "18.4 EB");
}

TEST(Table, AlignsColumns) {
  Table table({{"layer"}, {"op"}, {"SQNR dB", true}});
  table.add({"conv1", "conv", "41.20"});
  table.add({"größe", "", "-1.00"});
  std::string text;
  raw_string_ostream os(text);
  table.print(os, 2);
  EXPECT_EQ(text, "  layer  op    SQNR dB\n"
                  "  -----  ----  -------\n"
                  "  conv1  conv    41.20\n"
                  "  größe          -1.00\n");
}

TEST(Table, ShortensAndCleansCells) {
  Table table({{"name", false, 10}});
  table.add({"a_very_long_name"});
  table.add({"ed\x1b[31m\n\xff"});
  std::string text;
  raw_string_ostream os(text);
  table.print(os);
  EXPECT_EQ(text, "name\n----------\na_ve...ame\ned?[31m??\n");
}

TEST(Table, Numbers) {
  EXPECT_EQ(numberText(1.25, 1), "1.2");
  EXPECT_EQ(numberText(INFINITY, 1), "inf");
  EXPECT_EQ(numberText(NAN, 1), "-");
  EXPECT_EQ(significantText(0.00012345, 3), "0.000123");
}

TEST(Progress, Durations) {
  EXPECT_EQ(durationText(0.0123), "12 ms");
  EXPECT_EQ(durationText(3.24), "3.2 s");
  EXPECT_EQ(durationText(59.4), "59 s");
  EXPECT_EQ(durationText(125), "2 min 05 s");
  EXPECT_EQ(durationText(4020), "1 h 07 min");
}

TEST(Progress, LinesAreRare) {
  std::string text;
  raw_string_ostream os(text);
  double now = 0;
  {
    Progress progress("calibrating", 100, Progress::Style::Lines, os,
                      [&] { return now; });
    for (int i = 0; i < 100; ++i) {
      now += 0.08;
      progress.advance();
    }
  }
  EXPECT_EQ(text, "calibrating: 63/100 (63%), 3.0 s left\n"
                  "calibrating: 100 in 8.0 s\n");
}

TEST(Progress, TheBarIsDrawnAnew) {
  std::string text;
  raw_string_ostream os(text);
  double now = 0;
  {
    Progress progress("calibrating", 4, Progress::Style::Bar, os,
                      [&] { return now; });
    now = 0.01;
    progress.advance();
    now = 1;
    progress.advance();
  }
  EXPECT_EQ(text, "\r\x1b[Kcalibrating [===============>              ]  50%  "
                  "2/4  1.0 s left\r\x1b[Kcalibrating: 2 of 4 in 1.0 s\n");
}

TEST(Progress, QuietSaysNothing) {
  std::string text;
  raw_string_ostream os(text);
  {
    Progress("calibrating", 1, Progress::Style::Quiet, os).advance();
  }
  EXPECT_EQ(text, "");
}

TEST(AtomicFile, AppearsOnCommit) {
  Folder folder;
  std::string path = folder.write("a.txt", "old");
  {
    auto file = AtomicFile::create(path);
    ASSERT_TRUE(bool(file)) << toString(file.takeError());
    file->os() << "half";
    EXPECT_EQ(folder.entries(), 2);
  }
  EXPECT_EQ(folder.entries(), 1);
  EXPECT_EQ((*MemoryBuffer::getFile(path))->getBuffer(), "old");
  ASSERT_EQ(messageOf(writeFile(path, "new")), "");
  EXPECT_EQ((*MemoryBuffer::getFile(path))->getBuffer(), "new");
  EXPECT_EQ(folder.entries(), 1);
}

TEST(AtomicFile, TakesAnyNameAsItIs) {
  Folder folder;
  folder.write("100%/other", "");
  ASSERT_EQ(messageOf(writeFile(folder.path("100%/%s.txt"), "x")), "");
  EXPECT_TRUE(sys::fs::exists(folder.path("100%/%s.txt")));
}

TEST(AtomicFile, TwoAtATime) {
  Folder folder;
  auto first = AtomicFile::create(folder.path("a.txt"));
  auto second = AtomicFile::create(folder.path("a.txt"));
  ASSERT_TRUE(first && second);
  first->os() << "first";
  second->os() << "second";
  ASSERT_EQ(messageOf(second->commit()), "");
  ASSERT_EQ(messageOf(first->commit()), "");
  EXPECT_EQ((*MemoryBuffer::getFile(folder.path("a.txt")))->getBuffer(),
            "first");
  EXPECT_EQ(folder.entries(), 1);
}

TEST(AtomicFile, CanBeAProgram) {
  Folder folder;
  auto file = AtomicFile::create(folder.path("a.so"), /*executable=*/true);
  ASSERT_TRUE(bool(file)) << toString(file.takeError());
  ASSERT_EQ(messageOf(file->commit()), "");
  EXPECT_TRUE(sys::fs::can_execute(folder.path("a.so")));
}

TEST(AtomicFile, KeepsTheOldFileOnAFullDisk) {
  Folder folder;
  std::string path = folder.write("a.txt", "old");
  {
    FullDisk disk(1000);
    EXPECT_CONTAINS(messageOf(writeFile(path, std::string(2000, 'x'))),
                    "a.txt: cannot write the file: File too large");
  }
  EXPECT_EQ((*MemoryBuffer::getFile(path))->getBuffer(), "old");
  EXPECT_EQ(folder.entries(), 1);
}

TEST(AtomicFile, SaysWhatIsWrong) {
  Folder folder;
  EXPECT_CONTAINS(messageOf(writeFile(folder.path("x/y"), "")),
                  "x/y: cannot write the file: No such file or directory; "
                  "create the folder first");
  EXPECT_CONTAINS(messageOf(writeFile(folder.path("."), "")), "Is a directory");
  EXPECT_CONTAINS(messageOf(writeFile("/dev/full", "x")), "No space left");
  EXPECT_EQ(messageOf(writeFile("/dev/null", "x")), "");
}
