#!/usr/bin/env python3
#===- new-pass.py - The files of a new pass -------------------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Writes the files of a new pass of a dialect, in the house style.

    new-pass.py DIALECT FLAG SUMMARY [EQUATION] [--root ROOT]

    scripts/new-pass.py LowBit lowbit-merge-shifts "Merge two shifts" \\
        "shift(shift(x, a), b) -> shift(x, a + b)"

FLAG starts with the dialect's name; a verb and a noun follow. Adds the pass to
Transforms/Passes.td and the file to the CMake list, both in their sorted place,
and writes a .cpp file and a lit test. Nothing is written if any of it exists.
"""
import argparse
import os
import re
import sys
import textwrap

#===-----------------------------------------------------------------------===#
# Templates
#===-----------------------------------------------------------------------===#

HEADER = """\
//===- {title}{fill}===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
"""

PASSES_TD = """\
#ifndef QUANTC_DIALECTS_{upper}_TRANSFORMS_PASSES
#define QUANTC_DIALECTS_{upper}_TRANSFORMS_PASSES

include "mlir/Pass/PassBase.td"

#endif // QUANTC_DIALECTS_{upper}_TRANSFORMS_PASSES
"""

PASSES_H = """\
#ifndef QUANTC_DIALECTS_{upper}_TRANSFORMS_PASSES_H
#define QUANTC_DIALECTS_{upper}_TRANSFORMS_PASSES_H

#include "mlir/Pass/Pass.h"

namespace quantc::{lower} {{

#define GEN_PASS_DECL
#include "dialects/{dialect}/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "dialects/{dialect}/Transforms/Passes.h.inc"

}} // namespace quantc::{lower}

#endif // QUANTC_DIALECTS_{upper}_TRANSFORMS_PASSES_H
"""

CMAKE = """\
quantc_passes({dialect})

quantc_library(Quantc{dialect}Transforms

  DEPENDS
  {dialect}IncGen
  {dialect}PassIncGen

  LINK_LIBS
  Quantc{dialect}
)
"""

DEFINITION = """\
def {name} : Pass<"{flag}", "mlir::func::FuncOp"> {{
  let summary = "{summary}";
  let description = [{{
{equation}
  }}];
}}

"""

SOURCE = """\
#include "dialects/{dialect}/IR/{dialect}.h"
#include "dialects/{dialect}/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace quantc::{lower} {{
#define GEN_PASS_DEF_{name_upper}
#include "dialects/{dialect}/Transforms/Passes.h.inc"
}} // namespace quantc::{lower}

using namespace mlir;
using namespace quantc;

