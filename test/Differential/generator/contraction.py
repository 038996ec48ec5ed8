#===- contraction.py - Draws products, convolutions, pools, Fourier transforms -----===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
from .graph import Rejected
from .registry import draws


@draws("matmul", weight=3)
def matmul(g):
    a = g.tensor(g.pick(["f32", "f32", "f32", "f64"]), (1, 4))
    columns = g.int(1, 6)
    shape = [a.shape[-1]] + ([columns] if a.rank == 1 or g.chance(0.9) else [])
    if a.rank > 1 and len(shape) == 2 and g.chance(0.5):
        shape = g.broadcastable(a.shape[:-2]) + shape
    b = g.fresh(a.kind, shape)
    g.node("MatMul", [a, b])


@draws("matmul", weight=2)
def gemm(g):
    a = g.tensor("f32", (2, 2))
    m, k = a.shape if not (turn := g.int(0, 1)) else a.shape[::-1]
    n, turn_b = g.int(1, 6), g.int(0, 1)
    b = g.fresh("f32", [n, k] if turn_b else [k, n])
    c = g.fresh("f32", g.broadcastable([m, n])) if g.chance(0.7) else None
    g.node("Gemm", [a, b, c], transA=turn or None, transB=turn_b or None,
           alpha=0.7 if g.chance(0.3) else None, beta=1.3 if g.chance(0.3) else None)


EQUATIONS = ["ij,jk->ik", "ij,jk", "bij,bjk->bik", "ij->ji", "ii->i", "ii", "ij->", "ij->j", "i,i->", "i,j->ij",
             "bij,bkj->bki", "bhid,bhjd->bhij", "...ij,...jk->...ik", "...i,i->...", "...ij->...ji", "ij,jk,kl->il",
             "abc,cd->dab", "b...i,ij->b...j", "ijk,jil->kl", "iij->j", "ij , ij -> i"]


@draws("matmul", since=12, weight=2)
def einsum(g):
    equation = g.pick(EQUATIONS)
    sizes, batch = {letter: g.int(1, 4) for letter in "abcdhijkl"}, g.shape(g.int(0, 2), 3)
    operands = []
    for term in equation.split("->")[0].split(","):
        letters = term.replace(" ", "").split("...")
        shape = [sizes[letter] for letter in letters[0]]
        if "..." in term:
            shape += batch + [sizes[letter] for letter in letters[1]]
        operands.append(g.fresh("f32", shape))
    same = [v for v in g.values if v.kind == "f32" and v.shape == operands[0].shape]
    if same and operands[0] in g.inputs:
        g.inputs.remove(operands[0])
        operands[0] = g.pick(same)
    g.node("Einsum", operands, equation=equation)


def image(g, kind="f32", rank=(3, 5), low=-2, high=2):
    return g.tensor(kind, rank, low, high, most=7)


def window(g, sizes, is_pool=False):
    """Attributes of a window that fits into the spatial sizes."""
    rank = len(sizes)
    kernel = [g.int(1, min(3, n + 1)) for n in sizes]
    attributes = {"strides": [g.int(1, 3) for _ in sizes] if g.chance(0.6) else None}
    if g.chance(0.35):
        attributes["auto_pad"] = g.pick(["SAME_UPPER", "SAME_LOWER", "VALID"])
    elif g.chance(0.6):
        # Less than the kernel, so that each window of a pool sees something.
        attributes["pads"] = [g.int(0, kernel[i % rank] - 1) for i in range(2 * rank)]
    if "auto_pad" not in attributes and g.chance(0.35):
        attributes["dilations"] = [g.int(1, 2) for _ in sizes]
    pads = attributes.get("pads", [0] * 2 * rank)
    same = attributes.get("auto_pad", "").startswith("SAME")
    for i, n in enumerate(sizes):
        extent = (kernel[i] - 1) * attributes.get("dilations", [1] * rank)[i] + 1
        if n + pads[i] + pads[rank + i] < extent and not same:
            raise Rejected("the kernel is larger than the image")
        if is_pool and (pads[i] >= extent or pads[rank + i] >= extent):
            raise Rejected("a window of padding only")
    return kernel, attributes


