// RUN: quant-opt %s -split-input-file -verify-diagnostics -target-add-abi

// expected-error@+1 {{expects the attribute 'quantc.model' to be a string, but got none}}
module attributes {
  quantc.arena_bytes = 0 : i64,
  quantc.weight_bytes = 0 : i64,
  quantc.inputs = [{name = "x", type = tensor<4xi8>}],
  quantc.outputs = [],
  quantc.levels = ["sse4"]
} {
  llvm.func @quantc_run_sse4(%arena: !llvm.ptr, %x: !llvm.ptr) { llvm.return }
}

// -----

// expected-error@+1 {{expects 'quantc.model' to be a C identifier, but got 'resnet-8'}}
module attributes {
  quantc.model = "resnet-8",
  quantc.arena_bytes = 0 : i64,
  quantc.weight_bytes = 0 : i64,
  quantc.inputs = [{name = "x", type = tensor<4xi8>}],
  quantc.outputs = [],
  quantc.levels = ["sse4"]
} {
  llvm.func @quantc_run_sse4(%arena: !llvm.ptr, %x: !llvm.ptr) { llvm.return }
}

// -----

// expected-error@+1 {{expects the attribute 'quantc.arena_bytes' to be an integer, but got "many"}}
module attributes {
  quantc.model = "m",
  quantc.arena_bytes = "many",
  quantc.weight_bytes = 0 : i64,
  quantc.inputs = [{name = "x", type = tensor<4xi8>}],
  quantc.outputs = [],
  quantc.levels = ["sse4"]
} {
  llvm.func @quantc_run_sse4(%arena: !llvm.ptr, %x: !llvm.ptr) { llvm.return }
}

// -----

// expected-error@+1 {{expects 'quantc.weight_bytes' to be a number of bytes, but got -1}}
module attributes {
  quantc.model = "m",
  quantc.arena_bytes = 0 : i64,
  quantc.weight_bytes = -1 : i64,
  quantc.inputs = [{name = "x", type = tensor<4xi8>}],
  quantc.outputs = [],
  quantc.levels = ["sse4"]
} {
  llvm.func @quantc_run_sse4(%arena: !llvm.ptr, %x: !llvm.ptr) { llvm.return }
}

// -----

// expected-error@+1 {{expects the attribute 'quantc.inputs' to be an array of dictionaries, but got none}}
module attributes {
  quantc.model = "m",
  quantc.arena_bytes = 0 : i64,
  quantc.weight_bytes = 0 : i64,
  quantc.outputs = [],
  quantc.levels = ["sse4"]
} {
  llvm.func @quantc_run_sse4(%arena: !llvm.ptr, %x: !llvm.ptr) { llvm.return }
}

// -----

// expected-error@+1 {{expects the elements of 'quantc.inputs' to be {name = "x", type = tensor<1xf32>}, but got "x"}}
module attributes {
  quantc.model = "m",
  quantc.arena_bytes = 0 : i64,
  quantc.weight_bytes = 0 : i64,
  quantc.inputs = ["x"],
  quantc.outputs = [],
  quantc.levels = ["sse4"]
} {
  llvm.func @quantc_run_sse4(%arena: !llvm.ptr, %x: !llvm.ptr) { llvm.return }
}

// -----

// expected-error@+1 {{expects a static shape of f32, f64, f16, bf16, i1 or a whole-byte integer for tensor 'x', but got 'tensor<?xi8>'}}
module attributes {
  quantc.model = "m",
  quantc.arena_bytes = 0 : i64,
  quantc.weight_bytes = 0 : i64,
  quantc.inputs = [{name = "x", type = tensor<?xi8>}],
  quantc.outputs = [],
  quantc.levels = ["sse4"]
} {
  llvm.func @quantc_run_sse4(%arena: !llvm.ptr, %x: !llvm.ptr) { llvm.return }
}

// -----

// expected-error@+1 {{expects a static shape of f32, f64, f16, bf16, i1 or a whole-byte integer for tensor 'x', but got 'tensor<4xi4>'}}
module attributes {
  quantc.model = "m",
  quantc.arena_bytes = 0 : i64,
  quantc.weight_bytes = 0 : i64,
  quantc.inputs = [{name = "x", type = tensor<4xi4>}],
  quantc.outputs = [],
  quantc.levels = ["sse4"]
} {
  llvm.func @quantc_run_sse4(%arena: !llvm.ptr, %x: !llvm.ptr) { llvm.return }
}

// -----

// expected-error@+1 {{expects at least one of 'quantc.levels', but got none}}
module attributes {
  quantc.model = "m",
  quantc.arena_bytes = 0 : i64,
  quantc.weight_bytes = 0 : i64,
  quantc.inputs = [{name = "x", type = tensor<4xi8>}],
  quantc.outputs = [],
  quantc.levels = []
} {
  llvm.func @quantc_run_sse4(%arena: !llvm.ptr, %x: !llvm.ptr) { llvm.return }
}

// -----

