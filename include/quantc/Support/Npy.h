//===- Npy.h - NumPy's .npy and .npz files ----------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_SUPPORT_NPY_H
#define QUANTC_SUPPORT_NPY_H

#include "quantc/Support/Array.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace quantc {

/// An array of an .npz file.
struct NamedArray {
  std::string name; // Without the suffix ".npy".
  Array array;
};

/// Reads an .npy file, format version 1 to 3. Big-endian data is converted and
/// Fortran order transposed; Unicode becomes UTF-8. Refuses objects, complex
/// numbers and records, and a file whose size is not what its header says.
llvm::Expected<Array> readNpy(llvm::StringRef path);

/// Reads an .npy file that is already in memory; `where` names it in errors.
llvm::Expected<Array> parseNpy(llvm::StringRef bytes, llvm::StringRef where);

/// Reads every array of an .npz file, in the order of the archive. What would
/// inflate to far more than the file's own size is refused before it does.
llvm::Expected<std::vector<NamedArray>> readNpz(llvm::StringRef path);

/// Writes `array`, completely or not at all.
llvm::Error writeNpy(llvm::StringRef path, const Array &array);

/// What writeNpz writes: the array stays the caller's.
struct NamedArrayRef {
  llvm::StringRef name;
  const Array *array;
};

/// Writes an uncompressed archive, completely or not at all. The same arrays
/// give the same bytes. Fails on two arrays of one name.
llvm::Error writeNpz(llvm::StringRef path,
                     llvm::ArrayRef<NamedArrayRef> arrays);

} // namespace quantc

#endif // QUANTC_SUPPORT_NPY_H
