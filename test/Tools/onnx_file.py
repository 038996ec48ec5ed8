#===- onnx_file.py - Write small ONNX files, right and wrong ones ---------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""The part of ONNX's protobuf that tests need, written without protobuf, so
that a test can also write what no library would."""
import struct

import numpy as np

TYPES = {"float32": 1, "uint8": 2, "int8": 3, "int32": 6, "int64": 7, "bool": 9}


def varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def number(field, value):
    return varint(field << 3) + varint(value)


def text(field, value):
    data = value if isinstance(value, bytes) else value.encode()
    return varint(field << 3 | 2) + varint(len(data)) + data


def attribute(name, value):
    """An int, a float, a string, or a list of one of them; bytes are a graph."""
    if isinstance(value, bytes):
        return text(1, name) + text(6, value) + number(20, 5)
    if isinstance(value, int):
        return text(1, name) + number(3, value) + number(20, 2)
    if isinstance(value, float):
        return text(1, name) + varint(2 << 3 | 5) + struct.pack("<f", value) + number(20, 1)
    if isinstance(value, str):
        return text(1, name) + text(4, value) + number(20, 3)
    if isinstance(value[0], float):
        packed = struct.pack("<%df" % len(value), *value)
        return text(1, name) + text(7, packed) + number(20, 6)
    if isinstance(value[0], str):
        return text(1, name) + b"".join(text(9, v) for v in value) + number(20, 8)
    return text(1, name) + b"".join(number(8, v) for v in value) + number(20, 7)


def node(kind, inputs, outputs, name, **attributes):
    """`kind` is an operator, or DOMAIN::OPERATOR."""
    domain, _, kind = kind.rpartition("::")
    return (b"".join(text(1, i) for i in inputs) + b"".join(text(2, o) for o in outputs) +
            text(3, name) + text(4, kind) +
            b"".join(text(5, attribute(n, v)) for n, v in attributes.items()) +
            (text(7, domain) if domain else b""))


def tensor(name, array):
    array = np.ascontiguousarray(array)
    return (b"".join(number(1, d) for d in array.shape) +
            number(2, TYPES[array.dtype.name]) + text(8, name) + text(9, array.tobytes()))


def external_tensor(name, shape, location, offset=0, length=None):
    entries = {"location": location, "offset": str(offset)}
    if length is not None:
        entries["length"] = str(length)
    return (b"".join(number(1, d) for d in shape) + number(2, 1) + text(8, name) +
            b"".join(text(13, text(1, k) + text(2, v)) for k, v in entries.items()) +
            number(14, 1))


def value(name, shape, element=1):
    dims = b"".join(text(1, text(2, d) if isinstance(d, str) else number(1, d)) for d in shape)
    return text(1, name) + text(2, text(1, number(1, element) + text(2, dims)))


def graph(nodes, constants, inputs, outputs, name="tiny"):
    return (b"".join(text(1, n) for n in nodes) + text(2, name) +
            b"".join(text(5, c) for c in constants) +
            b"".join(text(11, i) for i in inputs) + b"".join(text(12, o) for o in outputs))


def model(nodes, constants, inputs, outputs, name="tiny", opset=13):
    body = graph(nodes, constants, inputs, outputs, name)
    return number(1, 7) + text(7, body) + text(8, text(1, "") + number(2, opset))
