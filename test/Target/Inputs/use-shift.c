/* A user's program: the model by its own names, then through the descriptor. */
#include "shift.h"
#include <stdio.h>
#include <string.h>

static void print(const char *title, const int32_t *y) {
  int i;
  printf("%s:", title);
  for (i = 0; i < SHIFT_OUTPUT_0_ELEMENTS; ++i)
    printf(" %d", (int)y[i]);
  printf("\n");
}

int main(void) {
  static const int64_t shape[] = SHIFT_INPUT_0_SHAPE;
  int32_t x[SHIFT_INPUT_0_ELEMENTS] = {10, 20, 30, 40, 50, 60, 70, 80};
  int32_t y[SHIFT_OUTPUT_0_ELEMENTS];
  const void *inputs[SHIFT_INPUT_COUNT];
  void *outputs[SHIFT_OUTPUT_COUNT];
  const quantc_model *model = shift_model();
  quantc_context *context = shift_init(0);
  int32_t level;

  inputs[0] = x;
  outputs[0] = y;
  if (!context || shift_run(context, inputs, outputs) != QUANTC_OK)
    return 1;
  print("named", y);
  shift_free(context);

  for (level = 0; level < model->level_count; ++level) {
    context = model->init(0, level);
    if (!context)
      continue; /* This CPU has not got it. */
    memset(y, 0, sizeof y);
    model->run(context, inputs, outputs);
    print(model->levels[level], y);
    model->free(context);
  }
  printf("shape %d %d, arena %d, selftest %d\n", (int)shape[0], (int)shape[1],
         model->arena_bytes == SHIFT_ARENA_BYTES, (int)shift_selftest());
  return strcmp(model->inputs[0].name, SHIFT_INPUT_0_NAME) != 0;
}
