//===- Npz.cpp - NumPy's .npz files ---------------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "NpyFormat.h"
#include "quantc/Support/Failure.h"
#include "quantc/Support/Npy.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"

#include <cstring>
#include <zip.h>

using namespace llvm;
using namespace quantc;

/// Deflate can pack 1,032 bytes into one, but real data stays far below this;
/// small members are harmless at any ratio.
static constexpr uint64_t maxRatio = 200;
static constexpr uint64_t harmlessBytes = 64 << 20;

static std::string textOf(int code) {
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  std::string text = zip_error_strerror(&error);
  zip_error_fini(&error);
  return text;
}

static Expected<zip_t *> openZip(StringRef path) {
  uint64_t size;
  if (std::error_code code = sys::fs::file_size(path, size))
    return failure(path, "cannot read the file: " + code.message(),
                   "check the path");
  int code = 0;
  zip_t *zip = zip_open(path.str().c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code);
  if (zip)
    return zip;
  if (code == ZIP_ER_EXISTS)
    return failure(path, "the archive has two arrays of one name",
                   "rename one of them");
  return failure(path,
                 "expects an .npz file (a zip archive of .npy files), but " +
                     textOf(code),
                 "it is damaged or was cut off; write it again with "
                 "numpy.savez");
}

/// Refuses a member that can't or shouldn't be inflated.
static Error checkMember(StringRef where, StringRef name,
                         const zip_stat_t &stat) {
  if (!name.ends_with(".npy"))
    return failure(where, "expects only .npy files in the archive",
                   "write it again with numpy.savez");
  constexpr zip_uint64_t needed = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE |
                                  ZIP_STAT_COMP_METHOD |
                                  ZIP_STAT_ENCRYPTION_METHOD;
  if ((stat.valid & needed) != needed)
    return failure(where, "the archive does not say how large this array is",
                   "write it again with numpy.savez");
  if (stat.encryption_method != ZIP_EM_NONE)
    return failure(where, "the array is encrypted",
                   "write it again without a password");
  if (stat.comp_method != ZIP_CM_STORE && stat.comp_method != ZIP_CM_DEFLATE)
    return failure(where,
                   "expects the array stored or deflated, but got "
                   "compression method " +
                       Twine(stat.comp_method),
                   "write it again with numpy.savez");
  if (stat.size > harmlessBytes && stat.size / maxRatio > stat.comp_size)
    return failure(where,
                   "refuses to inflate " + bytesText(stat.comp_size) + " to " +
                       bytesText(stat.size) + ", more than " + Twine(maxRatio) +
                       " to 1",
                   "if the array is real, write it uncompressed with "
                   "numpy.savez");
  return Error::success();
}

static Expected<Array> readMember(StringRef where, zip_t *zip, uint64_t index,
                                  uint64_t size) {
  zip_file_t *file = zip_fopen_index(zip, index, 0);
  if (!file)
    return failure(where,
                   StringRef("cannot read the array: ") + zip_strerror(zip));
  scope_exit close([&] { (void)zip_fclose(file); });
  auto damaged = [&] {
    return failure(where,
                   "cannot inflate the array: " +
                       StringRef(zip_file_strerror(file)),
                   "the archive is damaged; write it again");
  };
  auto read = [&](MutableArrayRef<char> bytes) -> Error {
    while (!bytes.empty()) {
      zip_int64_t got = zip_fread(file, bytes.data(), bytes.size());
      if (got < 0)
        return damaged();
      if (got == 0)
        return failure(where, "the array is shorter than the archive says",
                       "the archive is damaged; write it again");
      bytes = bytes.drop_front(size_t(got));
    }
    return Error::success();
  };
  Expected<Array> array = readNpyStream(where, size, read);
  if (!array)
    return array;

  // The checksum is compared when the end is reached.
  char behind;
  zip_int64_t got = zip_fread(file, &behind, 1);
  if (got < 0)
    return damaged();
  if (got > 0)
    return failure(where, "the array is longer than the archive says",
                   "the archive is damaged; write it again");
  return array;
}