@draws("conv", weight=5)
def conv(g):
    x = image(g, g.pick(["f32", "f32", "f32", "f64"]))
    kernel, attributes = window(g, x.shape[2:])
    groups = [n for n in range(1, x.shape[1] + 1) if x.shape[1] % n == 0]
    group = g.pick(groups) if g.chance(0.5) else 1
    outputs = group * g.int(1, 3)
    w = g.fresh(x.kind, [outputs, x.shape[1] // group] + kernel, is_constant=g.chance(0.7))
    b = g.fresh(x.kind, [outputs]) if g.chance(0.5) else None
    g.node("Conv", [x, w, b], group=group if group > 1 or g.chance(0.2) else None,
           kernel_shape=kernel if g.chance(0.5) else None, **attributes)


@draws("conv", weight=3)
def conv_transpose(g):
    x = image(g, g.pick(["f32", "f32", "f32", "f64"]))
    kernel, rank = [g.int(1, 3) for _ in x.shape[2:]], x.rank - 2
    strides = [g.int(1, 3) for _ in kernel]
    groups = [n for n in range(1, x.shape[1] + 1) if x.shape[1] % n == 0]
    group = g.pick(groups) if g.chance(0.4) else 1
    w = g.fresh(x.kind, [x.shape[1], g.int(1, 3)] + kernel, is_constant=g.chance(0.7))
    b = g.fresh(x.kind, [group * w.shape[1]]) if g.chance(0.5) else None
    attributes = {"strides": strides}
    if g.chance(0.25) and all(k >= s for k, s in zip(kernel, strides)):
        attributes["auto_pad"] = g.pick(["SAME_UPPER", "SAME_LOWER"])
    else:
        attributes["dilations"] = [g.int(1, 2) for _ in kernel] if g.chance(0.3) else None
        attributes["pads"] = [g.int(0, (kernel[i % rank] - 1) // 2) for i in range(2 * rank)] if g.chance(0.5) else None
        attributes["output_padding"] = [g.int(0, s - 1) for s in strides] if g.chance(0.4) else None
    g.node("ConvTranspose", [x, w, b], group=group if group > 1 else None, **attributes)


@draws("pool", weight=2)
def max_pool(g):
    x = image(g, g.pick(["f32", "f32", "f64", "i8", "u8"]) if g.opset >= 12 else "f32", (3, 5), -50, 50)
    kernel, attributes = window(g, x.shape[2:], is_pool=True)
    outputs = g.int(1, 2) if x.kind == "f32" else 1
    if "auto_pad" not in attributes:
        attributes["ceil_mode"] = g.int(0, 1)
    if outputs == 2 and g.chance(0.3):
        attributes["storage_order"] = 1
    g.node("MaxPool", [x], outputs=outputs, kernel_shape=kernel, **attributes)


@draws("pool", weight=2)
def average_pool(g):
    x = image(g)
    kernel, attributes = window(g, x.shape[2:], is_pool=True)
    if g.opset < 19:
        attributes.pop("dilations", None)
    if "auto_pad" not in attributes:
        attributes["ceil_mode"] = g.int(0, 1)
        attributes["count_include_pad"] = g.int(0, 1)
    g.node("AveragePool", [x], kernel_shape=kernel, **attributes)


@draws("pool")
def lp_pool(g):
    x = image(g)
    kernel, attributes = window(g, x.shape[2:], is_pool=True)
    if g.opset < 18:
        attributes.pop("dilations", None)
    elif "auto_pad" not in attributes:
        attributes["ceil_mode"] = g.int(0, 1)
    g.node("LpPool", [x], kernel_shape=kernel, p=g.pick([None, 1, 2, 3]), **attributes)


@draws("pool")
def global_pool(g):
    op = g.pick(["GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"])
    g.node(op, [image(g)], p=g.pick([None, 1, 3]) if op == "GlobalLpPool" else None)


@draws("fourier", since=17, weight=2)
def dft(g):
    x = g.fresh("f32", g.shape(g.int(1, 2), 4) + [g.int(2, 9)] + ([g.int(1, 3)] if g.chance(0.3) else [])
                + [g.int(1, 2)])
    axis = g.int(1, x.rank - 2) if x.rank > 2 else 0
    length = g.constant(g.int(2, 10)) if g.chance(0.3) else None
    inverse = g.int(0, 1)
    onesided = 1 if x.shape[-1] == 1 and not inverse and g.chance(0.4) else None
    if g.opset >= 20:
        g.node("DFT", [x, length, g.constant(axis)], inverse=inverse, onesided=onesided)
    else:
        g.node("DFT", [x, length], axis=axis, inverse=inverse, onesided=onesided)


@draws("fourier", since=17)
def stft(g):
    signal = g.fresh("f32", [g.int(1, 2), g.int(12, 20), 1])
    length = g.int(4, 8)
    weights = g.fresh("f32", [length], 0.2, 1) if g.chance(0.6) else None
    g.node("STFT", [signal, g.constant(g.int(2, 5)), weights, g.constant(length)], onesided=g.int(0, 1))


@draws("fourier", since=17)
def cosine_window(g):
    weights = g.node(g.pick(["HannWindow", "HammingWindow", "BlackmanWindow"]), [g.constant(g.int(5, 12))],
                     periodic=g.int(0, 1))
    g.node("Mul", [weights, g.fresh("f32", weights.shape, is_constant=False)])


@draws("conv", since=18)
def col2im(g):
    sizes, block = [g.int(3, 6), g.int(3, 6)], [g.int(1, 3), g.int(1, 3)]
    strides = [g.int(1, 2), g.int(1, 2)]
    columns = 1
    for n, k, s in zip(sizes, block, strides):
        columns *= (n - k) // s + 1
    x = g.fresh("f32", [g.int(1, 2), g.int(1, 2) * block[0] * block[1], columns])
    g.node("Col2Im", [x, g.constant(sizes), g.constant(block)], strides=strides)
