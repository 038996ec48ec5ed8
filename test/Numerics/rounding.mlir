// RUN: quant-opt %s -run-expectations | FileCheck %s
// RUN: quant-opt %s -run-expectations=level=reference | FileCheck %s

// The figures are worked out by hand from docs/Numerics.md. The module comes
// out as it went in.
// CHECK: check.expect_eq

!half = !quant.uniform<u8:f32, 0.5:10>
!unit = !quant.uniform<u8:f32, 1.0:3>
!signed = !quant.uniform<i8:f32, 0.5:-3>
!weights = !quant.uniform<i8<-127:127>:f32:0, {0.5, 1.0}>

func.func @numerics() {
  // x / 0.5 = 0.5, 1.5, 2.5, -0.5 are ties and go to the even neighbour; what
  // lies beyond the codes saturates, NaN becomes the lowest.
  %x = arith.constant dense<[0.25, 0.75, 1.25, -0.25, 1000.0, -1000.0, 0x7FC00000]> : tensor<7xf32>
  %q = lowbit.quantize %x : tensor<7xf32> to tensor<7x!half>
  %codes = quant.scast %q : tensor<7x!half> to tensor<7xi8>
  %want = arith.constant dense<[10, 12, 12, 10, -1, 0, 0]> : tensor<7xi8>
  check.expect_eq %codes, %want : tensor<7xi8>

  // Codes 10 to 13 are 0 to 1.5; in steps of 1 that is 0, 0.5 -> 0, 1, 1.5 -> 2.
  %a = lowbit.constant dense<[10, 11, 12, 13]> : tensor<4xi8> as tensor<4x!half>
  %r = lowbit.requantize %a : tensor<4x!half> to tensor<4x!unit>
  %rcodes = quant.scast %r : tensor<4x!unit> to tensor<4xi8>
  %rwant = arith.constant dense<[3, 3, 4, 5]> : tensor<4xi8>
  check.expect_eq %rcodes, %rwant : tensor<4xi8>

  // (1.0, 1.5) times ((1, 2), (-1, 0)) in weights of 0.5 and 1 is 2 and -1; with
  // biases of 3 * 0.25 and 0: 2.75 and -1.
  %c = lowbit.constant dense<[[12, 13]]> : tensor<1x2xi8> as tensor<1x2x!half>
  %w = lowbit.constant dense<[[1, 2], [-1, 0]]> : tensor<2x2xi8> as tensor<2x2x!weights>
  %b = arith.constant dense<[3, 0]> : tensor<2xi32>
  %y = lowbit.matmul %c, %w, %b : (tensor<1x2x!half>, tensor<2x2x!weights>, tensor<2xi32>) -> tensor<1x2xf32>
  %ywant = arith.constant dense<[[2.75, -1.0]]> : tensor<1x2xf32>
  check.expect_eq %y, %ywant : tensor<1x2xf32>

  // exp is a polynomial, close to the function.
  %one = arith.constant dense<[0.0, 1.0, -1.0]> : tensor<3xf32>
  %e = math.exp %one : tensor<3xf32>
  %ewant = arith.constant dense<[1.0, 2.71828183, 0.367879441]> : tensor<3xf32>
  check.expect_close %e, %ewant within 1.0e-6 : tensor<3xf32>
  return
}
