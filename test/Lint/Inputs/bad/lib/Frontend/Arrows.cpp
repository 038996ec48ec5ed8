//===- Arrows.cpp - A sample for the lint test --------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Target/Emit.h" // BAD include-arrows
#include "lib/Pipelines/Internal.h" // BAD include-arrows
#include "quantc/Support/Failure.h"
#include "quantc/Runtime/quantc.h"
#include "quantc/Runtime/pool.h" // BAD include-arrows
#include "dialects/Calib/IR/Calib.h"
#include "quantc/Elsewhere/Elsewhere.h" // BAD include-arrows
