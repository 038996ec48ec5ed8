//===- Print.cpp - The report for people ----------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Report/Report.h"
#include "quantc/Support/Failure.h"
#include "quantc/Support/Progress.h"
#include "quantc/Support/Table.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace quantc;

static std::string percent(std::optional<double> fraction, int decimals = 2) {
  return fraction ? numberText(100 * *fraction, decimals) + " %" : "-";
}

static std::string bytes(std::optional<int64_t> count) {
  return count ? bytesText(uint64_t(*count)) : "-";
}

static std::string decimal(std::optional<double> value, int decimals) {
  return value ? numberText(*value, decimals) : "-";
}

std::optional<int64_t> ModelReport::storedWeightBytes() const {
  std::optional<int64_t> bytes;
  for (const Layer &layer : layers)
    if (layer.weightBits)
      bytes = bytes.value_or(0) + (*layer.weightBits + 7) / 8;
  return bytes;
}

/// "4.25"
static std::string bitsPerWeight(const ModelReport::Layer &layer) {
  if (!layer.weightBits || layer.weightCount.value_or(0) == 0)
    return "-";
  return numberText(double(*layer.weightBits) / double(*layer.weightCount), 2);
}

static void printTitle(const ModelReport &report, raw_ostream &os) {
  os << printableText(report.model);
  if (!report.inputFile.empty())
    os << ", from " << printableText(report.inputFile);
  if (!report.target.empty())
    os << ", for " << printableText(report.target);
  if (!report.compiler.empty())
    os << ", by " << printableText(report.compiler);
  os << "\n\n";
}

/// Float and quantized, side by side.
static void printSides(const ModelReport &report, raw_ostream &os) {
  Table table({{""}, {"float", true}, {"quantized", true}, {"", true}});
  bool any = false;
  auto row = [&](StringRef name, std::string before, std::string after,
                 std::string change) {
    table.add({name.str(), std::move(before), std::move(after), change});
    any = true;
  };
  if (report.floatTop1 || report.quantizedTop1) {
    std::string change;
    if (report.floatTop1 && report.quantizedTop1) {
      double points = 100 * (*report.quantizedTop1 - *report.floatTop1);
      change = (points >= 0 ? "+" : "") + numberText(points, 2) + " points";
    }
    row("top-1", percent(report.floatTop1), percent(report.quantizedTop1),
        change);
  }
  if (report.floatPerplexity && report.quantizedPerplexity) {
    double percents =
        100 * (*report.quantizedPerplexity / *report.floatPerplexity - 1);
    row("perplexity", decimal(report.floatPerplexity, 4),
        decimal(report.quantizedPerplexity, 4),
        (percents >= 0 ? "+" : "") + numberText(percents, 2) + " %");
  }
  if (report.floatWeightBytes || report.quantizedWeightBytes) {
    std::string change;
    if (report.floatWeightBytes.value_or(0) > 0 && report.quantizedWeightBytes)
      change = percent(double(*report.quantizedWeightBytes) /
                           double(*report.floatWeightBytes),
                       1);
    row("weights", bytes(report.floatWeightBytes),
        bytes(report.quantizedWeightBytes), change);
  }
  auto time = [](const std::optional<ModelReport::Latency> &latency,
                 double ModelReport::Latency::*field) {
    return latency ? numberText((*latency).*field, 3) + " ms" : "-";
  };
  if (report.floatLatency || report.quantizedLatency) {
    std::string change;
    if (report.floatLatency && report.quantizedLatency &&
        report.quantizedLatency->median > 0)
      change = numberText(report.floatLatency->median /
                              report.quantizedLatency->median,
                          2) +
               " x as fast";
    using Latency = ModelReport::Latency;
    row("latency, median", time(report.floatLatency, &Latency::median),
        time(report.quantizedLatency, &Latency::median), change);
    row("latency, p10", time(report.floatLatency, &Latency::p10),
        time(report.quantizedLatency, &Latency::p10), "");
    row("latency, p90", time(report.floatLatency, &Latency::p90),
        time(report.quantizedLatency, &Latency::p90), "");
  }
  if (!any)
    return;
  table.print(os, 2);
  os << "\n";
}

