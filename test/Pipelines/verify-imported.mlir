// RUN: not quant-opt %s -verify-stage=stage=imported -split-input-file 2>&1 | FileCheck %s --implicit-check-not=error:
// RUN: not quant-opt %s -verify-stage=stage=cooked -split-input-file 2>&1 | FileCheck %s --check-prefix=STAGE

// STAGE: error: {{.*}}expects the option 'stage' to be imported, calibrated, quantized or lowered, but got 'cooked'

// Fine: a transposition at the boundary, and one that its op cannot pass.
module attributes {quantc.stage = "imported"} {
  func.func @model(%x: tensor<1x3x4x4xf32> {quantc.name = "x"}, %y: tensor<1x4x4x3xf32> {quantc.name = "y"}) -> (tensor<1x4x4x3xf32> {quantc.name = "z"}) {
    %0 = tosa.transpose %x {perms = array<i32: 0, 2, 3, 1>} : (tensor<1x3x4x4xf32>) -> tensor<1x4x4x3xf32>
    %1 = tosa.add %0, %y : (tensor<1x4x4x3xf32>, tensor<1x4x4x3xf32>) -> tensor<1x4x4x3xf32>
    return %1 : tensor<1x4x4x3xf32>
  }
}

// -----

// CHECK: error: {{.*}}expects the attribute quantc.stage = 'imported', but got none: mark-stage should have set it
module {}

// -----

// CHECK: error: {{.*}}expects the attribute quantc.stage = 'imported', but got 'lowered': mark-stage should have set it
module attributes {quantc.stage = "lowered"} {}

// -----

// CHECK: error: {{.*}}expects one public function, but got none at layer {{.*}}: check-entry should have refused it
module attributes {quantc.stage = "imported"} {}

// -----

// CHECK: error: {{.*}}expects one public function, but got 'a' and 'b' at layer {{.*}}: check-entry should have refused it
module attributes {quantc.stage = "imported"} {
  func.func @a() {
    return
  }
  func.func @b() {
    return
  }
}

// -----

// CHECK: error: {{.*}}expects 'quantc.name' on every argument, but got none on argument 0 at layer {{.*}}: name-boundary should have added it
module attributes {quantc.stage = "imported"} {
  func.func @model(%x: tensor<4xf32>) {
    return
  }
}

// -----

// CHECK: error: {{.*}}expects 'quantc.name' on every result, but got none on result 0 at layer {{.*}}: name-boundary should have added it
module attributes {quantc.stage = "imported"} {
  func.func @model(%x: tensor<4xf32> {quantc.name = "x"}) -> tensor<4xf32> {
    return %x : tensor<4xf32>
  }
}

// -----

// CHECK: error: {{.*}}expects no op outside tosa, tensor, linalg, arith, math, func, lowbit, quant, scf after stage imported, but got 'calib.observe' at layer 'conv1': the importer should not have made it
module attributes {quantc.stage = "imported"} {
  func.func @model(%x: tensor<4xf32> {quantc.name = "x"}) -> (tensor<4xf32> {quantc.name = "y"}) {
    %0 = calib.observe %x site "a" : tensor<4xf32> loc("conv1")
    return %0 : tensor<4xf32>
  }
}

// -----

// CHECK: error: {{.*}}expects ranked tensors of static shape, but got tensor<?xf32> at layer 'grow': the importer should have fixed it
module attributes {quantc.stage = "imported"} {
  func.func @model(%x: tensor<4xf32> {quantc.name = "x"}) -> (tensor<4xf32> {quantc.name = "y"}) {
    %0 = tensor.cast %x : tensor<4xf32> to tensor<?xf32> loc("grow")
    %1 = tensor.cast %0 : tensor<?xf32> to tensor<4xf32>
    return %1 : tensor<4xf32>
  }
}

// -----

// CHECK: error: {{.*}}expects no op without a use, but got 'tosa.abs' at layer 'dead': canonicalize should have removed it
module attributes {quantc.stage = "imported"} {
  func.func @model(%x: tensor<4xf32> {quantc.name = "x"}) -> (tensor<4xf32> {quantc.name = "y"}) {
    %0 = tosa.abs %x : (tensor<4xf32>) -> tensor<4xf32> loc("dead")
    return %x : tensor<4xf32>
  }
}

// -----

// CHECK: error: {{.*}}expects transpositions behind elementwise ops, but got one in front of 'tosa.clamp' at layer 'conv1': tosa-sink-transposes should have moved it
module attributes {quantc.stage = "imported"} {
  func.func @model(%x: tensor<1x4x4x3xf32> {quantc.name = "x"}) -> (tensor<1x3x4x4xf32> {quantc.name = "y"}) {
    %0 = tosa.transpose %x {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x4x4x3xf32>) -> tensor<1x3x4x4xf32> loc("conv1")
    %1 = tosa.clamp %0 {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<1x3x4x4xf32>) -> tensor<1x3x4x4xf32>
    return %1 : tensor<1x3x4x4xf32>
  }
}

// -----

// CHECK: error: {{.*}}expects no transposition of a transposition, but got one of 'tosa.transpose' at layer 'conv1': tosa-sink-transposes should have merged the two
module attributes {quantc.stage = "imported"} {
  func.func @model(%x: tensor<1x4x4x3xf32> {quantc.name = "x"}) -> (tensor<1x4x4x3xf32> {quantc.name = "y"}) {
    %0 = tosa.transpose %x {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x4x4x3xf32>) -> tensor<1x3x4x4xf32> loc("conv1")
    %1 = tosa.transpose %0 {perms = array<i32: 0, 2, 3, 1>} : (tensor<1x3x4x4xf32>) -> tensor<1x4x4x3xf32>
    return %1 : tensor<1x4x4x3xf32>
  }
}

// -----

// CHECK: error: {{.*}}expects zero padding inside the convolution, but got a 'tosa.pad' in front of it at layer 'pad1': tosa-fold-pad should have folded it
module attributes {quantc.stage = "imported"} {
  func.func @model(%x: tensor<1x2x2x1xf32> {quantc.name = "x"}) -> (tensor<1x4x4x1xf32> {quantc.name = "y"}) {
    %p = tosa.const_shape {values = dense<[0, 0, 1, 1, 1, 1, 0, 0]> : tensor<8xindex>} : () -> !tosa.shape<8>
    %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
    %w = "tosa.const"() {values = dense<1.0> : tensor<1x1x1x1xf32>} : () -> tensor<1x1x1x1xf32>
    %0 = tosa.pad %x, %p, %z : (tensor<1x2x2x1xf32>, !tosa.shape<8>, tensor<1xf32>) -> tensor<1x4x4x1xf32> loc("pad1")
    %1 = tosa.conv2d %0, %w, %z, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32>
    return %1 : tensor<1x4x4x1xf32>
  }
}

// -----

// CHECK: error: {{.*}}expects batch norm and scaling inside the weights, but got a 'mul', 'add' or 'sub' next to 'tosa.conv2d' at layer 'conv1': tosa-fold-affine-into-weights should have folded it
module attributes {quantc.stage = "imported"} {
  func.func @model(%x: tensor<1x4x4x1xf32> {quantc.name = "x"}) -> (tensor<1x4x4x1xf32> {quantc.name = "y"}) {
    %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
    %w = "tosa.const"() {values = dense<1.0> : tensor<1x1x1x1xf32>} : () -> tensor<1x1x1x1xf32>
    %0 = tosa.conv2d %x, %w, %z, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32> loc("conv1")
    %1 = tosa.sub %0, %w : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
    return %1 : tensor<1x4x4x1xf32>
  }
}
