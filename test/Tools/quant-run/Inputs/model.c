/*===- model.c - A compiled model, written by hand ----------------------===*\
|*                                                                          *|
|* Part of the Quantc project, under the Apache License v2.0 with LLVM      *|
|* Exceptions. See LICENSE for license information.                         *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                  *|
|*                                                                          *|
\*===--------------------------------------------------------------------===*/
/* scores[n] = (x[n][0] + x[n][1] + OFFSET, 2 x[n][2]), for BATCH samples;
   sum[n] = x[n][0] + x[n][1] + x[n][2] as an integer. */
#include "quantc/Runtime/quantc.h"
#include <stdlib.h>

#ifndef BATCH
#define BATCH 1
#endif
#ifndef OFFSET
#define OFFSET 0
#endif
#ifndef ABI
#define ABI QUANTC_ABI_VERSION
#endif
#ifndef SELFTEST
#define SELFTEST 0
#endif
#ifndef BEST
#define BEST 1
#endif
#ifndef X_BYTES
#define X_BYTES (BATCH * 12)
#endif

struct quantc_context {
  int level;
};

static int32_t best(void) { return BEST; }
static int32_t selftest(void) { return SELFTEST; }

static quantc_context *init(void *arena, int32_t level) {
  if ((level < 0 ? BEST : level) > BEST)
    return 0;
  return calloc(1, sizeof(quantc_context));
}

static int32_t run(quantc_context *context, const void *const *inputs,
                   void *const *outputs) {
  if (!context || !inputs[0] || !outputs[0] || !outputs[1])
    return QUANTC_ERROR_NULL;
  const float *x = inputs[0];
  float *scores = outputs[0];
  int32_t *sum = outputs[1];
  for (int n = 0; n < BATCH; ++n) {
    scores[2 * n] = x[3 * n] + x[3 * n + 1] + OFFSET;
    scores[2 * n + 1] = 2 * x[3 * n + 2];
    sum[n] = (int32_t)(x[3 * n] + x[3 * n + 1] + x[3 * n + 2]);
  }
  return QUANTC_OK;
}

static void release(quantc_context *context) { free(context); }

static const int64_t xShape[] = {BATCH, 3};
static const int64_t scoresShape[] = {BATCH, 2};
static const int64_t sumShape[] = {BATCH};
static const quantc_tensor inputs[] = {{"x", QUANTC_F32, 2, xShape, X_BYTES}};
static const quantc_tensor outputs[] = {
    {"scores", QUANTC_F32, 2, scoresShape, BATCH * 8},
    {"sum", QUANTC_I32, 1, sumShape, BATCH * 4}};
static const char *const levels[] = {"plain", "fast", "faster"};

const quantc_model quantc_model_entry = {
    ABI,    3,    "hand",  "quantc test", 64,  128,     1,       2,
    inputs, outputs, levels, best, init, run, release, selftest};