static void printFacts(const ModelReport &report, raw_ostream &os) {
  if (report.samples != 0 && report.agreement)
    os << "  agreement     " << percent(report.agreement) << " of "
       << report.tokens.value_or(report.samples)
       << (report.tokens
               ? " tokens in " + std::to_string(report.samples) + " samples\n"
               : " samples\n");
  if (report.outputSqnrDb)
    os << "  outputs       SQNR " << decimal(report.outputSqnrDb, 2)
       << " dB, cosine " << decimal(report.outputCosine, 6) << ", MSE "
       << (report.outputMse ? significantText(*report.outputMse, 4) : "-")
       << "\n";
  if (report.storedWeightBytes())
    os << "  weights       " << bytes(report.storedWeightBytes())
       << " in their formats\n";
  if (report.inputFileBytes)
    os << "  model file    " << bytes(report.inputFileBytes) << "\n";
  if (report.outputFileBytes)
    os << "  output file   " << bytes(report.outputFileBytes) << "\n";
  if (report.arenaBytes)
    os << "  arena         " << bytes(report.arenaBytes)
       << (report.liveBytes ? ", largest live set " + bytes(report.liveBytes)
                            : "")
       << "\n";
  if (report.predictedLatency)
    os << "  latency       " << numberText(*report.predictedLatency, 3)
       << " ms, predicted\n";
  if (report.decision)
    os << "  decided by    " << numberText(report.decision->integers, 3)
       << " ms in integers, " << numberText(report.decision->real, 3)
       << " ms in float, " << numberText(report.decision->chosen, 3)
       << " ms as compiled, predicted\n";
  if (report.tuning)
    os << "  tuned         " << report.tuning->known + report.tuning->measured
       << " of " << report.tuning->kernels << " kernels for "
       << report.tuning->level << ": " << numberText(report.tuning->tunedMs, 3)
       << " ms, by default " << numberText(report.tuning->defaultMs, 3)
       << " ms\n";
  if (report.stages.empty())
    return;
  double total = 0;
  os << "  compile time  ";
  for (const ModelReport::Stage &stage : report.stages) {
    os << stage.name << " " << durationText(stage.seconds) << ", ";
    total += stage.seconds;
  }
  os << "together " << durationText(total) << "\n";
}

static void printLayers(const ModelReport &report, raw_ostream &os) {
  if (report.layers.empty())
    return;
  Table table({{"layer", false, 40},
               {"op", false, 20},
               {"weights"},
               {"activations"},
               {"weight bits", true},
               {"SQNR dB", true},
               {"cosine", true},
               {"note", false, 60}});
  for (const ModelReport::Layer &layer : report.layers) {
    std::string note = layer.reason;
    if (layer.inFloat)
      note = note.empty() ? "in float" : "in float: " + note;
    else if (layer.given)
      note = note.empty() ? "given" : "given; " + note;
    table.add({layer.name, layer.kind,
               layer.weights.empty() ? "-" : layer.weights,
               layer.activations.empty() ? "-" : layer.activations,
               bitsPerWeight(layer), decimal(layer.sqnrDb, 2),
               decimal(layer.cosine, 5), note});
  }
  os << "\n";
  table.print(os, 2);
}

void quantc::printReport(const ModelReport &report, raw_ostream &os) {
  printTitle(report, os);
  printSides(report, os);
  printFacts(report, os);
  printLayers(report, os);
  if (report.remarks.empty())
    return;
  os << "\nRemarks\n";
  for (const ModelReport::Remark &remark : report.remarks) {
    os << "  ";
    if (!remark.layer.empty())
      os << printableText(remark.layer) << ": ";
    os << printableText(remark.text) << "\n";
  }
}
