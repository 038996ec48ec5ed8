#!/usr/bin/env python3
#===- random_tosa.py - Random float programs in TOSA ----------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Writes a module whose function holds COUNT small graphs side by side, each with
its own input and outputs, and samples of the inputs.

    random_tosa.py SEED COUNT MODULE.mlir INPUTS.npz
"""
import random
import sys

import numpy as np


def tensor(shape, element="f32"):
    return f"tensor<{'x'.join(map(str, [*shape, element]))}>"


def windows(size, kernel, dilation, low, high, stride):
    """The number of windows, and a high end of the padding that ends exactly."""
    span = size + low + high - dilation * (kernel - 1) - 1
    high += -span % stride
    return (size + low + high - dilation * (kernel - 1) - 1) // stride + 1, high


class Program:
    """The text of one function."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lines, self.number, self.graph = [], 0, 0

    def fresh(self):
        self.number += 1
        return f"%v{self.number}"

    def op(self, name, operands, shape, attributes="", element="f32"):
        """operands: (name, type) pairs; a name for the result of that shape."""
        result = self.fresh()
        properties = f" <{{{attributes}}}>" if attributes else ""
        self.lines.append(
            f'  {result} = "tosa.{name}"({", ".join(o[0] for o in operands)})'
            f'{properties} : ({", ".join(o[1] for o in operands)}) -> '
            f'{tensor(shape, element)} loc("g{self.graph}_{name}_{self.number}")')
        return result, tensor(shape, element), tuple(shape)

    def constant(self, values, element="f32"):
        values = np.asarray(values)
        result = self.fresh()
        kind = tensor(values.shape, element)
        text = str(values.tolist())
        self.lines.append(f'  {result} = "tosa.const"() <{{values = dense<{text}> : {kind}}}> '
                          f': () -> {kind}')
        return result, kind, values.shape

    def shape(self, values):
        result = self.fresh()
        self.lines.append(
            f'  {result} = tosa.const_shape {{values = dense<{list(values)}> : '
            f'tensor<{len(values)}xindex>}} : () -> !tosa.shape<{len(values)}>')
        return result, f"!tosa.shape<{len(values)}>"

    def numbers(self, shape, low=-1.0, high=1.0):
        count = int(np.prod(shape))
        return np.array([round(self.random.uniform(low, high), 3)
                         for _ in range(count)]).reshape(shape)

    def zero(self):
        return self.constant([0.0])

    def scalar(self, value, rank):
        return self.constant(np.full([1] * rank, float(value)))

    #===--- Elementwise ---------------------------------------------------===#

    def clamp(self, x, low, high):
        return self.op("clamp", [x], x[2], f"min_val = {low:e} : f32, max_val = {high:e} : f32")

    def mul(self, x, y, shape):
        return self.op("mul", [x, y, self.constant([0], "i8")], shape)

    def positive(self, x):
        """|x| + 1/2, up to 4.5"""
        small = self.clamp(self.op("abs", [x], x[2]), 0.0, 4.0)
        return self.op("add", [small, self.scalar(0.5, len(x[2]))], x[2])

    def unary(self, x):
        kind = self.random.choice(["sigmoid", "tanh", "erf", "abs", "ceil", "floor", "sin", "cos",
                                   "exp", "log", "reciprocal", "rsqrt", "sqrt", "negate"])
        if kind in ("log", "reciprocal", "rsqrt"):
            return self.op(kind, [self.positive(x)], x[2])
        if kind == "sqrt":
            return self.op("reciprocal", [self.op("rsqrt", [self.positive(x)], x[2])], x[2])
        if kind == "exp":
            x = self.clamp(x, -3.0, 2.0)
        if kind == "negate":
            return self.op(kind, [x, self.zero(), self.zero()], x[2])
        return self.op(kind, [x], x[2])

    def partner(self, x, others):
        """Another value of the shape, or a constant that broadcasts."""
        same = [o for o in others if o[2] == x[2]]
        if same and self.random.random() < 0.5:
            return self.random.choice(same)
        return self.constant(self.numbers([d if self.random.random() < 0.5 else 1
                                           for d in x[2]]))

    def binary(self, x, others):
        y = self.partner(x, others)
        kind = self.random.choice(["add", "sub", "mul", "maximum", "minimum", "pow", "select"])
        if kind == "mul":
            return self.mul(x, y, x[2])
        if kind == "pow":
            return self.op("pow", [self.positive(x), y], x[2]) if y[2] == x[2] else \
                self.op("pow", [self.positive(x), self.scalar(1.5, len(x[2]))], x[2])
        if kind == "select":
            compare = self.random.choice(["greater", "greater_equal", "equal"])
            choice = self.op(compare, [x, y], x[2], element="i1")
            if self.random.random() < 0.5:
                choice = self.op("logical_not", [choice], x[2], element="i1")
            return self.op("select", [choice, x, y], x[2])
        if self.random.random() < 0.5:
            x, y = y, x
        return self.op(kind, [x, y], x[2] if np.prod(x[2]) >= np.prod(y[2]) else y[2])

    def whole(self, x):
        """To integers and back: down, or without the fraction as in a Cast of ONNX."""
        floor = self.op("floor", [x], x[2])
        if self.random.random() < 0.5:
            ceil = self.op("ceil", [x], x[2])
            negative = self.op("greater", [self.scalar(0, len(x[2])), x], x[2], element="i1")
            floor = self.op("select", [negative, ceil, floor], x[2])
        return self.op("cast", [self.op("cast", [floor], x[2], element="i32")], x[2])

    #===--- Contractions and pools ----------------------------------------===#

    def window(self, x, dilations):
        """Kernel, padding, stride, dilation and result size of both dimensions."""
        kernel, pad, stride, dilation, out = [], [], [], [], []
        for size in x[2][1:3]:
            d = self.random.choice(dilations)
            k = self.random.randint(1, min(3, (size - 1) // d + 1))
            s = self.random.randint(1, 2)
            low = self.random.randint(0, k - 1)
            n, high = windows(size, k, d, low, self.random.randint(0, k - 1), s)
            kernel.append(k)
            pad += [low, high]
            stride.append(s)
            dilation.append(d)
            out.append(n)
        return kernel, pad, stride, dilation, out

    @staticmethod
    def array(values):
        return f"array<i64: {', '.join(map(str, values))}>"

    def conv(self, x):
        kernel, pad, stride, dilation, out = self.window(x, [1, 2])
        batch, channels = x[2][0], x[2][3]
        attributes = (f"acc_type = f32, pad = {self.array(pad)}, "
                      f"stride = {self.array(stride)}, dilation = {self.array(dilation)}")
        if self.random.random() < 0.5:
            many = self.random.randint(1, 2)
            weights = self.constant(self.numbers([*kernel, channels, many]))
            name, results = "depthwise_conv2d", channels * many
        else:
            results = self.random.randint(1, 4)
            weights = self.constant(self.numbers([results, *kernel, channels]))
            name = "conv2d"
        bias = self.constant(self.numbers([results])
                             if self.random.random() < 0.5 else np.zeros(results))
        return self.op(name, [x, weights, bias, self.zero(), self.zero()],
                       [batch, *out, results], attributes)

    def transposed_conv(self, x):
        results, kernel = self.random.randint(1, 3), [self.random.randint(1, 3) for _ in "yx"]
        stride = [self.random.randint(1, 2) for _ in "yx"]
        pad, out = [], []
        for size, k, s in zip(x[2][1:3], kernel, stride):
            ends = [-self.random.randint(0, k - 1), self.random.randint(1 - k, s - 1)]
            if (size - 1) * s + k + sum(ends) < 1:
                ends = [0, 0]
            pad += ends
            out.append((size - 1) * s + k + sum(ends))
        weights = self.constant(self.numbers([results, *kernel, x[2][3]]))
        return self.op("transpose_conv2d",
                       [x, weights, self.constant(self.numbers([results])), self.zero(),
                        self.zero()], [x[2][0], *out, results],
                       f"acc_type = f32, out_pad = {self.array(pad)}, stride = {self.array(stride)}")

    def pool(self, x):
        kernel, pad, stride, _, out = self.window(x, [1])
        for d in range(2):  # Padding is smaller than the window.
            if pad[2 * d + 1] >= kernel[d]:
                kernel[d], pad[2 * d:2 * d + 2], stride[d], out[d] = 1, [0, 0], 1, x[2][1 + d]
        attributes = (f"kernel = {self.array(kernel)}, pad = {self.array(pad)}, "
                      f"stride = {self.array(stride)}")
        shape = [x[2][0], *out, x[2][3]]
        if self.random.random() < 0.5:
            return self.op("max_pool2d", [x], shape, attributes)
        return self.op("avg_pool2d", [x, self.zero(), self.zero()], shape,
                       "acc_type = f32, " + attributes)

    def matmul(self, x):
        batch, rows, depth = x[2]
        if self.random.random() < 0.5:
            y = self.constant(self.numbers([batch, depth, self.random.randint(1, 4)]))
        else:
            y = self.transpose(x, [0, 2, 1])
        return self.op("matmul", [x, y, self.zero(), self.zero()], [batch, rows, y[2][2]])

    def resize(self, x):
        mode = self.random.choice(["half_pixel", "asymmetric", "align_corners"])
        scale, offset, border, out = [], [], [], []
        for size in x[2][1:3]:
            n, d, at = 2, 1, 0
            if mode == "half_pixel":
                n, d, at = 4, 2, -1
            if mode == "align_corners" and size > 1:
                n, d = 2 * size - 1, size - 1
            result = 2 * size
            scale += [n, d]
            offset.append(at)
            border.append((result - 1) * d + at - (size - 1) * n)
            out.append(result)
        return self.op("resize", [x, self.shape(scale), self.shape(offset), self.shape(border)],
                       [x[2][0], *out, x[2][3]], "mode = #tosa.resize_mode<BILINEAR>")

    #===--- Movement and reductions ---------------------------------------===#

    def transpose(self, x, order=None):
        order = order or self.random.sample(range(len(x[2])), len(x[2]))
        return self.op("transpose", [x], [x[2][d] for d in order],
                       f"perms = array<i32: {', '.join(map(str, order))}>")

    def reshape(self, x):
        sizes = list(x[2])
        if len(sizes) > 2 and self.random.random() < 0.5:
            d = self.random.randrange(len(sizes) - 1)
            sizes[d:d + 2] = [sizes[d] * sizes[d + 1]]
        elif len(sizes) < 4:
            sizes.insert(self.random.randint(0, len(sizes)), 1)
        else:
            self.random.shuffle(sizes)
        return self.op("reshape", [x, self.shape(sizes)], sizes)

    def concat(self, x, others):
        axis = self.random.randrange(len(x[2]))
        fits = [o for o in others if len(o[2]) == len(x[2]) and all(
            a == b for d, (a, b) in enumerate(zip(o[2], x[2])) if d != axis)]
        y = self.random.choice(fits)
        shape = list(x[2])
        shape[axis] += y[2][axis]
        return self.op("concat", [x, y], shape, f"axis = {axis} : i32")

    def pad(self, x):
        amounts = [self.random.randint(0, 2) for _ in range(2 * len(x[2]))]
        shape = [d + amounts[2 * i] + amounts[2 * i + 1] for i, d in enumerate(x[2])]
        return self.op("pad", [x, self.shape(amounts),
                               self.constant(self.numbers([1]) if self.random.random() < 0.5
                                             else [0.0])], shape)

    def slice(self, x):
        start = [self.random.randint(0, d - 1) for d in x[2]]
        size = [self.random.randint(1, d - s) for s, d in zip(start, x[2])]
        return self.op("slice", [x, self.shape(start), self.shape(size)], size)

    def reverse(self, x):
        return self.op("reverse", [x], x[2],
                       f"axis = {self.random.randrange(len(x[2]))} : i32")

    def tile(self, x):
        times = [self.random.randint(1, 2) for _ in x[2]]
        return self.op("tile", [x, self.shape(times)], [d * t for d, t in zip(x[2], times)])

    def gather(self, x):
        rows = self.op("reshape", [x, self.shape([1, x[2][0], int(np.prod(x[2][1:]))])],
                       [1, x[2][0], int(np.prod(x[2][1:]))])
        count = self.random.randint(1, 4)
        indices = self.constant([[self.random.randrange(x[2][0]) for _ in range(count)]], "i32")
        return self.op("gather", [rows, indices], [1, count, rows[2][2]])

    def reduce(self, x):
        axis = self.random.randrange(len(x[2]))
        kind = self.random.choice(["sum", "max", "min", "product", "argmax"])
        attribute = f"axis = {axis} : i32"
        if kind == "argmax" and len(x[2]) > 1:
            where = self.op("argmax", [x], [d for i, d in enumerate(x[2]) if i != axis],
                            attribute, element="i32")
            return self.op("cast", [where], where[2])
        shape = [1 if i == axis else d for i, d in enumerate(x[2])]
        return self.op("reduce_" + ("sum" if kind == "argmax" else kind), [x], shape, attribute)

    def softmax(self, x):
        axis = self.random.randrange(len(x[2]))
        small = [1 if i == axis else d for i, d in enumerate(x[2])]
        attribute = f"axis = {axis} : i32"
        most = self.op("reduce_max", [x], small, attribute)
        exp = self.op("exp", [self.op("sub", [x, most], x[2])], x[2])
        total = self.op("reciprocal", [self.op("reduce_sum", [exp], small, attribute)], small)
        return self.mul(exp, total, x[2])

    #===--- Graphs --------------------------------------------------------===#

    def step(self, values):
        x = self.random.choice(values[-4:])
        choices = [self.unary, lambda x: self.binary(x, values), self.whole, self.transpose,
                   self.reshape, lambda x: self.concat(x, values), self.pad, self.slice,
                   self.reverse, self.tile, self.gather, self.reduce, self.softmax,
                   lambda x: self.clamp(x, -1.0, self.random.choice([1.0, 3.4028234663852886e38]))]
        if len(x[2]) == 4 and np.prod(x[2]) < 2000:
            choices += [self.conv, self.conv, self.conv, self.transposed_conv, self.pool,
                        self.pool, self.resize]
        if len(x[2]) == 3:
            choices += [self.matmul] * 3
        result = self.random.choice(choices)(x)
        if np.prod(result[2]) > 4000:
            result = self.slice(result)
        return self.clamp(result, -8.0, 8.0)

    def add_graph(self, graph, steps):
        """The input's shape, and the graph's results."""
        self.graph = graph
        rank = self.random.choice([2, 3, 4, 4, 4])
        shape = [self.random.randint(1, 2)] + [self.random.randint(2, 6) for _ in range(rank - 1)]
        values = [(f"%x{graph}", tensor(shape), tuple(shape))]
        for _ in range(steps):
            values.append(self.step(values))
        return shape, [values[-1], self.random.choice(values[1:-1])]


def main(seed, count, module, inputs):
    program = Program(int(seed))
    arguments, results, arrays = [], [], {}
    generator = np.random.default_rng(int(seed))
    for graph in range(int(count)):
        shape, outputs = program.add_graph(graph, 8)
        arguments.append(f'%x{graph}: {tensor(shape)} {{quantc.name = "x{graph}"}}')
        for i, output in enumerate(outputs):
            # A copy, since one value may be asked for twice.
            results.append((f"y{graph}_{i}", program.op("abs", [output], output[2])))
        arrays[f"x{graph}"] = generator.uniform(-2, 2, (4, *shape)).astype(np.float32)
    types = ", ".join(f'{value[1]} {{quantc.name = "{name}"}}' for name, value in results)
    with open(module, "w", encoding="ascii") as file:
        print(f"func.func @graphs({', '.join(arguments)}) -> ({types}) {{", file=file)
        print(*program.lines, sep="\n", file=file)
        print(f"  return {', '.join(value[0] for _, value in results)} : "
              f"{', '.join(value[1] for _, value in results)}", file=file)
        print("}", file=file)
    np.savez(inputs, **arrays)
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 5:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
