//===- Contestant.h - Something that can be timed -------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_TEST_BENCHMARK_RUNNER_CONTESTANT_H
#define QUANTC_TEST_BENCHMARK_RUNNER_CONTESTANT_H

#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <cstdint>
#include <memory>
#include <string>

namespace quantc::benchmark {

/// Seconds of one run, averaged over those of a slice.
struct Slice {
  /// Of the thread's processor: what other processes take does not count.
  double cpu = 0;
  /// On the clock, which is what counts with more than one thread.
  double wall = 0;
};

/// One way to do the job's work: ours, or a peer's.
class Contestant {
public:
  virtual ~Contestant() = default;

  /// The work, once.
  virtual void run() = 0;

  /// The work, `count` times; between two of them, off the clock, `evict` is
  /// called if there is one.
  virtual llvm::Expected<Slice> measure(int64_t count, void (*evict)());

  std::string name;
};

using Made = llvm::Expected<std::unique_ptr<Contestant>>;

/// The contestant that `spec` describes; its key "kind" says by which of the
/// functions below. Errors: what is missing or wrong, and "absent: ..." for a
/// peer that is not on this machine.
Made makeContestant(const llvm::json::Object &spec);

/// A library of ours. Keys: library; inputs (files of raw bytes; without them,
/// zeros); level (name, default the best); threads (1), which sleep between
/// runs.
Made makeCompiled(const llvm::json::Object &spec);

/// ONNX Runtime. Keys: runtime (its shared library); model; threads (1);
/// inputs: {name, type, shape, file (raw bytes; without it, zeros)}.
Made makeOnnxRuntime(const llvm::json::Object &spec);

/// oneDNN, layer after layer. Keys: layers, as OneDnn.cpp has them.
Made makeOneDnn(const llvm::json::Object &spec);

/// "2.6.3"; empty without oneDNN.
std::string oneDnnVersion();

/// Reals times packed weights, by ggml of llama.cpp. Keys: libraries (folder of
/// its shared libraries); type (of the weights: "q4_0"); m, n, k.
Made makeGgml(const llvm::json::Object &spec);

/// What can be had at the best: a thread that only reads. Keys: bytes.
Made makeReader(const llvm::json::Object &spec);

/// What can be had at the best: a thread that only counts the bits in which
/// vectors differ. Keys: bits.
Made makeCounter(const llvm::json::Object &spec);

/// Another process, which gets "COUNT\n" and answers "SECONDS\n" of processor
/// time for one run. Keys: command (list of words).
Made makeProcess(const llvm::json::Object &spec);

/// An error for a peer that is not there: reported, but no failure.
class Absent : public llvm::ErrorInfo<Absent> {
public:
  static char ID;

  explicit Absent(std::string reason) : reason(std::move(reason)) {}

  void log(llvm::raw_ostream &os) const override { os << reason; }
  std::error_code convertToErrorCode() const override {
    return llvm::inconvertibleErrorCode();
  }

private:
  std::string reason;
};

/// The bytes of a file, 64-byte aligned; an error unless there are `bytes`.
class Buffer {
public:
  static llvm::Expected<Buffer> make(int64_t bytes, llvm::StringRef file);

  void *data() const { return memory.get(); }

private:
  struct Free {
    void operator()(void *memory) const { std::free(memory); }
  };
  std::unique_ptr<void, Free> memory;
};

} // namespace quantc::benchmark

#endif // QUANTC_TEST_BENCHMARK_RUNNER_CONTESTANT_H
