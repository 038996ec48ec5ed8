//===- ConstantsTest.cpp - Small and large constants read alike -----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/Constants.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/MLIRContext.h"
#include <gtest/gtest.h>
#include <numeric>

using namespace mlir;
using namespace quantc;

namespace {

struct ConstantsTest : testing::Test {
  ConstantsTest() { context.loadDialect<tosa::TosaDialect>(); }

  RankedTensorType floats(int64_t count) {
    return RankedTensorType::get({count}, Float32Type::get(&context));
  }

  static std::vector<float> ramp(int64_t count) {
    std::vector<float> numbers(count);
    std::iota(numbers.begin(), numbers.end(), 0.5f);
    return numbers;
  }

  MLIRContext context;
};

/// One element below the limit, and at it.
constexpr int64_t kSmall = kResourceBytes / sizeof(float) - 1;
constexpr int64_t kLarge = kResourceBytes / sizeof(float);

TEST_F(ConstantsTest, SmallAndLargeReadAlike) {
  for (int64_t count : {kSmall, kLarge}) {
    std::vector<float> numbers = ramp(count);
    ElementsAttr attribute =
        createElements(floats(count), ArrayRef<float>(numbers));
    EXPECT_EQ(isa<DenseResourceElementsAttr>(attribute), count == kLarge);
    SmallVector<char> storage;
    auto read = numbersOf<float>(attribute, storage);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(*read, ArrayRef<float>(numbers));
    EXPECT_TRUE(storage.empty());
    EXPECT_FALSE(numbersOf<double>(attribute, storage).has_value());
  }
}

TEST_F(ConstantsTest, SplatIsSpreadOut) {
  SmallVector<char> storage;
  auto read =
      numbersOf<float>(DenseElementsAttr::get(floats(kLarge), 3.0f), storage);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->size(), size_t(kLarge));
  EXPECT_TRUE(llvm::all_of(*read, [](float x) { return x == 3.0f; }));
}

TEST_F(ConstantsTest, AlignedBytesStayWhereTheyAre) {
  auto owner = std::make_shared<std::vector<float>>(ramp(kLarge));
  ArrayRef<char> bytes(reinterpret_cast<const char *>(owner->data()),
                       kResourceBytes);
  std::weak_ptr<std::vector<float>> watch = owner;
  ElementsAttr attribute = referToElements(floats(kLarge), bytes, owner);
  owner.reset();
  EXPECT_FALSE(watch.expired());
  SmallVector<char> storage;
  EXPECT_EQ(bytesOf(attribute, storage)->data(), bytes.data());

  // A module that uses it keeps it; once none does, it goes.
  OpBuilder builder(&context);
  Location loc = builder.getUnknownLoc();
  OwningOpRef<ModuleOp> user = ModuleOp::create(loc);
  OwningOpRef<ModuleOp> other = ModuleOp::create(loc);
  builder.setInsertionPointToEnd(user->getBody());
  tosa::ConstOp::create(builder, loc, floats(kLarge), attribute);
  freeUnusedResources({*user, *other});
  EXPECT_FALSE(watch.expired());
  EXPECT_TRUE(bytesOf(attribute, storage).has_value());
  freeUnusedResources({*other});
  EXPECT_TRUE(watch.expired());
  EXPECT_FALSE(bytesOf(attribute, storage).has_value());
}

TEST_F(ConstantsTest, UnalignedBytesAreCopied) {
  auto owner = std::make_shared<std::vector<char>>(kResourceBytes + 1);
  std::vector<float> numbers = ramp(kLarge);
  std::memcpy(owner->data() + 1, numbers.data(), kResourceBytes);
  ElementsAttr attribute = referToElements(
      floats(kLarge), ArrayRef<char>(*owner).drop_front(), owner);
  EXPECT_EQ(owner.use_count(), 1);
  SmallVector<char> storage;
  auto read = numbersOf<float>(attribute, storage);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(*read, ArrayRef<float>(numbers));
}

TEST_F(ConstantsTest, ReshapeSharesTheElements) {
  std::vector<float> numbers = ramp(kLarge);
  ElementsAttr attribute =
      createElements(floats(kLarge), ArrayRef<float>(numbers));
  auto square = RankedTensorType::get({128, 128}, Float32Type::get(&context));
  ElementsAttr reshaped = reshapeElements(attribute, square);
  EXPECT_EQ(reshaped.getShapedType(), square);
  SmallVector<char> storage;
  EXPECT_EQ(bytesOf(reshaped, storage)->data(),
            bytesOf(attribute, storage)->data());
}

} // namespace
