//===- Threads.mlir - Share the work of an inference ----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiled into each model. A kernel is divided into parts, and whoever comes
// takes the next one: the thread that called `run`, which always takes part, and
// the workers of a pool, or the threads of the program. So the caller waits only
// for parts that somebody has begun, never for a worker that sleeps.
//
// `word` has all that decides who does what, and changes in one step:
//   bits 32-63  the number of the kernel, so that no two words are equal
//   bits 16-31  its parts
//   bits  0-15  the next part; those who come too late count on
// Who got a part from it may read `task` and `argument`, which stay until the
// part is done. Workers look for new parts for a while, then sleep. One that
// finds work after it was counted among the sleepers is woken once for nothing.
//
// The functions of POSIX are weak: without threads in the process, a context has
// one thread.

!context = !llvm.struct<(ptr, ptr, i32, i32, ptr, ptr, ptr)>
!pool = !llvm.struct<(i64, ptr, ptr, array<40 x i8>, i32, array<60 x i8>, i32, i32, i32, array<52 x i8>, array<64 x i8>, array<0 x i64>)>
!given = !llvm.struct<(ptr, ptr)>

llvm.func extern_weak @pthread_create(!llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr) -> i32
llvm.func extern_weak @pthread_join(i64, !llvm.ptr) -> i32
llvm.func extern_weak @sched_yield() -> i32
llvm.func extern_weak @sem_destroy(!llvm.ptr) -> i32
llvm.func extern_weak @sem_init(!llvm.ptr, i32, i32) -> i32
llvm.func extern_weak @sem_post(!llvm.ptr) -> i32
llvm.func extern_weak @sem_wait(!llvm.ptr) -> i32

// Whether a word has a part that nobody has taken.
llvm.func internal @quantc_abi_has_part(%word: i64) -> i1 {
  %sixteen = llvm.mlir.constant(16 : i64) : i64
  %low = llvm.mlir.constant(65535 : i64) : i64
  %next = llvm.and %word, %low : i64
  %above = llvm.lshr %word, %sixteen : i64
  %count = llvm.and %above, %low : i64
  %more = llvm.icmp "ult" %next, %count : i64
  llvm.return %more : i1
}

// Does parts until all are taken.
llvm.func internal @quantc_abi_work(%pool: !llvm.ptr) {
  %one = llvm.mlir.constant(1 : i64) : i64
  %one_done = llvm.mlir.constant(1 : i32) : i32
  %low = llvm.mlir.constant(65535 : i64) : i64
  %word_field = llvm.getelementptr inbounds %pool[0, 0] : (!llvm.ptr) -> !llvm.ptr, !pool
  %task_field = llvm.getelementptr inbounds %pool[0, 1] : (!llvm.ptr) -> !llvm.ptr, !pool
  %argument_field = llvm.getelementptr inbounds %pool[0, 2] : (!llvm.ptr) -> !llvm.ptr, !pool
  %done_field = llvm.getelementptr inbounds %pool[0, 4] : (!llvm.ptr) -> !llvm.ptr, !pool
  llvm.br ^take
^take:
  %word = llvm.atomicrmw add %word_field, %one acq_rel : !llvm.ptr, i64
  %is_mine = llvm.call @quantc_abi_has_part(%word) : (i64) -> i1
  llvm.cond_br %is_mine, ^do, ^leave
^do:
  %task = llvm.load %task_field : !llvm.ptr -> !llvm.ptr
  %argument = llvm.load %argument_field : !llvm.ptr -> !llvm.ptr
  %next = llvm.and %word, %low : i64
  %index = llvm.trunc %next : i64 to i32
  llvm.call %task(%argument, %index) : !llvm.ptr, (!llvm.ptr, i32) -> ()
  %before = llvm.atomicrmw add %done_field, %one_done release : !llvm.ptr, i32
  llvm.br ^take
^leave:
  llvm.return
}

