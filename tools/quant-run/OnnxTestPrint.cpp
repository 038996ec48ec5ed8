//===- OnnxTestPrint.cpp - Results of conformance tests -------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/Table.h"
#include "tools/quant-run/OnnxTest.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <array>
#include <map>

using namespace llvm;
using namespace quantc;

static constexpr size_t classes = 5;
/// Tests that are named behind a reason that many share.
static constexpr size_t mostNames = 6;

StringRef quantc::nameOf(OnnxTestResult::Class kind) {
  static constexpr StringLiteral names[classes] = {
      "pass", "wrong", "unsupported", "crashed", "timeout"};
  return names[kind];
}

json::Value quantc::toJson(const OnnxTestResult &result) {
  return json::Object{{"class", nameOf(result.kind)},
                      {"reason", json::fixUTF8(result.reason)},
                      {"exact", result.isExact},
                      {"fixed_inputs", json::Array(result.fixedInputs)},
                      {"operators", json::Array(result.operators)}};
}

bool quantc::fromJson(const json::Value &value, OnnxTestResult &result,
                      json::Path path) {
  std::string kind;
  json::ObjectMapper mapper(value, path);
  if (!mapper || !mapper.map("class", kind) ||
      !mapper.map("reason", result.reason) ||
      !mapper.map("exact", result.isExact) ||
      !mapper.map("fixed_inputs", result.fixedInputs) ||
      !mapper.map("operators", result.operators))
    return false;
  for (size_t i = 0; i < classes; ++i)
    if (nameOf(OnnxTestResult::Class(i)) == kind) {
      result.kind = OnnxTestResult::Class(i);
      return true;
    }
  return false;
}

namespace {

/// Tests of one group.
struct Counts {
  std::array<int64_t, classes> byClass = {};
  int64_t total = 0, exact = 0, fixed = 0;

  void add(const OnnxTestResult &result) {
    ++total;
    ++byClass[result.kind];
    if (result.kind != OnnxTestResult::Pass)
      return;
    exact += result.isExact;
    fixed += !result.fixedInputs.empty();
  }
};

} // namespace

static std::map<std::string, Counts> count(ArrayRef<OnnxTest> tests,
                                           ArrayRef<OnnxTestResult> results) {
  std::map<std::string, Counts> groups;
  for (auto [test, result] : zip_equal(tests, results))
    groups[test.group].add(result);
  return groups;
}

static void printTable(ArrayRef<OnnxTest> tests,
                       ArrayRef<OnnxTestResult> results, raw_ostream &os) {
  std::vector<Table::Column> columns = {{"folder"}};
  for (StringRef title : {"tests", "pass", "exact", "fixed inputs", "wrong",
                          "unsupported", "crashed", "timeout"})
    columns.push_back({title.str(), /*right=*/true});
  Table table(columns);
  auto addRow = [&](StringRef name, const Counts &counts) {
    std::vector<std::string> cells = {name.str()};
    for (int64_t number :
         {counts.total, counts.byClass[OnnxTestResult::Pass], counts.exact,
          counts.fixed, counts.byClass[OnnxTestResult::Wrong],
          counts.byClass[OnnxTestResult::Unsupported],
          counts.byClass[OnnxTestResult::Crashed],
          counts.byClass[OnnxTestResult::Timeout]})
      cells.push_back(itostr(number));
    table.add(std::move(cells));
  };
  std::map<std::string, Counts> groups = count(tests, results);
  for (const auto &[name, counts] : groups)
    addRow(name, counts);
  if (groups.size() > 1) {
    Counts all;
    for (const OnnxTestResult &result : results)
      all.add(result);
    addRow("all", all);
  }
  table.print(os);
}

/// "a, b, c and 4 more"
static std::string namesText(ArrayRef<StringRef> names) {
  std::string text = join(names.take_front(mostNames), ", ");
  if (names.size() > mostNames)
    text += " and " + itostr(int64_t(names.size() - mostNames)) + " more";
  return text;
}

/// The failures of one class, the most frequent reason first.
static void printReasons(OnnxTestResult::Class kind, ArrayRef<OnnxTest> tests,
                         ArrayRef<OnnxTestResult> results, raw_ostream &os) {
  MapVector<StringRef, std::vector<StringRef>> reasons;
  for (auto [test, result] : zip_equal(tests, results))
    if (result.kind == kind)
      reasons[result.reason].push_back(test.name);
  if (reasons.empty())
    return;
  auto sorted = reasons.takeVector();
  sort(sorted, [](const auto &a, const auto &b) {
    return std::make_pair(b.second.size(), a.first) <
           std::make_pair(a.second.size(), b.first);
  });
  os << "\n" << nameOf(kind) << ":\n";
  for (const auto &[reason, names] : sorted)
    os << "  " << names.size() << "  " << printableText(reason) << "\n       "
       << namesText(names) << "\n";
}

void quantc::printOnnxTests(ArrayRef<OnnxTest> tests,
                            ArrayRef<OnnxTestResult> results, raw_ostream &os) {
  printTable(tests, results, os);
  for (OnnxTestResult::Class kind :
       {OnnxTestResult::Unsupported, OnnxTestResult::Wrong,
        OnnxTestResult::Timeout, OnnxTestResult::Crashed})
    printReasons(kind, tests, results, os);
}

json::Value quantc::onnxTestsToJson(ArrayRef<OnnxTest> tests,
                                    ArrayRef<OnnxTestResult> results) {
  json::Array list;
  for (auto [test, result] : zip_equal(tests, results)) {
    json::Value entry = toJson(result);
    (*entry.getAsObject())["folder"] = json::fixUTF8(test.group);
    (*entry.getAsObject())["name"] = json::fixUTF8(test.name);
    list.push_back(std::move(entry));
  }
  json::Object folders;
  for (const auto &[name, counts] : count(tests, results)) {
    json::Object folder{{"tests", counts.total},
                        {"exact", counts.exact},
                        {"fixed_inputs", counts.fixed}};
    for (size_t i = 0; i < classes; ++i)
      folder[nameOf(OnnxTestResult::Class(i))] = counts.byClass[i];
    folders[json::fixUTF8(name)] = std::move(folder);
  }
  return json::Object{{"schema_version", 1},
                      {"folders", std::move(folders)},
                      {"tests", std::move(list)}};
}
