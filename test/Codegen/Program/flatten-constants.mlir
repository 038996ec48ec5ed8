// RUN: quant-opt %s -flatten-constants | FileCheck %s

// CHECK: llvm.mlir.global private constant @rows(dense<[1, 2, 3, 4, 5, 6]> : tensor<6xi8>) {{.*}}alignment = 64 : i64{{.*}} : !llvm.array<6 x i8>
llvm.mlir.global private constant @rows(dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi8>) {addr_space = 0 : i32, alignment = 64 : i64} : !llvm.array<2 x array<3 x i8>>

// CHECK: llvm.mlir.global private constant @splat(dense<1.500000e+00> : tensor<8xf32>) {{.*}} : !llvm.array<8 x f32>
llvm.mlir.global private constant @splat(dense<1.5> : tensor<2x2x2xf32>) {addr_space = 0 : i32} : !llvm.array<2 x array<2 x array<2 x f32>>>

// CHECK: llvm.mlir.global private constant @large(dense_resource<blob> : tensor<4xi8>) {{.*}} : !llvm.array<4 x i8>
llvm.mlir.global private constant @large(dense_resource<blob> : tensor<2x2xi8>) {addr_space = 0 : i32} : !llvm.array<2 x array<2 x i8>>

// A row already, a number, and memory without a value.
// CHECK: @row(dense<[1, 2]> : tensor<2xi8>) {{.*}} : !llvm.array<2 x i8>
llvm.mlir.global private constant @row(dense<[1, 2]> : tensor<2xi8>) {addr_space = 0 : i32} : !llvm.array<2 x i8>
// CHECK: @number(1.000000e+00 : f32) {{.*}} : f32
llvm.mlir.global private constant @number(1.0 : f32) {addr_space = 0 : i32} : f32
// CHECK: @memory() {{.*}} : !llvm.array<2 x array<2 x i8>>
llvm.mlir.global external @memory() {addr_space = 0 : i32} : !llvm.array<2 x array<2 x i8>>

{-# dialect_resources: { builtin: { blob: "0x0100000001020304" } } #-}
