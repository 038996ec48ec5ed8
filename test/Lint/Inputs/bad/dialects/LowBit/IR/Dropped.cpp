//===- Dropped.cpp - A sample for the lint test --------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
void run() {
  applyPatternsGreedily(getOperation(), std::move(patterns)); // BAD dropped-result
  if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
    signalPassFailure();
  (void)applyPartialConversion(op, target, std::move(patterns)); // BAD dropped-result
  if (failed(
          applyFullConversion(op, target, std::move(patterns))))
    signalPassFailure();
  return failed(x) ||
         applyPatternsGreedily(op, std::move(patterns)).failed();
}
