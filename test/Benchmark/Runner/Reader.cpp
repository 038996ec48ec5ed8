//===- Reader.cpp - A thread that only reads ------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Contestant.h"
#include "Machine.h"

using namespace llvm;

namespace quantc::benchmark {

namespace {

/// Takes turns with those that also compute on as many bytes, so that caches,
/// pages and the memory are in the same state for all.
class Reader : public Contestant {
public:
  Reader(Buffer buffer, int64_t bytes)
      : buffer(std::move(buffer)), bytes(static_cast<size_t>(bytes)) {}

  void run() override { readMemory(buffer.data(), bytes); }

private:
  Buffer buffer;
  size_t bytes;
};

} // namespace

Made makeReader(const json::Object &spec) {
  int64_t bytes = spec.getInteger("bytes").value_or(0);
  if (bytes <= 0)
    return createStringError("expects a number of bytes to read");
  Expected<Buffer> buffer = Buffer::make(bytes, "");
  if (!buffer)
    return buffer.takeError();
  if (!readMemory(buffer->data(), 0))
    return make_error<Absent>("this CPU has no AVX2");
  return std::make_unique<Reader>(std::move(*buffer), bytes);
}

} // namespace quantc::benchmark