// What a worker does all its life.
llvm.func internal @quantc_abi_worker(%pool: !llvm.ptr) -> !llvm.ptr {
  %null = llvm.mlir.zero : !llvm.ptr
  %zero = llvm.mlir.constant(0 : i32) : i32
  %one = llvm.mlir.constant(1 : i32) : i32
  %patience = llvm.mlir.constant(2000 : i32) : i32
  %word_field = llvm.getelementptr inbounds %pool[0, 0] : (!llvm.ptr) -> !llvm.ptr, !pool
  %sleepers_field = llvm.getelementptr inbounds %pool[0, 6] : (!llvm.ptr) -> !llvm.ptr, !pool
  %stop_field = llvm.getelementptr inbounds %pool[0, 7] : (!llvm.ptr) -> !llvm.ptr, !pool
  %semaphore = llvm.getelementptr inbounds %pool[0, 10] : (!llvm.ptr) -> !llvm.ptr, !pool
  llvm.br ^look(%zero : i32)
^look(%looks: i32):
  %word = llvm.load %word_field atomic monotonic {alignment = 8 : i64} : !llvm.ptr -> i64
  %has_part = llvm.call @quantc_abi_has_part(%word) : (i64) -> i1
  llvm.cond_br %has_part, ^work, ^idle
^work:
  llvm.call @quantc_abi_work(%pool) : (!llvm.ptr) -> ()
  llvm.br ^look(%zero : i32)
^idle:
  %stop = llvm.load %stop_field atomic monotonic {alignment = 4 : i64} : !llvm.ptr -> i32
  %is_over = llvm.icmp "ne" %stop, %zero : i32
  llvm.cond_br %is_over, ^leave, ^wait
^wait:
  llvm.call @quantc_abi_pause() : () -> ()
  %following = llvm.add %looks, %one : i32
  %is_patient = llvm.icmp "ult" %following, %patience : i32
  llvm.cond_br %is_patient, ^look(%following : i32), ^lie_down
^lie_down:
  // Either this one sees a new word, or whoever writes it sees a sleeper.
  %before = llvm.atomicrmw add %sleepers_field, %one seq_cst : !llvm.ptr, i32
  %last_word = llvm.load %word_field atomic seq_cst {alignment = 8 : i64} : !llvm.ptr -> i64
  %still_has_part = llvm.call @quantc_abi_has_part(%last_word) : (i64) -> i1
  llvm.cond_br %still_has_part, ^work, ^sleep
^sleep:
  %status = llvm.call @sem_wait(%semaphore) : (!llvm.ptr) -> i32
  llvm.br ^look(%zero : i32)
^leave:
  llvm.return %null : !llvm.ptr
}

// Wakes as many workers as there are parts for.
llvm.func internal @quantc_abi_wake(%pool: !llvm.ptr, %wanted: i32) {
  %zero = llvm.mlir.constant(0 : i32) : i32
  %one = llvm.mlir.constant(1 : i32) : i32
  %sleepers_field = llvm.getelementptr inbounds %pool[0, 6] : (!llvm.ptr) -> !llvm.ptr, !pool
  %semaphore = llvm.getelementptr inbounds %pool[0, 10] : (!llvm.ptr) -> !llvm.ptr, !pool
  %sleepers = llvm.load %sleepers_field atomic seq_cst {alignment = 4 : i64} : !llvm.ptr -> i32
  %is_any = llvm.icmp "ne" %sleepers, %zero : i32
  llvm.cond_br %is_any, ^some, ^done
^some:
  %woken = llvm.intr.umin(%sleepers, %wanted) : (i32, i32) -> i32
  %before = llvm.atomicrmw sub %sleepers_field, %woken seq_cst : !llvm.ptr, i32
  llvm.br ^next(%zero : i32)
^next(%i: i32):
  %more = llvm.icmp "ult" %i, %woken : i32
  llvm.cond_br %more, ^post, ^done
^post:
  %status = llvm.call @sem_post(%semaphore) : (!llvm.ptr) -> i32
  %following = llvm.add %i, %one : i32
  llvm.br ^next(%following : i32)
^done:
  llvm.return
}

