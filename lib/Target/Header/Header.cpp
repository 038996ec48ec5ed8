//===- Header.cpp - The C header of a compiled model ----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Target/Header.h"

#include "lib/Target/Header/AbiText.h"
#include "lib/Target/Header/Spell.h"
#include "quantc/Runtime/quantc.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace quantc;
using llvm::formatv;

static void writeTable(llvm::raw_ostream &out, StringRef title,
                       ArrayRef<AbiTensor> tensors) {
  for (auto [i, tensor] : llvm::enumerate(tensors))
    out << formatv(" *   {0,-7} {1}: {2}, {3}, {4} bytes\n", title, i,
                   spellComment(tensor.name), spellArray(tensor), tensor.bytes);
}

/// What a reader wants to know first, and a program to copy from.
static void writeIntroduction(llvm::raw_ostream &out, const ModelInfo &info) {
  out << formatv(
      "/* The compiled model '{0}'. Written by quantc " QUANTC_VERSION
      "; do not edit.\n *\n",
      info.name);
  writeTable(out, "input", info.inputs);
  writeTable(out, "output", info.outputs);
  out << formatv(" *   levels   {0}\n", llvm::join(info.levels, ", "))
      << formatv(
             " *   memory   {0} bytes per context, {1} bytes of constants\n",
             info.arenaBytes, info.weightBytes)
      << (info.goldenOutputs.empty()
              ? " *   self-test: none was stored, it always passes\n"
              : " *   self-test: golden vectors, at every level of the CPU\n")
      << " *\n * Example:\n *\n";
  SmallVector<std::string> inputs, outputs;
  for (auto [i, tensor] : llvm::enumerate(info.inputs)) {
    inputs.push_back("in" + std::to_string(i));
    out << formatv(" *   static {0} in{1}[{2}]; // Fill it.\n",
                   spellElement(tensor), i, tensor.type.getNumElements());
  }
  for (auto [i, tensor] : llvm::enumerate(info.outputs)) {
    outputs.push_back("out" + std::to_string(i));
    out << formatv(" *   static {0} out{1}[{2}];\n", spellElement(tensor), i,
                   tensor.type.getNumElements());
  }
  out << formatv(" *   const void *inputs[] = {{{0}};\n"
                 " *   void *outputs[] = {{{1}};\n"
                 " *   quantc_context *context = {2}_init(NULL);\n"
                 " *   if (!context)\n"
                 " *     abort(); // No memory, or a CPU without any level.\n"
                 " *   {2}_run(context, inputs, outputs);\n"
                 " *   {2}_free(context);\n"
                 " */\n",
                 llvm::join(inputs, ", "), llvm::join(outputs, ", "),
                 info.name);
}

static void writeTensorMacros(llvm::raw_ostream &out, StringRef prefix,
                              ArrayRef<AbiTensor> tensors) {
  out << formatv("#define {0}_COUNT {1}\n", prefix, tensors.size());
  for (auto [i, tensor] : llvm::enumerate(tensors)) {
    std::string name = formatv("#define {0}_{1}", prefix, i).str();
    out << name << "_NAME " << spellString(tensor.name) << "\n"
        << name << "_TYPE " << spellCode(tensor) << "\n"
        << name << "_RANK " << tensor.type.getRank() << "\n";
    // An empty initializer is not C99.
    if (tensor.type.getRank())
      out << name << "_SHAPE {"
          << llvm::join(llvm::map_range(tensor.type.getShape(),
                                        [](int64_t extent) {
                                          return std::to_string(extent);
                                        }),
                        ", ")
          << "}\n";
    out << name << "_ELEMENTS " << tensor.type.getNumElements() << "\n"
        << name << "_BYTES " << tensor.bytes << "\n";
  }
}

static void writePrototypes(llvm::raw_ostream &out, StringRef name) {
  out << formatv(
      "/* A context at the best level of this CPU, on `arena` (64-byte "
      "aligned,\n"
      "   {1}_ARENA_BYTES) or on memory of its own if null. Null if memory is\n"
      "   short, the arena misaligned or the CPU has none of the levels. */\n"
      "quantc_context *{0}_init(void *arena);\n"
      "/* One inference: a pointer per input and per output. QUANTC_OK, or\n"
      "   QUANTC_ERROR_NULL if a pointer is null. Allocates nothing; a "
      "context\n"
      "   serves one thread at a time. */\n"
      "int32_t {0}_run(quantc_context *context, const void *const *inputs,\n"
      "                void *const *outputs);\n"
      "void {0}_free(quantc_context *context);\n"
      "/* Up to `threads` threads for each run from now on: of `pool`, or of "
      "the\n"
      "   context's own if it is null. See quantc_set_threads_function. */\n"
      "int32_t {0}_set_threads(quantc_context *context, int32_t threads,\n"
      "                        const quantc_pool *pool);\n"
      "/* The number of outputs that differ from the stored ones, over all "
      "levels\n"
      "   of this CPU: 0 if all is well, -1 if memory is short. */\n"
      "int32_t {0}_selftest(void);\n"
      "/* All there is to know about the model, and the functions of quantc.h. "
      "*/\n"
      "const quantc_model *{0}_model(void);\n",
      name, name.upper());
}

void quantc::emitHeader(const ModelInfo &info, llvm::raw_ostream &out) {
  std::string upper = StringRef(info.name).upper();
  writeIntroduction(out, info);
  out << formatv("#ifndef QUANTC_MODEL_{0}_H\n#define QUANTC_MODEL_{0}_H\n\n",
                 upper)
      << abiText << "\n"
      << formatv(
             "#if QUANTC_ABI_VERSION != {0}\n"
             "#error \"headers of different versions of quantc are mixed\"\n"
             "#endif\n\n",
             QUANTC_ABI_VERSION)
      << formatv("#define {0}_ARENA_BYTES {1}\n", upper, info.arenaBytes)
      << formatv("#define {0}_WEIGHT_BYTES {1}\n", upper, info.weightBytes);
  writeTensorMacros(out, upper + "_INPUT", info.inputs);
  writeTensorMacros(out, upper + "_OUTPUT", info.outputs);
  out << "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
  writePrototypes(out, info.name);
  out << "\n#ifdef __cplusplus\n} /* extern \"C\" */\n#endif\n\n"
      << formatv("#endif /* QUANTC_MODEL_{0}_H */\n", upper);
}
