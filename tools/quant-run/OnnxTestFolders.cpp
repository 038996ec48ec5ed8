//===- OnnxTestFolders.cpp - Find conformance tests -----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/Failure.h"
#include "tools/quant-run/OnnxTest.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace quantc;

/// Folders in folders beyond what anyone sorts tests into, or a link to itself.
static constexpr int deepestFolder = 16;

static std::string pathOf(const Twine &folder, const Twine &name) {
  SmallString<256> path;
  sys::path::append(path, folder, name);
  return path.str().str();
}

/// The paths in a folder, sorted.
static Expected<std::vector<std::string>> entriesOf(StringRef folder) {
  std::vector<std::string> entries;
  std::error_code code;
  for (sys::fs::directory_iterator it(folder, code), end; it != end && !code;
       it.increment(code))
    entries.push_back(it->path());
  if (code)
    return failure(folder, "cannot read the folder: " + code.message(),
                   "check the path");
  sort(entries);
  return std::move(entries);
}

/// The files PREFIX0.pb, PREFIX1.pb, ...
static std::vector<std::string> numbered(const Twine &prefix) {
  std::vector<std::string> files;
  for (;;) {
    std::string file = (prefix + Twine(files.size()) + ".pb").str();
    if (!sys::fs::exists(file))
      return files;
    files.push_back(file);
  }
}

static OnnxTest testIn(StringRef folder, ArrayRef<std::string> entries) {
  OnnxTest test;
  test.group = sys::path::filename(sys::path::parent_path(folder)).str();
  test.name = sys::path::filename(folder).str();
  test.model = pathOf(folder, "model.onnx");
  for (StringRef entry : entries)
    if (sys::path::filename(entry).starts_with("test_data_set_"))
      test.dataSets.push_back({numbered(pathOf(entry, "input_")),
                               numbered(pathOf(entry, "output_"))});
  return test;
}

/// Models in one folder whose expected outputs lie beside them.
static void addModelsIn(StringRef folder, ArrayRef<std::string> entries,
                        std::vector<OnnxTest> &tests) {
  for (StringRef entry : entries) {
    StringRef stem = entry;
    if (!stem.consume_back(".onnx"))
      continue;
    std::vector<std::string> outputs = numbered(stem + "_output_");
    if (outputs.empty())
      continue;
    OnnxTest test;
    test.group = sys::path::filename(folder).str();
    test.name = sys::path::filename(stem).str();
    test.model = entry.str();
    test.dataSets.push_back({{}, std::move(outputs)});
    test.hasRamps = true;
    tests.push_back(std::move(test));
  }
}

static Error addTests(StringRef folder, int depth,
                      std::vector<OnnxTest> &tests) {
  Expected<std::vector<std::string>> entries = entriesOf(folder);
  if (!entries)
    return entries.takeError();
  if (sys::fs::exists(pathOf(folder, "model.onnx"))) {
    tests.push_back(testIn(folder, *entries));
    return Error::success();
  }
  addModelsIn(folder, *entries, tests);
  for (StringRef entry : *entries)
    if (depth < deepestFolder && sys::fs::is_directory(entry))
      if (Error error = addTests(entry, depth + 1, tests))
        return error;
  return Error::success();
}

Expected<std::vector<OnnxTest>>
quantc::findOnnxTests(ArrayRef<std::string> folders) {
  std::vector<OnnxTest> tests;
  for (StringRef given : folders) {
    // The names of tests are those of folders, also for "." and "node/".
    SmallString<256> folder(given);
    if (sys::fs::make_absolute(folder))
      folder = given;
    sys::path::remove_dots(folder, /*remove_dot_dot=*/true);
    size_t before = tests.size();
    if (Error error = addTests(folder, 0, tests))
      return std::move(error);
    if (tests.size() == before)
      return failure(given,
                     "expects ONNX tests, but no folder in it has a model.onnx",
                     "give a folder with model.onnx and test_data_set_0, or "
                     "one that holds such folders");
  }
  return std::move(tests);
}
