//===- Progress.h - How far a long job has come -----------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_SUPPORT_PROGRESS_H
#define QUANTC_SUPPORT_PROGRESS_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

namespace quantc {

/// Shows how far a job has come and how long it will take: a bar that is drawn
/// anew on a terminal, a line every five seconds elsewhere, nothing if quiet.
///
///   calibrating [=========>          ]  45%  45/100  12 s left
class Progress {
public:
  enum class Style { Quiet, Lines, Bar };

  /// The style for a stream: a bar if it is a terminal.
  static Style styleFor(llvm::raw_ostream &os, bool quiet);

  /// `total` is the number of steps, `seconds` the time since any fixed
  /// moment; tests give their own.
  Progress(llvm::StringRef label, int64_t total, Style style,
           llvm::raw_ostream &os = llvm::errs(),
           std::function<double()> seconds = {});
  /// Writes the last line, "calibrating: 100 in 3.2 s".
  ~Progress();

  /// So many more steps are done. May be called from several threads.
  void advance(int64_t steps = 1);

private:
  void show(double elapsed);

  std::mutex mutex;
  std::string label;
  int64_t total;
  int64_t done = 0;
  Style style;
  llvm::raw_ostream &os;
  std::function<double()> seconds;
  double start;
  double shown;
};

/// "840 ms", "3.2 s", "2 min 05 s", "1 h 07 min".
std::string durationText(double seconds);

} // namespace quantc

#endif // QUANTC_SUPPORT_PROGRESS_H