// `run` of the context's own pool.
llvm.func internal @quantc_abi_pool_run(%pool: !llvm.ptr, %task: !llvm.ptr, %argument: !llvm.ptr, %count: i32) {
  %zero = llvm.mlir.constant(0 : i32) : i32
  %one = llvm.mlir.constant(1 : i32) : i32
  %sixteen = llvm.mlir.constant(16 : i64) : i64
  %one_kernel = llvm.mlir.constant(4294967296 : i64) : i64
  %kernel_bits = llvm.mlir.constant(-4294967296 : i64) : i64
  %patience = llvm.mlir.constant(4000 : i32) : i32
  %word_field = llvm.getelementptr inbounds %pool[0, 0] : (!llvm.ptr) -> !llvm.ptr, !pool
  %task_field = llvm.getelementptr inbounds %pool[0, 1] : (!llvm.ptr) -> !llvm.ptr, !pool
  %argument_field = llvm.getelementptr inbounds %pool[0, 2] : (!llvm.ptr) -> !llvm.ptr, !pool
  %done_field = llvm.getelementptr inbounds %pool[0, 4] : (!llvm.ptr) -> !llvm.ptr, !pool
  llvm.store %task, %task_field : !llvm.ptr, !llvm.ptr
  llvm.store %argument, %argument_field : !llvm.ptr, !llvm.ptr
  llvm.store %zero, %done_field atomic monotonic {alignment = 4 : i64} : i32, !llvm.ptr
  %old = llvm.load %word_field atomic monotonic {alignment = 8 : i64} : !llvm.ptr -> i64
  %kernel = llvm.and %old, %kernel_bits : i64
  %next_kernel = llvm.add %kernel, %one_kernel : i64
  %wide_count = llvm.zext %count : i32 to i64
  %placed_count = llvm.shl %wide_count, %sixteen : i64
  %word = llvm.or %next_kernel, %placed_count : i64
  llvm.store %word, %word_field atomic seq_cst {alignment = 8 : i64} : i64, !llvm.ptr
  %others = llvm.sub %count, %one : i32
  llvm.call @quantc_abi_wake(%pool, %others) : (!llvm.ptr, i32) -> ()
  llvm.call @quantc_abi_work(%pool) : (!llvm.ptr) -> ()
  llvm.br ^look(%zero : i32)
^look(%looks: i32):
  %done = llvm.load %done_field atomic acquire {alignment = 4 : i64} : !llvm.ptr -> i32
  %is_all = llvm.icmp "eq" %done, %count : i32
  llvm.cond_br %is_all, ^leave, ^wait
^wait:
  %following = llvm.add %looks, %one : i32
  %is_patient = llvm.icmp "ult" %looks, %patience : i32
  llvm.cond_br %is_patient, ^pause, ^yield
^pause:
  llvm.call @quantc_abi_pause() : () -> ()
  llvm.br ^look(%following : i32)
^yield:
  // Whoever has the last part may wait for this core.
  %status = llvm.call @sched_yield() : () -> i32
  llvm.br ^look(%patience : i32)
^leave:
  llvm.return
}

