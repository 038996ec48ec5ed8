// RUN: quant-opt %s -split-kernels=least-cycles=10 -canonicalize -cse | FileCheck %s
// RUN: quant-opt %s -split-kernels | FileCheck %s --check-prefix=SMALL

// for i in [0, n) -> for i in [n * from, n * to), in units of 2^-32
// CHECK-LABEL: func.func private @rows(
// CHECK-SAME:  %{{.+}}: memref<64xf32>, %[[FROM:.+]]: i64, %[[TO:.+]]: i64) attributes {quantc.parts = 25 : i64}
// CHECK-DAG:   %[[N:.+]] = arith.constant 64 : i64
// CHECK-DAG:   %[[BITS:.+]] = arith.constant 32 : i64
// CHECK-DAG:   %[[MOST:.+]] = arith.constant 4294967295 : i64
// CHECK:       %[[SCALED:.+]] = arith.muli %[[FROM]], %[[N]]
// CHECK:       %[[UP:.+]] = arith.addi %[[SCALED]], %[[MOST]]
// CHECK:       %[[PLACE:.+]] = arith.shrui %[[UP]], %[[BITS]]
// CHECK:       %[[FIRST:.+]] = arith.index_cast %[[PLACE]]
// CHECK:       arith.muli %[[TO]], %[[N]]
// CHECK:       %[[END:.+]] = arith.index_cast
// CHECK:       scf.for %{{.+}} = %[[FIRST]] to %[[END]]
// CHECK-NOT:   quantc.units
// SMALL-LABEL: func.func private @rows(%{{.+}}: memref<64xf32>) {
func.func private @rows(%x: memref<64xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  scf.for %i = %c0 to %c64 step %c1 {
    %a = memref.load %x[%i] : memref<64xf32>
    %b = arith.addf %a, %a : f32
    %c = arith.mulf %b, %a : f32
    memref.store %c, %x[%i] : memref<64xf32>
  } {quantc.units = 64 : i64}
  return
}

// Of two loops, the inner one leaves fewer threads without work. The last two
// tiles overlap: one thread does both. What is outside of the loops is the last
// part's.
// CHECK-LABEL: func.func private @nested(
// CHECK-SAME:  %[[FROM:[^ ]+]]: i64, %[[TO:[^ ]+]]: i64)
// CHECK-DAG:   %[[N:.+]] = arith.constant 41 : i64
// CHECK-DAG:   %[[ALL:.+]] = arith.constant 4294967296 : i64
// CHECK-DAG:   %[[LAST_TILE:.+]] = arith.constant 40 : index
// CHECK-DAG:   %[[END:.+]] = arith.constant 41 : index
// CHECK-DAG:   %[[LAST:.+]] = arith.cmpi eq, %[[TO]], %[[ALL]]
// CHECK:       scf.if %[[LAST]]
// CHECK-NEXT:    memref.store
// CHECK-NEXT:  }
// CHECK:       scf.for %[[I:.+]] = %c0 to %c3
// CHECK:         scf.if %[[LAST]]
// CHECK:           memref.store
// CHECK:         %[[SCALED:.+]] = arith.muli %[[FROM]], %[[N]]
// CHECK:         arith.addi %[[SCALED]], %[[N]]
// CHECK:         %[[PLACE:.+]] = arith.index_cast
// CHECK:         %[[SPLITS:.+]] = arith.cmpi eq, %[[PLACE]], %[[LAST_TILE]]
// CHECK:         %[[LATER:.+]] = arith.cmpi ne, %[[PLACE]], %c0
// CHECK:         %[[BETWEEN:.+]] = arith.andi %[[SPLITS]], %[[LATER]]
// CHECK:         arith.select %[[BETWEEN]], %[[END]], %[[PLACE]]
// CHECK:         scf.for
func.func private @nested(%x: memref<3x200xf32>, %y: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c41 = arith.constant 41 : index
  %zero = arith.constant 0.0 : f32
  memref.store %zero, %y[%c3] : memref<4xf32>
  scf.for %i = %c0 to %c3 step %c1 {
    %r = memref.load %x[%i, %c0] : memref<3x200xf32>
    memref.store %r, %y[%i] : memref<4xf32>
    scf.for %j = %c0 to %c41 step %c1 {
      %a = memref.load %x[%i, %j] : memref<3x200xf32>
      %b = arith.addf %a, %a : f32
      memref.store %b, %x[%i, %j] : memref<3x200xf32>
    } {quantc.units = 41 : i64, quantc.together = 40 : i64}
  } {quantc.units = 3 : i64}
  return
}

// Memory of its own is filled by every part.
// CHECK-LABEL: func.func private @own(
// CHECK:       %[[OWN:.+]] = memref.alloca
// CHECK-NOT:   scf.if
// CHECK:       scf.for
// CHECK:         memref.store %{{.+}}, %[[OWN]]
// CHECK:       scf.for
// CHECK-NOT:   quantc.units
func.func private @own(%x: memref<64xf32>, %y: memref<64xf32>) {
  %own = memref.alloca() : memref<64xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  scf.for %i = %c0 to %c64 step %c1 {
    %a = memref.load %x[%i] : memref<64xf32>
    %b = arith.addf %a, %a : f32
    memref.store %b, %own[%i] : memref<64xf32>
  }
  scf.for %i = %c0 to %c64 step %c1 {
    %a = memref.load %own[%i] : memref<64xf32>
    %b = arith.addf %a, %a : f32
    %c = arith.mulf %b, %a : f32
    memref.store %c, %y[%i] : memref<64xf32>
  } {quantc.units = 64 : i64}
  return
}

