#===- chart.py - The results as a picture --------------------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Bars: how many times as long as ours the peers take."""
import targets

COLORS = {"oneDNN": "#4c72b0", "ONNX Runtime": "#dd8452", "ggml": "#55a868"}


def bars(axes, title, rows):
    """`rows`: (name, ratio, colour), from top to bottom."""
    places = range(len(rows))
    axes.barh(places, [ratio for _, ratio, _ in rows], color=[color for *_, color in rows])
    axes.set_yticks(places, [name for name, *_ in rows], fontsize=8)
    axes.invert_yaxis()
    axes.axvline(1, color="black", linewidth=0.8)
    for place, (_, ratio, _) in zip(places, rows):
        axes.text(ratio, place, f" {ratio:.2f}", va="center", fontsize=7,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})
    axes.set_title(title, fontsize=9)
    axes.spines[["top", "right"]].set_visible(False)


def panels(results):
    """(title, rows) of each picture that there are figures for."""
    for kind in ("int8", "f32"):
        found = targets.ratios([row for row in results.get("kernels", [])
                                if row["type"] == kind], "oneDNN")
        yield f"layers, {kind}: oneDNN / ours", [(name, ratio, COLORS["oneDNN"])
                                                 for name, ratio in found.items()]
    for peer in targets.PACKED_PEERS:
        found = {f"{row['name']}, {race}": targets.figure(row, peer, race=race)
                 for row in results.get("lowbit", []) for race in ("hot", "cold")}
        yield f"packed weights: {peer} / ours", [(name, ratio, COLORS[peer])
                                                 for name, ratio in found.items() if ratio]
    rows = results.get("networks", [])
    int8 = {row["name"]: targets.against_int8(row) for row in rows}
    yield "networks: ONNX Runtime int8 / ours", [(name, ratio, COLORS["ONNX Runtime"])
                                                 for name, ratio in int8.items() if ratio]
    float_ = {row["name"]: targets.figure(row, "ONNX Runtime f32") / targets.figure(row, "ours f32")
              for row in rows if targets.figure(row, "ONNX Runtime f32")}
    yield "networks in float: ONNX Runtime f32 / ours f32", [
        (name, ratio, COLORS["ONNX Runtime"]) for name, ratio in float_.items()]


def write(results, path):
    """Writes an SVG; whether there was anything to draw."""
    import matplotlib
    matplotlib.use("svg")
    from matplotlib import pyplot
    pyplot.rcParams["svg.hashsalt"] = "quantc"  # The same names in each run.
    found = [(title, rows) for title, rows in panels(results) if rows]
    if not found:
        return False
    heights = [len(rows) + 2 for _, rows in found]
    figure, axes = pyplot.subplots(len(found), 1, figsize=(8, 1 + 0.24 * sum(heights)),
                                   height_ratios=heights, squeeze=False,
                                   layout="constrained")
    for (title, rows), one in zip(found, axes[:, 0]):
        bars(one, title, rows)
    machine = results["machine"]
    figure.suptitle(f"times as long as ours; {machine['llvm_cpu']}, one thread, "
                    f"{results['date']}", fontsize=9)
    figure.savefig(path, metadata={"Date": None})
    return True
