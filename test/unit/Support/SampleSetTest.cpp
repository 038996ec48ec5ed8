//===- SampleSetTest.cpp - Samples for a model's inputs -------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/SampleSet.h"

#include "Testing.h"
#include "quantc/Support/Npy.h"
#include <cmath>

using namespace llvm;
using namespace quantc;

namespace {

struct SampleSetTest : testing::Test {
  Folder folder;

  /// Writes floats 0, 1, 2, ... of a shape.
  std::string npy(StringRef name, ArrayRef<int64_t> shape,
                  ElementType type = ElementType::F32) {
    Array array = make(shape, type);
    cantFail(writeNpy(folder.path(name), array));
    return folder.path(name);
  }

  static Array make(ArrayRef<int64_t> shape,
                    ElementType type = ElementType::F32) {
    Array array = cantFail(Array::create(type, shape));
    for (int64_t i = 0; i < array.size(); ++i)
      if (type == ElementType::F32)
        array.as<float>()[i] = float(i);
      else if (type == ElementType::F64)
        array.as<double>()[i] = double(i) / 4;
      else if (type == ElementType::U8)
        array.as<uint8_t>()[i] = uint8_t(i);
      else
        array.as<int64_t>()[i] = i;
    return array;
  }

  /// What a run gives to the input number `index`.
  static std::vector<float> run(const SampleSet &set, int64_t run,
                                size_t index = 0) {
    TensorBuffers buffers = cantFail(TensorBuffers::create(set.inputs()));
    set.gather(run, buffers.pointers());
    return buffers[index].as<float>().vec();
  }
};

} // namespace

static TensorInfo info(StringRef name, ArrayRef<int64_t> shape,
                       ElementType type = ElementType::F32) {
  return {name.str(), type, SmallVector<int64_t>(shape)};
}

TEST_F(SampleSetTest, LeadingOneIsTheBatch) {
  auto set = SampleSet::load(npy("x.npy", {3, 2}), info("x", {1, 2}));
  ASSERT_TRUE(bool(set)) << toString(set.takeError());
  EXPECT_EQ(set->size(), 3);
  EXPECT_EQ(set->runs(), 3);
  EXPECT_EQ(run(*set, 2), (std::vector<float>{4, 5}));
}

TEST_F(SampleSetTest, AnInputMayHaveNoBatchAxis) {
  auto set = SampleSet::load(npy("x.npy", {3, 4, 2}), info("x", {4, 2}));
  ASSERT_TRUE(bool(set)) << toString(set.takeError());
  EXPECT_EQ(set->size(), 3);
  EXPECT_EQ(set->batch(), 1);
  EXPECT_EQ(run(*set, 1).front(), 8);
}

TEST_F(SampleSetTest, TheLastBatchRepeatsTheLastSample) {
  auto set = SampleSet::load(npy("x.npy", {5, 1}), info("x", {4, 1}));
  ASSERT_TRUE(bool(set)) << toString(set.takeError());
  EXPECT_EQ(set->size(), 5);
  EXPECT_EQ(set->batch(), 4);
  EXPECT_EQ(set->runs(), 2);
  EXPECT_EQ(set->validIn(0), 4);
  EXPECT_EQ(set->validIn(1), 1);
  EXPECT_EQ(run(*set, 0), (std::vector<float>{0, 1, 2, 3}));
  EXPECT_EQ(run(*set, 1), (std::vector<float>{4, 4, 4, 4}));
}

TEST_F(SampleSetTest, ConvertsToFloat) {
  auto bytes =
      SampleSet::load(npy("x.npy", {2, 2}, ElementType::U8), info("x", {1, 2}));
  ASSERT_TRUE(bool(bytes)) << toString(bytes.takeError());
  EXPECT_EQ(run(*bytes, 1), (std::vector<float>{2, 3}));
  auto doubles = SampleSet::load(npy("x.npy", {2, 2}, ElementType::F64),
                                 info("x", {1, 2}));
  ASSERT_TRUE(bool(doubles)) << toString(doubles.takeError());
  EXPECT_EQ(run(*doubles, 1), (std::vector<float>{0.5, 0.75}));
}

TEST_F(SampleSetTest, MatchesArchivesByNameThenByOrder) {
  Array a = make({2, 1}), b = make({2, 3});
  std::string path = folder.path("x.npz");
  std::vector<TensorInfo> inputs = {info("b", {1, 3}), info("a", {1, 1})};
  cantFail(writeNpz(path, {{"a", &a}, {"b", &b}, {"labels", &a}}));
  auto named = SampleSet::load(path, inputs);
  ASSERT_TRUE(bool(named)) << toString(named.takeError());
  EXPECT_EQ(run(*named, 1, 0), (std::vector<float>{3, 4, 5}));
  EXPECT_EQ(run(*named, 1, 1), std::vector<float>{1});
  cantFail(writeNpz(path, {{"arr_0", &b}, {"arr_1", &a}}));
  auto ordered = SampleSet::load(path, inputs);
  ASSERT_TRUE(bool(ordered)) << toString(ordered.takeError());
  EXPECT_EQ(run(*ordered, 1, 1), std::vector<float>{1});
  cantFail(writeNpz(path, {{"anything", &b}}));
  EXPECT_EQ(messageOf(SampleSet::load(path, inputs[0])), "");
  EXPECT_CONTAINS(messageOf(SampleSet::load(path, inputs)),
                  "x.npz: expects an array for input 'b', but the archive has "
                  "'anything'; name the arrays like the model's inputs");
}

