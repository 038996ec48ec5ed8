#===- graph.py - A random graph as it grows ------------------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
import numpy as np
from onnx import TensorProto, helper, numpy_helper

from evaluator import run_node
from evaluator.types import BFLOAT16, NUMPY_TYPES, ONNX_TYPES, to_bfloat16

from .onnx_faults import fault

KINDS = {"f32": 1, "u8": 2, "i8": 3, "u16": 4, "i16": 5, "i32": 6, "i64": 7, "bool": 9, "f16": 10, "f64": 11,
         "u32": 12, "u64": 13, "bf16": BFLOAT16}
NAMES = {code: name for name, code in KINDS.items()}
INTEGERS = ("i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64")

# What the comparison of results allows (docs/Testing.md), and how much of it an error of rounding may take.
RELATIVE, ABSOLUTE, SHARE = 1e-3, 1e-7, 0.25
# Copies of every value that have other errors of rounding, in units of the last place: those of the
# element itself and those of the largest one, which sums of terms that cancel have.
COPIES, OWN_ERROR, SHARED_ERROR = 3, 16, 4
# What is zero may be less than the comparison sees, and does not decide what is larger.
NEARLY_ZERO = 1e-9
MOST_ELEMENTS, LARGEST = 3000, 1e4

# Results are elements of the operands, or decided by them; nothing is rounded.
EXACT = set("""Abs ArgMax ArgMin BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor Cast CastLike
    Ceil CenterCropPad Clip Compress Concat Constant ConstantOfShape DepthToSpace Dropout Expand EyeLike
    Flatten Floor Gather GatherElements GatherND GlobalMaxPool Hardmax Identity Max MaxPool Min Neg
    OneHot Pad ReduceMax ReduceMin Relu Reshape ReverseSequence Round Scatter Shape Sign Size
    Slice SpaceToDepth Split Squeeze TensorScatter Tile TopK Transpose Trilu Unsqueeze Where""".split())


class Rejected(Exception):
    """The draw does not fit: a value is badly conditioned, too large or not there."""


class Value:
    """A tensor of the graph. `copies` has its elements, the right ones first, then those that come
    about with other errors of rounding."""

    def __init__(self, name, copies, type_, is_rounded=False):
        self.name, self.copies, self.type, self.is_rounded = name, copies, type_, is_rounded
        self.is_used = False

    array = property(lambda self: self.copies[0])
    shape = property(lambda self: list(self.copies[0].shape))
    rank = property(lambda self: self.copies[0].ndim)
    kind = property(lambda self: NAMES[self.type])


