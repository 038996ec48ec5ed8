//===- Counter.cpp - A thread that only counts different bits --------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Contestant.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/TargetParser/Host.h"

#include <immintrin.h>

using namespace llvm;

namespace quantc::benchmark {

namespace {

#define QUANTC_AVX512 __attribute__((target("avx512f,avx512bw")))

/// Independent counters: more than the latency of an adder times the adders of
/// a cycle, in as many registers as there are.
constexpr int kCounters = 3;
constexpr int kVectors = 16;

/// sum + 2 * carry = sum + a + b; gives the carry.
QUANTC_AVX512 inline __m512i addBits(__m512i &sum, __m512i a, __m512i b) {
  __m512i carry = _mm512_ternarylogic_epi32(sum, a, b, 0xe8);
  sum = _mm512_ternarylogic_epi32(sum, a, b, 0x96);
  return carry;
}

QUANTC_AVX512 inline __m512i onesInBytes(__m512i bits) {
  __m512i low = _mm512_set1_epi8(15);
  __m512i table = _mm512_broadcast_i32x4(
      _mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));
  __m512i high = _mm512_and_si512(_mm512_srli_epi32(bits, 4), low);
  return _mm512_add_epi8(
      _mm512_shuffle_epi8(table, _mm512_and_si512(bits, low)),
      _mm512_shuffle_epi8(table, high));
}

/// Different bits of 16 vectors and a register, by carry-save adders (Harley
/// and Seal), in one counter.
struct Counter {
  __m512i digits[4] = {}, sixteens = {}, mask;

  /// Carries wait for the next one of their weight, so that few are in
  /// registers.
  QUANTC_AVX512 inline void add(const __m512i *vectors) {
    __m512i waiting[4];
#pragma clang loop unroll(full)
    for (int i = 0; i < kVectors; i += 2) {
      __m512i carry = addBits(digits[0], _mm512_xor_si512(vectors[i], mask),
                              _mm512_xor_si512(vectors[i + 1], mask));
#pragma clang loop unroll(full)
      for (int digit = 1; digit < 4; ++digit) {
        if ((i >> digit) % 2 == 0) {
          waiting[digit] = carry;
          break;
        }
        carry = addBits(digits[digit], waiting[digit], carry);
        if (digit == 3)
          sixteens = _mm512_add_epi8(sixteens, onesInBytes(carry));
      }
    }
  }
};

/// As many different bits as a product of matrices has, from the first cache,
/// and nothing else: no other way of counting them without an instruction that
/// counts the ones in a vector is known to be faster.
class OnlyCounting : public Contestant {
public:
  explicit OnlyCounting(int64_t bits)
      : steps(bits / (512 * kVectors * kCounters) + 1) {}

  QUANTC_AVX512 void run() override {
    Counter counters[kCounters];
    for (int i = 0; i < kCounters; ++i)
      counters[i].mask = _mm512_set1_epi32(0x12345 << i);
    for (int64_t step = 0; step < steps; ++step) {
      __asm__ volatile("" ::: "memory"); // Reads the vectors again.
#pragma clang loop unroll(full)
      for (Counter &counter : counters)
        counter.add(vectors);
    }
    for (Counter &counter : counters) {
      for (__m512i digit : counter.digits)
        counter.sixteens = _mm512_xor_si512(counter.sixteens, digit);
      _mm512_store_si512(&result, counter.sixteens);
      __asm__ volatile("" ::"m"(result));
    }
  }

private:
  __m512i vectors[kVectors] = {}, result;
  int64_t steps;
};

#undef QUANTC_AVX512

} // namespace

Made makeCounter(const json::Object &spec) {
  int64_t bits = spec.getInteger("bits").value_or(0);
  if (bits <= 0)
    return createStringError("expects a number of bits to count");
  if (!sys::getHostCPUFeatures().lookup("avx512bw"))
    return make_error<Absent>("this CPU has no AVX-512");
  return std::make_unique<OnlyCounting>(bits);
}

} // namespace quantc::benchmark
