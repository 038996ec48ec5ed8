//===- SampleSource.cpp - Arrays for a model's inputs, from files ---------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "SampleSource.h"

#include "quantc/Support/Failure.h"
#include "quantc/Support/Npy.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/FileSystem.h"

using namespace llvm;
using namespace quantc;

static std::string joined(ArrayRef<NamedArray> arrays) {
  std::string text;
  for (const NamedArray &array : arrays)
    text += (text.empty() ? "'" : ", '") + array.name + "'";
  return text.empty() ? "none" : text;
}

static NamedArray *arrayNamed(MutableArrayRef<NamedArray> arrays,
                              StringRef name) {
  auto *found = find_if(
      arrays, [&](const NamedArray &array) { return array.name == name; });
  return found == arrays.end() ? nullptr : &*found;
}

/// Takes the inputs' arrays out of an archive: by name, else arr_<k>, else the
/// only array for the only input.
static Expected<SampleArrays> matchNpz(StringRef path,
                                       std::vector<NamedArray> archive,
                                       ArrayRef<TensorInfo> inputs) {
  auto choose = [&](size_t k) -> NamedArray * {
    if (inputs.size() == 1 && archive.size() == 1)
      return &archive.front();
    return arrayNamed(archive, inputs[k].name);
  };
  auto chooseByOrder = [&](size_t k) {
    return arrayNamed(archive, "arr_" + std::to_string(k));
  };
  bool named = all_of(seq(inputs.size()), choose);
  if (!named && !all_of(seq(inputs.size()), chooseByOrder)) {
    for (size_t k : seq(inputs.size()))
      if (!choose(k))
        return failure(path,
                       "expects an array for input '" + inputs[k].name +
                           "', but the archive has " + joined(archive),
                       "name the arrays like the model's inputs: "
                       "numpy.savez(file, **{'" +
                           inputs[k].name + "': x})");
  }
  SampleArrays result;
  for (size_t k : seq(inputs.size())) {
    NamedArray *array = named ? choose(k) : chooseByOrder(k);
    result.where.push_back((path + ":" + array->name).str());
    result.arrays.push_back(std::move(array->array));
  }
  return std::move(result);
}

namespace {

/// Collects .npy files until there is one for every input.
struct NpyGroup {
  SampleArrays arrays;

  Error finish(StringRef paths, ArrayRef<TensorInfo> inputs) const {
    if (arrays.arrays.empty())
      return Error::success();
    return failure(paths,
                   "expects " + Twine(inputs.size()) +
                       " .npy files, one for each input, but got " +
                       Twine(arrays.arrays.size()) + " in a row",
                   "separate the files with commas, in the order of the "
                   "inputs");
  }
};

} // namespace

Expected<std::vector<SampleArrays>>
quantc::readSampleArrays(StringRef paths, ArrayRef<TensorInfo> inputs) {
  std::vector<SampleArrays> result;
  NpyGroup group;
  SmallVector<StringRef> list;
  paths.split(list, ',');
  for (StringRef path : list) {
    if (path.ends_with(".npy")) {
      Expected<Array> array = readNpy(path);
      if (!array)
        return array.takeError();
      group.arrays.arrays.push_back(std::move(*array));
      group.arrays.where.push_back(path.str());
      if (group.arrays.arrays.size() == inputs.size())
        result.push_back(std::exchange(group.arrays, {}));
      continue;
    }
    if (Error error = group.finish(paths, inputs))
      return std::move(error);
    if (path.ends_with(".npz")) {
      Expected<std::vector<NamedArray>> archive = readNpz(path);
      if (!archive)
        return archive.takeError();
      Expected<SampleArrays> arrays =
          matchNpz(path, std::move(*archive), inputs);
      if (!arrays)
        return arrays.takeError();
      result.push_back(std::move(*arrays));
    } else if (sys::fs::is_directory(path)) {
      Expected<std::vector<SampleArrays>> sets = readTestDataSets(path, inputs);
      if (!sets)
        return sets.takeError();
      result.insert(result.end(), std::make_move_iterator(sets->begin()),
                    std::make_move_iterator(sets->end()));
    } else {
      return failure(path.empty() ? StringRef("samples") : path,
                     sys::fs::exists(path)
                         ? "expects an .npy file, an .npz file or a folder of "
                           "ONNX test data"
                         : "there is no such file or folder",
                     "give FILE.npz, FILE.npy or a folder with "
                     "test_data_set_0/input_0.pb");
    }
  }
  if (Error error = group.finish(paths, inputs))
    return std::move(error);
  return std::move(result);
}
