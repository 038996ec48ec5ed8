#===- report.py - The results as Markdown --------------------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Tables for people. Times are medians with the quartiles in brackets; a ratio is the
time of a peer divided by ours in the same round, so above 1 ours is faster."""
import targets


def table(head, rows):
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def duration(spread):
    """1.23 ms [1.20, 1.31]"""
    unit, scale = ("us", 1e6) if spread["median"] < 1e-3 else ("ms", 1e3)
    median, low, high = (f"{spread[key] * scale:.3g}" for key in ("median", "low", "high"))
    return f"{median} {unit} [{low}, {high}]"


def ratio(spread):
    return f"{spread['median']:.2f} [{spread['low']:.2f}, {spread['high']:.2f}]"


def cell(summary, name, key, write):
    found = summary["contestants"].get(name, {}).get(key)
    if found:
        return write(found)
    return "SKIP" if name in summary["skipped"] else ""


def share(spread):
    return f"{spread['median']:.0%}"


def machine_lines(results):
    machine = results["machine"]
    read = machine["read_gb_per_second"]
    yield f"{results['date']}, {machine['cpu']} ({machine['llvm_cpu']}), one thread."
    yield f"{results['quantc']}; {results['settings']['rounds']} rounds; the machine's load " \
          f"before was {results['load']:.1f}."
    if results["versions"]:
        yield "Peers: " + ", ".join(map(" ".join, results["versions"].items())) + "."
    yield ""
    yield from table(
        ["limit", "measured"],
        [["int8, vpdpbusd", f"{machine['int8_gops']:.0f} GOPS"],
         ["int8 without VNNI", f"{machine['int8_without_vnni_gops']:.0f} GOPS"],
         ["f32, FMA", f"{machine['f32_gflops']:.0f} GFLOPS"],
         ["read L1, L2, L3, DRAM", ", ".join(f"{read[level]:.0f}" for level in
                                             ("L1", "L2", "L3", "DRAM")) + " GB/s"]])


def goal_lines(results):
    rows = targets.judge(results)
    if rows:
        yield "## Goals"
        yield ""
        yield from table(["goal", "figure", ""],
                         [[row["goal"], row["figure"], "reached" if row["reached"] else "**missed**"]
                          for row in rows])


def note(summary):
    """What to know before trusting a row."""
    if not summary["steady"]:
        return "unsteady"
    total = summary["rounds"] + summary["dropped"]
    return f"{summary['dropped']} of {total} dropped" if 2 * summary["dropped"] > total else ""


def kernel_lines(rows, kind, temperature):
    rows = [row for row in rows if row["type"] == kind and temperature in row]
    if not rows:
        return
    yield f"## Layers, {kind}, {temperature} caches"
    yield ""
    peers = [name for name in ("oneDNN", "ONNX Runtime", "PyTorch")
             if any(name in row[temperature]["contestants"] or name in row[temperature]["skipped"]
                    for row in rows)]
    shares = kind == "int8" and temperature == "hot"
    head = (["layer", "ours"] + (["of peak"] if shares else []) + [f"{p} / ours" for p in peers]
            + (["oneDNN of peak", "ours f32 / ours"] if shares else []) + ["note"])
    lines = []
    for row in rows:
        summary = row[temperature]
        line = [row["name"], cell(summary, "ours", "seconds", duration)]
        line += [cell(summary, "ours", "share", share)] if shares else []
        line += [cell(summary, peer, "ratio", ratio) for peer in peers]
        line += [cell(summary, "oneDNN", "share", share),
                 cell(summary, "ours f32", "ratio", ratio)] if shares else []
        lines.append(line + [note(summary)])
    yield from table(head, lines)


def avx2_lines(machine, rows):
    """Of the limit without VNNI; oneDNN is held to the same instructions."""
    rows = [row for row in rows if "avx2" in row]
    if not rows:
        return
    yield "## Layers, int8, AVX2"
    yield ""
    yield from table(["layer", "ours", "of the limit without VNNI", "oneDNN / ours", "note"],
                     [[row["name"], cell(row["avx2"], "ours", "seconds", duration),
                       f"{targets.avx2_share(machine, row) or 0:.0%}",
                       cell(row["avx2"], "oneDNN", "ratio", ratio), note(row["avx2"])]
                      for row in rows])


def packed_lines(rows, temperature):
    """Cold, only products of one row: how near they come to reading."""
    rows = [row for row in rows if temperature in row]
    if not rows:
        return
    yield f"## Products of packed weights, {temperature} caches"
    yield ""
    head = ["weights", "bits", "ours", "weights read at"]
    head += ["of peak", "ggml of peak"] if temperature == "hot" else []
    head += ["of only reading", "ggml / ours", "ggml's type", "ONNX Runtime / ours", "note"]
    lines = []
    for row in rows:
        summary = row[temperature]
        seconds = targets.figure(row, "ours", "seconds", temperature)
        line = [row["name"], f"{row['bits']:.2f}", cell(summary, "ours", "seconds", duration),
                f"{row['bytes'] / seconds / 1e9:.1f} GB/s"]
        if temperature == "hot":
            line += [cell(summary, "ours", "share", share), cell(summary, "ggml", "share", share)]
        line += [cell(summary, targets.READING, "ratio", share),
                 cell(summary, "ggml", "ratio", ratio), row["ggml_type"],
                 cell(summary, "ONNX Runtime", "ratio", ratio), note(summary)]
        lines.append(line)
    yield from table(head, lines)


def packed_avx2_lines(machine, rows):
    if not rows:
        return
    yield "## Products of packed weights, AVX2, hot caches"
    yield ""
    yield from table(["weights", "ours", "of the limit without VNNI", "note"],
                     [[row["name"], cell(row["avx2"], "ours", "seconds", duration),
                       f"{targets.avx2_share(machine, row) or 0:.0%}", note(row["avx2"])]
                      for row in rows])


def binary_lines(rows):
    if not rows:
        return
    yield "## Products of bits, hot caches"
    yield ""
    lines = []
    for row in rows:
        summary = row["hot"]
        seconds = targets.figure(row, "ours", "seconds")
        lines.append([row["name"], cell(summary, "ours", "seconds", duration),
                      f"{row['operations'] / seconds / 1e9:.0f} GOPS",
                      cell(summary, targets.COUNTING, "ratio", share),
                      cell(summary, "ours from reals", "ratio", ratio),
                      cell(summary, "ours int8", "ratio", ratio), note(summary)])
    yield from table(["product", "ours", "operations", "of only counting", "from reals / ours",
                      "int8 / ours", "note"], lines)


NETWORK_PEERS = ["ours f32", "ONNX Runtime int8", "ONNX Runtime int8, publisher's",
                 "ONNX Runtime f32", "oneDNN layers", "ours with products"]


def network_lines(rows, temperature):
    rows = [row for row in rows if temperature in row]
    if not rows:
        return
    yield f"## Networks, batch 1, {temperature} caches"
    yield ""
    yield from table(["network", "ours", "of peak", *(f"{peer} / ours" for peer in NETWORK_PEERS),
                      "note"],
                     [[row["name"], cell(row[temperature], "ours", "seconds", duration),
                       cell(row[temperature], "ours", "share", share),
                       *(cell(row[temperature], peer, "ratio", ratio) for peer in NETWORK_PEERS),
                       note(row[temperature])] for row in rows])


def thread_lines(rows):
    rows = [row for row in rows if "threads" in row]
    if not rows:
        return
    yield "## Networks on two threads"
    yield ""
    yield from table(["network", "two threads", "one thread / two", "note"],
                     [[row["name"], cell(row["threads"], "ours", "seconds", duration),
                       cell(row["threads"], "one thread", "ratio", ratio), note(row["threads"])]
                      for row in rows])


def cost_lines(rows):
    if not rows:
        return
    yield "## Compile time and memory"
    yield ""
    yield from table(
        ["network", "compile", "processor", "peak memory", "arena", "largest live set",
         "library", "float library", "predicted / ours"],
        [[row["name"], f"{row['compile']['seconds']:.2f} s",
          f"{row['compile']['cpu_seconds']:.2f} s",
          f"{row['compile']['peak_bytes'] / 1e6:.0f} MB",
          f"{row['memory']['arena'] / 1e3:.1f} kB", f"{row['memory']['live'] / 1e3:.1f} kB",
          f"{row['bytes']['w8a8'] / 1e3:.0f} kB", f"{row['bytes']['f32'] / 1e3:.0f} kB",
          f"{row['predicted_ms'] / 1e3 / targets.figure(row, 'ours', 'seconds'):.2f}"
          if row.get("predicted_ms") else ""]
         for row in rows])


def skipped_lines(results):
    reasons = {}
    for row in sum((results.get(part, []) for part in ("kernels", "lowbit", "binary", "networks")), []):
        reasons.update(row["hot"]["skipped"])
    reasons.update(results["skipped"])
    for name, reason in reasons.items():
        yield f"SKIP {name}: {reason}"
    if reasons:
        yield ""


def write(results):
    """The whole page."""
    lines = ["# Benchmark", "", *machine_lines(results), *skipped_lines(results),
             *goal_lines(results)]
    for kind in ("int8", "f32"):
        for temperature in ("hot", "cold"):
            lines += kernel_lines(results.get("kernels", []), kind, temperature)
    lines += avx2_lines(results["machine"], results.get("kernels", []))
    for temperature in ("hot", "cold"):
        lines += packed_lines(results.get("lowbit", []), temperature)
    lines += packed_avx2_lines(results["machine"], results.get("lowbit", []))
    lines += binary_lines(results.get("binary", []))
    for temperature in ("hot", "cold"):
        lines += network_lines(results.get("networks", []), temperature)
    lines += thread_lines(results.get("networks", []))
    lines += cost_lines(results.get("networks", []))
    return "\n".join(lines).rstrip() + "\n"
