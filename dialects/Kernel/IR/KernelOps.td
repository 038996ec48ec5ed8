//===- KernelOps.td - The kernel dialect -------------------*- tablegen -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_KERNEL_IR_KERNELOPS
#define QUANTC_DIALECTS_KERNEL_IR_KERNELOPS

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Kernel_Dialect : Dialect {
  let name = "kernel";
  let cppNamespace = "::quantc::kernel";
  let summary = "The few loops that take the time, before code generation";
  let description = [{
    Contractions and pooling on plain storage (i8, f32), in destination-passing
    style so that they bufferize like linalg ops, with packed weights and the
    epilogue as operands. What is left to decide is how to tile and which
    instructions to use; a pass per target does that.
  }];
}

class Kernel_Op<string mnemonic, list<Trait> traits = []>
    : Op<Kernel_Dialect, mnemonic, traits>;

#endif // QUANTC_DIALECTS_KERNEL_IR_KERNELOPS
