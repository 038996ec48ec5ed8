// RUN: quant-translate --export-onnx %s -split-input-file -verify-diagnostics -o /dev/null

// Everything that ONNX has no operator for is named at once.

// expected-error@+1 {{export to ONNX: did not succeed; the messages above name the layers}}
module {
  func.func @unknown(%x: tensor<4xi32>, %y: tensor<4xf32>) -> (tensor<4xi32>, tensor<4xf32>) {
    // expected-error@+1 {{cannot be exported to ONNX: ONNX has no operator for it}}
    %0 = tosa.clz %x : (tensor<4xi32>) -> tensor<4xi32>
    // expected-error@+1 {{cannot be exported to ONNX: ONNX has no operator for it}}
    %1 = math.sqrt %y : tensor<4xf32>
    return %0, %1 : tensor<4xi32>, tensor<4xf32>
  }
}

// -----

// expected-error@+2 {{export to ONNX: did not succeed}}
// expected-error@+1 {{expects a public function to export, but got none}}
module {
  func.func private @hidden() {
    return
  }
}

// -----

// expected-error@+1 {{export to ONNX: did not succeed}}
module {
  func.func @one() {
    return
  }
  // expected-error@+1 {{expects one public function, but got 'one' and 'two'}}
  func.func @two() {
    return
  }
}

// -----

// expected-error@+1 {{export to ONNX: did not succeed}}
module {
  // expected-error@+1 {{expects a function of one block to export, but got a control flow graph}}
  func.func @blocks(%x: tensor<4xf32>) -> tensor<4xf32> {
    cf.br ^next
  ^next:
    return %x : tensor<4xf32>
  }
}

// -----

// expected-error@+1 {{export to ONNX: did not succeed}}
module {
  // expected-error@+1 {{expects input names that differ, but two are 'x'}}
  func.func @inputs(%a: tensor<4xf32> {quantc.name = "x"}, %b: tensor<4xf32> {quantc.name = "x"}) {
    return
  }
}

// -----

// expected-error@+1 {{export to ONNX: did not succeed}}
module {
  // expected-error@+1 {{expects names of inputs and outputs that differ, but two are 'x'}}
  func.func @results(%a: tensor<4xf32> {quantc.name = "x"}) -> (tensor<4xf32> {quantc.name = "x"}) {
    return %a : tensor<4xf32>
  }
}

// -----

// expected-error@+1 {{export to ONNX: did not succeed}}
module {
  // expected-error@+1 {{expects argument 0 to be a tensor of static shape and of a type that ONNX has, but got 'tensor<?xf32>'}}
  func.func @dynamic(%a: tensor<?xf32>) {
    return
  }
}

// -----

