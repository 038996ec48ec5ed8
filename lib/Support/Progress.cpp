//===- Progress.cpp - How far a long job has come -------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/Progress.h"

#include "llvm/Support/Format.h"
#include <chrono>

using namespace llvm;
using namespace quantc;

/// Seconds between two drawings, and between two lines.
static constexpr double barInterval = 0.1;
static constexpr double lineInterval = 5;
static constexpr int barWidth = 30;
static constexpr StringRef clearLine = "\r\x1b[K";

static double steadySeconds() {
  return std::chrono::duration<double>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

std::string quantc::durationText(double seconds) {
  std::string text;
  raw_string_ostream os(text);
  int64_t whole = int64_t(seconds + 0.5);
  if (seconds < 0.9995)
    os << format("%.0f ms", seconds * 1000);
  else if (seconds < 9.95)
    os << format("%.1f s", seconds);
  else if (whole < 60)
    os << whole << " s";
  else if (whole < 3600)
    os << whole / 60 << format(" min %02d s", int(whole % 60));
  else
    os << whole / 3600 << format(" h %02d min", int(whole % 3600 / 60));
  return text;
}

Progress::Style Progress::styleFor(raw_ostream &os, bool quiet) {
  if (quiet)
    return Style::Quiet;
  return os.is_displayed() ? Style::Bar : Style::Lines;
}

Progress::Progress(StringRef label, int64_t total, Style style, raw_ostream &os,
                   std::function<double()> clock)
    : label(label.str()), total(total), style(style), os(os),
      seconds(clock ? std::move(clock) : steadySeconds), start(seconds()),
      shown(start) {}

Progress::~Progress() {
  if (style == Style::Quiet)
    return;
  if (style == Style::Bar)
    os << clearLine;
  os << label << ": " << done;
  if (done < total)
    os << " of " << total;
  os << " in " << durationText(seconds() - start) << "\n";
  os.flush();
}

void Progress::advance(int64_t steps) {
  std::lock_guard<std::mutex> lock(mutex);
  done += steps;
  if (style == Style::Quiet)
    return;
  double now = seconds();
  if (now - shown < (style == Style::Bar ? barInterval : lineInterval))
    return;
  shown = now;
  show(now - start);
}

void Progress::show(double elapsed) {
  double part = total > 0 ? std::min(1.0, double(done) / double(total)) : 1.0;
  std::string left =
      part > 0 ? durationText(elapsed * (1 - part) / part) + " left" : "";
  if (style == Style::Lines) {
    os << label << ": " << done << "/" << total
       << format(" (%d%%), ", int(part * 100)) << left << "\n";
  } else {
    int filled = int(part * barWidth);
    os << clearLine << label << " [" << std::string(filled, '=')
       << (filled < barWidth ? ">" : "")
       << std::string(std::max(0, barWidth - filled - 1), ' ')
       << format("] %3d%%  ", int(part * 100)) << done << "/" << total << "  "
       << left;
  }
  os.flush();
}