// expected-error@+1 {{expects 'quantc.levels' to differ, but got "sse4" twice}}
module attributes {
  quantc.model = "m",
  quantc.arena_bytes = 0 : i64,
  quantc.weight_bytes = 0 : i64,
  quantc.inputs = [{name = "x", type = tensor<4xi8>}],
  quantc.outputs = [],
  quantc.levels = ["sse4", "sse4"]
} {
  llvm.func @quantc_run_sse4(%arena: !llvm.ptr, %x: !llvm.ptr) { llvm.return }
}

// -----

// expected-error@+1 {{expects the elements of 'quantc.levels' to be C identifiers, but got "sse4.1"}}
module attributes {
  quantc.model = "m",
  quantc.arena_bytes = 0 : i64,
  quantc.weight_bytes = 0 : i64,
  quantc.inputs = [{name = "x", type = tensor<4xi8>}],
  quantc.outputs = [],
  quantc.levels = ["sse4.1"]
} {
  llvm.func @quantc_run_sse4(%arena: !llvm.ptr, %x: !llvm.ptr) { llvm.return }
}

// -----

// expected-error@+1 {{expects a function 'quantc_run_avx2' for the level 'avx2', but got none}}
module attributes {
  quantc.model = "m",
  quantc.arena_bytes = 0 : i64,
  quantc.weight_bytes = 0 : i64,
  quantc.inputs = [{name = "x", type = tensor<4xi8>}],
  quantc.outputs = [],
  quantc.levels = ["sse4", "avx2"]
} {
  llvm.func @quantc_run_sse4(%arena: !llvm.ptr, %x: !llvm.ptr) { llvm.return }
}

// -----

// expected-error@+1 {{expects 'inputs' of 'quantc.golden' to have 1 tensors, but got 0}}
module attributes {
  quantc.model = "m",
  quantc.arena_bytes = 0 : i64,
  quantc.weight_bytes = 0 : i64,
  quantc.inputs = [{name = "x", type = tensor<4xi8>}],
  quantc.outputs = [],
  quantc.levels = ["sse4"],
  quantc.golden = {inputs = [], outputs = []}
} {
  llvm.func @quantc_run_sse4(%arena: !llvm.ptr, %x: !llvm.ptr) { llvm.return }
}

// -----

// expected-error@+1 {{expects 'outputs' of 'quantc.golden' to have 0 tensors, but got none}}
module attributes {
  quantc.model = "m",
  quantc.arena_bytes = 0 : i64,
  quantc.weight_bytes = 0 : i64,
  quantc.inputs = [{name = "x", type = tensor<4xi8>}],
  quantc.outputs = [],
  quantc.levels = ["sse4"],
  quantc.golden = {inputs = [dense<0> : tensor<4xi8>]}
} {
  llvm.func @quantc_run_sse4(%arena: !llvm.ptr, %x: !llvm.ptr) { llvm.return }
}

// -----

// expected-error@+1 {{expects the golden vector of 'x' to be dense of 'tensor<4xi8>', but got 'tensor<2xi8>'}}
module attributes {
  quantc.model = "m",
  quantc.arena_bytes = 0 : i64,
  quantc.weight_bytes = 0 : i64,
  quantc.inputs = [{name = "x", type = tensor<4xi8>}],
  quantc.outputs = [],
  quantc.levels = ["sse4"],
  quantc.golden = {inputs = [dense<0> : tensor<2xi8>], outputs = []}
} {
  llvm.func @quantc_run_sse4(%arena: !llvm.ptr, %x: !llvm.ptr) { llvm.return }
}

// -----

// expected-error@+1 {{expects the golden vector of 'x' to be dense of 'tensor<4xi8>', but got 'none'}}
module attributes {
  quantc.model = "m",
  quantc.arena_bytes = 0 : i64,
  quantc.weight_bytes = 0 : i64,
  quantc.inputs = [{name = "x", type = tensor<4xi8>}],
  quantc.outputs = [],
  quantc.levels = ["sse4"],
  quantc.golden = {inputs = [0 : i8], outputs = []}
} {
  llvm.func @quantc_run_sse4(%arena: !llvm.ptr, %x: !llvm.ptr) { llvm.return }
}

// -----

module attributes {
  quantc.model = "m",
  quantc.arena_bytes = 0 : i64,
  quantc.weight_bytes = 0 : i64,
  quantc.inputs = [{name = "x", type = tensor<4xi8>}],
  quantc.outputs = [],
  quantc.levels = ["sse4"]
} {
  // expects one pointer more than it has.
  // expected-error@+1 {{expects the type '!llvm.func<void (ptr, ptr)>' of an arena, 1 inputs and 0 outputs, but got '!llvm.func<void (ptr)>'}}
  llvm.func @quantc_run_sse4(%arena: !llvm.ptr) { llvm.return }
}

// -----

// expected-error@+1 {{expects a module without the C interface, but got one that has it}}
module attributes {
  quantc.model = "m",
  quantc.arena_bytes = 0 : i64,
  quantc.weight_bytes = 0 : i64,
  quantc.inputs = [{name = "x", type = tensor<4xi8>}],
  quantc.outputs = [],
  quantc.levels = ["sse4"]
} {
  llvm.func @quantc_run_sse4(%arena: !llvm.ptr, %x: !llvm.ptr) { llvm.return }
  llvm.mlir.global internal constant @quantc_abi_model(0 : i32) : i32
}
