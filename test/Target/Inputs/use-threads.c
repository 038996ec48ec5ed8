/* Runs a library on several numbers of threads, in turn and side by side, and
   says whether the outputs have the same bytes and whether a run allocates.

     use-threads LIB [THREADS...] */
#include "quantc/Runtime/quantc.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int is_counting, allocations;

#ifndef NO_COUNTING
/* Stands in front of libc's functions, for all libraries of the process. */
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static void count(void) {
  if (__atomic_load_n(&is_counting, __ATOMIC_RELAXED))
    __atomic_fetch_add(&allocations, 1, __ATOMIC_RELAXED);
}

void *malloc(size_t size) { return count(), __libc_malloc(size); }
void *calloc(size_t n, size_t size) { return count(), __libc_calloc(n, size); }
void *realloc(void *old, size_t size) {
  return count(), __libc_realloc(old, size);
}
void *aligned_alloc(size_t alignment, size_t size) {
  return count(), __libc_memalign(alignment, size);
}
void *memalign(size_t alignment, size_t size) {
  return count(), __libc_memalign(alignment, size);
}
int posix_memalign(void **memory, size_t alignment, size_t size) {
  count();
  *memory = __libc_memalign(alignment, size);
  return *memory ? 0 : 12;
}
void free(void *memory) {
  if (memory)
    count();
  __libc_free(memory);
}
#endif

static const quantc_model *model;
static quantc_set_threads_function set_threads;
static const void *inputs[64];
static void *expected[64];

/* A program's own pool: all parts in the wrong order, on one thread. */
static void run_backwards(void *state, void (*task)(void *, int32_t),
                          void *argument, int32_t n) {
  *(int *)state += 1;
  while (n-- > 0)
    task(argument, n);
}

/* The same numbers in every run of this program. */
static void fill(void *memory, const quantc_tensor *tensor) {
  uint32_t state = 1;
  int64_t i;
  for (i = 0; i < tensor->bytes; ++i) {
    state = state * 1664525u + 1013904223u;
    ((unsigned char *)memory)[i] =
        tensor->type == QUANTC_I8 || tensor->type == QUANTC_U8 ? state >> 24
                                                               : 0;
  }
  for (i = 0; tensor->type == QUANTC_F32 && i < tensor->bytes / 4; ++i) {
    state = state * 1664525u + 1013904223u;
    ((float *)memory)[i] = (float)(int32_t)state / 1073741824.0f;
  }
}

static void **outputs_of(void) {
  void **outputs = malloc(sizeof(void *) * 64);
  int32_t i;
  for (i = 0; i < model->output_count; ++i) {
    outputs[i] = malloc((size_t)model->outputs[i].bytes + 1);
    memset(outputs[i], 0xa5, (size_t)model->outputs[i].bytes);
  }
  return outputs;
}

static int is_expected(void **outputs) {
  int32_t i;
  for (i = 0; i < model->output_count; ++i)
    if (memcmp(outputs[i], expected[i], (size_t)model->outputs[i].bytes) != 0)
      return 0;
  return 1;
}

/* 20 runs, the first of them without counting: libc may allocate on first use
   of a symbol. */
static int differences(quantc_context *context) {
  void **outputs = outputs_of();
  int i, different = 0;
  for (i = 0; i < 20; ++i) {
    __atomic_store_n(&is_counting, i > 0, __ATOMIC_RELAXED);
    different += model->run(context, inputs, outputs) != QUANTC_OK;
    __atomic_store_n(&is_counting, 0, __ATOMIC_RELAXED);
    different += !is_expected(outputs);
  }
  return different;
}

static void *stress(void *argument) {
  quantc_context *context = model->init(NULL, -1);
  void **outputs = outputs_of();
  int i, *different = argument;
  for (i = 0; i < 30; ++i) {
    if (i % 10 == 0 && set_threads(context, 1 + (*different + i / 10) % 3, NULL))
      abort();
    if (i == 0)
      *different = 0;
    model->run(context, inputs, outputs);
    *different += !is_expected(outputs);
  }
  model->free(context);
  return NULL;
}

static void side_by_side(void) {
  pthread_t threads[4];
  int different[4], i, sum = 0;
  for (i = 0; i < 4; ++i) {
    different[i] = i;
    if (pthread_create(&threads[i], NULL, stress, &different[i]) != 0)
      abort();
  }
  for (i = 0; i < 4; ++i) {
    pthread_join(threads[i], NULL);
    sum += different[i];
  }
  printf("four contexts side by side: %d different\n", sum);
}

static int open_library(const char *path) {
  void *library = dlopen(path, RTLD_NOW);
  int32_t i;
  if (!library) {
    fprintf(stderr, "%s\n", dlerror());
    return 0;
  }
  model = dlsym(library, QUANTC_MODEL_SYMBOL);
  *(void **)&set_threads = dlsym(library, QUANTC_SET_THREADS_SYMBOL);
  if (!model || !set_threads)
    return 0;
  for (i = 0; i < model->input_count; ++i) {
    void *memory = malloc((size_t)model->inputs[i].bytes + 1);
    fill(memory, &model->inputs[i]);
    inputs[i] = memory;
  }
  return 1;
}

int main(int argc, char **argv) {
  quantc_context *context;
  quantc_pool pool;
  void **outputs;
  int i, calls = 0;
  if (argc < 2 || !open_library(argv[1]))
    return 1;
  outputs = outputs_of();
  memcpy(expected, outputs, sizeof expected);
  context = model->init(NULL, -1);
  if (!context || model->run(context, inputs, outputs) != QUANTC_OK)
    return 1;

  for (i = 2; i < argc; ++i) {
    int threads = atoi(argv[i]), different;
    if (set_threads(context, threads, NULL) != QUANTC_OK)
      return 1;
    allocations = 0;
    different = differences(context);
    printf("%d threads: %d different, %d allocations\n", threads, different,
           allocations);
  }
  pool.run = run_backwards;
  pool.state = &calls;
  if (set_threads(context, 5, &pool) != QUANTC_OK)
    return 1;
  i = differences(context);
  printf("given pool: %d different, %s\n", i, calls ? "called" : "not called");
  calls = 0;
  if (set_threads(context, 1, &pool) != QUANTC_OK)
    return 1;
  i = differences(context);
  printf("alone again: %d different, %d calls\n", i, calls);
  model->free(context);
  side_by_side();
  return 0;
}
