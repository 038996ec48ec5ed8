#===- targets.py - What the figures should be ----------------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""The goals that Quantc has set itself, and whether a run's figures reach them. A
ratio is the time of the peer divided by ours."""
import math

#===-----------------------------------------------------------------------===#
# Reading rows
#===-----------------------------------------------------------------------===#


def geometric_mean(values):
    return math.exp(sum(map(math.log, values)) / len(values))


def figure(row, name, key="ratio", race="hot"):
    """The median of one contestant; none if it was not there."""
    found = row.get(race, {"contestants": {}})["contestants"].get(name)
    return found[key]["median"] if found else None


def best_ratio(row, *names):
    """Against the fastest of some contestants of the peer."""
    found = [figure(row, name) for name in names]
    found = [ratio for ratio in found if ratio is not None]
    return min(found) if found else None


def against_int8(row):
    return best_ratio(row, "ONNX Runtime int8", "ONNX Runtime int8, publisher's")


def ratios(rows, name):
    """{row: ratio}, where there is one."""
    found = {row["name"]: figure(row, name) for row in rows}
    return {key: value for key, value in found.items() if value is not None}


#===-----------------------------------------------------------------------===#
# Goals
#===-----------------------------------------------------------------------===#


class Goals:
    """Collects goals with the figure that was measured. Means and the worst of many
    count only if nothing was left out (`whole`)."""

    def __init__(self, whole):
        self.rows, self.whole = [], whole

    def at_least(self, text, value, goal, unit="x", where=""):
        if value is not None:
            self.rows.append({"goal": f"{text}: at least {show(goal, unit)}",
                              "figure": show(value, unit) + (f" ({where})" if where else ""),
                              "reached": value >= goal})

    def at_most(self, text, value, goal, unit, where=""):
        if value is not None:
            self.rows.append({"goal": f"{text}: at most {show(goal, unit)}",
                              "figure": show(value, unit) + (f" ({where})" if where else ""),
                              "reached": value <= goal})

    def worst_at_least(self, text, found, goal, unit="x"):
        if found and self.whole:
            worst = min(found, key=found.get)
            self.at_least(text, found[worst], goal, unit, worst)

    def worst_at_most(self, text, found, goal, unit):
        if found and self.whole:
            worst = max(found, key=found.get)
            self.at_most(text, found[worst], goal, unit, worst)

    def mean_at_least(self, text, found, goal):
        if found and self.whole:
            self.at_least(text, geometric_mean(found.values()), goal)


def show(value, unit):
    if unit == "%":
        return f"{value:.0%}"
    return f"{value:.2f}x" if unit == "x" else f"{value:.3g} {unit}"


PEAK_SHARES = {"128x768x768": 0.85, "1024x1024x1024": 0.80, "128x3072x768": 0.80}
AVX2_LARGE = ("128x768x768", "128x3072x768", "1024x1024x1024", "conv 3x3 64-64, 56")
AGAINST_INT8 = {"resnet8": 3.0, "vww": 3.5, "kws_dscnn": 3.0, "mobilenetv2_qdq": 1.8,
                "ResNet-50": 1.4, "BERT-base layer": 1.4, "kwt1": 1.5}
COMPILE_SECONDS = {"resnet8": 3, "kws_dscnn": 3, "vww": 3, "mobilenetv2_qdq": 15,
                   "ResNet-50": 30}


def avx2_share(machine, row, name="ours"):
    """Of the peak without VNNI, by way of the round's probe, which has VNNI."""
    share = figure(row, name, "share", "avx2")
    limit = machine["int8_without_vnni_gops"]
    return share * machine["int8_gops"] / limit if share and limit else None


def kernel_goals(goals, machine, rows):
    codes = {row["name"]: row for row in rows if row["type"] == "int8"}
    for name, share in PEAK_SHARES.items():
        if name in codes:
            goals.at_least(f"int8 {name}, of the vpdpbusd peak",
                           figure(codes[name], "ours", "share"), share, "%")
    for title, groups in ("products", ("matmul",)), ("convolutions", ("conv", "small conv",
                                                                      "depthwise")):
        found = ratios([row for row in codes.values() if row["group"] in groups], "oneDNN")
        goals.mean_at_least(f"int8 {title} against oneDNN, geometric mean", found, 1.05)
        goals.worst_at_least(f"int8 {title} against oneDNN, the worst", found, 0.9)
    for title, group, goal in (("CIFAR-sized convolutions", "small conv", 1.3),
                               ("depthwise convolutions", "depthwise", 1.5)):
        found = ratios([row for row in codes.values() if row["group"] == group], "oneDNN")
        goals.worst_at_least(f"int8 {title} against oneDNN, the worst", found, goal)
    shares = {name: avx2_share(machine, codes[name]) for name in AVX2_LARGE if name in codes}
    if all(shares.values()):
        goals.worst_at_least("AVX2 on large layers, of the limit without VNNI, the worst",
                             shares, 0.75, "%")


