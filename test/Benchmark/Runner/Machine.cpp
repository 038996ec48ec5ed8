//===- Machine.cpp - The limits of this machine ---------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Machine.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/TargetParser/Host.h"

#include <algorithm>
#include <ctime>
#include <fstream>
#include <immintrin.h>
#include <string>
#include <unistd.h>
#include <vector>

using namespace llvm;

namespace quantc::benchmark {

namespace {

/// Independent chains: more than latency times throughput of any FMA unit.
constexpr int kChains = 12;
constexpr int kSteps = 40000;

double processorTime() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) +
         1e-9 * static_cast<double>(time.tv_nsec);
}

/// The best rate of `piece`, which does `work` units, within `seconds`.
template <typename Piece>
double bestRate(double work, double seconds, Piece piece) {
  double best = 0, end = processorTime() + seconds;
  for (double start = processorTime(); start < end;) {
    piece();
    double stop = processorTime();
    best = std::max(best, work / (stop - start) * 1e-9);
    start = stop;
  }
  return best;
}

// The empty asm keeps each chain in its register and each step in the loop.

__attribute__((target("avx512f,avx512vnni"))) void vnni512() {
  __m512i ones = _mm512_set1_epi8(1), sums[kChains] = {};
  for (int step = 0; step < kSteps; ++step)
    for (__m512i &sum : sums) {
      sum = _mm512_dpbusd_epi32(sum, ones, ones);
      __asm__ volatile("" : "+v"(sum));
    }
}

__attribute__((target("avx2,avxvnni"))) void vnni256() {
  __m256i ones = _mm256_set1_epi8(1), sums[kChains] = {};
  for (int step = 0; step < kSteps; ++step)
    for (__m256i &sum : sums) {
      sum = _mm256_dpbusd_avx_epi32(sum, ones, ones);
      __asm__ volatile("" : "+x"(sum));
    }
}

__attribute__((target("avx2"))) void withoutVnni() {
  __m256i words = _mm256_set1_epi16(1), sums[kChains] = {};
  for (int step = 0; step < kSteps; ++step)
    for (__m256i &sum : sums) {
      __m256i bytes = words;
      __asm__ volatile("" : "+x"(bytes)); // Products are not all the same.
      __m256i pairs = _mm256_maddubs_epi16(bytes, words);
      sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, words));
      __asm__ volatile("" : "+x"(sum));
    }
}

__attribute__((target("avx512f"))) void fma512() {
  __m512 ones = _mm512_set1_ps(1.0f), sums[kChains] = {};
  for (int step = 0; step < kSteps; ++step)
    for (__m512 &sum : sums) {
      sum = _mm512_fmadd_ps(ones, ones, sum);
      __asm__ volatile("" : "+v"(sum));
    }
}

__attribute__((target("avx2,fma"))) void fma256() {
  __m256 ones = _mm256_set1_ps(1.0f), sums[kChains] = {};
  for (int step = 0; step < kSteps; ++step)
    for (__m256 &sum : sums) {
      sum = _mm256_fmadd_ps(ones, ones, sum);
      __asm__ volatile("" : "+x"(sum));
    }
}

/// Eight independent loads a step; what they read only has to be read.
__attribute__((target("avx512f"))) void read512(const char *memory,
                                                size_t bytes) {
  constexpr size_t kStep = 8 * sizeof(__m512i);
  for (size_t at = 0; at + kStep <= bytes; at += kStep)
    for (size_t i = 0; i < kStep; i += sizeof(__m512i)) {
      __m512i loaded = _mm512_loadu_si512(memory + at + i);
      __asm__ volatile("" ::"v"(loaded));
    }
}

__attribute__((target("avx2"))) void read256(const char *memory, size_t bytes) {
  constexpr size_t kStep = 8 * sizeof(__m256i);
  for (size_t at = 0; at + kStep <= bytes; at += kStep)
    for (size_t i = 0; i < kStep; i += sizeof(__m256i)) {
      __m256i loaded = _mm256_loadu_si256(
          reinterpret_cast<const __m256i *>(memory + at + i));
      __asm__ volatile("" ::"x"(loaded));
    }
}

