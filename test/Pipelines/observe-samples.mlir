// RUN: %python -c "import numpy; numpy.save('%t.npy', numpy.array([[1, 2], [-3, 0.5]], 'float32'))"
// RUN: quant-opt %s -observe-samples="samples=%t.npy quiet" | FileCheck %s
// RUN: quant-opt %s -observe-samples="samples=%t.npy calibration=moving threads=2 quiet" | FileCheck %s --check-prefix=MOVING
// RUN: not quant-opt %s -observe-samples="samples=%t.none.npy quiet" 2>&1 | FileCheck %s --check-prefix=MISSING
// RUN: not quant-opt %s -observe-samples="samples=%t.npy calibration=best quiet" 2>&1 | FileCheck %s --check-prefix=ESTIMATOR

// MISSING: error: {{.*}}none.npy: cannot read the file
// ESTIMATOR: error: {{.*}}best

// calib.observe site "s" -> calib.observe site "s" range [lo, hi]
// CHECK-LABEL: @net
// CHECK:         calib.observe %{{.*}} site "x" range [-3.000000e+00, 2.000000e+00]
// CHECK:         calib.observe %{{.*}} site "twice" range [-6.000000e+00, 4.000000e+00]

// The means of both samples' extrema: (1 - 3) / 2 and (2 + 0.5) / 2.
// MOVING:        calib.observe %{{.*}} site "x" range [-1.000000e+00, 1.250000e+00]
func.func @net(%x: tensor<1x2xf32> {quantc.name = "x"}) -> (tensor<1x2xf32> {quantc.name = "y"}) {
  %0 = calib.observe %x site "x" : tensor<1x2xf32>
  %1 = tosa.add %0, %0 : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  %2 = calib.observe %1 site "twice" : tensor<1x2xf32>
  return %2 : tensor<1x2xf32>
}