class Graph:
    """Draws values and nodes. What a rejected draw has added goes away with it."""

    def __init__(self, seed, for_onnx=False):
        self.random, self.opset, self.seed = np.random.default_rng(seed), None, seed
        self.for_onnx = for_onnx  # Whether ONNX's evaluator shall do it.
        self.nodes, self.inputs, self.constants, self.values = [], [], [], []
        self.count = 0

    # Choices.
    def chance(self, probability):
        return self.random.random() < probability

    def int(self, low, high):
        """From `low` to `high`, both included."""
        return int(self.random.integers(low, high + 1))

    def pick(self, choices):
        return list(choices)[self.int(0, len(choices) - 1)]

    def some(self, choices, count):
        """Different ones, in any order."""
        return [choices[i] for i in self.random.permutation(len(choices))[:count]]

    def shape(self, rank, most=6):
        return [1 if self.chance(0.12) else self.int(1, most) for _ in range(rank)]

    def broadcastable(self, shape):
        """A shape that broadcasts to this one."""
        shape = [1 if self.chance(0.2) else n for n in shape]
        return shape[self.int(0, len(shape)):] if self.chance(0.3) else shape

    # Values.
    def elements(self, kind, shape, low, high):
        if kind == "bool":
            return np.asarray(self.random.random(shape) < 0.5)
        if kind in INTEGERS:
            limits = np.iinfo(NUMPY_TYPES[KINDS[kind]])
            return self.random.integers(max(low, limits.min), min(high, limits.max) + 1, shape).astype(limits.dtype)
        reals = np.asarray(self.random.uniform(low, high, shape))
        return to_bfloat16(reals) if kind == "bf16" else reals.astype(NUMPY_TYPES[KINDS[kind]])

    def fresh(self, kind, shape, low=-2, high=2, is_constant=None):
        """A new input of the graph, or a constant."""
        array = self.elements(kind, list(shape), low, high)
        if array.size > MOST_ELEMENTS:
            raise Rejected("too large")
        if kind != "bf16" and (self.chance(0.35) if is_constant is None else is_constant):
            return self.constant(array)
        self.count += 1
        value = Value("x%d" % self.count, [array] * (1 + COPIES), KINDS[kind])
        self.inputs.append(value)
        return value

    def constant(self, array, kind=np.int64):
        """An initializer; of axes, shapes and the like."""
        array = array if isinstance(array, np.ndarray) else np.array(array, kind)
        self.count += 1
        value = Value("c%d" % self.count, [array] * (1 + COPIES), ONNX_TYPES[array.dtype])
        self.constants.append(value)
        return value

    def tensor(self, kinds="f32", rank=(0, 5), low=-2, high=2, fits=None, most=6):
        """A value that is there, or a new one of random shape. `fits` says of a value whether it will do."""
        kinds = (kinds,) if isinstance(kinds, str) else kinds
        if self.chance(0.75):
            found = [v for v in self.values if v.kind in kinds and rank[0] <= v.rank <= rank[1]
                     and not (v.is_rounded and v.kind == "f16") and (fits is None or fits(v))]
            # The newest ones more often, so that graphs are deep.
            if found:
                return found[-1 - min(int(self.random.exponential(2)), len(found) - 1)]
        value = self.fresh(self.pick(kinds), self.shape(self.int(*rank), most), low, high, is_constant=False)
        if fits is not None and not fits(value):
            raise Rejected("no value fits")
        return value

    # Nodes.
    def node(self, op, inputs, outputs=1, keep=None, **attributes):
        """Adds a node; returns its results. Inputs that are None are left out. Results whose numbers are not
        in `keep` have no name where they are last, and are not used elsewhere."""
        names = [value.name if value else "" for value in inputs]
        while names and not names[-1]:
            names.pop()
        if self.for_onnx and (reason := fault(self, op, inputs, outputs, attributes)):
            raise Rejected("ONNX's evaluator " + reason)
        results = ["v%d" % (self.count + i + 1) for i in range(outputs)]
        self.count += outputs
        node = helper.make_node(op, names, results, **{k: v for k, v in attributes.items() if v is not None})
        copies = self.run(node, inputs)
        self.nodes.append(node)
        for value in inputs:
            if value:
                value.is_used = True
        made = []
        for name, arrays in zip(results, zip(*copies)):
            type_ = self.type_of(node, arrays[0], inputs)
            is_rounded = op not in EXACT or any(v.is_rounded for v in inputs if v)
            made.append(Value(name, self.perturbed(op, list(arrays)), type_, is_rounded))
        for value in made:
            check(value)
        self.values += made
        return made[0] if outputs == 1 else made

    def type_of(self, node, array, inputs):
        """BFLOAT16 comes from a Cast and stays where elements are moved."""
        to = [a.i for a in node.attribute if a.name == "to"]
        if node.op_type == "Cast":
            return to[0]
        if array.dtype == np.float32 and any(v and v.type == BFLOAT16 for v in inputs):
            return BFLOAT16
        return ONNX_TYPES[array.dtype]

    def run(self, node, inputs):
        """The results for each copy of the inputs."""
        copies = []
        for i in range(1 + COPIES):
            scope = {value.name: value.copies[i] for value in self.values + self.inputs + self.constants}
            with np.errstate(all="ignore"):
                copies.append(run_node(node, scope, self.opset))
            if sum(array.size for array in copies[0]) > MOST_ELEMENTS or any(a.ndim > 6 for a in copies[0]):
                raise Rejected("too large")
        return copies

    def perturbed(self, op, arrays):
        kind = arrays[0].dtype
        if op in EXACT or kind not in (np.float32, np.float64) or not arrays[0].size:
            return arrays
        if not np.isfinite(arrays[0]).all():
            raise Rejected("not finite")
        unit = np.finfo(kind).eps / 2
        for i in range(1, len(arrays)):
            x, largest = arrays[i].astype(np.float64), np.abs(arrays[0]).max()
            error = (OWN_ERROR * np.abs(x) + SHARED_ERROR * largest) * unit
            error = np.where(arrays[0] == 0, NEARLY_ZERO, error)
            x = x + error * self.random.choice([-1, 1], x.shape)
            arrays[i] = np.asarray(x).astype(kind)
        return arrays

    def attempt(self, draw):
        """Whether the draw added nodes."""
        before = [list(part) for part in (self.nodes, self.inputs, self.constants, self.values)]
        used = [value for value in self.values + self.inputs if value.is_used]
        try:
            draw(self)
            self.values += [value for value in self.inputs if value not in self.values]
            return True
        except Rejected:
            self.nodes, self.inputs, self.constants, self.values = before
            for value in self.values + self.inputs:
                value.is_used = value in used
            return False

    def outputs(self):
        """What no node reads, and some of the rest."""
        made = [value for value in self.values if value not in self.inputs]
        return [value for value in made if not value.is_used or self.chance(0.15)]

    def model(self, outputs):
        graph = helper.make_graph(
            self.nodes, "graph_%d" % self.seed, [information(value) for value in self.inputs],
            [information(value) for value in outputs],
            [numpy_helper.from_array(value.array, value.name) for value in self.constants])
        versions = {19: 9, 20: 9, 21: 10, 22: 10, 23: 11, 24: 12}
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)],
                                 ir_version=versions.get(self.opset, 8))


def information(value):
    return helper.make_tensor_value_info(value.name, value.type, value.shape)


def check(value):
    """Rejects a value whose elements other errors of rounding would make differ by more than a share of what
    the comparison allows: near a step of a function, where terms cancel, beside a pole."""
    right = value.array
    if not right.size:
        raise Rejected("no elements")
    if right.dtype.kind != "f":
        if any((copy != right).any() for copy in value.copies):
            raise Rejected("near a step")
        return
    limit = 3e4 if value.kind == "f16" else LARGEST
    small = np.abs(right[right != 0])
    if not np.isfinite(right).all() or np.abs(right).max() > limit:
        raise Rejected("not finite, or large")
    if value.kind in ("f16", "bf16") and value.is_rounded and small.size and small.min() < 1e-2:
        raise Rejected("few bits are left")
    allowed = SHARE * (ABSOLUTE + RELATIVE * np.abs(right.astype(np.float64)))
    for copy in value.copies:
        if not (np.abs(copy.astype(np.float64) - right) <= allowed).all():
            raise Rejected("badly conditioned")


def tensor_proto(array, value):
    if value.type == BFLOAT16:
        bits = (np.ascontiguousarray(array, np.float32).view(np.uint32) >> 16).astype(np.uint16)
        return TensorProto(data_type=BFLOAT16, dims=array.shape, raw_data=bits.tobytes(), name=value.name)
    return numpy_helper.from_array(array, value.name)
