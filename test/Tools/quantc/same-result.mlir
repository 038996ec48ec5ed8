// One value as two results: both hold it.
//
// RUN: quantc %s -o %t.so --weights f32 --activations f32 --quiet
// RUN: %python -c "import numpy; numpy.save('%t.npy', numpy.float32([[-1, 2, -3, 4]]))"
// RUN: quant-run %t.so --input %t.npy --output %t.npz --repeat 0 --quiet
// RUN: %python -c "import numpy; print({k: v.tolist() for k, v in numpy.load('%t.npz').items()})" | FileCheck %s
// CHECK: {'output0': {{\[\[}}1.0, 2.0, 3.0, 4.0]], 'output1': {{\[\[}}1.0, 2.0, 3.0, 4.0]], 'output2': {{\[\[}}-1.0, 2.0, -3.0, 4.0]]}
func.func @same(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %0 = tosa.abs %x : (tensor<4xf32>) -> tensor<4xf32>
  return %0, %0, %x : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}