// Ends `count` workers and gives the pool's memory back.
llvm.func internal @quantc_abi_pool_free(%pool: !llvm.ptr) {
  %null = llvm.mlir.zero : !llvm.ptr
  %zero = llvm.mlir.constant(0 : i32) : i32
  %one = llvm.mlir.constant(1 : i32) : i32
  %is_null = llvm.icmp "eq" %pool, %null : !llvm.ptr
  llvm.cond_br %is_null, ^done, ^stop
^stop:
  %stop_field = llvm.getelementptr inbounds %pool[0, 7] : (!llvm.ptr) -> !llvm.ptr, !pool
  %count_field = llvm.getelementptr inbounds %pool[0, 8] : (!llvm.ptr) -> !llvm.ptr, !pool
  %semaphore = llvm.getelementptr inbounds %pool[0, 10] : (!llvm.ptr) -> !llvm.ptr, !pool
  %count = llvm.load %count_field : !llvm.ptr -> i32
  llvm.store %one, %stop_field atomic seq_cst {alignment = 4 : i64} : i32, !llvm.ptr
  llvm.br ^wake(%zero : i32)
^wake(%i: i32):
  %is_asleep = llvm.icmp "ult" %i, %count : i32
  llvm.cond_br %is_asleep, ^post, ^join(%zero : i32)
^post:
  %posted = llvm.call @sem_post(%semaphore) : (!llvm.ptr) -> i32
  %following = llvm.add %i, %one : i32
  llvm.br ^wake(%following : i32)
^join(%j: i32):
  %is_left = llvm.icmp "ult" %j, %count : i32
  llvm.cond_br %is_left, ^wait, ^release
^wait:
  %thread_field = llvm.getelementptr inbounds %pool[0, 11, %j] : (!llvm.ptr, i32) -> !llvm.ptr, !pool
  %thread = llvm.load %thread_field : !llvm.ptr -> i64
  %joined = llvm.call @pthread_join(%thread, %null) : (i64, !llvm.ptr) -> i32
  %after = llvm.add %j, %one : i32
  llvm.br ^join(%after : i32)
^release:
  %destroyed = llvm.call @sem_destroy(%semaphore) : (!llvm.ptr) -> i32
  llvm.call @free(%pool) : (!llvm.ptr) -> ()
  llvm.br ^done
^done:
  llvm.return
}

// Whether the process has every function that a pool needs.
llvm.func internal @quantc_abi_has_threads() -> i1 {
  %null = llvm.mlir.zero : !llvm.ptr
  %create = llvm.mlir.addressof @pthread_create : !llvm.ptr
  %join = llvm.mlir.addressof @pthread_join : !llvm.ptr
  %yield = llvm.mlir.addressof @sched_yield : !llvm.ptr
  %destroy = llvm.mlir.addressof @sem_destroy : !llvm.ptr
  %init = llvm.mlir.addressof @sem_init : !llvm.ptr
  %post = llvm.mlir.addressof @sem_post : !llvm.ptr
  %wait = llvm.mlir.addressof @sem_wait : !llvm.ptr
  %has_create = llvm.icmp "ne" %create, %null : !llvm.ptr
  %has_join = llvm.icmp "ne" %join, %null : !llvm.ptr
  %has_yield = llvm.icmp "ne" %yield, %null : !llvm.ptr
  %has_destroy = llvm.icmp "ne" %destroy, %null : !llvm.ptr
  %has_init = llvm.icmp "ne" %init, %null : !llvm.ptr
  %has_post = llvm.icmp "ne" %post, %null : !llvm.ptr
  %has_wait = llvm.icmp "ne" %wait, %null : !llvm.ptr
  %has_2 = llvm.and %has_create, %has_join : i1
  %has_3 = llvm.and %has_2, %has_yield : i1
  %has_4 = llvm.and %has_3, %has_destroy : i1
  %has_5 = llvm.and %has_4, %has_init : i1
  %has_6 = llvm.and %has_5, %has_post : i1
  %has_all = llvm.and %has_6, %has_wait : i1
  llvm.return %has_all : i1
}

