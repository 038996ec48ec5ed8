// RUN: quant-opt %s -split-input-file -outline-kernels | FileCheck %s

// Two activations of one shape share a function. Its constants go with it; the
// buffers that it reads and writes are apart in the arena.
// CHECK-LABEL: func.func @model
// CHECK-DAG:     %[[A:.+]] = memref.view %arg0[%c0]
// CHECK-DAG:     %[[B:.+]] = memref.view %arg0[%c64]
// CHECK-DAG:     %[[C:.+]] = memref.view %arg0[%c128]
// CHECK:         call @generic_16(%[[A]], %[[B]])
// CHECK-NEXT:    call @generic_16(%[[B]], %[[C]])
// CHECK:       func.func private @generic_16(%[[X:.+]]: memref<16xf32>, %[[Y:.+]]: memref<16xf32> {llvm.noalias})
// CHECK-DAG:     %[[ZERO:.+]] = arith.constant 0.0
// CHECK:         linalg.generic {{.*}} ins(%[[X]] : memref<16xf32>) outs(%[[Y]] : memref<16xf32>)
// CHECK:           arith.maximumf %{{.+}}, %[[ZERO]]
// CHECK-NOT:   func.func
#id = affine_map<(i) -> (i)>
func.func @model(%arena: memref<256xi8>) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %c128 = arith.constant 128 : index
  %zero = arith.constant 0.0 : f32
  %a = memref.view %arena[%c0][] : memref<256xi8> to memref<16xf32>
  %b = memref.view %arena[%c64][] : memref<256xi8> to memref<16xf32>
  %c = memref.view %arena[%c128][] : memref<256xi8> to memref<16xf32>
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : memref<16xf32>) outs(%b : memref<16xf32>) {
  ^bb0(%x: f32, %y: f32):
    %0 = arith.maximumf %x, %zero : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%b : memref<16xf32>) outs(%c : memref<16xf32>) {
  ^bb0(%x: f32, %y: f32):
    %0 = arith.maximumf %x, %zero : f32
    linalg.yield %0 : f32
  }
  return
}

// -----

// Another constant is another function, and so is a place that overlaps: it
// may be written through what is read. A buffer that is both goes in once.
// CHECK-LABEL: func.func @differences
// CHECK:         call @generic_16(%{{.+}}, %{{.+}})
// CHECK-NEXT:    call @generic_16_0(%{{.+}}, %{{.+}})
// CHECK-NEXT:    call @generic_16_1(%{{.+}}, %{{.+}})
// CHECK-NEXT:    call @generic_16_2(%{{.+}})
// CHECK:       func.func private @generic_16(%{{.+}}, %{{.+}}: memref<16xf32> {llvm.noalias})
// CHECK:       func.func private @generic_16_0(%{{.+}}, %{{.+}}: memref<16xf32> {llvm.noalias})
// CHECK:       func.func private @generic_16_1(%{{.+}}: memref<16xf32>, %{{.+}}: memref<16xf32>)
// CHECK:       func.func private @generic_16_2(%{{.+}}: memref<16xf32> {llvm.noalias})
#id = affine_map<(i) -> (i)>
func.func @differences(%arena: memref<256xi8>) {
  %c0 = arith.constant 0 : index
  %c32 = arith.constant 32 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %a = memref.view %arena[%c0][] : memref<256xi8> to memref<16xf32>
  %b = memref.view %arena[%c32][] : memref<256xi8> to memref<16xf32>
  %c = memref.view %arena[%c64][] : memref<256xi8> to memref<16xf32>
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : memref<16xf32>) outs(%c : memref<16xf32>) {
  ^bb0(%x: f32, %y: f32):
    %0 = arith.maximumf %x, %zero : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : memref<16xf32>) outs(%c : memref<16xf32>) {
  ^bb0(%x: f32, %y: f32):
    %0 = arith.maximumf %x, %one : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : memref<16xf32>) outs(%b : memref<16xf32>) {
  ^bb0(%x: f32, %y: f32):
    %0 = arith.maximumf %x, %zero : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : memref<16xf32>) outs(%a : memref<16xf32>) {
  ^bb0(%x: f32, %y: f32):
    %0 = arith.maximumf %x, %zero : f32
    linalg.yield %0 : f32
  }
  return
}

// -----

// Nothing is known of a buffer whose layout is not static.
// CHECK-LABEL: func.func @dynamic
// CHECK-NOT:     call
// CHECK:         linalg.fill
// CHECK-NOT:   func.func
func.func @dynamic(%x: memref<?xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%x : memref<?xf32>)
  return
}
