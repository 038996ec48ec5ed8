// A model at two levels, as `lower` leaves it: y = x + [1 .. 8], by way of the
// arena. The levels differ in their width only.
module attributes {
  quantc.model = "shift",
  quantc.arena_bytes = 32 : i64,
  quantc.weight_bytes = 32 : i64,
  quantc.inputs = [{name = "x", type = tensor<1x8xi32>}],
  quantc.outputs = [{name = "y", type = tensor<1x8xi32>}],
  quantc.levels = ["sse4", "avx2"],
  quantc.golden = {
    inputs = [dense<[[0, 1, 2, 3, 4, 5, 6, 7]]> : tensor<1x8xi32>],
    outputs = [dense<[[1, 3, 5, 7, 9, 11, 13, 15]]> : tensor<1x8xi32>]}
} {
  llvm.mlir.global private constant @weights(dense<[1, 2, 3, 4, 5, 6, 7, 8]> : tensor<8xi32>) {addr_space = 0 : i32, alignment = 64 : i64} : !llvm.array<8 x i32>

  llvm.func @quantc_run_sse4(%arena: !llvm.ptr, %x: !llvm.ptr, %y: !llvm.ptr) attributes {target_cpu = "x86-64", target_features = #llvm.target_features<["+ssse3", "+sse4.1"]>} {
    %weights = llvm.mlir.addressof @weights : !llvm.ptr
    %low = llvm.load %x {alignment = 4 : i64} : !llvm.ptr -> vector<4xi32>
    llvm.store %low, %arena {alignment = 16 : i64} : vector<4xi32>, !llvm.ptr
    %x1 = llvm.getelementptr %x[4] : (!llvm.ptr) -> !llvm.ptr, i32
    %high = llvm.load %x1 {alignment = 4 : i64} : !llvm.ptr -> vector<4xi32>
    %weights0 = llvm.load %weights {alignment = 64 : i64} : !llvm.ptr -> vector<4xi32>
    %weights_tail = llvm.getelementptr %weights[4] : (!llvm.ptr) -> !llvm.ptr, i32
    %weights1 = llvm.load %weights_tail {alignment = 16 : i64} : !llvm.ptr -> vector<4xi32>
    %kept = llvm.load volatile %arena {alignment = 16 : i64} : !llvm.ptr -> vector<4xi32>
    %y0 = llvm.add %kept, %weights0 : vector<4xi32>
    %y1 = llvm.add %high, %weights1 : vector<4xi32>
    llvm.store %y0, %y {alignment = 4 : i64} : vector<4xi32>, !llvm.ptr
    %y_tail = llvm.getelementptr %y[4] : (!llvm.ptr) -> !llvm.ptr, i32
    llvm.store %y1, %y_tail {alignment = 4 : i64} : vector<4xi32>, !llvm.ptr
    llvm.return
  }

  llvm.func @quantc_run_avx2(%arena: !llvm.ptr, %x: !llvm.ptr, %y: !llvm.ptr) attributes {target_cpu = "x86-64-v3"} {
    %weights = llvm.mlir.addressof @weights : !llvm.ptr
    %all = llvm.load %x {alignment = 4 : i64} : !llvm.ptr -> vector<8xi32>
    llvm.store %all, %arena {alignment = 32 : i64} : vector<8xi32>, !llvm.ptr
    %shift = llvm.load %weights {alignment = 64 : i64} : !llvm.ptr -> vector<8xi32>
    %kept = llvm.load volatile %arena {alignment = 32 : i64} : !llvm.ptr -> vector<8xi32>
    %sum = llvm.add %kept, %shift : vector<8xi32>
    llvm.store %sum, %y {alignment = 4 : i64} : vector<8xi32>, !llvm.ptr
    llvm.return
  }
}
