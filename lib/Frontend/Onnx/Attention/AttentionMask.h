//===- AttentionMask.h - Which keys a query may see -------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_ATTENTIONMASK_H
#define QUANTC_FRONTEND_ONNX_ATTENTIONMASK_H

#include "../NodeContext.h"

namespace quantc::onnx {

/// What the scores of an Attention node are masked with.
struct AttentionMask {
  int64_t queries = 0, keys = 0;
  /// Keys from a cache, in front of the first query's own.
  int64_t past = 0;
  /// Of the scores: batch, heads, queries, keys.
  Shape shape;
  /// Set by applyMask: whether a query may see no key at all.
  bool mayHideRows = false;
};

/// Adds minus infinity where a key is hidden by attn_mask, is_causal, the
/// sliding window or nonpad_kv_seqlen, and adds a float attn_mask.
mlir::FailureOr<mlir::Value> applyMask(NodeContext &node, mlir::Value scores,
                                       AttentionMask &mask);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_ATTENTIONMASK_H
