# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the ONNX models that a test file spells out: write_onnx.py TEST FOLDER

A model runs from its `model` line to the next one; lines that begin with
anything else are the test's own:

    model conv opset=13               domain=... imports that one instead of ONNX's
    input x f32[N,3,8,8]              a name or ? is an open dimension
    init w f32[4,3,3,3] ramp          also: a number, [list], raw=BYTES,
                                      external=FILE offset=N length=N
    node y = Conv(x, w) {pads=[1,1,1,1]} conv1
    output y

A `graph NAME` or `function domain::NAME(x, w) -> y {alpha=1.0}` line begins a
body, and `end` ends it. An attribute that is a NAME holds that graph, and inside
a function `ref(alpha)` is the caller's attribute. `data FILE f32[2] [1,2]` writes
a tensor of its own, such as test data.

An input or output may be a `seq(f32[2])`, an `opt(f32[2])` or an `opt(seq(f32[2]))`.
Test data for them: `data FILE seq f32[2] [1,2]; f32[1] 0.5`, `data FILE opt f32[2] 0.0`,
`data FILE opt seq f32[2] 0.0; f32[2] 1.0`, or `data FILE opt` without an element.

Attributes are Python literals; ("i64", [2], [1, 2]) is a tensor. The wire format
is written here, so that no test needs the onnx package.
"""
import ast
import os
import re
import struct
import sys

# Name -> number in TensorProto.DataType, struct code or bits if less than 8.
TYPES = {"f32": (1, "f"), "u8": (2, "B"), "i8": (3, "b"), "i16": (5, "h"),
         "i32": (6, "i"), "i64": (7, "q"), "str": (8, None), "bool": (9, "B"),
         "u16": (4, "H"), "u32": (12, "I"), "u64": (13, "Q"), "f16": (10, "e"), "f64": (11, "d"),
         "c64": (14, None), "bf16": (16, "H"),
         "f8e4m3fn": (17, "B"), "f8e5m2": (19, "B"), "f8e8m0": (24, "B"),
         "u4": (21, 4), "i4": (22, 4), "f4e2m1": (23, 4), "u2": (25, 2), "i2": (26, 2)}


def varint(value):
    value &= (1 << 64) - 1
    out = b""
    while value >= 128:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def number(field, value):
    return varint(field << 3) + varint(value)


def chunk(field, data):
    data = data.encode() if isinstance(data, str) else data
    return varint(field << 3 | 2) + varint(len(data)) + data


def elements(kind, shape, values):
    count = 1
    for dim in shape:
        count *= dim
    if values == "ramp":
        values = [(i % 16 - 8) / 8 if kind in ("f32", "f16", "f64") else i % 16
                  for i in range(count)]
    if not isinstance(values, list):
        values = [values] * count
    bits = TYPES[kind][1]
    if kind == "str":
        return values
    if isinstance(bits, int):
        packed = [0] * ((count * bits + 7) // 8)
        for i, value in enumerate(values):
            packed[i * bits // 8] |= (value & (1 << bits) - 1) << i * bits % 8
        return bytes(packed)
    return struct.pack("<%d%s" % (len(values), TYPES[kind][1]), *values)


def tensor(name, kind, shape, raw, options=()):
    data = b"".join(number(1, dim) for dim in shape)
    data += number(2, TYPES[kind][0]) + chunk(8, name)
    options = dict(options)
    if "external" in options:
        for key in ("external", "offset", "length"):
            if key in options:
                name = "location" if key == "external" else key
                data += chunk(13, chunk(1, name) + chunk(2, options[key]))
        return data + number(14, 1)
    if kind == "str":
        return data + b"".join(chunk(6, value) for value in raw)
    if "raw" in options:
        raw = (raw + bytes(int(options["raw"])))[:int(options["raw"])]
    return data + chunk(9, raw)


def attribute(name, value):
    data = chunk(1, name)
    if isinstance(value, bool) or isinstance(value, int):
        return data + number(3, value) + number(20, 2)
    if isinstance(value, float):
        return data + varint(2 << 3 | 5) + struct.pack("<f", value) + number(20, 1)
    if isinstance(value, str):
        return data + chunk(4, value) + number(20, 3)
    if isinstance(value, tuple):
        kind, shape, values = value
        packed = tensor("", kind, shape, elements(kind, shape, values))
        return data + chunk(5, packed) + number(20, 4)
    if value and isinstance(value[0], str):
        return data + b"".join(chunk(9, item) for item in value) + number(20, 8)
    if value and isinstance(value[0], float):
        return data + chunk(7, struct.pack("<%df" % len(value), *value)) + number(20, 6)
    return data + b"".join(number(8, item) for item in value) + number(20, 7)


def attributes(text, graphs, field=5):
    call = ast.parse("dict(%s)" % text, mode="eval").body
    data = b""
    for word in call.keywords:
        name = chunk(1, word.arg)
        if isinstance(word.value, ast.Name):
            data += chunk(field, name + chunk(6, graphs[word.value.id]) + number(20, 5))
        elif isinstance(word.value, ast.Call):
            data += chunk(field, name + chunk(21, word.value.args[0].id))
        else:
            data += chunk(field, attribute(word.arg, ast.literal_eval(word.value)))
    return data


def split_type(text):
    match = re.fullmatch(r"(\w+)(?:\[(.*)\])?", text)
    kind, dims = match.groups()
    return kind, None if dims is None else [d for d in dims.split(",") if d]


def type_proto(text):
    for word, field in (("seq", 4), ("opt", 9)):
        if text.startswith(word + "("):
            return chunk(field, chunk(1, type_proto(text[4:-1])))
    kind, dims = split_type(text)
    shape = b""
    for dim in dims or []:
        if re.fullmatch(r"-?\d+", dim):
            shape += chunk(1, number(1, int(dim)))
        else:
            shape += chunk(1, b"" if dim == "?" else chunk(2, dim))
    data = number(1, TYPES[kind][0])
    if dims is not None:
        data += chunk(2, shape)
    return chunk(1, data)


def value_info(name, text):
    return chunk(1, name) + (chunk(2, type_proto(text)) if text else b"")


def initializer(rest):
    name, text, *words = rest.split()
    kind, dims = split_type(text)
    shape = [int(d) for d in dims or []]
    options = [word.split("=", 1) for word in words if "=" in word]
    values = " ".join(word for word in words if "=" not in word) or "0"
    if values in ("nan", "inf", "-inf"):
        values = [float(values)]
    elif values != "ramp":
        values = ast.literal_eval(values)
    bounded = all(0 <= dim < 1 << 20 for dim in shape) and (TYPES[kind][1] or kind == "str")
    raw = elements(kind, shape, values) if bounded else b""
    return tensor(name, kind, shape, raw, options)


def test_data(rest):
    """A TensorProto, SequenceProto or OptionalProto."""
    word, _, inside = rest.partition(" ")
    if word == "seq":
        return number(2, 1) + b"".join(chunk(3, test_data(part.strip()))
                                       for part in inside.split(";") if part.strip())
    if word != "opt":
        return initializer("- " + rest)
    if not inside:
        return number(2, 0)
    is_sequence = inside.split()[0] == "seq"
    return number(2, 3 if is_sequence else 1) + chunk(5 if is_sequence else 3, test_data(inside))


def names(field, text):
    return b"".join(chunk(field, n.strip()) for n in text.split(",")) if text.strip() else b""


def node(rest, graphs):
    outputs, domain, op, inputs, attrs, name = re.fullmatch(
        r"(.*?)\s*=\s*(?:([\w.]+)::)?(\w+)\((.*?)\)\s*(?:\{(.*)\})?\s*(\S*)",
        rest).groups()
    data = names(1, inputs) + names(2, outputs)
    data += chunk(3, name) if name else b""
    data += chunk(4, op) + attributes(attrs or "", graphs)
    return data + (chunk(7, domain) if domain else b"")


def function(rest, opset):
    """All but the nodes of a FunctionProto."""
    domain, name, inputs, outputs, attrs = re.fullmatch(
        r"(\w+)::(\w+)\((.*?)\) -> (.*?)\s*(?:\{(.*)\})?", rest).groups()
    return (chunk(1, name) + names(4, inputs) + names(5, outputs) + chunk(10, domain)
            + chunk(9, number(2, opset)) + chunk(9, chunk(1, domain) + number(2, 1))
            + attributes(attrs or "", {}, field=11))


class Model:
    """One model under construction; bodies are the innermost part."""

    def __init__(self, options):
        options = dict(option.split("=") for option in options)
        self.opset, self.domain = int(options.get("opset", 13)), options.get("domain", "")
        self.graph = self.functions = b""
        self.graphs = {}
        self.bodies = []  # [name or None of a function, bytes, field of its nodes]

    def add(self, field, data):
        if self.bodies:
            field = self.bodies[-1][2] if field == 1 else field
            self.bodies[-1][1] += chunk(field, data)
        else:
            self.graph += chunk(field, data)

    def end(self):
        name, data, _ = self.bodies.pop()
        if name is None:
            self.functions += chunk(25, data)
        else:
            self.graphs[name] = data

    def line(self, word, rest):
        if word == "graph":
            self.bodies.append([rest, chunk(2, rest), 1])
        elif word == "function":
            self.bodies.append([None, function(rest, self.opset), 7])
        elif word == "end" and self.bodies:
            self.end()
        elif word in ("input", "output"):
            self.add(11 if word == "input" else 12, value_info(*(rest + " ").split(" ")[:2]))
        elif word == "init":
            self.add(5, initializer(rest))
        elif word == "node":
            self.add(1, node(rest, self.graphs))

    def bytes(self):
        opsets = chunk(8, chunk(1, self.domain) + number(2, self.opset))
        if self.functions:
            opsets += chunk(8, chunk(1, "local") + number(2, 1))
        return number(1, 8) + opsets + chunk(7, self.graph) + self.functions


def write(folder, name, data):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def main(test, folder):
    os.makedirs(folder, exist_ok=True)
    models = {}
    current = None
    for line in open(test):
        word, _, rest = line.strip().partition(" ")
        if word == "model":
            name, *options = rest.split()
            models[name] = current = Model(options)
        elif word == "data":
            file, _, rest = rest.partition(" ")
            write(folder, file, test_data(rest))
        elif current:
            current.line(word, rest)
    for name, model in models.items():
        write(folder, name + ".onnx", model.bytes())


main(*sys.argv[1:])
