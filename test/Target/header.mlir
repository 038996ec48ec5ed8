// The header of a model with unusual tensors: a name that would end a comment, a
// scalar, every element type. Strict C and C++ compilers accept it.
// RUN: quant-translate --emit-header %s -o %t.h
// RUN: FileCheck %s < %t.h
// RUN: %cc -fsyntax-only -x c %t.h -Wno-pragma-once-outside-header
// RUN: %cxx -fsyntax-only -x c++ %t.h -Wno-pragma-once-outside-header

module attributes {
  quantc.model = "odd_1",
  quantc.arena_bytes = 100 : i64,
  quantc.weight_bytes = 0 : i64,
  quantc.inputs = [
    {name = "a */ \22b\22\0A", type = tensor<f32>},
    {name = "c", type = tensor<2x3xui8>},
    {name = "d", type = tensor<7xi1>}],
  quantc.outputs = [
    {name = "e", type = tensor<1xbf16>},
    {name = "f", type = tensor<4xui64>}],
  quantc.levels = ["reference"]
} {}

// CHECK: input   0: a _/ "b"_, float, 4 bytes
// CHECK: input   1: c, uint8_t[2][3], 6 bytes
// CHECK: input   2: d, uint8_t[7], 7 bytes
// CHECK: output  0: e, uint16_t[1], 2 bytes
// CHECK: levels   reference
// CHECK: self-test: none was stored
// CHECK: static float in0[1];
// CHECK: const void *inputs[] = {in0, in1, in2};
// CHECK: void *outputs[] = {out0, out1};
// CHECK: #ifndef QUANTC_MODEL_ODD_1_H

// The arena is rounded up, and the context comes first: 64 + 128.
// CHECK: #define ODD_1_ARENA_BYTES 192
// CHECK: #define ODD_1_INPUT_COUNT 3
// CHECK: #define ODD_1_INPUT_0_NAME "a */ \"b\"\012"
// CHECK: #define ODD_1_INPUT_0_RANK 0
// CHECK-NOT: ODD_1_INPUT_0_SHAPE
// CHECK: #define ODD_1_INPUT_1_TYPE QUANTC_U8
// CHECK: #define ODD_1_INPUT_1_SHAPE {2, 3}
// CHECK: #define ODD_1_INPUT_2_TYPE QUANTC_BOOL
// CHECK: #define ODD_1_INPUT_2_ELEMENTS 7
// CHECK: #define ODD_1_OUTPUT_0_TYPE QUANTC_BF16
// CHECK: #define ODD_1_OUTPUT_1_TYPE QUANTC_U64
// CHECK: #define ODD_1_OUTPUT_1_BYTES 32
