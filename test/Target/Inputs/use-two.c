#include "other.h"
#include "shift.h"
#include <stdio.h>

int main(void) {
  int32_t x[8] = {0}, y[8], z[8];
  const void *inputs[1];
  void *outputs[1];
  quantc_context *shift = shift_init(0), *other = other_init(0);
  inputs[0] = x;
  outputs[0] = y;
  shift_run(shift, inputs, outputs);
  outputs[0] = z;
  other_run(other, inputs, outputs);
  printf("shift %d, other %d\n", (int)y[0], (int)z[0]);
  printf("selftests pass %d, %d\n", shift_selftest() == 0,
         other_selftest() == 0);
  shift_free(shift);
  other_free(other);
  return 0;
}
