//===- Todo.cpp - A sample for the lint test --------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// TODO: some day BAD todo-without-number
// TODO(#12): with a number
// FIXME now BAD todo-without-number
