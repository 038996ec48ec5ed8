/*===- language.c - A compiled language model, written by hand ----------===*\
|*                                                                          *|
|* Part of the Quantc project, under the Apache License v2.0 with LLVM      *|
|* Exceptions. See LICENSE for license information.                         *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                  *|
|*                                                                          *|
\*===--------------------------------------------------------------------===*/
/* Four tokens of four kinds. The next token is the successor of the last one
   with probability 1/2, else any of the three others: log 3, 0, 0, 0. */
#include "quantc/Runtime/quantc.h"
#include <stdlib.h>

struct quantc_context {
  int level;
};

static int32_t best(void) { return 0; }
static int32_t selftest(void) { return 0; }
static quantc_context *init(void *arena, int32_t level) {
  return calloc(1, sizeof(quantc_context));
}

static int32_t run(quantc_context *context, const void *const *inputs,
                   void *const *outputs) {
  const int64_t *tokens = inputs[0];
  float *logits = outputs[0];
  for (int t = 0; t < 4; ++t)
    for (int v = 0; v < 4; ++v)
      logits[4 * t + v] = v == (tokens[t] + 1) % 4 ? 1.0986123f : 0;
  return QUANTC_OK;
}

static void release(quantc_context *context) { free(context); }

static const int64_t tokensShape[] = {1, 4};
static const int64_t logitsShape[] = {1, 4, 4};
static const quantc_tensor inputs[] = {
    {"tokens", QUANTC_I64, 2, tokensShape, 32}};
static const quantc_tensor outputs[] = {
    {"logits", QUANTC_F32, 3, logitsShape, 64}};
static const char *const levels[] = {"plain"};

const quantc_model quantc_model_entry = {
    QUANTC_ABI_VERSION, 1,      "parrot", "quantc test", 64,  128,     1,       1,
    inputs,             outputs, levels,  best,          init, run, release, selftest};
