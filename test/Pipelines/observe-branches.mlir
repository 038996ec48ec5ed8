// RUN: %python -c "import numpy; numpy.save('%t.npy', numpy.array([[[1, 2]], [[3, 0.5]]], 'float32'))"
// RUN: quant-opt %s -observe-samples="samples=%t.npy quiet" -verify-diagnostics | FileCheck %s

// A site in a loop sees every iteration: from 0.5 to 3 * 3. A branch that no
// sample takes has no range, and its site vanishes.
// CHECK-LABEL: @net
// CHECK:         scf.for
// CHECK:           calib.observe %{{.*}} site "sum" range [5.000000e-01, 9.000000e+00]
// CHECK:         scf.if
// CHECK-NOT:       calib.observe
// CHECK:         else
// CHECK:           calib.observe %{{.*}} site "positive" range [2.000000e+00, 1.200000e+01]
func.func @net(%x: tensor<1x1x2xf32> {quantc.name = "x"}) -> (tensor<1x1x2xf32> {quantc.name = "y"}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %sum = scf.for %i = %c0 to %c3 step %c1 iter_args(%s = %x) -> (tensor<1x1x2xf32>) {
    %0 = calib.observe %s site "sum" : tensor<1x1x2xf32>
    %1 = tosa.add %0, %x : (tensor<1x1x2xf32>, tensor<1x1x2xf32>) -> tensor<1x1x2xf32>
    %2 = calib.observe %1 site "next" : tensor<1x1x2xf32>
    scf.yield %2 : tensor<1x1x2xf32>
  }
  %zero = arith.constant 0.0 : f32
  %first = tensor.extract %x[%c0, %c0, %c0] : tensor<1x1x2xf32>
  %isNegative = arith.cmpf olt, %first, %zero : f32
  %y = scf.if %isNegative -> (tensor<1x1x2xf32>) {
    // expected-remark@+1 {{no sample comes by site 'negative': what follows it stays in float}}
    %0 = calib.observe %sum site "negative" : tensor<1x1x2xf32>
    scf.yield %0 : tensor<1x1x2xf32>
  } else {
    %0 = calib.observe %sum site "positive" : tensor<1x1x2xf32>
    scf.yield %0 : tensor<1x1x2xf32>
  }
  return %y : tensor<1x1x2xf32>
}
