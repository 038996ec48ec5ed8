//===- BufferizableOpInterfaceImpl.h - Kernels bufferize in place --*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_KERNEL_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H
#define QUANTC_DIALECTS_KERNEL_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace quantc::kernel {

/// Lets one-shot bufferization see through the kernel dialect.
void registerBufferizableOpInterfaceExternalModels(
    mlir::DialectRegistry &registry);

} // namespace quantc::kernel

#endif // QUANTC_DIALECTS_KERNEL_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H
