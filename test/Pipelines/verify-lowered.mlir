// RUN: not quant-opt %s -verify-stage=stage=lowered -split-input-file 2>&1 | FileCheck %s --implicit-check-not=error:

// Fine.
module attributes {quantc.stage = "lowered"} {
  llvm.func @quantc_run_reference(%x: !llvm.ptr) {
    llvm.return
  }
}

// -----

// CHECK: error: {{.*}}expects a function 'quantc_run_<level>', but got none at layer {{.*}}: lower should have kept the model's function
module attributes {quantc.stage = "lowered"} {
  llvm.func @quantc_run_reference(!llvm.ptr)
}

// -----

// CHECK: error: {{.*}}expects no op outside llvm after stage lowered, but got 'func.func' at layer {{.*}}: convert-to-llvm should have lowered it
module attributes {quantc.stage = "lowered"} {
  func.func @model() {
    return
  }
}

// -----

// CHECK: error: {{.*}}expects no op outside llvm after stage lowered, but got 'tensor.empty' at layer 'pool1': one-shot-bufferize should have lowered it
module attributes {quantc.stage = "lowered"} {
  llvm.func @quantc_run_reference(%x: !llvm.ptr) {
    %0 = tensor.empty() : tensor<4xf32> loc("pool1")
    llvm.return
  }
}

// -----

// CHECK: error: {{.*}}expects no op outside llvm after stage lowered, but got 'builtin.unrealized_conversion_cast' at layer 'conv1': reconcile-unrealized-casts should have lowered it
module attributes {quantc.stage = "lowered"} {
  llvm.func @quantc_run_reference(%x: !llvm.ptr) {
    %0 = builtin.unrealized_conversion_cast %x : !llvm.ptr to memref<4xf32> loc("conv1")
    llvm.return
  }
}
