/*===- quantc.h - The C interface of a compiled model -------------------===*\
|*                                                                          *|
|* Part of the Quantc project, under the Apache License v2.0 with LLVM      *|
|* Exceptions. See LICENSE for license information.                         *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                  *|
|*                                                                          *|
\*===--------------------------------------------------------------------===*/
#ifndef QUANTC_RUNTIME_QUANTC_H
#define QUANTC_RUNTIME_QUANTC_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Raised when anything below changes its layout or meaning. */
#define QUANTC_ABI_VERSION 1

/* Element types. */
enum {
  QUANTC_F32 = 0,
  QUANTC_F64 = 1,
  QUANTC_I8 = 2,
  QUANTC_U8 = 3,
  QUANTC_I16 = 4,
  QUANTC_U16 = 5,
  QUANTC_I32 = 6,
  QUANTC_U32 = 7,
  QUANTC_I64 = 8,
  QUANTC_U64 = 9,
  QUANTC_BOOL = 10,
  QUANTC_F16 = 11,
  QUANTC_BF16 = 12,
  /* Text of a fixed width, filled up with zero bytes: the last dimension of the
     shape counts the bytes of one string, and an element is one of them. */
  QUANTC_STRING = 13
};

/* What run, set_threads and init answer. */
enum {
  QUANTC_OK = 0,
  QUANTC_ERROR_NULL = 1,   /* A context, tensor or function pointer is null. */
  QUANTC_ERROR_THREADS = 2 /* So many threads are not to be had. */
};

/* One input or output: dense, row-major. */
typedef struct quantc_tensor {
  const char *name;
  int32_t type;
  int32_t rank;
  const int64_t *shape; /* rank elements */
  int64_t bytes;
} quantc_tensor;

typedef struct quantc_context quantc_context;

/* Threads that a program has already. */
typedef struct quantc_pool {
  /* Calls task(argument, i) once for each i in [0, count), in any order and on
     any threads, and returns when all of these calls have. */
  void (*run)(void *state, void (*task)(void *argument, int32_t i),
              void *argument, int32_t count);
  void *state;
} quantc_pool;

/* From now on, runs of the context use up to `threads` threads, the caller's
   among them: those of `pool`, which is copied, or, if it is null, threads of
   the context's own, which wait between runs and end with the context. Outputs
   have the same bytes with any number of threads. A context begins with 1.

   QUANTC_OK, or, with one thread from now on: QUANTC_ERROR_NULL,
   or QUANTC_ERROR_THREADS if the number is not in [1, 1024] or the process
   cannot start threads. Not while `run` is at work. Threads of its own are all
   the memory that this allocates; `run` still allocates nothing. */
typedef int32_t (*quantc_set_threads_function)(quantc_context *context,
                                               int32_t threads,
                                               const quantc_pool *pool);

/* All there is to know about a compiled model. Immutable. */
typedef struct quantc_model {
  int32_t abi_version;
  int32_t level_count;
  const char *name;
  const char *compiler; /* "quantc 0.1.0" */
  int64_t arena_bytes;  /* All the memory of one context. */
  int64_t weight_bytes; /* Constant data that every context shares. */
  int32_t input_count;
  int32_t output_count;
  const quantc_tensor *inputs;
  const quantc_tensor *outputs;
  /* CPU levels in the library, each faster than the one before; same bytes. */
  const char *const *levels;
  /* The highest level that this CPU runs; -1 if there is none. */
  int32_t (*best_level)(void);
  /* A context on `arena` (arena_bytes, 64-byte aligned), or on memory of its
     own if null. `level` -1 means the best. Null if memory is short, the arena
     is misaligned, or the CPU does not run the level. */
  quantc_context *(*init)(void *arena, int32_t level);
  /* One inference; a pointer per tensor. Allocates nothing. A context serves
     one thread at a time; contexts are independent of each other. */
  int32_t (*run)(quantc_context *context, const void *const *inputs,
                 void *const *outputs);
  void (*free)(quantc_context *context);
  /* Runs the golden vectors that were stored at compile time, at every level
     that this CPU has: the number of outputs that differ, 0 if all is well, -1
     if memory is short. Without golden vectors, 0. */
  int32_t (*selftest)(void);
} quantc_model;

/* A shared library exports its model under this name. The symbol is weak: a
   program with several models linked into it calls <model>_model() instead. */
#define QUANTC_MODEL_SYMBOL "quantc_model_entry"

/* In the same way, the function of type quantc_set_threads_function, which
   linked programs know as <model>_set_threads(). Older libraries have none. */
#define QUANTC_SET_THREADS_SYMBOL "quantc_set_threads_entry"

#ifdef __cplusplus
}
#endif

#endif /* QUANTC_RUNTIME_QUANTC_H */
