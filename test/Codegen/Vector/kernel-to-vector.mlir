// RUN: quant-opt %s -pass-pipeline='builtin.module(func.func(kernel-to-vector{level=vnni}))' | FileCheck %s --check-prefixes=CHECK,VNNI
// RUN: quant-opt %s -pass-pipeline='builtin.module(func.func(kernel-to-vector{level=avx2}))' | FileCheck %s --check-prefixes=CHECK,AVX2
// RUN: quant-opt %s -pass-pipeline='builtin.module(func.func(kernel-to-vector{level=avxvnni}))' | FileCheck %s --check-prefixes=CHECK,AVXVNNI
// RUN: quant-opt %s -pass-pipeline='builtin.module(func.func(kernel-to-vector{level=reference}))' | FileCheck %s --check-prefixes=CHECK,SCALAR
// RUN: quant-opt %s -pass-pipeline='builtin.module(func.func(kernel-to-vector{level=vnni contract=true}))' | FileCheck %s --check-prefix=CONTRACT
// RUN: not quant-opt %s -pass-pipeline='builtin.module(func.func(kernel-to-vector{level=mmx}))' 2>&1 | FileCheck %s --check-prefix=ERROR

// ERROR: error: expects a CPU level, but got 'mmx'

// 10 channels are one vector of 16 at vnni, cut to 10 when it is stored, and
// one and a quarter of 8 at avx2, where sums take two registers and activations
// are i16, in memory of the kernel's own.
// CHECK-LABEL: @codes
// VNNI:        scf.for
// VNNI:        vector.load %{{.*}} : memref<{{.*}}xi8{{.*}}>, vector<64xi8>
// VNNI:        llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
// VNNI:        arith.sitofp %{{.*}} : vector<16xi32> to vector<16xf32>
// VNNI:        llvm.call_intrinsic "llvm.x86.avx512.packuswb.512"
// VNNI:        vector.store %{{.*}} : {{.*}}, vector<10xi8>
// AVXVNNI:     llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"
// AVX2:        %[[WIDE:.*]] = memref.alloca() {alignment = 64 : i64} : memref<320xi16>
// AVX2:        arith.extui %{{.*}} : vector<16xi8> to vector<16xi16>
// AVX2-NEXT:   vector.store %{{.*}}, %[[WIDE]]
// AVX2:        vector.load %[[WIDE]]
// AVX2:        llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"
// AVX2-NOT:    pmaddubs
// AVX2:        llvm.call_intrinsic "llvm.x86.avx2.packuswb"
// AVX2:        vector.store %{{.*}} : {{.*}}, vector<8xi8>
// AVX2:        vector.store %{{.*}} : {{.*}}, vector<2xi8>
// SCALAR-NOT:  llvm.call_intrinsic
// SCALAR:      arith.muli %{{.*}} : vector<1xi32>
// CHECK-NOT:   kernel.conv2d
func.func @codes(%x: memref<1x8x8x3xi8>, %w: memref<1x3x3x16x4xi8>, %b: memref<16xi32>, %s: memref<16xf32>, %y: memref<1x6x6x10xi8>) {
  kernel.conv2d ins(%x, %w, %b, %s : memref<1x8x8x3xi8>, memref<1x3x3x16x4xi8>, memref<16xi32>, memref<16xf32>)
    outs(%y : memref<1x6x6x10xi8>) kernel [3, 3] stride [1, 1] dilation [1, 1] {bounds = array<f32: 0.0, 255.0>}
  return
}

// f32 sums are contracted only if asked for.
// CHECK-LABEL:    @reals
// CHECK-NOT:      math.fma
// CHECK:          arith.mulf
// CONTRACT-LABEL: @reals
// CONTRACT:       math.fma
func.func @reals(%x: memref<1x8x8x16xf32>, %w: memref<9x16xf32>, %b: memref<16xf32>, %y: memref<1x6x6x16xf32>) {
  kernel.depthwise_conv2d ins(%x, %w, %b : memref<1x8x8x16xf32>, memref<9x16xf32>, memref<16xf32>)
    outs(%y : memref<1x6x6x16xf32>) kernel [3, 3] stride [1, 1] dilation [1, 1]
  return
}