// Iterations that depend on each other stay together.
// CHECK-LABEL: func.func private @chain(%{{[^,]+}}: memref<65xf32>) {
func.func private @chain(%x: memref<65xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  scf.for %i = %c0 to %c64 step %c1 {
    %a = memref.load %x[%i] : memref<65xf32>
    %next = arith.addi %i, %c1 : index
    memref.store %a, %x[%next] : memref<65xf32>
  }
  return
}

// What all parts need stays in all of them.
// CHECK-LABEL: func.func private @keeps_what_is_needed(
// CHECK-NOT:   scf.if
// CHECK:       %[[A:.+]] = memref.load
// CHECK-NOT:   scf.if
// CHECK:       scf.for
// CHECK:         memref.store %[[A]]
func.func private @keeps_what_is_needed(%x: memref<64xf32>, %y: memref<1xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %a = memref.load %y[%c0] : memref<1xf32>
  scf.for %i = %c0 to %c64 step %c1 {
    memref.store %a, %x[%i] : memref<64xf32>
  } {quantc.units = 64 : i64}
  return
}

// A loop that writes and whose result is needed cannot be repeated.
// CHECK-LABEL: func.func private @cannot_repeat(%{{[^,]+}}: memref<64xf32>, %{{[^,]+}}: memref<1xf32>) {
func.func private @cannot_repeat(%x: memref<64xf32>, %y: memref<1xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant 0.0 : f32
  %sum = scf.for %i = %c0 to %c64 step %c1 iter_args(%s = %zero) -> f32 {
    %a = memref.load %y[%c0] : memref<1xf32>
    %b = arith.addf %a, %s : f32
    memref.store %b, %y[%c0] : memref<1xf32>
    scf.yield %b : f32
  }
  scf.for %i = %c0 to %c64 step %c1 {
    memref.store %sum, %x[%i] : memref<64xf32>
  } {quantc.units = 64 : i64}
  return
}

// CHECK-LABEL: func.func @model(
// CHECK-DAG:   %[[ALL:.+]] = arith.constant 4294967296 : i64
// CHECK-DAG:   %[[NONE:.+]] = arith.constant 0 : i64
// CHECK:       call @rows(%{{.+}}, %[[NONE]], %[[ALL]])
// CHECK:       call @chain(%{{[^,]+}}) :
func.func @model(%x: memref<64xf32>, %y: memref<65xf32>) {
  call @rows(%x) : (memref<64xf32>) -> ()
  call @chain(%y) : (memref<65xf32>) -> ()
  return
}

// A block of tiles is divided wherever it begins.
// CHECK-LABEL: func.func private @blocks(
// CHECK:       scf.for %[[FIRST:.+]] = %c0 to
// CHECK:         %[[COUNT:.+]] = arith.subi %{{.+}}, %[[FIRST]]
// CHECK:         arith.index_cast %[[COUNT]] : index to i64
// CHECK:         %[[DONE:.+]] = arith.index_cast %{{.+}} : i64 to index
// CHECK:         %[[FROM:.+]] = arith.addi %[[DONE]], %[[FIRST]]
// CHECK:         scf.for %{{.+}} = %[[FROM]] to
func.func private @blocks(%x: memref<192xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  scf.for %i = %c0 to %c3 step %c1 {
    scf.for %j = %i to %n step %c1 {
      %a = memref.load %x[%j] : memref<192xf32>
      %b = arith.addf %a, %a : f32
      memref.store %b, %x[%j] : memref<192xf32>
    } {quantc.units = 64 : i64}
  } {quantc.units = 3 : i64}
  return
}

// What is written before and after it stays before and after it.
// CHECK-LABEL: func.func private @in_turn(
// CHECK:       %[[OWN:.+]] = memref.alloca()
// CHECK:       scf.if
// CHECK:         memref.load %[[OWN]]
// CHECK:       memref.store %{{.+}}, %[[OWN]]
// CHECK:       scf.if
// CHECK:         memref.load %[[OWN]]
// CHECK:       scf.for
func.func private @in_turn(%x: memref<64xf32>, %y: memref<2xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant 0.0 : f32
  %own = memref.alloca() : memref<1xf32>
  %a = memref.load %own[%c0] : memref<1xf32>
  memref.store %a, %y[%c0] : memref<2xf32>
  memref.store %zero, %own[%c0] : memref<1xf32>
  %b = memref.load %own[%c0] : memref<1xf32>
  memref.store %b, %y[%c1] : memref<2xf32>
  scf.for %i = %c0 to %c64 step %c1 {
    %v = memref.load %x[%i] : memref<64xf32>
    %w = arith.addf %v, %v : f32
    memref.store %w, %x[%i] : memref<64xf32>
  } {quantc.units = 64 : i64}
  return
}