TEST_F(SampleSetTest, ReadsSeveralPaths) {
  std::string two = npy("2.npy", {2, 1}), three = npy("3.npy", {3, 1});
  auto behind = SampleSet::load(two + "," + three, info("x", {1, 1}));
  ASSERT_TRUE(bool(behind)) << toString(behind.takeError());
  EXPECT_EQ(behind->size(), 5);
  EXPECT_EQ(run(*behind, 1), std::vector<float>{1});
  EXPECT_EQ(run(*behind, 4), std::vector<float>{2});
  std::vector<TensorInfo> pair = {info("a", {1, 1}), info("b", {1, 1})};
  auto beside = SampleSet::load(two + "," + two, pair);
  ASSERT_TRUE(bool(beside)) << toString(beside.takeError());
  EXPECT_EQ(beside->size(), 2);
  EXPECT_CONTAINS(messageOf(SampleSet::load(two + "," + three, pair)),
                  "3.npy: expects 2 samples");
  EXPECT_CONTAINS(messageOf(SampleSet::load(two, pair)),
                  "expects 2 .npy files, one for each input, but got 1");
}

TEST_F(SampleSetTest, ReadsTestDataSets) {
  // dims 1x2, float, name, raw data 1.0 and 2.0.
  std::string tensor("\x08\1\x08\2\x10\1\x42\1x\x4a\x08\0\0\x80\x3f\0\0\0\x40",
                     19);
  folder.write("data/test_data_set_0/input_0.pb", tensor);
  tensor.replace(15, 4, std::string("\0\0\x40\x40", 4)); // 3.0
  folder.write("data/test_data_set_10/input_0.pb", tensor);
  auto set = SampleSet::load(folder.path("data"), info("x", {1, 2}));
  ASSERT_TRUE(bool(set)) << toString(set.takeError());
  EXPECT_EQ(set->size(), 2);
  EXPECT_EQ(run(*set, 0), (std::vector<float>{1, 2}));
  EXPECT_EQ(run(*set, 1), (std::vector<float>{1, 3}));
  folder.write("empty/readme", "");
  EXPECT_CONTAINS(
      messageOf(SampleSet::load(folder.path("empty"), info("x", {1, 2}))),
      "expects test_data_set_0/input_0.pb in the folder");
}

TEST_F(SampleSetTest, RefusesBadArrays) {
  TensorInfo x = info("x", {1, 2});
  auto errorOf = [&](StringRef path) {
    return messageOf(SampleSet::load(path, x));
  };
  EXPECT_CONTAINS(errorOf(npy("x.npy", {4, 3})),
                  "x.npy: expects shape Nx2 or Nx1x2 (N samples) for input 'x' "
                  "of shape 1x2, but got 4x3; reshape or transpose the array");
  EXPECT_CONTAINS(errorOf(npy("x.npy", {4, 2}, ElementType::I64)),
                  "x.npy: expects float32 for input 'x', but got int64; "
                  "convert it with x.astype('float32')");
  EXPECT_CONTAINS(errorOf(npy("x.npy", {0, 2})),
                  "expects at least one sample, but got none");
  EXPECT_CONTAINS(errorOf(npy("x.npy", {})), "but got scalar");
  EXPECT_CONTAINS(errorOf(folder.path("none.npz")), "No such file");
  EXPECT_CONTAINS(errorOf(folder.path("none")), "there is no such file");
  EXPECT_CONTAINS(errorOf(""), "there is no such file");
  EXPECT_CONTAINS(errorOf(folder.write("x.txt", "")), "expects an .npy file");
}

TEST_F(SampleSetTest, RefusesWhatIsNotFinite) {
  Array array = make({3, 2});
  TensorInfo x = info("x", {1, 2});
  auto errorWith = [&](float value) {
    array.as<float>()[5] = value;
    cantFail(writeNpy(folder.path("x.npy"), array));
    return messageOf(SampleSet::load(folder.path("x.npy"), x));
  };
  EXPECT_CONTAINS(errorWith(NAN), "expects finite values for input 'x', but "
                                  "sample 2 has NaN at element 1; remove or "
                                  "repair that sample");
  EXPECT_CONTAINS(errorWith(INFINITY), "sample 2 has infinity at element 1");
  Array wide = make({3, 2}, ElementType::F64);
  wide.as<double>()[0] = 1e300;
  cantFail(writeNpy(folder.path("x.npy"), wide));
  EXPECT_CONTAINS(messageOf(SampleSet::load(folder.path("x.npy"), x)),
                  "sample 0 has a value beyond float32");
}
