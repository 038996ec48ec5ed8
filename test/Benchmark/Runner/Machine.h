//===- Machine.h - The limits of this machine -----------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_TEST_BENCHMARK_RUNNER_MACHINE_H
#define QUANTC_TEST_BENCHMARK_RUNNER_MACHINE_H

#include "llvm/Support/JSON.h"

#include <cstddef>
#include <cstdint>

namespace quantc::benchmark {

/// 1e9 operations a second of one thread, a multiply-add counting as two, in
/// at least `seconds` of processor time. 0 if this CPU has no such instruction.
/// By vpdpbusd at the widest; without VNNI, as the next function.
double int8Peak(double seconds);
/// By vpmaddubsw, vpmaddwd and vpaddd on 256 bits.
double int8PeakWithoutVnni(double seconds);
/// By fused multiply-adds at the widest.
double f32Peak(double seconds);

/// Loads all of it, one address after the other, and does nothing else. False
/// if this CPU lacks AVX2.
bool readMemory(const void *memory, size_t bytes);

/// 1e9 bytes a second that one thread reads from `bytes` of memory, again and
/// again for `seconds`.
double readBandwidth(int64_t bytes, double seconds);

/// Everything above, and the CPU's name and caches.
llvm::json::Object describeMachine();

/// Reads and writes memory of more than the last cache's size.
void evictCaches();

} // namespace quantc::benchmark

#endif // QUANTC_TEST_BENCHMARK_RUNNER_MACHINE_H