// expected-error@+1 {{export to ONNX: did not succeed}}
module {
  func.func @zero_points(%x: tensor<1x2x2xi8>) -> tensor<1x2x2xi32> {
    %z = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
    // expected-error@+1 {{cannot be exported to ONNX: expects float operands, but got 'tensor<1x2x2xi8>'}}
    %0 = tosa.matmul %x, %x, %z, %z : (tensor<1x2x2xi8>, tensor<1x2x2xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x2xi32>
    return %0 : tensor<1x2x2xi32>
  }
}

// -----

// expected-error@+1 {{export to ONNX: did not succeed}}
module {
  func.func @shift(%x: tensor<4xi32>) -> tensor<4xi32> {
    %s = "tosa.const"() <{values = dense<1> : tensor<1xi8>}> : () -> tensor<1xi8>
    // expected-error@+1 {{cannot be exported to ONNX: expects a shift of 0}}
    %0 = tosa.mul %x, %x, %s : (tensor<4xi32>, tensor<4xi32>, tensor<1xi8>) -> tensor<4xi32>
    return %0 : tensor<4xi32>
  }
}

// -----

// expected-error@+1 {{export to ONNX: did not succeed}}
module {
  func.func @coordinates(%x: tensor<1x4x4x1xf32>) -> tensor<1x3x3x1xf32> {
    %scale = tosa.const_shape {values = dense<[1, 1, 1, 1]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %offset = tosa.const_shape {values = dense<1> : tensor<2xindex>} : () -> !tosa.shape<2>
    %border = tosa.const_shape {values = dense<0> : tensor<2xindex>} : () -> !tosa.shape<2>
    // expected-error@+1 {{expects the coordinates half_pixel, asymmetric or align_corners, but got scale 1/1, 1/1 and offset 1, 1}}
    %0 = tosa.resize %x, %scale, %offset, %border {mode = BILINEAR} : (tensor<1x4x4x1xf32>, !tosa.shape<4>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<1x3x3x1xf32>
    return %0 : tensor<1x3x3x1xf32>
  }
}

// -----

// expected-error@+1 {{export to ONNX: did not succeed}}
module {
  func.func @unsigned(%x: tensor<4xi8> {quantc.element = ui8}) -> tensor<4xf32> {
    // expected-error@+1 {{expects floats or signed integers, but got codes or unsigned integers in 'tensor<4xi8>'}}
    %0 = tosa.cast %x : (tensor<4xi8>) -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}

// -----

// expected-error@+1 {{export to ONNX: did not succeed}}
module {
  func.func @constants(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xi48>) {
    // expected-error@+1 {{cannot be exported to ONNX: expects data in the module, but got none}}
    %0 = "tosa.const"() <{values = dense_resource<absent> : tensor<2xf32>}> : () -> tensor<2xf32>
    // expected-error@+1 {{cannot be exported to ONNX: expects a type of ONNX, but got 'tensor<2xi48>'}}
    %1 = "tosa.const"() <{values = dense<[1, 2]> : tensor<2xi48>}> : () -> tensor<2xi48>
    return %0, %1 : tensor<2xf32>, tensor<2xi48>
  }
}

// -----

// expected-error@+1 {{export to ONNX: did not succeed}}
module {
  func.func @transposed(%x: tensor<2x3xf32>) -> tensor<3x2xf32> {
    %0 = tensor.empty() : tensor<3x2xf32>
    // expected-error@+1 {{cannot be exported to ONNX: expects an elementwise op, but got another iteration space}}
    %1 = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]
    } ins(%x : tensor<2x3xf32>) outs(%0 : tensor<3x2xf32>) {
    ^bb0(%a: f32, %b: f32):
      %s = arith.addf %a, %a : f32
      linalg.yield %s : f32
    } -> tensor<3x2xf32>
    return %1 : tensor<3x2xf32>
  }
}

// -----

// expected-error@+1 {{export to ONNX: did not succeed}}
module {
  func.func @shift(%x: tensor<2xi32>) -> tensor<2xi32> {
    %0 = tensor.empty() : tensor<2xi32>
    // expected-error@+1 {{cannot be exported to ONNX: ONNX has no operator for 'arith.shli' in its body}}
    %1 = linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
      iterator_types = ["parallel"]
    } ins(%x : tensor<2xi32>) outs(%0 : tensor<2xi32>) {
    ^bb0(%a: i32, %b: i32):
      %s = arith.shli %a, %a : i32
      linalg.yield %s : i32
    } -> tensor<2xi32>
    return %1 : tensor<2xi32>
  }
}

// -----

// expected-error@+1 {{export to ONNX: did not succeed; the messages above name the layers}}
module attributes {quantc.stage = "quantized"} {
  func.func @packed(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
    // expected-error@+1 {{cannot be exported to ONNX: ONNX has no packed weights; run lowbit-decode-constants{coded-only} first}}
    %w = lowbit.coded_constant {axis = 0 : i64, codes = dense<[33, 3, 121, 15]> : tensor<4xi8>, scales = dense<[0.5, 0.25]> : tensor<2xf32>} : tensor<2x3x!lowbit.coded<"i4">>
    return %x : tensor<2x3xf32>
  }
}