// 64 of 80 channels are loaded as bytes of one register each row, and stored as
// they are packed; the other 16 go through words of one vector.
// CHECK-LABEL: @lines
// VNNI:        %[[A:.+]] = vector.load {{.*}} : {{.*}}, vector<64xi8>
// VNNI:        %[[B:.+]] = vector.load {{.*}} : {{.*}}, vector<64xi8>
// VNNI:        vector.shuffle %[[A]], %[[B]] [0, 64, 1, 65, 2, 66,
// VNNI:        %[[BYTES:.+]] = llvm.call_intrinsic "llvm.x86.avx512.packuswb.512"
// VNNI-NEXT:   vector.store %[[BYTES]], %{{.*}} : {{.*}}, vector<64xi8>
// VNNI:        vector.store %{{.*}} : {{.*}}, vector<16xi8>
func.func @lines(%x: memref<1x8x8x80xi8>, %w: memref<9x80xi8>, %b: memref<80xi32>, %s: memref<80xf32>, %y: memref<1x6x6x80xi8>) {
  kernel.depthwise_conv2d ins(%x, %w, %b, %s : memref<1x8x8x80xi8>, memref<9x80xi8>, memref<80xi32>, memref<80xf32>)
    outs(%y : memref<1x6x6x80xi8>) kernel [3, 3] stride [1, 1] dilation [1, 1] {bounds = array<f32: 0.0, 255.0>, small_scale}
  return
}

// Scaled sums that are int32 are clamped by packing alone; to other codes than
// all of a byte's, they are clamped before they are rounded.
// CHECK-LABEL: @small_scale
// VNNI:        arith.mulf
// VNNI-NEXT:   llvm.call_intrinsic "llvm.lrint"
// VNNI:        llvm.call_intrinsic "llvm.x86.avx512.packuswb.512"
// VNNI:        %[[BELOW:.+]] = arith.cmpf olt
// VNNI-NEXT:   %[[REAL:.+]] = arith.select %[[BELOW]]
// VNNI-NEXT:   llvm.call_intrinsic "llvm.lrint"(%[[REAL]])
func.func @small_scale(%x: memref<1x8x8x3xi8>, %w: memref<1x3x3x16x4xi8>, %b: memref<16xi32>, %s: memref<16xf32>, %y: memref<1x6x6x10xi8>) {
  kernel.conv2d ins(%x, %w, %b, %s : memref<1x8x8x3xi8>, memref<1x3x3x16x4xi8>, memref<16xi32>, memref<16xf32>)
    outs(%y : memref<1x6x6x10xi8>) kernel [3, 3] stride [1, 1] dilation [1, 1] {bounds = array<f32: 0.0, 255.0>, small_scale}
  kernel.conv2d ins(%x, %w, %b, %s : memref<1x8x8x3xi8>, memref<1x3x3x16x4xi8>, memref<16xi32>, memref<16xf32>)
    outs(%y : memref<1x6x6x10xi8>) kernel [3, 3] stride [1, 1] dilation [1, 1] {bounds = array<f32: 0.0, 127.0>, small_scale}
  return
}

// A function's own level wins over the option.
// CHECK-LABEL: @own_level
// CHECK:       vector<4xf32>
func.func @own_level(%x: memref<1x4x4x4xf32>, %y: memref<1x2x2x4xf32>) attributes {quantc.level = "sse4"} {
  kernel.pool2d <max> ins(%x : memref<1x4x4x4xf32>) outs(%y : memref<1x2x2x4xf32>) kernel [2, 2] stride [2, 2]
  return
}

// Two pixels of 20 channels between two rows are 40 bytes: two stores of 32 bytes
// at vnni, the second of which overlaps the first.
// CHECK-LABEL: @border
// VNNI:        %[[CODES:.+]] = arith.constant dense<7> : vector<64xi8>
// VNNI:        scf.for
// VNNI:          vector.store %[[CODES]], %{{.*}} : {{.*}}, vector<64xi8>
// VNNI:        scf.for
// VNNI:          scf.for
// VNNI:            vector.store %{{.*}}, %{{.*}} : {{.*}}, vector<32xi8>
// SCALAR:      vector.store %{{.*}} : {{.*}}, vector<1xi8>
// CHECK-NOT:   kernel.fill_border
func.func @border(%y: memref<1x6x6x20xi8>) {
  kernel.fill_border value 7 : i8 outs(%y : memref<1x6x6x20xi8>) border [1, 1, 1, 1]
  return
}

