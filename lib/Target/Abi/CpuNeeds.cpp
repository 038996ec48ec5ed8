//===- CpuNeeds.cpp - What a level's code needs of the CPU ----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Abi/CpuNeeds.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/TargetParser/X86TargetParser.h"

using namespace mlir;
using namespace quantc;

namespace {

enum Word { Leaf1C, Leaf7B, Leaf7C, Leaf7D, Leaf71A, Leaf71D, LeafE1C, Xcr0 };

/// Source of the bits: Intel's Software Developer's Manual, volume 2, CPUID.
struct Feature {
  StringRef name; ///< As LLVM spells it.
  Word word;
  unsigned bit;
};

constexpr unsigned kYmmState = 0x6, kZmmState = 0xe6, kTileState = 0x60000;

} // namespace

/// The instruction sets that code generation picks by itself. What it never
/// emits unasked (RTM, SGX and the like) is left out.
static const Feature features[] = {
    {"sse3", Leaf1C, 0},
    {"pclmul", Leaf1C, 1},
    {"ssse3", Leaf1C, 9},
    {"fma", Leaf1C, 12},
    {"cx16", Leaf1C, 13},
    {"sse4.1", Leaf1C, 19},
    {"sse4.2", Leaf1C, 20},
    {"movbe", Leaf1C, 22},
    {"popcnt", Leaf1C, 23},
    {"aes", Leaf1C, 25},
    {"avx", Leaf1C, 28},
    {"f16c", Leaf1C, 29},
    {"bmi", Leaf7B, 3},
    {"avx2", Leaf7B, 5},
    {"bmi2", Leaf7B, 8},
    {"avx512f", Leaf7B, 16},
    {"avx512dq", Leaf7B, 17},
    {"adx", Leaf7B, 19},
    {"avx512ifma", Leaf7B, 21},
    {"avx512cd", Leaf7B, 28},
    {"sha", Leaf7B, 29},
    {"avx512bw", Leaf7B, 30},
    {"avx512vl", Leaf7B, 31},
    {"avx512vbmi", Leaf7C, 1},
    {"avx512vbmi2", Leaf7C, 6},
    {"gfni", Leaf7C, 8},
    {"vaes", Leaf7C, 9},
    {"vpclmulqdq", Leaf7C, 10},
    {"avx512vnni", Leaf7C, 11},
    {"avx512bitalg", Leaf7C, 12},
    {"avx512vpopcntdq", Leaf7C, 14},
    {"avx512vp2intersect", Leaf7D, 8},
    {"amx-bf16", Leaf7D, 22},
    {"avx512fp16", Leaf7D, 23},
    {"amx-tile", Leaf7D, 24},
    {"amx-int8", Leaf7D, 25},
    {"avxvnni", Leaf71A, 4},
    {"avx512bf16", Leaf71A, 5},
    {"amx-fp16", Leaf71A, 21},
    {"avxifma", Leaf71A, 23},
    {"avxvnniint8", Leaf71D, 4},
    {"avxneconvert", Leaf71D, 5},
    {"avxvnniint16", Leaf71D, 10},
    {"sahf", LeafE1C, 0},
    {"lzcnt", LeafE1C, 5},
    {"sse4a", LeafE1C, 6},
    {"xop", LeafE1C, 11},
    {"fma4", LeafE1C, 16},
    {"tbm", LeafE1C, 21},
};

static StringRef targetCpu(LLVM::LLVMFuncOp function) {
  if (std::optional<StringRef> cpu = function.getTargetCpu())
    return *cpu;
  return "";
}

/// `passthrough = [["target-cpu", "haswell"], ["target-features", "+avx2"]]` is
/// the other way to say it.
static StringRef passthrough(LLVM::LLVMFuncOp function, StringRef key) {
  ArrayAttr all = function.getPassthroughAttr();
  if (!all)
    return "";
  for (auto pair : all.getAsRange<Attribute>())
    if (auto entry = dyn_cast<ArrayAttr>(pair); entry && entry.size() == 2)
      if (entry[0] == StringAttr::get(function.getContext(), key))
        if (auto value = dyn_cast<StringAttr>(entry[1]))
          return value.getValue();
  return "";
}

/// Switches a feature with all that it implies, or all that imply it.
static void change(llvm::StringMap<bool> &usable, StringRef feature,
                   bool isOn) {
  usable[feature] = isOn;
  llvm::X86::updateImpliedFeatures(feature, isOn, usable);
}

/// Every feature that the function's code may use.
static llvm::StringMap<bool> usableFeatures(LLVM::LLVMFuncOp function) {
  llvm::StringMap<bool> usable;
  for (StringRef cpu :
       {targetCpu(function), passthrough(function, "target-cpu")}) {
    if (llvm::X86::parseArchX86(cpu) == llvm::X86::CK_None)
      continue;
    SmallVector<StringRef> ofCpu;
    llvm::X86::getFeaturesForCPU(cpu, ofCpu);
    for (StringRef feature : ofCpu)
      change(usable, feature, true);
  }
  SmallVector<StringRef> words;
  std::string listed;
  if (LLVM::TargetFeaturesAttr list = function.getTargetFeaturesAttr())
    listed = list.getFeaturesString();
  StringRef(listed).split(words, ',', -1, false);
  passthrough(function, "target-features").split(words, ',', -1, false);
  for (StringRef word : words) {
    bool isOn = word.consume_front("+");
    if (!isOn && !word.consume_front("-"))
      continue;
    change(usable, word, isOn);
  }
  return usable;
}

CpuNeeds quantc::x86Needs(LLVM::LLVMFuncOp function) {
  CpuNeeds needs = {};
  llvm::StringMap<bool> usable = usableFeatures(function);
  for (const Feature &feature : features)
    if (usable.lookup(feature.name))
      needs[feature.word] |= int32_t(1u << feature.bit);
  if (usable.lookup("avx"))
    needs[Xcr0] |= kYmmState;
  if (usable.lookup("avx512f"))
    needs[Xcr0] |= kZmmState;
  if (usable.lookup("amx-tile"))
    needs[Xcr0] |= kTileState;
  return needs;
}
