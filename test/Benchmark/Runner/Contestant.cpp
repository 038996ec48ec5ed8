//===- Contestant.cpp - Something that can be timed -----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Contestant.h"

#include "llvm/Support/MemoryBuffer.h"

#include <cstdlib>
#include <cstring>
#include <ctime>

using namespace llvm;

namespace quantc::benchmark {

char Absent::ID = 0;

static double now(clockid_t clock) {
  timespec time;
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) +
         1e-9 * static_cast<double>(time.tv_nsec);
}

Expected<Slice> Contestant::measure(int64_t count, void (*evict)()) {
  Slice sum;
  // Without eviction the caches are warm, and the clock is read once.
  if (!evict)
    run();
  int64_t pieces = evict ? count : 1, runs = evict ? 1 : count;
  for (int64_t piece = 0; piece < pieces; ++piece) {
    if (evict)
      evict();
    double wall = now(CLOCK_MONOTONIC), cpu = now(CLOCK_THREAD_CPUTIME_ID);
    for (int64_t i = 0; i < runs; ++i)
      run();
    sum.cpu += now(CLOCK_THREAD_CPUTIME_ID) - cpu;
    sum.wall += now(CLOCK_MONOTONIC) - wall;
  }
  double scale = 1.0 / static_cast<double>(count);
  return Slice{sum.cpu * scale, sum.wall * scale};
}

Made makeContestant(const json::Object &spec) {
  std::string kind = spec.getString("kind").value_or("").str();
  auto make = kind == "quantc"        ? makeCompiled
              : kind == "onnxruntime" ? makeOnnxRuntime
              : kind == "onednn"      ? makeOneDnn
              : kind == "ggml"        ? makeGgml
              : kind == "read"        ? makeReader
              : kind == "count"       ? makeCounter
              : kind == "process"     ? makeProcess
                                      : nullptr;
  if (!make)
    return createStringError(
        "expects a kind that is quantc, onnxruntime, "
        "onednn, ggml, read, count or process, but got '%s'",
        kind.c_str());
  Made made = make(spec);
  if (made)
    (*made)->name = spec.getString("name").value_or(kind).str();
  return made;
}

Expected<Buffer> Buffer::make(int64_t bytes, StringRef file) {
  constexpr size_t kAlignment = 64;
  size_t rounded =
      (static_cast<size_t>(bytes) + kAlignment) / kAlignment * kAlignment;
  Buffer buffer;
  buffer.memory.reset(std::aligned_alloc(kAlignment, rounded));
  if (!buffer.memory)
    return createStringError("no memory for a tensor of %lld bytes",
                             static_cast<long long>(bytes));
  std::memset(buffer.data(), 0, rounded);
  if (file.empty())
    return buffer;
  auto contents = MemoryBuffer::getFile(file, /*IsText=*/false,
                                        /*RequiresNullTerminator=*/false);
  if (!contents)
    return createStringError("'" + file +
                             "': " + contents.getError().message());
  if (static_cast<int64_t>((*contents)->getBufferSize()) != bytes)
    return createStringError("'" + file + "': expects " + Twine(bytes) +
                             " bytes, but got " +
                             Twine((*contents)->getBufferSize()));
  std::memcpy(buffer.data(), (*contents)->getBufferStart(),
              (*contents)->getBufferSize());
  return buffer;
}

} // namespace quantc::benchmark