// A pool of `count` workers, or null if they are not to be had.
llvm.func internal @quantc_abi_pool_create(%count: i32) -> !llvm.ptr {
  %null = llvm.mlir.zero : !llvm.ptr
  %zero = llvm.mlir.constant(0 : i32) : i32
  %one = llvm.mlir.constant(1 : i32) : i32
  %no_byte = llvm.mlir.constant(0 : i8) : i8
  %alignment = llvm.mlir.constant(64 : i64) : i64
  %rest = llvm.mlir.constant(63 : i64) : i64
  %mask = llvm.mlir.constant(-64 : i64) : i64
  %has_threads = llvm.call @quantc_abi_has_threads() : () -> i1
  llvm.cond_br %has_threads, ^find_memory, ^fail
^find_memory:
  %end_field = llvm.getelementptr %null[0, 11, %count] : (!llvm.ptr, i32) -> !llvm.ptr, !pool
  %end = llvm.ptrtoint %end_field : !llvm.ptr to i64
  %padded = llvm.add %end, %rest : i64
  %bytes = llvm.and %padded, %mask : i64
  %pool = llvm.call @aligned_alloc(%alignment, %bytes) : (i64, i64) -> !llvm.ptr
  %is_short = llvm.icmp "eq" %pool, %null : !llvm.ptr
  llvm.cond_br %is_short, ^fail, ^fill
^fill:
  "llvm.intr.memset"(%pool, %no_byte, %bytes) <{isVolatile = false}> : (!llvm.ptr, i8, i64) -> ()
  %count_field = llvm.getelementptr inbounds %pool[0, 8] : (!llvm.ptr) -> !llvm.ptr, !pool
  %semaphore = llvm.getelementptr inbounds %pool[0, 10] : (!llvm.ptr) -> !llvm.ptr, !pool
  %initialized = llvm.call @sem_init(%semaphore, %zero, %zero) : (!llvm.ptr, i32, i32) -> i32
  %worker = llvm.mlir.addressof @quantc_abi_worker : !llvm.ptr
  llvm.br ^next(%zero : i32)
^next(%i: i32):
  // So many have begun.
  llvm.store %i, %count_field : i32, !llvm.ptr
  %more = llvm.icmp "ult" %i, %count : i32
  llvm.cond_br %more, ^create, ^done
^create:
  %thread_field = llvm.getelementptr inbounds %pool[0, 11, %i] : (!llvm.ptr, i32) -> !llvm.ptr, !pool
  %status = llvm.call @pthread_create(%thread_field, %null, %worker, %pool) : (!llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr) -> i32
  %is_refused = llvm.icmp "ne" %status, %zero : i32
  %following = llvm.add %i, %one : i32
  llvm.cond_br %is_refused, ^undo, ^next(%following : i32)
^undo:
  llvm.call @quantc_abi_pool_free(%pool) : (!llvm.ptr) -> ()
  llvm.br ^fail
^done:
  llvm.return %pool : !llvm.ptr
^fail:
  llvm.return %null : !llvm.ptr
}

