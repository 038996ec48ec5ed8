/*===- peak.c - How many int8 operations a second? ----------------------===*\
|*                                                                          *|
|* Part of the Quantc project, under the Apache License v2.0 with LLVM      *|
|* Exceptions. See LICENSE for license information.                         *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                  *|
|*                                                                          *|
\*===--------------------------------------------------------------------===*/
/* Twelve independent chains of vpdpbusd, the best of some rounds in CPU time.
   Prints giga-operations a second; a multiply-add counts as two. */
#include <immintrin.h>
#include <stdio.h>
#include <time.h>

#define CHAINS 12
#define STEPS 1000000

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

int main(void) {
  __m512i sums[CHAINS], ones = _mm512_set1_epi8(1);
  double best = 0;
  int check = 0;
  for (int i = 0; i < CHAINS; ++i)
    sums[i] = _mm512_setzero_si512();
  for (int round = 0; round < 30; ++round) {
    double start = now();
    for (int step = 0; step < STEPS; ++step) {
      for (int i = 0; i < CHAINS; ++i)
        sums[i] = _mm512_dpbusd_epi32(sums[i], ones, ones);
      __asm__ volatile("" ::"v"(sums[0]), "v"(sums[CHAINS - 1]));
    }
    double rate = 2.0 * 64 * CHAINS * STEPS / (now() - start) / 1e9;
    best = rate > best ? rate : best;
  }
  for (int i = 0; i < CHAINS; ++i)
    check += _mm512_reduce_add_epi32(sums[i]);
  printf("%.1f\n", best);
  return check == 42;
}
