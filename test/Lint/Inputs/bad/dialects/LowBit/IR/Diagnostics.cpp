//===- Diagnostics.cpp - A sample for the lint test --------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
void report() {
  op->emitOpError("Expects a rank of 4"); // BAD diagnostic-form
  op->emitOpError("expects a rank of 4, but got 5."); // BAD diagnostic-form
  emitError(op->getLoc()) << "must have a rank of 4"; // BAD diagnostic-form
  emitError(loc, "expected a rank of 4, but got ") << rank; // BAD diagnostic-form
  emitError(loc, "ONNX file expects a rank of 4, but got ") << rank << "...";
  op->emitOpError("expects ...");
}