llvm.func internal @quantc_abi_set_threads(%context: !llvm.ptr, %threads: i32, %given: !llvm.ptr) -> i32 {
  %null = llvm.mlir.zero : !llvm.ptr
  %ok = llvm.mlir.constant(0 : i32) : i32
  %error_null = llvm.mlir.constant(1 : i32) : i32
  %error_threads = llvm.mlir.constant(2 : i32) : i32
  %one = llvm.mlir.constant(1 : i32) : i32
  %most = llvm.mlir.constant(1024 : i32) : i32
  %is_context_null = llvm.icmp "eq" %context, %null : !llvm.ptr
  llvm.cond_br %is_context_null, ^end(%error_null : i32), ^reset
^reset:
  %threads_field = llvm.getelementptr inbounds %context[0, 2] : (!llvm.ptr) -> !llvm.ptr, !context
  %run_field = llvm.getelementptr inbounds %context[0, 4] : (!llvm.ptr) -> !llvm.ptr, !context
  %state_field = llvm.getelementptr inbounds %context[0, 5] : (!llvm.ptr) -> !llvm.ptr, !context
  %pool_field = llvm.getelementptr inbounds %context[0, 6] : (!llvm.ptr) -> !llvm.ptr, !context
  %old_pool = llvm.load %pool_field : !llvm.ptr -> !llvm.ptr
  llvm.call @quantc_abi_pool_free(%old_pool) : (!llvm.ptr) -> ()
  llvm.store %null, %pool_field : !llvm.ptr, !llvm.ptr
  llvm.store %one, %threads_field : i32, !llvm.ptr
  // Unsigned, so that a negative number is too large.
  %index = llvm.sub %threads, %one : i32
  %is_sensible = llvm.icmp "ult" %index, %most : i32
  llvm.cond_br %is_sensible, ^choose, ^end(%error_threads : i32)
^choose:
  %is_single = llvm.icmp "eq" %threads, %one : i32
  llvm.cond_br %is_single, ^end(%ok : i32), ^several
^several:
  %is_own = llvm.icmp "eq" %given, %null : !llvm.ptr
  llvm.cond_br %is_own, ^own, ^foreign
^own:
  %pool = llvm.call @quantc_abi_pool_create(%index) : (i32) -> !llvm.ptr
  llvm.store %pool, %pool_field : !llvm.ptr, !llvm.ptr
  %is_refused = llvm.icmp "eq" %pool, %null : !llvm.ptr
  %own_run = llvm.mlir.addressof @quantc_abi_pool_run : !llvm.ptr
  llvm.cond_br %is_refused, ^end(%error_threads : i32), ^ready(%own_run, %pool : !llvm.ptr, !llvm.ptr)
^foreign:
  %given_run = llvm.load %given : !llvm.ptr -> !llvm.ptr
  %given_state_field = llvm.getelementptr inbounds %given[0, 1] : (!llvm.ptr) -> !llvm.ptr, !given
  %given_state = llvm.load %given_state_field : !llvm.ptr -> !llvm.ptr
  %is_run_null = llvm.icmp "eq" %given_run, %null : !llvm.ptr
  llvm.cond_br %is_run_null, ^end(%error_null : i32), ^ready(%given_run, %given_state : !llvm.ptr, !llvm.ptr)
^ready(%run: !llvm.ptr, %state: !llvm.ptr):
  llvm.store %run, %run_field : !llvm.ptr, !llvm.ptr
  llvm.store %state, %state_field : !llvm.ptr, !llvm.ptr
  llvm.store %threads, %threads_field : i32, !llvm.ptr
  llvm.br ^end(%ok : i32)
^end(%status: i32):
  llvm.return %status : i32
}

// Has `task` done in at most `most` parts; their number is the first word of
// `argument`. Kernels call this, with the arena that comes after a context.
llvm.func internal @quantc_abi_share(%arena: !llvm.ptr, %task: !llvm.ptr, %argument: !llvm.ptr, %most: i32) {
  %context = llvm.getelementptr inbounds %arena[-64] : (!llvm.ptr) -> !llvm.ptr, i8
  %threads_field = llvm.getelementptr inbounds %context[0, 2] : (!llvm.ptr) -> !llvm.ptr, !context
  %run_field = llvm.getelementptr inbounds %context[0, 4] : (!llvm.ptr) -> !llvm.ptr, !context
  %state_field = llvm.getelementptr inbounds %context[0, 5] : (!llvm.ptr) -> !llvm.ptr, !context
  %threads = llvm.load %threads_field : !llvm.ptr -> i32
  %run = llvm.load %run_field : !llvm.ptr -> !llvm.ptr
  %state = llvm.load %state_field : !llvm.ptr -> !llvm.ptr
  %count = llvm.intr.umin(%threads, %most) : (i32, i32) -> i32
  llvm.store %count, %argument : i32, !llvm.ptr
  llvm.call %run(%state, %task, %argument, %count) : !llvm.ptr, (!llvm.ptr, !llvm.ptr, !llvm.ptr, i32) -> ()
  llvm.return
}
