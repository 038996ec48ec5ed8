//===- ReadAhead.h - Weights that are read once, in time -----------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_VECTOR_READAHEAD_H
#define QUANTC_LIB_CODEGEN_VECTOR_READAHEAD_H

#include "Emitter.h"

namespace quantc::codegen {

/// Asks early for packed weights that lie in no cache. A few panels are read
/// side by side, each from its first byte to its last, and then as many after
/// them. The processor follows such a stream by itself, but it has to find it
/// first, and again at every page; meanwhile the memory stands still.
class ReadAhead {
public:
  /// `panels` are read side by side; `weights` and `scales` are
  /// [panel][block][...].
  ReadAhead(Emitter &emit, const FlatBuffer &weights, const FlatBuffer &scales,
            int64_t panels)
      : emit(emit), weights(weights), scales(scales), panels(panels) {}

  /// `lines` lines from `position` on are read now, which is `offset` behind
  /// the beginning of their panel; asks for those that come some time later.
  void codes(mlir::Value position, mlir::Value offset, int64_t lines);
  /// The same of the scales of block `block`.
  void scalesOf(mlir::Value position, mlir::Value block);
  /// Elements of `values`, one for each channel, of the channels from `first`
  /// on that come after these.
  void channels(const FlatBuffer &values, mlir::Value first);

private:
  mlir::Value later(mlir::Value position, mlir::Value offset, int64_t distance,
                    const FlatBuffer &from);

  Emitter &emit;
  const FlatBuffer &weights, &scales;
  int64_t panels;
};

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_VECTOR_READAHEAD_H
