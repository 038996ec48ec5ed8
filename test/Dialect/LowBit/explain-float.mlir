// RUN: quant-opt %s -lowbit-explain-float -remarks-filter=quantize 2>&1 | FileCheck %s

!xq = !quant.uniform<u8:f32, 0.5:200>

// CHECK-DAG: [Missed] stays-in-float | Category:quantize{{.*}}Function=reasons{{.*}}Layer=softmax{{.*}}there is no integer form of 'tosa.reduce_sum'
// CHECK-LABEL: @reasons
func.func @reasons(%x: tensor<1x4x4xf32>, %q: tensor<1x4x4x!xq>) -> (tensor<1x4x4xf32>, tensor<1x4x4xf32>, tensor<1x4x1xf32>) {
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %d = lowbit.dequantize %q : tensor<1x4x4x!xq> to tensor<1x4x4xf32>
  // CHECK: tosa.add {{.*}} {lowbit.float_reason = "its input is not quantized"}
  %0 = tosa.add %x, %x : (tensor<1x4x4xf32>, tensor<1x4x4xf32>) -> tensor<1x4x4xf32>
  // CHECK: tosa.sigmoid {{.*}} {lowbit.float_reason = "its result is not quantized"}
  %1 = tosa.sigmoid %d : (tensor<1x4x4xf32>) -> tensor<1x4x4xf32>
  // CHECK: tosa.matmul {{.*}} {lowbit.float_reason = "it is a product of two activations; --products quantizes it, which may cost accuracy"}
  %2 = tosa.matmul %1, %0, %z, %z : (tensor<1x4x4xf32>, tensor<1x4x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4xf32>
  // CHECK: tosa.clamp {{.*}} {lowbit.float_reason = "no layer with weights follows it"
  %3 = tosa.clamp %2 {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<1x4x4xf32>) -> tensor<1x4x4xf32>
  // CHECK: tosa.tanh {{.*}} {lowbit.float_reason = "known before"}
  %4 = tosa.tanh %d {lowbit.float_reason = "known before"} : (tensor<1x4x4xf32>) -> tensor<1x4x4xf32>
  // CHECK: tosa.reduce_sum {{.*}} lowbit.float_reason = "there is no integer form of 'tosa.reduce_sum'"
  %5 = tosa.reduce_sum %x {axis = 2 : i32} : (tensor<1x4x4xf32>) -> tensor<1x4x1xf32> loc("softmax")
  return %3, %4, %5 : tensor<1x4x4xf32>, tensor<1x4x4xf32>, tensor<1x4x1xf32>
}

// The gates of a recurrent cell.
// CHECK-LABEL: @loop
func.func @loop(%x: tensor<1x4x4xf32>) -> tensor<1x4x4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %r = scf.for %i = %c0 to %c4 step %c1 iter_args(%h = %x) -> (tensor<1x4x4xf32>) {
    // CHECK: tosa.tanh {{.*}} {lowbit.float_reason = "it leads to what a loop hands on, which is float"}
    %next = tosa.tanh %h : (tensor<1x4x4xf32>) -> tensor<1x4x4xf32>
    scf.yield %next : tensor<1x4x4xf32>
  }
  return %r : tensor<1x4x4xf32>
}
