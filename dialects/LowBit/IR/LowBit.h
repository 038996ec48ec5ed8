//===- LowBit.h - The lowbit dialect ----------------------------------*- C++
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_LOWBIT_IR_LOWBIT_H
#define QUANTC_DIALECTS_LOWBIT_IR_LOWBIT_H

#include "dialects/LowBit/IR/Numerics.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/LowBit/IR/LowBitDialect.h.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/LowBit/IR/LowBitTypes.h.inc"

#define GET_OP_CLASSES
#include "dialects/LowBit/IR/LowBitOps.h.inc"

#endif // QUANTC_DIALECTS_LOWBIT_IR_LOWBIT_H