Expected<std::vector<NamedArray>> quantc::readNpz(StringRef path) {
  Expected<zip_t *> zip = openZip(path);
  if (!zip)
    return zip.takeError();
  scope_exit close([&] { zip_discard(*zip); });

  // Everything is checked before anything is inflated: members may overlap.
  uint64_t fileSize = 0, total = 0;
  if (std::error_code code = sys::fs::file_size(path, fileSize))
    return failure(path, "cannot read the file: " + code.message());
  std::vector<zip_stat_t> stats;
  StringSet<> names;
  for (zip_int64_t i = 0, e = zip_get_num_entries(*zip, 0); i < e; ++i) {
    zip_stat_t stat;
    if (zip_stat_index(*zip, zip_uint64_t(i), 0, &stat) != 0 ||
        !(stat.valid & ZIP_STAT_NAME))
      return failure(path, "entry " + Twine(i) + " of the archive is damaged",
                     "write it again with numpy.savez");
    StringRef name = stat.name;
    std::string where = (path + ":" + name).str();
    if (Error error = checkMember(where, name, stat))
      return std::move(error);
    if (!names.insert(name).second)
      return failure(where, "the archive has two arrays of this name",
                     "rename one of them");
    total = SaturatingAdd(total, uint64_t(stat.size));
    stats.push_back(stat);
  }
  if (total > harmlessBytes && total / maxRatio > fileSize)
    return failure(path,
                   "refuses to inflate a file of " + bytesText(fileSize) +
                       " to " + bytesText(total) + ", more than " +
                       Twine(maxRatio) + " to 1",
                   "if the arrays are real, write them uncompressed with "
                   "numpy.savez");

  std::vector<NamedArray> arrays;
  for (const zip_stat_t &stat : stats) {
    StringRef name = stat.name;
    std::string where = (path + ":" + name).str();
    Expected<Array> array = readMember(where, *zip, stat.index, stat.size);
    if (!array)
      return array.takeError();
    arrays.push_back({name.drop_back(strlen(".npy")).str(), std::move(*array)});
  }
  return std::move(arrays);
}

/// Adds one member, whose header and elements stay where they are.
static bool addMember(zip_t *zip, StringRef name, std::string &header,
                      const Array &array) {
  zip_buffer_fragment_t fragments[2];
  fragments[0].data = reinterpret_cast<zip_uint8_t *>(header.data());
  fragments[0].length = header.size();
  // libzip does not write through a pointer that it must not free.
  fragments[1].data =
      reinterpret_cast<zip_uint8_t *>(const_cast<char *>(array.bytes().data()));
  fragments[1].length = array.bytes().size();
  size_t count = array.bytes().empty() ? 1 : 2;
  zip_source_t *source = zip_source_buffer_fragment(zip, fragments, count, 0);
  if (!source)
    return false;
  zip_int64_t index = zip_file_add(zip, (name + ".npy").str().c_str(), source,
                                   ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    return false;
  }
  // 1 January 1980: the same arrays give the same bytes on every day.
  return zip_set_file_compression(zip, zip_uint64_t(index), ZIP_CM_STORE, 0) ==
             0 &&
         zip_file_set_dostime(zip, zip_uint64_t(index), 0, (1 << 5) | 1, 0) ==
             0;
}

Error quantc::writeNpz(StringRef path, ArrayRef<NamedArrayRef> arrays) {
  auto cannotWrite = [&](StringRef why) {
    return failure(path, "cannot write the file: " + why,
                   "choose another place or free some space");
  };
  StringSet<> names;
  std::vector<std::string> headers;
  for (const NamedArrayRef &named : arrays) {
    if (!names.insert(named.name).second)
      return cannotWrite(
          ("two arrays have the name '" + named.name + "'").str());
    Expected<std::string> header = npyHeader(path, *named.array);
    if (!header)
      return header.takeError();
    headers.push_back(std::move(*header));
  }

  // libzip writes to a temporary file, too, and renames it on closing.
  int code = 0;
  zip_t *zip = zip_open(path.str().c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  if (!zip)
    return cannotWrite(textOf(code));
  for (auto [named, header] : zip_equal(arrays, headers))
    if (!addMember(zip, named.name, header, *named.array)) {
      std::string why = zip_strerror(zip);
      zip_discard(zip);
      return cannotWrite(why);
    }
  if (zip_close(zip) != 0) {
    std::string why = zip_strerror(zip);
    zip_discard(zip);
    return cannotWrite(why);
  }
  return Error::success();
}
