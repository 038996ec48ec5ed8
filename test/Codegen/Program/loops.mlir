// RUN: quant-opt %s -run-expectations=level=reference | FileCheck %s
// RUN: quant-opt %s -run-expectations | FileCheck %s

// What loops and branches on tensors compute, once they are buffers in one
// arena. The figures are worked out by hand.
// CHECK: check.expect_eq

func.func @loops() {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %three = arith.constant 3 : index
  %four = arith.constant 4 : index
  %a = "tosa.const"() <{values = dense<[[1.0, 2.0]]> : tensor<1x2xf32>}> : () -> tensor<1x2xf32>
  %b = "tosa.const"() <{values = dense<[[10.0, 20.0]]> : tensor<1x2xf32>}> : () -> tensor<1x2xf32>
  %x = "tosa.const"() <{values = dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>}> : () -> tensor<3x2xf32>

  // Two values that change places three times.
  %swapped:2 = scf.for %i = %zero to %three step %one iter_args(%p = %a, %q = %b) -> (tensor<1x2xf32>, tensor<1x2xf32>) {
    scf.yield %q, %p : tensor<1x2xf32>, tensor<1x2xf32>
  }
  check.expect_eq %swapped#0, %b : tensor<1x2xf32>
  check.expect_eq %swapped#1, %a : tensor<1x2xf32>

  // Fibonacci, 1, 10, 11, 21, 32, 53: the new value needs both old ones.
  %fibonacci:2 = scf.for %i = %zero to %four step %one iter_args(%p = %a, %q = %b) -> (tensor<1x2xf32>, tensor<1x2xf32>) {
    %sum = tosa.add %p, %q : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
    scf.yield %q, %sum : tensor<1x2xf32>, tensor<1x2xf32>
  }
  %fibonacciWant = arith.constant dense<[[53.0, 106.0]]> : tensor<1x2xf32>
  check.expect_eq %fibonacci#1, %fibonacciWant : tensor<1x2xf32>

  // Running sums: row i of x is added, and the sum becomes row i of y. The
  // start is still what it was after the loop.
  %empty = tensor.empty() : tensor<3x2xf32>
  %sums:2 = scf.for %i = %zero to %three step %one iter_args(%sum = %a, %y = %empty) -> (tensor<1x2xf32>, tensor<3x2xf32>) {
    %row = tensor.extract_slice %x[%i, 0] [1, 2] [1, 1] : tensor<3x2xf32> to tensor<1x2xf32>
    %next = tosa.add %sum, %row : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
    %rows = tensor.insert_slice %next into %y[%i, 0] [1, 2] [1, 1] : tensor<1x2xf32> into tensor<3x2xf32>
    scf.yield %next, %rows : tensor<1x2xf32>, tensor<3x2xf32>
  }
  %sumWant = arith.constant dense<[[10.0, 14.0]]> : tensor<1x2xf32>
  %sumsWant = arith.constant dense<[[2.0, 4.0], [5.0, 8.0], [10.0, 14.0]]> : tensor<3x2xf32>
  %aWant = arith.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  check.expect_eq %sums#0, %sumWant : tensor<1x2xf32>
  check.expect_eq %sums#1, %sumsWant : tensor<3x2xf32>
  check.expect_eq %a, %aWant : tensor<1x2xf32>

  // An inner loop starts from what the outer one still needs: the sum of
  // all rows of x is added to s, and s as it was before to t.
  %shared:2 = scf.for %i = %zero to %three step %one iter_args(%s = %a, %t = %b) -> (tensor<1x2xf32>, tensor<1x2xf32>) {
    %inside = scf.for %j = %zero to %three step %one iter_args(%inner = %s) -> (tensor<1x2xf32>) {
      %row = tensor.extract_slice %x[%j, 0] [1, 2] [1, 1] : tensor<3x2xf32> to tensor<1x2xf32>
      %next = tosa.add %inner, %row : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
      scf.yield %next : tensor<1x2xf32>
    }
    %sum = tosa.add %t, %s : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
    scf.yield %inside, %sum : tensor<1x2xf32>, tensor<1x2xf32>
  }
  // s: 1, 10, 19, 28; t: 10, 11, 21, 40
  %sWant = arith.constant dense<[[28.0, 38.0]]> : tensor<1x2xf32>
  %tWant = arith.constant dense<[[40.0, 62.0]]> : tensor<1x2xf32>
  check.expect_eq %shared#0, %sWant : tensor<1x2xf32>
  check.expect_eq %shared#1, %tWant : tensor<1x2xf32>

  // A loop in a loop: three times, add all rows of x to what is carried.
  %nested = scf.for %i = %zero to %three step %one iter_args(%outer = %a) -> (tensor<1x2xf32>) {
    %inside = scf.for %j = %zero to %three step %one iter_args(%inner = %outer) -> (tensor<1x2xf32>) {
      %row = tensor.extract_slice %x[%j, 0] [1, 2] [1, 1] : tensor<3x2xf32> to tensor<1x2xf32>
      %next = tosa.add %inner, %row : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
      scf.yield %next : tensor<1x2xf32>
    }
    scf.yield %inside : tensor<1x2xf32>
  }
  %nestedWant = arith.constant dense<[[28.0, 38.0]]> : tensor<1x2xf32>
  check.expect_eq %nested, %nestedWant : tensor<1x2xf32>

  // A kernel reads what moves with the loop, and what the loop carries:
  // h = (h + x[i]) * w, with w = ((0, 1), (1, 1)).
  %w = "tosa.const"() <{values = dense<[[[0.0, 1.0], [1.0, 1.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  %none = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %start = arith.constant dense<0.0> : tensor<1x1x2xf32>
  %products:2 = scf.for %i = %zero to %three step %one iter_args(%h = %start, %h2 = %start) -> (tensor<1x1x2xf32>, tensor<1x1x2xf32>) {
    %row = tensor.extract_slice %x[%i, 0] [1, 2] [1, 1] : tensor<3x2xf32> to tensor<2xf32>
    %row3 = tensor.expand_shape %row [[0, 1, 2]] output_shape [1, 1, 2] : tensor<2xf32> into tensor<1x1x2xf32>
    %direct = tosa.matmul %row3, %w, %none, %none : (tensor<1x1x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x2xf32>
    %carried = tosa.matmul %h, %w, %none, %none : (tensor<1x1x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x2xf32>
    %next = tosa.add %direct, %carried : (tensor<1x1x2xf32>, tensor<1x1x2xf32>) -> tensor<1x1x2xf32>
    scf.yield %next, %h : tensor<1x1x2xf32>, tensor<1x1x2xf32>
  }
  // (2, 3), (3 + 4, 5 + 7) = (7, 12), (12 + 6, 19 + 11) = (18, 30)
  %productsWant = arith.constant dense<[[[18.0, 30.0]]]> : tensor<1x1x2xf32>
  %beforeWant = arith.constant dense<[[[7.0, 12.0]]]> : tensor<1x1x2xf32>
  check.expect_eq %products#0, %productsWant : tensor<1x1x2xf32>
  check.expect_eq %products#1, %beforeWant : tensor<1x1x2xf32>

  // A branch in a loop, taken for the last two rows; the other one hands on
  // what was there.
  %branches = scf.for %i = %zero to %three step %one iter_args(%sum = %a) -> (tensor<1x2xf32>) {
    %isFirst = arith.cmpi eq, %i, %zero : index
    %either = scf.if %isFirst -> (tensor<1x2xf32>) {
      scf.yield %sum : tensor<1x2xf32>
    } else {
      %row = tensor.extract_slice %x[%i, 0] [1, 2] [1, 1] : tensor<3x2xf32> to tensor<1x2xf32>
      %next = tosa.add %sum, %row : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
      scf.yield %next : tensor<1x2xf32>
    }
    scf.yield %either : tensor<1x2xf32>
  }
  %branchesWant = arith.constant dense<[[9.0, 12.0]]> : tensor<1x2xf32>
  check.expect_eq %branches, %branchesWant : tensor<1x2xf32>

  // Doubled until the first element reaches 100.
  %limit = arith.constant 100.0 : f32
  %doubled = scf.while (%v = %a) : (tensor<1x2xf32>) -> tensor<1x2xf32> {
    %first = tensor.extract %v[%zero, %zero] : tensor<1x2xf32>
    %goesOn = arith.cmpf olt, %first, %limit : f32
    scf.condition(%goesOn) %v : tensor<1x2xf32>
  } do {
  ^bb0(%v: tensor<1x2xf32>):
    %next = tosa.add %v, %v : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
    scf.yield %next : tensor<1x2xf32>
  }
  %doubledWant = arith.constant dense<[[128.0, 256.0]]> : tensor<1x2xf32>
  check.expect_eq %doubled, %doubledWant : tensor<1x2xf32>

  // The regions hand each other different things: a number and a sum go in, the
  // sum twice over and itself come out.
  %counted:2 = scf.while (%i = %zero, %v = %a) : (index, tensor<1x2xf32>) -> (tensor<1x2xf32>, index) {
    %goesOn = arith.cmpi ult, %i, %three : index
    %twice = tosa.add %v, %v : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
    scf.condition(%goesOn) %twice, %i : tensor<1x2xf32>, index
  } do {
  ^bb0(%twice: tensor<1x2xf32>, %i: index):
    %next = tosa.add %twice, %b : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
    %j = arith.addi %i, %one : index
    scf.yield %j, %next : index, tensor<1x2xf32>
  }
  // v: 1, 2 + 10 = 12, 24 + 10 = 34, 68 + 10 = 78, and twice that
  %countedWant = arith.constant dense<[[156.0, 312.0]]> : tensor<1x2xf32>
  check.expect_eq %counted#0, %countedWant : tensor<1x2xf32>
  return
}