/// Operations of one piece: chains of `lanes` multiply-adds.
double work(int lanes) { return 2.0 * lanes * kChains * kSteps; }

/// In bytes, as the kernel says of the first core: "32768K". Without it, 32
/// MiB.
int64_t cacheBytes(int index) {
  std::ifstream file("/sys/devices/system/cpu/cpu0/cache/index" +
                     std::to_string(index) + "/size");
  int64_t size = 0;
  char unit = 'K';
  if (!(file >> size >> unit))
    return int64_t(32) << 20;
  return size << (unit == 'M' ? 20 : 10);
}

std::string cpuName() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (StringRef(line).starts_with("model name"))
      return StringRef(line).split(':').second.trim().str();
  return sys::getHostCPUName().str();
}

} // namespace

double int8Peak(double seconds) {
  if (__builtin_cpu_supports("avx512vnni"))
    return bestRate(work(64), seconds, vnni512);
  if (sys::getHostCPUFeatures().lookup("avxvnni"))
    return bestRate(work(32), seconds, vnni256);
  return int8PeakWithoutVnni(seconds);
}

double int8PeakWithoutVnni(double seconds) {
  if (!__builtin_cpu_supports("avx2"))
    return 0;
  return bestRate(work(32), seconds, withoutVnni);
}

double f32Peak(double seconds) {
  if (__builtin_cpu_supports("avx512f"))
    return bestRate(work(16), seconds, fma512);
  if (__builtin_cpu_supports("fma"))
    return bestRate(work(8), seconds, fma256);
  return 0;
}

bool readMemory(const void *memory, size_t bytes) {
  if (!__builtin_cpu_supports("avx2"))
    return false;
  auto read = __builtin_cpu_supports("avx512f") ? read512 : read256;
  read(static_cast<const char *>(memory), bytes);
  return true;
}

double readBandwidth(int64_t bytes, double seconds) {
  std::vector<char> memory(static_cast<size_t>(bytes), 1);
  if (!readMemory(memory.data(), 0))
    return 0;
  // Small memory is read often enough that the clock does not count.
  int64_t times = std::max<int64_t>(1, (int64_t(8) << 20) / bytes);
  return bestRate(static_cast<double>(bytes * times), seconds, [&] {
    for (int64_t i = 0; i < times; ++i)
      readMemory(memory.data(), memory.size());
  });
}

json::Object describeMachine() {
  constexpr double kSeconds = 0.2, kTurn = 0.02;
  // In turns: the clock of the core changes, and the shares of these peaks in
  // each other should not.
  double int8 = 0, withoutVnni = 0, f32 = 0;
  for (int turn = 0; turn < 10; ++turn) {
    int8 = std::max(int8, int8Peak(kTurn));
    withoutVnni = std::max(withoutVnni, int8PeakWithoutVnni(kTurn));
    f32 = std::max(f32, f32Peak(kTurn));
  }
  int64_t level1 = cacheBytes(0), level2 = cacheBytes(2),
          level3 = cacheBytes(3);
  return json::Object{
      {"cpu", cpuName()},
      {"llvm_cpu", sys::getHostCPUName()},
      {"int8_gops", int8},
      {"int8_without_vnni_gops", withoutVnni},
      {"f32_gflops", f32},
      {"cache_bytes", json::Array{level1, level2, level3}},
      {"read_gb_per_second",
       json::Object{{"L1", readBandwidth(level1 / 2, kSeconds)},
                    {"L2", readBandwidth(level2 / 2, kSeconds)},
                    {"L3", readBandwidth(level3 / 2, kSeconds)},
                    {"DRAM", readBandwidth(level3 * 8, 5 * kSeconds)}}}};
}

void evictCaches() {
  static std::vector<char> memory(static_cast<size_t>(2 * cacheBytes(3)));
  for (size_t at = 0; at < memory.size(); at += 64)
    ++memory[at];
}

} // namespace quantc::benchmark
