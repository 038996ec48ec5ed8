//===- TestDataSets.cpp - Folders of ONNX test data -----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "SampleSource.h"

#include "quantc/Support/Failure.h"
#include "quantc/Support/TensorProto.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace quantc;

static std::string pathOf(const Twine &folder, const Twine &name) {
  SmallString<256> path;
  sys::path::append(path, folder, name);
  return path.str().str();
}

/// The folders test_data_set_<n> in order of n, or `folder` if it is one.
static Expected<std::vector<std::string>> dataSetsIn(StringRef folder) {
  if (sys::fs::exists(pathOf(folder, "input_0.pb")))
    return std::vector<std::string>{folder.str()};
  std::vector<std::pair<unsigned, std::string>> found;
  std::error_code code;
  for (sys::fs::directory_iterator it(folder, code), end; it != end && !code;
       it.increment(code)) {
    StringRef name = sys::path::filename(it->path());
    unsigned number;
    if (name.consume_front("test_data_set_") && !name.getAsInteger(10, number))
      found.push_back({number, it->path()});
  }
  if (code)
    return failure(folder, "cannot read the folder: " + code.message(),
                   "check the path");
  if (found.empty())
    return failure(folder,
                   "expects test_data_set_0/input_0.pb in the folder, but "
                   "there is no test_data_set_*",
                   "give a folder of ONNX test data, or .npz files");
  sort(found);
  std::vector<std::string> paths;
  for (auto &[number, path] : found)
    paths.push_back(std::move(path));
  return std::move(paths);
}

/// Puts the tensors in the order of the inputs if all have known names.
static void orderByName(SampleArrays &set, ArrayRef<std::string> names,
                        ArrayRef<TensorInfo> inputs) {
  SmallVector<size_t> order;
  for (const TensorInfo &input : inputs) {
    auto *found = find(names, input.name);
    if (found == names.end())
      return;
    order.push_back(size_t(found - names.begin()));
  }
  SampleArrays ordered;
  for (size_t index : order) {
    ordered.arrays.push_back(std::move(set.arrays[index]));
    ordered.where.push_back(std::move(set.where[index]));
  }
  set = std::move(ordered);
}

Expected<std::vector<SampleArrays>>
quantc::readTestDataSets(StringRef folder, ArrayRef<TensorInfo> inputs) {
  Expected<std::vector<std::string>> folders = dataSetsIn(folder);
  if (!folders)
    return folders.takeError();
  std::vector<SampleArrays> result;
  for (const std::string &path : *folders) {
    SampleArrays set;
    std::vector<std::string> names;
    for (size_t k : seq(inputs.size())) {
      set.where.push_back(pathOf(path, "input_" + Twine(k) + ".pb"));
      Expected<OnnxArray> tensor = readTensorProto(set.where.back());
      if (!tensor)
        return tensor.takeError();
      names.push_back(tensor->name);
      set.arrays.push_back(std::move(tensor->array));
    }
    orderByName(set, names, inputs);
    // A file holds one whole input; a sample set has an axis of samples.
    for (auto [array, input] : zip_equal(set.arrays, inputs)) {
      if (array.shape() != ArrayRef<int64_t>(input.shape))
        continue;
      SmallVector<int64_t> shape = {1};
      append_range(shape, input.shape);
      array.reshape(shape);
    }
    result.push_back(std::move(set));
  }
  return std::move(result);
}