// The codes are rounded before they are added to those of the residual, of which
// there are 9 for the 16 lanes. The sum is rounded by packing.
// CHECK-LABEL: @residual
// VNNI:        vector.load %{{.*}} : {{.*}}, vector<9xi8>
// VNNI:        vector.insert_strided_slice %{{.*}} : vector<9xi8> into vector<16xi8>
// VNNI:        %[[CODE:.+]] = math.roundeven
// VNNI:        arith.mulf %[[CODE]]
// VNNI:        arith.extsi %{{.*}} : vector<16xi8> to vector<16xi32>
// VNNI:        arith.addf
// VNNI:        llvm.call_intrinsic "llvm.x86.avx512.packuswb.512"
// SCALAR-NOT:  math.roundeven
// CHECK-NOT:   kernel.conv2d
func.func @residual(%x: memref<1x8x8x4xi8>, %w: memref<1x1x1x16x4xi8>, %b: memref<16xi32>, %s: memref<16xf32>, %r: memref<1x8x8x9xi8>, %y: memref<1x8x8x9xi8>) {
  kernel.conv2d ins(%x, %w, %b, %s : memref<1x8x8x4xi8>, memref<1x1x1x16x4xi8>, memref<16xi32>, memref<16xf32>)
    residual(%r : memref<1x8x8x9xi8>) outs(%y : memref<1x8x8x9xi8>) kernel [1, 1] stride [1, 1] dilation [1, 1]
    {bounds = array<f32: 0.0, 255.0>, signed_residual,
     sum = #kernel.sum<scales = [0.5, 0.25], residual_zero_point = -3, zero_point = 4, bounds = [0.0, 255.0]>}
  return
}

// Two full adders, which take three vectors of bits each, then the ones of what
// is left are counted: looked up, or by an operation of any target.
// CHECK-LABEL:   @bits
// VNNI-COUNT-4:  arith.xori %{{.*}} : vector<16xi32>
// VNNI:          llvm.call_intrinsic "llvm.x86.avx512.pternlog.d.512"
// VNNI:          llvm.call_intrinsic "llvm.x86.avx512.pshuf.b.512"
// VNNI:          llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
// AVX2:          arith.xori %{{.*}} : vector<8xi32>
// AVX2:          llvm.call_intrinsic "llvm.x86.avx2.pshuf.b"
// SCALAR-NOT:    llvm.call_intrinsic
// SCALAR:        math.ctpop %{{.*}} : vector<4xi8>
// CHECK-NOT:     kernel.binary_matmul
func.func @bits(%x: memref<4x1x20xi8>, %w: memref<1x1x5x16x4xi8>, %b: memref<16xi32>, %s: memref<16xf32>, %y: memref<4x16xf32>) {
  kernel.binary_matmul ins(%x, %w, %b, %s : memref<4x1x20xi8>, memref<1x1x5x16x4xi8>, memref<16xi32>, memref<16xf32>)
    outs(%y : memref<4x16xf32>) factors [2]
  return
}

// 40 codes of a pixel are 32 and 8 bits; where no code is, nothing is.
// CHECK-LABEL: @pack_bits
// CHECK:       arith.cmpi ne, %{{.*}} : vector<32xi8>
// CHECK-NEXT:  vector.bitcast %{{.*}} : vector<32xi1> to vector<1xi32>
// CHECK:       vector.load %{{.*}}, vector<8xi8>
// CHECK:       arith.constant dense<255> : vector<1xi32>
// CHECK-NEXT:  arith.andi %{{.*}} : vector<1xi32>
// CHECK-NOT:   kernel.pack_bits
func.func @pack_bits(%x: memref<1x4x4x40xi8>, %y: memref<16x1x8xi8>) {
  kernel.pack_bits ins(%x : memref<1x4x4x40xi8>) outs(%y : memref<16x1x8xi8>) kernel [1, 1] stride [1, 1] dilation [1, 1] {first_bit = 1 : i64, offset = 1 : i64}
  return
}
