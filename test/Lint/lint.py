#!/usr/bin/env python3
#===- lint.py - What a reviewer should not have to look for ---------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Checks the rules of this repository that no other tool checks.

    lint.py ROOT            the whole tree; exits 1 if there are findings
    lint.py ROOT PATH...    only these files, relative to ROOT
    lint.py --rules         the names of the rules

A finding reads `path:line: [rule] what is wrong and what to do`.
"""
import os
import re
import sys

#===-----------------------------------------------------------------------===#
# Files
#===-----------------------------------------------------------------------===#

CXX = (".c", ".cpp", ".h")
SOURCE = CXX + (".td",)
TEST = (".mlir", ".test")
SCRIPT = (".py", ".sh")
# Input data of tests: not code, or wrong on purpose.
DATA_FOLDERS = {"Inputs", "corpus", "__pycache__"}


class File:
    """A text file: its path relative to the root, and its lines."""

    def __init__(self, root, path):
        self.path = path.replace(os.sep, "/")
        with open(os.path.join(root, path), encoding="utf-8") as file:
            self.text = file.read()
        self.lines = self.text.splitlines()

    def has_suffix(self, suffixes):
        return self.path.endswith(suffixes)

    def is_script(self):
        return self.has_suffix(SCRIPT) or self.text.startswith("#!")


def is_checked(path):
    parts = path.split("/")
    if parts[0].startswith("build") or DATA_FOLDERS.intersection(parts):
        return False
    if parts[0].startswith(".") and parts[0] != ".ci":
        return False
    return not path.endswith((".onnx", ".npy", ".npz", ".png", ".pb"))


def tree(root):
    """Every file that the rules apply to, sorted."""
    for folder, subfolders, names in os.walk(root):
        subfolders.sort()
        relative = os.path.relpath(folder, root)
        subfolders[:] = [
            s for s in subfolders
            if is_checked(os.path.normpath(os.path.join(relative, s, "x")))
        ]
        for name in sorted(names):
            path = os.path.normpath(os.path.join(relative, name))
            if is_checked(path) and name != ".git":
                yield path


#===-----------------------------------------------------------------------===#
# Rules: each takes a File and yields (line number, message)
#===-----------------------------------------------------------------------===#

RULES = {}


def rule(function):
    RULES[function.__name__.replace("_", "-")] = function
    return function


# Includes point one way:
#   Support <- Format <- dialects <- {the verbs} <- Pipelines <- tools
# Folders with the same rank never include each other; Runtime, which goes into
# compiled models, includes nothing of ours.
VERBS = ("Calibration", "Codegen", "Compression", "Conversion", "Execution",
         "Frontend", "Report", "Target")
RANKS = {"Support": 0, "Format": 1, "dialects": 2,
         **{verb: 3 for verb in VERBS}, "Pipelines": 4, "tools": 5, "test": 6}
# Contracts in C that any rank may read: the ABI of a compiled model.
SHARED_HEADERS = {"quantc/Runtime/quantc.h"}
# A dialect may build on another one, never the other way round.
DIALECTS_BELOW = {
    "Calib": set(),
    "Check": set(),
    "Distill": set(),
    "Kernel": {"LowBit"},
    "LowBit": {"Calib"},
}


def owner(path):
    """The folder whose arrows a path obeys, and the dialect, if any."""
    parts = path.split("/")
    if parts[0] == "include":
        parts = parts[1:]
    if parts[0] == "dialects" and len(parts) > 2:
        return "dialects", parts[1]
    if parts[0] in ("lib", "quantc") and len(parts) > 2:
        return parts[1], None
    if parts[0] in ("tools", "test"):
        return parts[0], None
    return None, None


def arrow_fault(here, here_dialect, there, there_dialect):
    """Why `here` may not include `there`; None if it may."""
    if here == "Runtime" or there == "Runtime":
        return "Runtime stands alone"
    if there not in RANKS:
        return f"'{there}' has no place in the include order"
    if here == there == "dialects":
        if here_dialect == there_dialect:
            return None
        if there_dialect in DIALECTS_BELOW.get(here_dialect, set()):
            return None
        return f"{here_dialect} does not build on {there_dialect}"
    if here == there or RANKS[here] > RANKS[there]:
        return None
    if RANKS[here] == RANKS[there]:
        return "folders of one layer never include each other"
    return "includes point towards Support"


@rule
def include_arrows(file):
    here, here_dialect = owner(file.path)
    if not file.has_suffix(CXX) or here is None:
        return
    if here not in RANKS and here != "Runtime":
        yield 1, f"'{here}' has no place in the include order of lint.py"
        return
    for number, line in enumerate(file.lines, 1):
        match = re.match(r'\s*#\s*include\s+["<]((?:quantc|dialects|lib|tools)/[^">]+)', line)
        if not match or match.group(1) in SHARED_HEADERS:
            continue
        there, there_dialect = owner(match.group(1))
        # A folder that stands alone may include itself.
        if here == there == "Runtime":
            continue
        fault = arrow_fault(here, here_dialect, there, there_dialect)
        if fault:
            yield number, f"'{here}' includes '{match.group(1)}': {fault}"


@rule
def directive_without_colon(file):
    """A FileCheck directive that lacks its colon or is misspelt checks nothing."""
    if not file.has_suffix(TEST):
        return
    prefixes = {"CHECK"}
    for group in re.findall(r"check-prefix(?:es)?[= ]([\w,-]+)", file.text):
        prefixes.update(group.split(","))
    longest_first = sorted(map(re.escape, prefixes), key=len, reverse=True)
    suffix = r"(?:-(?:NEXT|SAME|NOT|DAG|LABEL|EMPTY|COUNT-\d+))?(?:\{LITERAL\})?"
    alive = re.compile(rf"(?:(?:{'|'.join(longest_first)}){suffix}"
                       r"|RUN|REQUIRES|UNSUPPORTED|XFAIL|DEFINE|REDEFINE|END):")
    start = re.compile(rf"(?://|#|;)\s*(?P<word>(?:{'|'.join(longest_first)})\b[\w-]*"
                       r"|(?:RUN|REQUIRES|UNSUPPORTED|XFAIL)\b)")
    for number, line in enumerate(file.lines, 1):
        match = start.search(line)
        if match and not alive.match(line, match.start("word")):
            yield number, (f"'{match.group('word')}' is no directive: "
                           "spell it right, with the colon right behind it")


@rule
def test_without_run(file):
    if file.has_suffix(TEST) and file.path.startswith("test/"):
        if not re.search(r"\bRUN:", file.text):
            yield 1, "has no RUN line, so it tests nothing (inputs of tests go to Inputs/)"


@rule
def dropped_result(file):
    """applyPatternsGreedily and friends may fail; somebody has to know."""
    if not file.has_suffix(CXX):
        return
    call = re.compile(r"^\s*(?:\(void\)\s*)?(?:mlir::)?"
                      r"(apply(?:Patterns|Op|Partial|Full|Analysis)\w*|runPipeline)\s*\(")
    for number, line in enumerate(file.lines, 1):
        match = call.match(line)
        if not match:
            continue
        before = next((l.strip() for l in reversed(file.lines[:number - 1]) if l.strip()), "")
        starts = before.startswith("//") or before.endswith((";", "{", "}", ":", ")"))
        if starts and not re.search(r"(failed|succeeded)\($|=$", before):
            yield number, f"drops the result of {match.group(1)}: check failed(...)"


@rule
def diagnostic_form(file):
    """`expects <rule>, but got <value>`: lower case, no final stop."""
    if not file.has_suffix(CXX) or file.path.startswith("test/"):
        return
    start = re.compile(r'\b(?:emitError|emitOpError|emitWarning|emitRemark|notifyMatchFailure)'
                       r'\((?:[^"();]|\([^()]*\))*"((?:[^"\\]|\\.)*)"\s*(\)\s*;)?')
    stream = re.compile(r'\b(?:emitError|emitOpError|emitWarning|emitRemark)'
                        r'\((?:[^"();]|\([^()]*\))*\)\s*<<\s*"((?:[^"\\]|\\.)*)"\s*(;)?')
    for pattern in (start, stream):
        for match in pattern.finditer(file.text):
            text, ends = match.groups()
            number = file.text.count("\n", 0, match.start(1)) + 1
            # Names of things (ONNX, TOSA) may be all capitals.
            if re.match(r"[A-Z][a-z]", text) or re.match(r"[A-Z] ", text):
                yield number, f"diagnostic starts with a capital: '{text[:40]}'"
            if ends and re.search(r"[^.]\.$", text):
                yield number, f"diagnostic ends with a full stop: '{text[-40:]}'"
            if re.match(r"\s*(?:expected|must|should)\b", text) and "notifyMatch" not in match.group():
                yield number, f"write 'expects <rule>, but got <value>', not '{text[:40]}'"


@rule
def file_length(file):
    if file.has_suffix(SOURCE + SCRIPT + (".cmake",)) and len(file.lines) > 800:
        yield 800, f"has {len(file.lines)} lines, expects at most 800: split by idea"


@rule
def todo_without_number(file):
    word = "TO" + "DO"
    pattern = re.compile(rf"\b(?:{word}|FIXME|XXX)\b(?!\(#\d+\))")
    if file.has_suffix(SOURCE + TEST + SCRIPT + (".cmake", "CMakeLists.txt")) and not file.path.endswith("lint.py"):
        for number, line in enumerate(file.lines, 1):
            if pattern.search(line):
                yield number, f"write {word}(#number), or do it now"


@rule
def old_create(file):
    if file.has_suffix(CXX):
        for number, line in enumerate(file.lines, 1):
            if re.search(r"(?:\.|->)create<\w", line):
                yield number, "write FooOp::create(rewriter, loc, ...)"


@rule
def license_header(file):
    if file.path.startswith((".ci/", "cmake/")):
        return
    if file.has_suffix(SOURCE) or file.is_script():
        if "SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception" not in "\n".join(file.lines[:10]):
            yield 1, "has no license header; copy it from dialects/Calib/IR/Calib.cpp"


@rule
def machine_path(file):
    """A path that only exists on one machine."""
    pattern = re.compile(r"(?<![\w.}%$/)-])/(?:home|root|tmp|Users|work|mnt)/[\w.]")
    for number, line in enumerate(file.lines, 1):
        match = pattern.search(line)
        if match:
            yield number, f"names a path of one machine: '{line[match.start():][:30]}'"


@rule
def white_space(file):
    for number, line in enumerate(file.lines, 1):
        if "\t" in line and not file.path.endswith((".test", ".json")):
            yield number, "has a tab"
        if line != line.rstrip() and not file.path.endswith(".md"):
            yield number, "has blanks at its end"
    if file.text and not file.text.endswith("\n"):
        yield len(file.lines), "has no new line at its end"


#===-----------------------------------------------------------------------===#
# Main
#===-----------------------------------------------------------------------===#


def findings(root, path):
    try:
        file = File(root, path)
    except UnicodeDecodeError:
        yield 1, "encoding", "is not UTF-8 text; test data belong in Inputs/"
        return
    for name, check in RULES.items():
        for number, message in check(file):
            yield number, name, message


def main(arguments):
    if arguments == ["--rules"]:
        print("\n".join(sorted([*RULES, "encoding"])))
        return 0
    if not arguments or arguments[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    root, paths = arguments[0], arguments[1:]
    count = 0
    for path in paths or tree(root):
        for number, name, message in sorted(findings(root, path)):
            print(f"{path}:{number}: [{name}] {message}")
            count += 1
    if count:
        print(f"lint: {count} findings")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
