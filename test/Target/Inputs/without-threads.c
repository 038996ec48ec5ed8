/* A program without threads. */
#include "odd.h"
#include <stdio.h>

static void run_here(void *state, void (*task)(void *, int32_t), void *argument,
                     int32_t count) {
  int32_t i;
  for (i = 0; i < count; ++i)
    task(argument, i);
  *(int *)state += count;
}

int main(void) {
  static float x[ODD_INPUT_0_ELEMENTS], y[ODD_OUTPUT_0_ELEMENTS];
  const void *inputs[1];
  void *outputs[1];
  int parts = 0, status;
  quantc_context *context = odd_init(0);
  quantc_pool pool;
  inputs[0] = x;
  outputs[0] = y;
  status = odd_set_threads(context, 4, 0);
  printf("four threads: %d, then a run: %d\n", status,
         (int)odd_run(context, inputs, outputs));
  pool.run = run_here;
  pool.state = &parts;
  status = odd_set_threads(context, 4, &pool);
  printf("given pool: %d, then a run: %d, ", status,
         (int)odd_run(context, inputs, outputs));
  printf("parts of work: %d\n", parts);
  odd_free(context);
  return 0;
}