READING = "only reading"  # The contestant that only reads.
# Of one row: the share of what reading the weights takes, from memory; of many rows,
# the share of the vpdpbusd peak.
PACKED = {"4 bits": {"read": 0.85, "peak": 0.55}, "ternary": {"read": 0.75, "peak": 0.65},
          "base 3": {"read": 0, "peak": 0.65}}  # It is for size.
PACKED_PEERS = ("ggml", "ONNX Runtime")


def packed_goals(goals, rows):
    for row in rows:
        goal, one = PACKED[row["group"]], row["rows"] == 1
        if one and goal["read"]:
            goals.at_least(f"{row['name']}, of reading the weights from memory",
                           figure(row, READING, race="cold"), goal["read"], "%")
        if not one:
            goals.at_least(f"{row['name']}, of the vpdpbusd peak",
                           figure(row, "ours", "share"), goal["peak"], "%")
        for peer in PACKED_PEERS:
            goals.at_least(f"{row['name']} against {peer}", figure(row, peer),
                           1.5 if one else 3.0)
            goals.at_least(f"{row['name']} from memory against {peer}",
                           figure(row, peer, race="cold"), 1.5)


COUNTING = "only counting"  # The contestant that only counts different bits.
# The share of what counting takes, and the ratio to codes of 8 bits.
BINARY = {"count": 0.6, "int8": 2.0}


def binary_goals(goals, rows):
    for row in rows:
        goals.at_least(f"{row['name']}, of only counting", figure(row, COUNTING),
                       BINARY["count"], "%")
        goals.at_least(f"{row['name']} against our int8", figure(row, "ours int8"),
                       BINARY["int8"])


def float_goals(goals, rows):
    """Codes are never slower than our own float, layer by layer."""
    goals.worst_at_least("int8 layers against our float, the worst",
                         ratios([row for row in rows if row["type"] == "int8"], "ours f32"), 1.0)


def thread_goals(goals, rows):
    for row in rows:
        if row["name"] == "ResNet-50" and "threads" in row:
            ratio = row["threads"]["contestants"]["one thread"]["ratio"]["median"]
            goals.at_least("ResNet-50 on two threads, against one", ratio, 1.8)


def network_goals(goals, rows):
    named = {row["name"]: row for row in rows}
    for name, goal in AGAINST_INT8.items():
        if name in named:
            goals.at_least(f"{name} against ONNX Runtime int8", against_int8(named[name]), goal)
    goals.worst_at_least("networks against the sum of oneDNN's layers, the worst",
                         ratios(rows, "oneDNN layers"), 1.0)
    both = {row["name"]: figure(row, "ONNX Runtime f32") / figure(row, "ours f32")
            for row in rows if figure(row, "ONNX Runtime f32")}
    goals.mean_at_least("our float against ONNX Runtime f32, geometric mean", both, 1.0)
    goals.worst_at_least("our float against ONNX Runtime f32, the worst", both, 0.8)
    goals.worst_at_least("quantized against our float, the worst", ratios(rows, "ours f32"), 1.0)


def cost_goals(goals, rows):
    arenas = {row["name"]: row["memory"]["arena"] / row["memory"]["live"] for row in rows
              if row["memory"].get("live")}
    goals.worst_at_most("arena against the largest live set, the worst", arenas, 1.15, "x")
    for row in rows:
        if row["name"] in COMPILE_SECONDS:
            goals.at_most(f"compile time of {row['name']}", row["compile"]["seconds"],
                          COMPILE_SECONDS[row["name"]], "s")
    peaks = {row["name"]: row["compile"]["peak_bytes"] / 1e9 for row in rows}
    goals.worst_at_most("peak of the compiler's memory, the worst", peaks, 2, "GB")


def prediction_errors(rows):
    """How far a dry run's latency is from the measured one, by network."""
    return {row["name"]: abs(row["predicted_ms"] / 1e3 / figure(row, "ours", "seconds") - 1)
            for row in rows if row.get("predicted_ms")}


def judge(results):
    """All goals that the run has figures for."""
    goals = Goals(whole=not results["settings"]["filter"])
    kernel_goals(goals, results["machine"], results.get("kernels", []))
    float_goals(goals, results.get("kernels", []))
    packed_goals(goals, results.get("lowbit", []))
    binary_goals(goals, results.get("binary", []))
    network_goals(goals, results.get("networks", []))
    thread_goals(goals, results.get("networks", []))
    goals.worst_at_most("error of the predicted latency, the worst",
                        prediction_errors(results.get("networks", [])), 0.2, "%")
    cost_goals(goals, results.get("networks", []))
    return goals.rows