namespace {{

struct {name} : {lower}::impl::{name}Base<{name}> {{
  void runOnOperation() override {{
    RewritePatternSet patterns(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }}
}};

}} // namespace
"""

TEST = """\
// RUN: quant-opt %s -pass-pipeline='builtin.module(func.func({flag}))' | FileCheck %s

// {equation}
// CHECK-LABEL: @nothing_to_do
// CHECK-SAME:    %[[X:.+]]: tensor<4xf32>
func.func @nothing_to_do(%x: tensor<4xf32>) -> tensor<4xf32> {{
  // CHECK-NEXT: return %[[X]]
  return %x : tensor<4xf32>
}}
"""

#===-----------------------------------------------------------------------===#
# Names and lists
#===-----------------------------------------------------------------------===#


def header(file, what, language=""):
    """The license header with a rule that fills its line."""
    title = f"{file} - {what} "
    fill = "-" * max(3, 68 - len(title) - len(language)) + language
    return HEADER.format(title=title, fill=fill)


def class_name(flag):
    return "".join(word.capitalize() for word in flag.split("-")[1:])


def insert_sorted(lines, line, of_list):
    """Adds `line` before the first list member that is greater."""
    for index in of_list:
        if lines[index] > line:
            return lines[:index] + [line] + lines[index:]
    at = of_list[-1] + 1 if of_list else None
    if at is None:
        raise SystemExit("new-pass: expects a list to add to, but found none")
    return lines[:at] + [line] + lines[at:]


def add_source(text, file):
    """A library's sources are the lines behind its name, up to an empty one."""
    lines = text.splitlines()
    start = next(i for i, l in enumerate(lines) if l.startswith("quantc_library("))
    end = next(i for i in range(start, len(lines)) if lines[i] in ("", ")"))
    members = list(range(start + 1, end)) or [start]
    if members == [start]:
        lines.insert(start + 1, "  " + file)
    else:
        lines = insert_sorted(lines, "  " + file, members)
    return "\n".join(lines) + "\n"


def add_definition(text, name, definition):
    """Passes are sorted by name; the file ends with its #endif."""
    for match in re.finditer(r"^def (\w+) : Pass<", text, re.M):
        if match.group(1) > name:
            return text[:match.start()] + definition + text[match.start():]
    at = text.rindex("#endif")
    return text[:at] + definition + text[at:]


def add_subfolder(text):
    lines = sorted({*text.split("\n"), "add_subdirectory(Transforms)"} - {""})
    return "\n".join(lines) + "\n"


#===-----------------------------------------------------------------------===#
# Files
#===-----------------------------------------------------------------------===#


def read(root, path, otherwise):
    full = os.path.join(root, path)
    if not os.path.exists(full):
        return otherwise
    with open(full, encoding="utf-8") as file:
        return file.read()


def plan(root, dialect, flag, summary, equation):
    """All files to write: {path: text}; the existing ones are extended."""
    name, lower = class_name(flag), dialect.lower()
    names = {"dialect": dialect, "lower": lower, "upper": dialect.upper(), "flag": flag,
             "name": name, "name_upper": name.upper(), "summary": summary}
    folder = f"dialects/{dialect}/Transforms"
    about = f"Passes of the {lower} dialect"
    td = read(root, f"{folder}/Passes.td", header("Passes.td", about, "*- tablegen -*-") +
              PASSES_TD.format(**names))
    indented = textwrap.indent(equation, "    ")
    definition = DEFINITION.format(**names, equation=indented)
    return {
        f"{folder}/Passes.td": add_definition(td, name, definition),
        f"{folder}/Passes.h": read(root, f"{folder}/Passes.h", header(
            "Passes.h", about, "*- C++ -*-") + PASSES_H.format(**names)),
        f"{folder}/CMakeLists.txt": add_source(
            read(root, f"{folder}/CMakeLists.txt", CMAKE.format(**names)), f"{name}.cpp"),
        f"{folder}/{name}.cpp": header(f"{name}.cpp", summary) + SOURCE.format(**names),
        f"dialects/{dialect}/CMakeLists.txt": add_subfolder(
            read(root, f"dialects/{dialect}/CMakeLists.txt", "")),
        f"test/Dialect/{dialect}/{flag[len(lower) + 1:]}.mlir":
            TEST.format(flag=flag, equation=equation),
    }


def refusal(root, dialect, flag, summary):
    """Why the pass cannot be written; None if it can."""
    folder = f"dialects/{dialect}"
    if not os.path.isdir(os.path.join(root, folder, "IR")):
        return f"expects a dialect's folder name, but {folder}/IR is not there"
    lower = dialect.lower()
    if not re.fullmatch(rf"{lower}(-[a-z0-9]+)+", flag):
        return f"expects a flag like {lower}-verb-noun, but got '{flag}'"
    if summary.endswith(".") or not summary[:1].isupper():
        return f"expects a summary with a capital and no full stop, but got '{summary}'"
    for path in (f"{folder}/Transforms/{class_name(flag)}.cpp",
                 f"test/Dialect/{dialect}/{flag[len(lower) + 1:]}.mlir"):
        if os.path.exists(os.path.join(root, path)):
            return f"expects a new pass, but {path} exists"
    return None


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dialect", metavar="DIALECT")
    parser.add_argument("flag", metavar="FLAG")
    parser.add_argument("summary", metavar="SUMMARY")
    parser.add_argument("equation", metavar="EQUATION", nargs="?", default="before -> after")
    parser.add_argument("--root", default=os.path.join(os.path.dirname(__file__), ".."))
    options = parser.parse_args()

    why = refusal(options.root, options.dialect, options.flag, options.summary)
    if why:
        sys.exit(f"new-pass: {why}")
    new_folder = not os.path.exists(
        os.path.join(options.root, f"dialects/{options.dialect}/Transforms/Passes.td"))
    files = plan(options.root, options.dialect, options.flag, options.summary, options.equation)
    for path, text in files.items():
        full = os.path.join(options.root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)
        print("wrote", path)
    if new_folder:
        print(f"next: call {options.dialect.lower()}::register{options.dialect}Passes() in "
              f"lib/Pipelines/Register.cpp and link Quantc{options.dialect}Transforms there")


if __name__ == "__main__":
    main()
