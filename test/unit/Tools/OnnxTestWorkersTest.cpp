//===- OnnxTestWorkersTest.cpp - A process for each conformance test ------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "tools/quant-run/OnnxTest.h"

#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"
#include <csignal>
#include <unistd.h>

using namespace quantc;

/// Does what its name says.
static OnnxTestResult behave(const OnnxTest &test) {
  OnnxTestResult result;
  result.kind = OnnxTestResult::Pass;
  result.fixedInputs = {test.name};
  if (test.name == "abort") {
    llvm::errs() << "first\nLLVM ERROR: out of luck\n";
    abort();
  }
  if (test.name == "segfault")
    raise(SIGSEGV);
  if (test.name == "exit")
    _exit(3);
  volatile bool forever = test.name == "spin";
  while (forever)
    ;
  // More than a pipe holds.
  if (test.name == "long")
    result.reason = std::string(1 << 20, 'x');
  return result;
}

static std::vector<OnnxTest> named(std::vector<std::string> names) {
  std::vector<OnnxTest> tests(names.size());
  for (size_t i = 0; i < names.size(); ++i)
    tests[i].name = names[i];
  return tests;
}

TEST(OnnxTestWorkers, OneTestEndsOnlyItself) {
  int finished = 0;
  std::vector<OnnxTest> tests =
      named({"a", "abort", "long", "exit", "spin", "segfault", "b"});
  std::vector<OnnxTestResult> results =
      runIsolated(tests, 2, 1, behave, [&] { ++finished; });
  ASSERT_EQ(results.size(), tests.size());
  EXPECT_EQ(finished, 7);
  EXPECT_EQ(results[0].kind, OnnxTestResult::Pass);
  EXPECT_EQ(results[0].fixedInputs, std::vector<std::string>{"a"});
  EXPECT_EQ(results[1].kind, OnnxTestResult::Crashed);
  EXPECT_EQ(results[1].reason, "signal 6 (Aborted): LLVM ERROR: out of luck");
  EXPECT_EQ(results[2].kind, OnnxTestResult::Pass);
  EXPECT_EQ(results[2].reason.size(), size_t(1 << 20));
  EXPECT_EQ(results[3].kind, OnnxTestResult::Crashed);
  EXPECT_EQ(results[3].reason, "exit code 3");
  EXPECT_EQ(results[4].kind, OnnxTestResult::Timeout);
  EXPECT_EQ(results[4].reason, "takes more than 1 s of processor time");
  EXPECT_EQ(results[5].kind, OnnxTestResult::Crashed);
  EXPECT_EQ(results[5].reason, "signal 11 (Segmentation fault)");
  EXPECT_EQ(results[6].fixedInputs, std::vector<std::string>{"b"});
}

TEST(OnnxTestWorkers, MoreThreadsThanTests) {
  std::vector<OnnxTest> tests = named({"a"});
  EXPECT_EQ(runIsolated(tests, 8, 5, behave, [] {}).size(), size_t(1));
  EXPECT_TRUE(runIsolated({}, 8, 5, behave, [] {}).empty());
}
