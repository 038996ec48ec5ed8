//===- DifferentiableOpInterface.cpp - Ops with a derivative --------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Distill/IR/DifferentiableOpInterface.h"

#include "dialects/Distill/IR/DifferentiableOpInterface.cpp.inc"
