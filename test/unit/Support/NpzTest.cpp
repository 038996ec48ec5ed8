//===- NpzTest.cpp - .npz files -------------------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Testing.h"
#include "quantc/Support/Npy.h"
#include "llvm/Support/MemoryBuffer.h"

#include <zip.h>

using namespace llvm;
using namespace quantc;

static Array iota(int64_t count) {
  Array array = cantFail(Array::create(ElementType::I32, {count}));
  for (int64_t i = 0; i < count; ++i)
    array.as<int32_t>()[i] = int32_t(i);
  return array;
}

static std::string bytesOf(StringRef path) {
  return (*MemoryBuffer::getFile(path))->getBuffer().str();
}

/// An archive with one member of those bytes.
static std::string zipOf(const Folder &folder, StringRef name,
                         const std::string &bytes, bool encrypt = false) {
  std::string path = folder.path("made.npz");
  zip_t *zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  zip_source_t *source = zip_source_buffer(zip, bytes.data(), bytes.size(), 0);
  zip_int64_t index = zip_file_add(zip, name.str().c_str(), source, 0);
  if (encrypt)
    zip_file_set_encryption(zip, index, ZIP_EM_AES_128, "password");
  EXPECT_EQ(zip_close(zip), 0);
  return path;
}

TEST(Npz, WritesAndReadsInOrder) {
  Folder folder;
  Array first = iota(5), second = iota(0);
  std::string path = folder.path("a.npz");
  ASSERT_EQ(messageOf(writeNpz(path, {{"z/1:0", &first}, {"a", &second}})), "");
  auto back = readNpz(path);
  ASSERT_TRUE(bool(back)) << toString(back.takeError());
  ASSERT_EQ(back->size(), 2u);
  EXPECT_EQ((*back)[0].name, "z/1:0");
  EXPECT_EQ((*back)[0].array.as<int32_t>(), first.as<int32_t>());
  EXPECT_EQ((*back)[1].name, "a");
  EXPECT_EQ((*back)[1].array.shape(), ArrayRef<int64_t>({0}));
  EXPECT_EQ(folder.entries(), 1);
}

TEST(Npz, WritesTheSameBytesTwice) {
  Folder folder;
  Array array = iota(5);
  ASSERT_EQ(messageOf(writeNpz(folder.path("a.npz"), {{"x", &array}})), "");
  ASSERT_EQ(messageOf(writeNpz(folder.path("b.npz"), {{"x", &array}})), "");
  EXPECT_EQ(bytesOf(folder.path("a.npz")), bytesOf(folder.path("b.npz")));
}

TEST(Npz, RefusesABomb) {
  Folder folder;
  // 100 MB of zeros deflate to 100 kB.
  std::string path =
      zipOf(folder, "x.npy", std::string(100 * 1000 * 1000, '\0'));
  std::string message = messageOf(readNpz(path));
  EXPECT_CONTAINS(message, "made.npz:x.npy: refuses to inflate");
  EXPECT_CONTAINS(message, "write it uncompressed with numpy.savez");
}

TEST(Npz, RefusesEncryption) {
  Folder folder;
  EXPECT_CONTAINS(messageOf(readNpz(zipOf(folder, "x.npy", "secret", true))),
                  "the array is encrypted");
}

TEST(Npz, RefusesOtherMembers) {
  Folder folder;
  EXPECT_CONTAINS(messageOf(readNpz(zipOf(folder, "notes.txt", "hello"))),
                  "made.npz:notes.txt: expects only .npy files");
  EXPECT_CONTAINS(messageOf(readNpz(zipOf(folder, "x.npy", "hello"))),
                  "made.npz:x.npy: expects an .npy header");
}

TEST(Npz, RefusesDamage) {
  Folder folder;
  Array array = iota(500);
  std::string path = folder.path("a.npz");
  ASSERT_EQ(messageOf(writeNpz(path, {{"x", &array}})), "");
  std::string bytes = bytesOf(path);
  // Cut off anywhere.
  for (size_t size = 0; size < bytes.size(); size += 97)
    EXPECT_CONTAINS(
        messageOf(readNpz(folder.write("cut.npz", bytes.substr(0, size)))),
        "cut.npz: expects an .npz file");
  // One element changed: the checksum tells.
  bytes[1000] ^= 1;
  EXPECT_CONTAINS(messageOf(readNpz(folder.write("bad.npz", bytes))),
                  "bad.npz:x.npy: cannot inflate the array");
  EXPECT_CONTAINS(messageOf(readNpz(folder.write("text.npz", "not a zip"))),
                  "expects an .npz file");
}

TEST(Npz, RefusesTwoOfOneName) {
  Folder folder;
  Array array = iota(1);
  EXPECT_CONTAINS(
      messageOf(writeNpz(folder.path("a.npz"), {{"x", &array}, {"x", &array}})),
      "two arrays have the name 'x'");
  // libzip does not write two either; so rename "y" behind its back.
  ASSERT_EQ(
      messageOf(writeNpz(folder.path("b.npz"), {{"x", &array}, {"y", &array}})),
      "");
  std::string bytes = bytesOf(folder.path("b.npz"));
  for (size_t at = 0; (at = bytes.find("y.npy", at)) != std::string::npos;)
    bytes[at] = 'x';
  EXPECT_CONTAINS(messageOf(readNpz(folder.write("c.npz", bytes))),
                  "c.npz: the archive has two arrays of one name; rename");
}

TEST(Npz, LeavesNothingBehindOnAFullDisk) {
  Folder folder;
  Array array = iota(1000);
  {
    FullDisk disk(1000);
    EXPECT_CONTAINS(messageOf(writeNpz(folder.path("a.npz"), {{"x", &array}})),
                    "a.npz: cannot write the file: ");
  }
  EXPECT_EQ(folder.entries(), 0);
}

TEST(Npz, LeavesNothingBehindOnFailure) {
  Folder folder;
  Array array = iota(1);
  EXPECT_CONTAINS(
      messageOf(writeNpz(folder.path("none/a.npz"), {{"x", &array}})),
      "cannot write the file");
  Array brain = cantFail(Array::create(ElementType::BF16, {1}));
  EXPECT_CONTAINS(messageOf(writeNpz(folder.path("a.npz"), {{"x", &brain}})),
                  "cannot write bfloat16");
  EXPECT_EQ(folder.entries(), 0);
}
